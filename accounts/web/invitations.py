"""Invitations that a person gives to others."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.selectors import invitations_page
from accounts.services.invitations import can_invite, make_invitation, places_left, revoke_invitation
from accounts.web.decorators import SignedInRequest, signed_in
from accounts.web.forms import InvitationForm
from core.exceptions import InvalidInput
from core.paging import DEFAULT_LIMIT
from core.web.forms import add_errors
from core.web.paging import next_page_url
from core.web.redirects import see_other


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def invitations(request: SignedInRequest) -> HttpResponse:
    """The list, and a form for a new one, whose address is on the answer and never again."""
    form = InvitationForm(request.POST if request.method == "POST" else None)
    address = _make(request, form) if form.is_valid() else ""
    page = invitations_page(request.user, cursor=request.GET.get("cursor", ""), limit=DEFAULT_LIMIT)
    context = {
        "form": form if not address else InvitationForm(),
        "address": address,
        "invitations": page.items,
        "next_url": next_page_url(request, page.next_cursor),
        "can_invite": can_invite(request.user),
        "left": places_left(request.user),
    }
    response = render(request, "accounts/settings_invitations.html", context, status=422 if form.errors else 200)
    if address:
        response["Cache-Control"] = "no-store"
    return response


@require_POST
@signed_in
def revoke(request: SignedInRequest, invitation_id: int) -> HttpResponse:
    revoke_invitation(request.user, invitation_id)
    messages.success(request, _("The invitation is revoked."))
    return see_other(reverse("accounts:settings-invitations"))


def _make(request: SignedInRequest, form: InvitationForm) -> str:
    """Where somebody signs up with the new invitation; "" with the errors in the form when it cannot be made."""
    try:
        _invitation, code = make_invitation(request.user, **form.cleaned_data)
    except InvalidInput as error:
        add_errors(form, error)
        return ""
    return f"{settings.ORIGIN}{reverse('accounts:signup')}?{urlencode({'invitation': code})}"
