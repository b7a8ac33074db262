"""Deactivating and deleting one's account, and the receipt of a deletion."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout as end_session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.services.closing import close_account, deactivate_account
from accounts.services.receipts import get_receipt
from accounts.web.decorators import SignedInRequest, signed_in
from accounts.web.forms import CloseAccountForm, DeleteAccountForm
from core import rate_limits
from core.exceptions import InvalidInput
from core.web.client_address import client_address
from core.web.forms import add_errors
from core.web.redirects import see_other


@require_safe
@signed_in
def account(request: SignedInRequest) -> HttpResponse:
    return render(request, "accounts/settings_account.html", {"trash_days": settings.TRASH_DAYS})


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def deactivate(request: SignedInRequest) -> HttpResponse:
    """Out of sight until the next log-in."""
    form = CloseAccountForm(request.POST if request.method == "POST" else None)
    said = _("Your account is deactivated. Log in to have it back.")
    return _close(request, form, deactivate_account, said) or _page(request, "deactivate", form)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def delete(request: SignedInRequest) -> HttpResponse:
    """Deleted in TRASH_DAYS, unless its person logs in before."""
    form = DeleteAccountForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.cleaned_data["username"].strip().lower() != request.user.username:
        form.add_error("username", _("This is not your username."))
    said = _("Your account is closed. Log in to reopen it.")
    return _close(request, form, close_account, said) or _page(request, "delete", form)


@require_safe
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    rate_limits.allow("receipt", client_address(request))
    return render(request, "accounts/deletion_receipt.html", {"receipt": get_receipt(code)})


def _close(
    request: SignedInRequest, form: CloseAccountForm, leave: Callable[..., None], said: str
) -> HttpResponse | None:
    """The answer after leaving; None while the form is not filled in right."""
    if not form.is_valid():
        return None
    try:
        leave(request.user, password=form.cleaned_data["password"], address=client_address(request))
    except InvalidInput as error:
        add_errors(form, error)
        return None
    end_session(request)
    messages.success(request, said)
    return see_other(reverse("accounts:login"))


def _page(request: SignedInRequest, which: str, form: CloseAccountForm) -> HttpResponse:
    context = {"form": form, "trash_days": settings.TRASH_DAYS}
    return render(request, f"accounts/settings_{which}.html", context, status=422 if form.errors else 200)
