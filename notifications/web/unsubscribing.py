"""Switching the daily digest off from a mail: `/unsubscribe/<token>/`, also where nobody is logged in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications.services.choosing import choose_digest
from notifications.unsubscribe_tokens import person_behind


@csrf_exempt  # the token in the address is the proof: mail programs press the button without a page (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing, as mail programs look at links by themselves; the button does."""
    user = person_behind(token)
    wanted = request.POST.get("again") == "1"
    if request.method == "POST":
        choose_digest(user, wanted)
    done = "" if request.method != "POST" else "on" if wanted else "off"
    response = render(request, "notifications/unsubscribe.html", {"done": done})
    response["Referrer-Policy"] = "no-referrer"
    return response
