"""Logging in by another site, signing up with it, and tying it to an account that there is.

An account is never tied to somebody at the provider because the addresses are the same: its person logs in as before,
gives the password once more, and connects it.
"""

import secrets

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.flows.signup import clear_pending_signup, get_pending_signup
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import SecurityEvent, User
from accounts.services import providers
from accounts.services.registration import check_open
from accounts.services.security_log import note_event
from accounts.services.sessions import enter
from accounts.web.decorators import SignedInRequest, recently_authenticated
from accounts.web.forms import ProviderSignUpForm
from accounts.web.openid import BROKEN, OpenId, Return
from core import rate_limits
from core.exceptions import InvalidInput
from core.web.client_address import client_address
from core.web.forms import add_errors
from core.web.redirects import safe_next, see_other


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Off to the provider, to log in."""
    providers.check_configured()
    if request.user.is_authenticated:
        return see_other(reverse("feeds:home"))
    return _go(request, "login", safe_next(request, reverse("feeds:home")))


@require_POST
@recently_authenticated
def connect(request: SignedInRequest) -> HttpResponse:
    """Off to the provider, to tie who one is there to one's account."""
    providers.check_configured()
    return _go(request, "connect", reverse("socialaccount_connections"))


@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """Back from the provider."""
    providers.check_configured()
    rate_limits.allow("log-in by address", client_address(request), closed_when_away=True)
    try:
        answer: HttpResponse = Return.adapter_view(OpenId(request, providers.PROVIDER))(request)
    except BROKEN:
        return _failed(request)
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Somebody new comes from the provider and chooses a name here."""
    providers.check_configured()
    login = get_pending_signup(request)
    if login is None or request.user.is_authenticated:
        return see_other(reverse("accounts:login"))
    email = providers.vouched_address(login)
    if not email or providers.has_account(email):
        return render(request, "accounts/provider_refused.html", {"email": email})
    check_open()
    form = ProviderSignUpForm(request.POST or None, initial={"username": login.user.username})
    if form.is_valid():
        rate_limits.allow("sign-up", client_address(request), closed_when_away=True)
        try:
            user = providers.join(login, username=form.cleaned_data["username"], admission=form.admission)
        except InvalidInput as error:
            add_errors(form, error)
        else:
            return _welcome(request, user, login)
    context = {"form": form, "email": email}
    return render(request, "accounts/provider_join.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@recently_authenticated
def connections(request: SignedInRequest) -> HttpResponse:
    """Whether one can log in by the provider; POST ends that."""
    providers.check_configured()
    if request.method == "POST":
        try:
            if providers.disconnect(request.user, request=request):
                messages.success(request, _("It is no longer connected."))
        except InvalidInput as error:
            messages.error(request, error.detail)
        return see_other(reverse("socialaccount_connections"))
    ties = SocialAccount.objects.filter(user=request.user, provider=providers.PROVIDER)
    return render(request, "accounts/settings_connections.html", {"tie": ties.order_by("pk").first()})


def _go(request: HttpRequest, process: str, target: str) -> HttpResponse:
    """A page that leads on: a form may not lead to another site, by the policy that every page carries."""
    rate_limits.allow("log-in by address", client_address(request), closed_when_away=True)
    provider = get_adapter(request).get_provider(request, providers.PROVIDER)
    provider.oauth2_adapter_class = OpenId
    nonce = secrets.token_urlsafe(32)
    words = {"auth_params": {**provider.get_auth_params(), "nonce": nonce}, "nonce": nonce}
    try:
        address = provider.redirect(request, process=process, next_url=target, **words)["Location"]
    except BROKEN:
        return _failed(request)
    return render(request, "accounts/provider_leave.html", {"address": address})


def _welcome(request: HttpRequest, user: User, login: SocialLogin) -> HttpResponse:
    clear_pending_signup(request)
    note_event(user, SecurityEvent.Kind.SIGNED_UP, request=request, detail=settings.OIDC_NAME)
    if user.awaits_approval:
        return see_other(reverse("accounts:signup-sent"))
    return enter(request, user, login.get_redirect_url(request) or reverse("feeds:home"), method="socialaccount")


def _failed(request: HttpRequest) -> HttpResponse:
    text = _("%(provider)s could not tell us who you are. Please try again.") % {"provider": settings.OIDC_NAME}
    messages.error(request, text)
    back = "socialaccount_connections" if request.user.is_authenticated else "accounts:login"
    return see_other(reverse(back))
