"""The forms of allauth's pages, in our words."""

from typing import Any

from allauth.account.forms import (
    AddEmailForm,
    ConfirmEmailVerificationCodeForm,
    ReauthenticateForm,
    ResetPasswordKeyForm,
)
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.services.blocklists import email_problems
from accounts.services.resets import ask_for_reset
from core.web.client_address import client_address


class CodeForm(ConfirmEmailVerificationCodeForm):
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )


class EmailForm(AddEmailForm):
    email = forms.EmailField(
        label=_("New address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def clean_email(self) -> str:
        for problem in email_problems(self.cleaned_data["email"]):
            raise forms.ValidationError(problem.message, code=problem.code)
        return str(super().clean_email())


class ResetForm(forms.Form):
    """Says nothing of whom there is: a worker looks that up."""

    email = forms.CharField(
        label=_("Username or e-mail"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def save(self, request: HttpRequest) -> None:
        ask_for_reset(self.cleaned_data["email"], address=client_address(request))


class NewPasswordForm(ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        password = self.fields["password1"]
        password.label = _("New password")
        password.widget.attrs.pop("placeholder", None)
        password.help_text = _("At least 8 characters. A whole sentence is fine.")


class ConfirmForm(ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Your password")
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["password"].help_text = ""
