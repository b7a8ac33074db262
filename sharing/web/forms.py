"""What pages of links ask for. Rules live in `sharing.services.links`; a form only carries values and shows errors."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sharing.services.links import DEFAULT_DAYS, LONGEST_PASSWORD, LinkWish

NEVER = "never"


class LinkForm(forms.Form):
    """A new link. For what is not public it ends after DEFAULT_DAYS if nothing else is chosen."""

    ends = forms.ChoiceField(
        label=_("It ends"),
        choices=[
            ("1", _("in a day")),
            ("7", _("in a week")),
            (str(DEFAULT_DAYS), _("in 30 days")),
            ("365", _("in a year")),
            (NEVER, _("never, until you revoke it")),
        ],
    )
    alias = forms.CharField(
        label=_("A name of your own"),
        required=False,
        max_length=200,
        help_text=_("Letters, digits and hyphens. A name can be guessed; without one the address cannot."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )
    password = forms.CharField(
        label=_("Password"),
        required=False,
        max_length=LONGEST_PASSWORD,
        strip=False,
        help_text=_("Who has the link must know it, too. Send it another way than the link."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def wish(self) -> LinkWish:
        ends = self.cleaned_data["ends"]
        until = None if ends == NEVER else timezone.now() + timedelta(days=int(ends))
        return LinkWish(self.cleaned_data["alias"], self.cleaned_data["password"], until, by_default=False)


class PasswordForm(forms.Form):
    """Asked of who opens a link that has a password."""

    password = forms.CharField(
        label=_("Password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
