"""The forms of second factors: tries are counted for each person, and none is let through while nothing can count."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.app_settings import TOTP_PERIOD
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
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

from accounts.services.sessions import count_code


def _code(label: Any) -> forms.CharField:
    look = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
    return forms.CharField(label=label, max_length=20, widget=forms.TextInput(attrs=look))


class CountedCode(BaseAuthenticateForm):
    code = _code(_("Code of the app, or a recovery code"))

    def clean_code(self) -> str:
        count_code(self.user)
        code = str(super().clean_code())
        _check_unused(self.authenticator)
        return code


def _check_unused(authenticator: Authenticator) -> None:
    """Valkey knows the codes of the app that were used; this is for when it was emptied: one code in each period."""
    used = authenticator.last_used_at
    if authenticator.type != Authenticator.Type.TOTP or used is None:
        return
    if int(used.timestamp()) // TOTP_PERIOD == int(time.time()) // TOTP_PERIOD:
        raise get_adapter().validation_error("incorrect_code")


class SecondStepForm(CountedCode, AuthenticateForm):
    pass


class SecondConfirmForm(CountedCode, ReauthenticateForm):
    pass


@contextmanager
def _refusing_nonsense() -> Iterator[None]:
    """What no browser would send is a wrong answer, not a failure of ours."""
    try:
        yield
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise get_adapter().validation_error("incorrect_code") from error


class PasskeyStepForm(AuthenticateWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        count_code(self.user)
        with _refusing_nonsense():
            return super().clean_credential()


class PasskeyLoginForm(LoginWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        with _refusing_nonsense():
            return super().clean_credential()


class PasskeyConfirmForm(ReauthenticateWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        count_code(self.user)
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
