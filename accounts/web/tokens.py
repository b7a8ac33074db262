"""Access tokens for apps and scripts: shown once, revoked at once."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.selectors import tokens_of
from accounts.services.tokens import create_token, revoke_all_tokens, revoke_token
from accounts.web.decorators import SignedInRequest, recently_authenticated, signed_in
from accounts.web.forms import TokenForm
from core.exceptions import InvalidInput
from core.web.forms import add_errors
from core.web.redirects import see_other


@require_safe
@signed_in
def tokens(request: SignedInRequest) -> HttpResponse:
    return render(request, "accounts/settings_tokens.html", {"tokens": tokens_of(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
@recently_authenticated
def create(request: SignedInRequest) -> HttpResponse:
    """A form for a new token, whose text is on the answer and never again."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    text = _make(request, form) if form.is_valid() else ""
    if not text:
        return render(request, "accounts/token_new.html", {"form": form}, status=422 if form.errors else 200)
    context = {"tokens": tokens_of(request.user), "text": text}
    response = render(request, "accounts/settings_tokens.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@signed_in
def revoke(request: SignedInRequest, token_id: int) -> HttpResponse:
    token = revoke_token(request.user, token_id, request=request)
    messages.success(request, _("“%(name)s” is revoked.") % {"name": token.name})
    return see_other(reverse("accounts:settings-tokens"))


@require_POST
@signed_in
def revoke_all(request: SignedInRequest) -> HttpResponse:
    count = revoke_all_tokens(request.user, request=request)
    messages.success(request, ngettext("%(n)d token is revoked.", "%(n)d tokens are revoked.", count) % {"n": count})
    return see_other(reverse("accounts:settings-tokens"))


def _make(request: SignedInRequest, form: TokenForm) -> str:
    """The text of the new token; "" with the errors in the form when it cannot be made."""
    try:
        _token, text = create_token(request.user, request=request, **form.cleaned_data)
    except InvalidInput as error:
        add_errors(form, error)
        return ""
    return text
