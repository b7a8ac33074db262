from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.web.decorators import SignedInRequest, signed_in
from core.exceptions import NotFound
from core.web.redirects import see_other
from moderation.access import may


@require_safe
@signed_in
def queue(request: SignedInRequest) -> HttpResponse:
    """Leads staff to the queue; for everybody else it is not there."""
    if not may(request.user, "view_case"):
        raise NotFound
    return see_other(reverse("admin:moderation_case_changelist") + "?state__exact=open")
