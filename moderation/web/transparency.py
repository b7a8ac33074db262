from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from moderation.transparency import FEW, read_overview


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What was reported and decided, for everybody."""
    return render(request, "moderation/transparency.html", {"overview": read_overview(), "few": FEW})
