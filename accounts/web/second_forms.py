"""The forms of second factors: tries are counted for each person, and none is let through while nothing can count."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import rate_limits


def _code(label: Any) -> forms.CharField:
    look = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
    return forms.CharField(label=label, max_length=20, widget=forms.TextInput(attrs=look))


def _count(user: User) -> None:
    """RateLimited after too many tries of one person, Unavailable while Valkey is away."""
    rate_limits.allow("second step", str(user.pk), closed_when_away=True)


class SecondStepForm(AuthenticateForm):
    code = _code(_("Code of the app, or a recovery code"))

    def clean_code(self) -> str:
        _count(self.user)
        return str(super().clean_code())


class SecondConfirmForm(ReauthenticateForm):
    code = _code(_("Code of the app, or a recovery code"))

    def clean_code(self) -> str:
        _count(self.user)
        return str(super().clean_code())


@contextmanager
def _refusing_nonsense() -> Iterator[None]:
    """What no browser would send is a wrong answer, not a failure of ours."""
    try:
        yield
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise get_adapter().validation_error("incorrect_code") from error


class PasskeyStepForm(AuthenticateWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        _count(self.user)
        with _refusing_nonsense():
            return super().clean_credential()


class PasskeyLoginForm(LoginWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        with _refusing_nonsense():
            return super().clean_credential()


class PasskeyConfirmForm(ReauthenticateWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        _count(self.user)
        with _refusing_nonsense():
            return super().clean_credential()


class AppForm(ActivateTOTPForm):
    code = _code(_("Code that the app shows"))


class PasskeyForm(AddWebAuthnForm):
    passwordless = forms.BooleanField(
        label=_("Log in with it alone"),
        required=False,
        initial=True,
        help_text=_("Without the password. The device asks for a fingerprint, a face or its PIN."),
    )

    def clean(self) -> dict[str, Any]:
        with _refusing_nonsense():
            return dict(super().clean())
