"""What the account pages ask for. Rules live in the services; a form only carries values and shows errors."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import AccessToken
from accounts.models.apps import NAME_LENGTH
from accounts.models.users import (
    BIO_LENGTH,
    DISPLAY_NAME_LENGTH,
    FILTER_LENGTH,
    LOCATION_LENGTH,
    MOST_FILTERS,
    MOST_LINKS,
    WEBSITE_LENGTH,
    TagsFrom,
)
from accounts.services.apps import MOST_ADDRESSES, MOST_SIGNS
from accounts.services.invitations import LONGEST_DAYS, MOST_PLACES, NOTE_LENGTH
from accounts.services.registration import APPLICATION_LENGTH, Admission
from accounts.services.tokens import MOST_DAYS


def _password(autocomplete: str) -> forms.PasswordInput:
    return forms.PasswordInput(attrs={"autocomplete": autocomplete})


class SignUpForm(forms.Form):
    username = forms.CharField(
        label=_("Username"),
        max_length=100,
        help_text=_("2 to 30 letters a-z, digits, dots and underscores."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    email = forms.CharField(label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=5000,
        help_text=_("At least 8 characters. A whole sentence is fine."),
        widget=_password("new-password"),
    )
    invitation = forms.CharField(
        label=_("Invitation"),
        max_length=100,
        help_text=_("The last part of the address that was sent to you."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    application = forms.CharField(
        max_length=APPLICATION_LENGTH,
        help_text=_("The people who run this site read it before they let you in."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.REGISTRATION != "invite":
            del self.fields["invitation"]
        if settings.REGISTRATION != "approval":
            del self.fields["application"]
        else:
            self.fields["application"].label = settings.REGISTRATION_QUESTION

    @property
    def admission(self) -> Admission:
        """What somebody brings to be let in. For a form that is valid."""
        asked = {name: self.cleaned_data[name] for name in ("invitation", "application") if name in self.fields}
        return Admission(**asked)

    @property
    def person(self) -> dict[str, Any]:
        """The fields of `sign_up` that everybody fills in. For a form that is valid."""
        return {name: self.cleaned_data[name] for name in ("username", "email", "password")}


class ProviderSignUpForm(SignUpForm):
    """For who comes from a provider that knows the address; a password is not needed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["email"], self.fields["password"]


class LoginForm(forms.Form):
    username = forms.CharField(
        label=_("Username or e-mail"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(label=_("Password"), strip=False, max_length=5000, widget=_password("current-password"))


class LinesField(forms.CharField):
    """A list of texts, one in each line."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        return str(super().clean(value)).splitlines()


class ProfileForm(forms.Form):
    display_name = forms.CharField(
        label=_("Name"),
        max_length=DISPLAY_NAME_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    bio = forms.CharField(
        label=_("About you"), max_length=BIO_LENGTH, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    pronouns = forms.CharField(label=_("Pronouns"), max_length=32, required=False)
    location = forms.CharField(label=_("Location"), max_length=LOCATION_LENGTH, required=False)
    website = forms.CharField(
        label=_("Website"),
        max_length=WEBSITE_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "url", "inputmode": "url"}),
    )
    links = LinesField(
        label=_("More links"),
        max_length=MOST_LINKS * (WEBSITE_LENGTH + 2),
        required=False,
        help_text=_("Four at most, one in each line."),
        widget=forms.Textarea(attrs={"rows": 3, "inputmode": "url", "spellcheck": "false"}),
    )
    show_camera = forms.BooleanField(
        label=_("Show camera, lens and exposure with my pictures"),
        required=False,
        help_text=_("Otherwise only you see them. Position and serial numbers are never shown."),
    )


class PrivacyForm(forms.Form):
    is_private = forms.BooleanField(
        label=_("Private account"),
        required=False,
        help_text=_("Only followers you have accepted see your pictures, old ones too."),
    )
    hides_counts = forms.BooleanField(
        label=_("Hide my numbers from others"),
        required=False,
        help_text=_("How many follow you, how many you follow, and how many like your pictures."),
    )
    hides_follows = forms.BooleanField(
        label=_("Hide whom I follow and who follows me"),
        required=False,
        help_text=_("The lists are for you alone then."),
    )
    in_search = forms.BooleanField(
        label=_("Let me be found by searching"), required=False, help_text=_("You, and your public pictures.")
    )
    in_discovery = forms.BooleanField(
        label=_("Let me be suggested"),
        required=False,
        help_text=_("In Explore, on the start page, and to people who may like to follow you."),
    )
    in_engines = forms.BooleanField(
        label=_("Let search engines list me"),
        required=False,
        help_text=_("Your profile and your public pictures, outside of this site. Engines forget slowly."),
    )
    approves_comments = forms.BooleanField(
        label=_("I let each comment out myself"),
        required=False,
        help_text=_("Until then only you and who wrote it see it."),
    )
    comment_filter = LinesField(
        label=_("Words that make comments wait"),
        max_length=MOST_FILTERS * (FILTER_LENGTH + 2),
        required=False,
        help_text=_("One word or phrase in each line. A comment with one of them waits for you."),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    tags_from = forms.ChoiceField(
        label=_("Who may say that I am in a picture"),
        choices=TagsFrom.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    approves_tags = forms.BooleanField(
        label=_("Ask me first"),
        required=False,
        help_text=_("Until you allow it, only you and who posted the picture see that you are said to be in it."),
    )

    def clean(self) -> dict[str, Any]:
        """A choice that was not sent changes nothing."""
        if not self.cleaned_data.get("tags_from"):
            self.cleaned_data.pop("tags_from", None)
        return self.cleaned_data


class PasswordForm(forms.Form):
    current = forms.CharField(
        label=_("Current password"), strip=False, max_length=5000, widget=_password("current-password")
    )
    new = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=5000,
        help_text=_("At least 8 characters. Your other devices will be logged out."),
        widget=_password("new-password"),
    )


class CloseAccountForm(forms.Form):
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        max_length=5000,
        help_text=_("So that nobody else can do it from your device."),
        widget=_password("current-password"),
    )


class DeleteAccountForm(CloseAccountForm):
    username = forms.CharField(
        label=_("Your username, typed out"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


class UsernameForm(forms.Form):
    username = forms.CharField(
        label=_("New username"),
        max_length=100,
        help_text=_("2 to 30 letters a-z, digits, dots and underscores."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )


class CountsForm(forms.Form):
    shows_counts = forms.BooleanField(
        label=_("Show numbers"),
        required=False,
        help_text=_("How many like a picture or follow somebody. Without them there are only pictures."),
    )


class MuteForm(forms.Form):
    scope = forms.ChoiceField(
        label=_("What"),
        choices=[
            ("posts", _("Posts: out of your feed and Explore")),
            ("everything", _("Everything: also out of tags, suggestions and lists of people")),
        ],
        initial="posts",
        widget=forms.RadioSelect,
    )
    seconds = forms.TypedChoiceField(
        label=_("How long"),
        coerce=int,
        choices=[
            (3600, _("1 hour")),
            (86400, _("1 day")),
            (7 * 86400, _("7 days")),
            (30 * 86400, _("30 days")),
            (0, _("For good")),
        ],
        initial=0,
        widget=forms.RadioSelect,
    )


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("A CSV file of ours, or of another site: one username in each row. 10,000 rows and 1 MB at most."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    kind = forms.ChoiceField(
        label=_("What to do with these people"),
        choices=[("follows", _("Follow them")), ("mutes", _("Mute them")), ("blocks", _("Block them"))],
        initial="follows",
        widget=forms.RadioSelect,
    )


class AppearanceForm(forms.Form):
    theme = forms.ChoiceField(
        label=_("Theme"),
        choices=[("system", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))],
        widget=forms.RadioSelect,
    )


SCOPES = [
    (AccessToken.Scope.READ, _("Read: see what you see")),
    (AccessToken.Scope.WRITE, _("Write: post, edit, delete, like")),
    (AccessToken.Scope.FOLLOW, _("Follow: follow, mute and block people")),
    (AccessToken.Scope.PUSH, _("Push: send you notices")),
]


class AppForm(forms.Form):
    name = forms.CharField(
        label=_("What is it called?"),
        max_length=NAME_LENGTH,
        help_text=_("People read it when they are asked to let the app in."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    redirect_uris = forms.CharField(
        label=_("Where does it get the answer?"),
        max_length=MOST_ADDRESSES * MOST_SIGNS,
        help_text=_("One address in a line, such as org.example.app:/done or https://app.example.org/done."),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "none"}),
    )
    website = forms.CharField(
        label=_("Website"),
        max_length=200,
        required=False,
        widget=forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it ask for?"),
        choices=SCOPES,
        initial=[AccessToken.Scope.READ],
        widget=forms.CheckboxSelectMultiple,
    )

    def clean_redirect_uris(self) -> list[str]:
        addresses: list[str] = self.cleaned_data["redirect_uris"].split()
        return addresses


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What is it for?"),
        max_length=100,
        help_text=_("So that you know it again, such as “backup script”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"),
        choices=SCOPES,
        initial=[AccessToken.Scope.READ],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(
        label=_("Days until it ends"),
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        help_text=_("Empty: it is good until you revoke it."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class InvitationForm(forms.Form):
    note = forms.CharField(
        label=_("For whom?"),
        max_length=NOTE_LENGTH,
        required=False,
        help_text=_("Only you see this."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    places = forms.IntegerField(label=_("How many people may use it?"), min_value=1, max_value=MOST_PLACES, initial=1)
    days = forms.IntegerField(label=_("Days until it ends"), min_value=1, max_value=LONGEST_DAYS, initial=14)
