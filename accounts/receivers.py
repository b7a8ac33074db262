"""What goes into the security log when Django and allauth say that something happened to an account."""

from typing import Any

from allauth.account import signals as account
from allauth.account.models import EmailAddress
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as social
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_delete
from django.dispatch import Signal
from django.http import HttpRequest
from oauth2_provider.models import AbstractAccessToken, get_access_token_model

from accounts.devices import device_name
from accounts.models import SecurityEvent, User
from accounts.services.devices import end_other_devices, note_login
from accounts.services.security_log import note_event
from accounts.snapshots import token_key
from core.events import enqueue
from core.ready import forget
from core.web.client_address import client_address

Kind = SecurityEvent.Kind

CHANGES: dict[Signal, Kind] = {
    account.user_signed_up: Kind.SIGNED_UP,
    account.password_set: Kind.PASSWORD_CHANGED,
    account.password_changed: Kind.PASSWORD_CHANGED,
    account.password_reset: Kind.PASSWORD_RESET,
    mfa.authentication_failed: Kind.CODE_FAILED,
}
AUTHENTICATORS: dict[tuple[Signal, str], Kind] = {
    (mfa.authenticator_added, Authenticator.Type.TOTP): Kind.TOTP_ADDED,
    (mfa.authenticator_added, Authenticator.Type.WEBAUTHN): Kind.PASSKEY_ADDED,
    (mfa.authenticator_added, Authenticator.Type.RECOVERY_CODES): Kind.CODES_MADE,
    (mfa.authenticator_reset, Authenticator.Type.RECOVERY_CODES): Kind.CODES_MADE,
    (mfa.authenticator_removed, Authenticator.Type.TOTP): Kind.TOTP_REMOVED,
    (mfa.authenticator_removed, Authenticator.Type.WEBAUTHN): Kind.PASSKEY_REMOVED,
    (mfa.authenticator_used, Authenticator.Type.RECOVERY_CODES): Kind.CODE_USED,
}


def connect() -> None:
    user_logged_in.connect(remember_device, dispatch_uid="accounts.remember_device")
    user_logged_out.connect(note_log_out, dispatch_uid="accounts.note_log_out")
    user_login_failed.connect(note_failure, dispatch_uid="accounts.note_failure")
    for signal in CHANGES:
        signal.connect(note_change, dispatch_uid="accounts.note_change")
    for signal in {signal for signal, _ in AUTHENTICATORS}:
        signal.connect(note_authenticator, dispatch_uid="accounts.note_authenticator")
    account.email_changed.connect(note_email, dispatch_uid="accounts.note_email")
    social.social_account_added.connect(note_provider, dispatch_uid="accounts.note_provider")
    post_delete.connect(forget_app_token, sender=get_access_token_model(), dispatch_uid="accounts.forget_app_token")
    social.social_account_removed.connect(note_provider_removed, dispatch_uid="accounts.note_provider_removed")


def remember_device(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    note_login(user, request)


def note_log_out(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None and user.pk:
        note_event(user, Kind.LOGGED_OUT, request=request)


def note_failure(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """A worker finds out whose log it goes into: who guesses waits as long whether there is such an account or not."""
    typed = credentials.get("username") or credentials.get("email")
    if request is None or not isinstance(typed, str) or "\x00" in typed:
        return
    enqueue(
        "accounts.note_failed_login",
        name=typed.strip()[:254],
        address=client_address(request)[:45],
        device=device_name(request.headers.get("User-Agent", "")),
    )


def note_change(sender: Any, signal: Signal, request: HttpRequest, user: User, **kwargs: Any) -> None:
    note_event(user, CHANGES[signal], request=request)


def note_authenticator(
    sender: Any, signal: Signal, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    kind = AUTHENTICATORS.get((signal, authenticator.type))
    if kind is not None:
        note_event(user, kind, request=request)
    if kwargs.get("reauthenticated"):
        note_event(user, Kind.REAUTHENTICATED, request=request)
        request.session.cycle_key()
    goes_along = authenticator.type == Authenticator.Type.RECOVERY_CODES and signal is not mfa.authenticator_reset
    if signal is not mfa.authenticator_used and not goes_along:
        stay_alone(request, user)


def stay_alone(request: HttpRequest, user: User) -> None:
    """What opens the account is another now: every other session of the person ends, and this one gets a new key."""
    if request.user == user:
        end_other_devices(user, request.session.session_key, request=request)
        request.session.cycle_key()


def note_email(sender: Any, request: HttpRequest, user: User, to_email_address: EmailAddress, **kwargs: Any) -> None:
    note_event(user, Kind.EMAIL_CHANGED, request=request, detail=to_email_address.email)
    stay_alone(request, user)


def note_provider(sender: Any, request: HttpRequest, sociallogin: SocialLogin, **kwargs: Any) -> None:
    note_event(sociallogin.user, Kind.PROVIDER_ADDED, request=request, detail=sociallogin.account.provider)
    stay_alone(request, sociallogin.user)


def note_provider_removed(sender: Any, request: HttpRequest, socialaccount: SocialAccount, **kwargs: Any) -> None:
    note_event(socialaccount.user, Kind.PROVIDER_REMOVED, request=request, detail=socialaccount.provider)
    stay_alone(request, socialaccount.user)


def forget_app_token(sender: Any, instance: AbstractAccessToken, **kwargs: Any) -> None:
    """Whoever ended it, the app or its person: it lets nobody in from now on."""
    forget(token_key(instance.token_checksum))
