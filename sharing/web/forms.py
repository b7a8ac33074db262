"""What pages of links and networks ask for. Rules live in the services; a form only carries values and shows errors."""

from datetime import timedelta

from django import forms
from django.conf import settings
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


_PLAIN = {"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}


class ConsentForm(forms.Form):
    """For networks that ask everything themselves."""


class ServerForm(forms.Form):
    server = forms.CharField(
        label=_("Your server"),
        max_length=300,
        help_text=_("Where your account is, such as mastodon.social. Your whole handle will do."),
        widget=forms.TextInput(attrs={**_PLAIN, "autocomplete": "off", "inputmode": "url"}),
    )


class AppPasswordForm(forms.Form):
    handle = forms.CharField(
        label=_("Your handle"),
        max_length=260,
        help_text=_("Such as alma.bsky.social."),
        widget=forms.TextInput(attrs={**_PLAIN, "autocomplete": "off"}),
    )
    password = forms.CharField(
        label=_("App password"),
        max_length=300,
        strip=True,
        help_text=_(
            "Make one at Bluesky, under Settings, Privacy and security, App passwords. Not the password that you log "
            "in with: an app password can be taken back alone."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    server = forms.CharField(
        label=_("Your server"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={**_PLAIN, "autocomplete": "off", "inputmode": "url"}),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        usual = settings.CONNECTOR_ADDRESSES["bluesky"].removeprefix("https://")
        self.fields["server"].help_text = _("Leave it empty for %(server)s.") % {"server": usual}


FORMS: dict[str, type[forms.Form]] = {"mastodon": ServerForm, "bluesky": AppPasswordForm}
