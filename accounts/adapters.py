"""Where allauth asks us: how mail goes, who asks, how often somebody may try, what is opened to whom."""

from typing import Any
from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import SecurityEvent, User
from accounts.services.closing import AccountSuspended, can_reopen, deleted_on, is_suspended, reopen_pass
from accounts.services.security_log import note_event
from accounts.services.sessions import count_try
from accounts.services.verifications import count_code_mail
from core import rate_limits
from core.mail import send_mail_later
from core.sealing import cipher
from core.web.client_address import client_address
from core.web.redirects import is_local, see_other

SECOND_FACTORS = "accounts.second_factors"  # what their secrets are sealed for
SILENT = frozenset(
    f"account/messages/{name}.txt" for name in ("logged_in", "logged_out", "email_confirmation_sent", "email_confirmed")
)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors are kept encrypted with a key made from SECRET_KEY, or one of before."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This is not the code, or it was used already."),
    }

    def encrypt(self, text: str) -> str:
        return cipher(SECOND_FACTORS).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return cipher(SECOND_FACTORS).decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: User) -> str:
        return user.username

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the host of ORIGIN, whatever a request says it asked."""
        return {"id": settings.ORIGIN_HOST, "name": settings.SITE_NAME}


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Log-in by another site. Who is new there always chooses a name here first."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return True  # the page that asks for the name sees to it

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def get_requests_session(self) -> Any:
        """A provider answers at the addresses that it names: redirects are not followed."""
        session = super().get_requests_session()
        session.max_redirects = 0
        return session

    def on_authentication_error(self, request: HttpRequest, provider: Any, *args: Any, **kwargs: Any) -> None:
        text = _("%(provider)s could not tell us who you are. Please try again.") % {"provider": settings.OIDC_NAME}
        messages.error(request, text)
        back = "socialaccount_connections" if request.user.is_authenticated else "accounts:login"
        raise ImmediateHttpResponse(see_other(reverse(back)))


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_password": _("This is not your password."),
        "incorrect_code": _("This is not the code, or it is too old."),
        "too_many_login_attempts": _("Too many tries. Please start again."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The mail named by the last part of `template_prefix`, of templates/mail/."""
        words = {name: value for name, value in context.items() if name != "request"}
        words["provider_name"] = settings.OIDC_NAME
        send_mail_later(template_prefix.rpartition("/")[2], to=email, context=words)

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:
        """RateLimited after too many codes for one mailbox, or from one network address."""
        if not signup:  # sign-ups have a limit of their own
            rate_limits.allow("mail by address", client_address(request), closed_when_away=True)
        count_code_mail(emailconfirmation.email_address.email)
        super().send_confirmation_mail(request, emailconfirmation, signup)

    def send_account_already_exists_mail(self, email: str) -> None:
        """Told as often as a code would be sent, and RateLimited as that is."""
        count_code_mail(email)
        send_mail_later("account_already_exists", to=email, context={})

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def is_safe_url(self, url: str | None) -> bool:
        return bool(url) and is_local(str(url))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Who has this name or address and this password; tries are counted. RateLimited after too many."""
        name = credentials.get("username") or credentials.get("email") or ""
        count_try(client_address(request), name)
        user = authenticate(request, username=name, password=credentials.get("password"))
        return user if isinstance(user, User) else None

    def reauthenticate(self, user: User, password: str) -> bool:
        count_try(client_address(self.request), user.username)
        is_right = user.check_password(password)
        kind = SecurityEvent.Kind.REAUTHENTICATED if is_right else SecurityEvent.Kind.LOGIN_FAILED
        note_event(user, kind, request=self.request)
        if is_right:
            self.request.session.cycle_key()
        return is_right

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Who has neither a password nor a second factor sets a password first, by mail."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if user.is_authenticated and not methods:
            return [{"id": "reset", "description": "", "url": reverse("account_reset_password")}]
        return methods

    def get_reset_password_from_key_url(self, key: str) -> str:
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.ORIGIN + path.replace("UID-KEY", quote(key))

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Who has proved to be a person that closed the account may reopen it; for others the log-in is over."""
        if is_suspended(user):
            messages.error(request, AccountSuspended().detail)
        if not can_reopen(user):
            return see_other(reverse("account_inactive"))
        context = {"reopen": reopen_pass(user), "deleted_on": deleted_on(user), "next": reverse("feeds:home")}
        return render(request, "accounts/reopen.html", context)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("feeds:home")

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Nothing is said about what everybody sees."""
        template = args[0] if args else kwargs.get("message_template")
        if template not in SILENT:
            super().add_message(request, level, *args, **kwargs)
