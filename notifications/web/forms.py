from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.time_zones import time_zone_names
from notifications.choices import ALWAYS_IN_APP, USUAL, Channels
from notifications.models import Kind

CHANNELS = tuple(field.name for field in fields(Channels))
LABELS = {
    Kind.LIKE: _("Likes of your posts"),
    Kind.COMMENT: _("Comments on your posts"),
    Kind.REPLY: _("Replies to you"),
    Kind.COMMENT_LIKE: _("Likes of your comments"),
    Kind.MENTION: _("Where you are mentioned"),
    Kind.TAG: _("Where you are tagged"),
    Kind.FOLLOW: _("New followers"),
    Kind.REQUEST: _("Requests to follow you"),
    Kind.ACCEPTED: _("Granted requests of yours"),
    Kind.COMMENT_WAITING: _("Comments that wait for you"),
    Kind.TAG_WAITING: _("Tags that wait for you"),
    Kind.UPLOAD_DONE: _("Finished uploads"),
    Kind.UPLOAD_FAILED: _("Failed uploads"),
    Kind.NOTICE: _("Word from the people who run the site"),
}


class NotificationsForm(forms.Form):
    """A tick for each kind and channel, named `<kind>-<channel>`; the daily mail and the time zone."""

    digest = forms.BooleanField(
        label=_("Daily mail"),
        required=False,
        help_text=_("One mail a day at most, of what is ticked under Mail and not read yet."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("When your day begins, here and for the daily mail.")
    )

    def __init__(
        self, data: Mapping[str, str] | None, user: User, chosen: Mapping[str, Channels], *, digest: bool
    ) -> None:
        ticks = {_name(kind, channel): is_on for kind in USUAL for channel, is_on in asdict(chosen[kind]).items()}
        super().__init__(data, initial={"digest": digest, "time_zone": user.time_zone, **ticks})
        zone = self.fields["time_zone"]
        assert isinstance(zone, forms.ChoiceField)  # noqa: S101  as it says above
        zone.choices = _zones(user.time_zone)
        for name in ticks:
            self.fields[name] = forms.BooleanField(required=False)
        for kind in ALWAYS_IN_APP:
            self.fields[_name(kind, "in_app")].disabled = True

    def rows(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """The label of each kind, and its ticks."""
        for kind in USUAL:
            yield str(LABELS[Kind(kind)]), [self[_name(kind, channel)] for channel in CHANNELS]

    def chosen(self) -> dict[str, dict[str, bool]]:
        """As `choose_channels` takes it."""
        sent = self.cleaned_data
        return {kind: {channel: sent[_name(kind, channel)] for channel in CHANNELS} for kind in USUAL}


def _name(kind: str, channel: str) -> str:
    return f"{kind}-{channel}"


def _zones(current: str) -> list[tuple[str, str | list[tuple[str, str]]]]:
    """The choices by continent; what is chosen now is there in any case."""
    continents: dict[str, list[tuple[str, str]]] = {}
    for name in [*time_zone_names(), *([] if current in time_zone_names() else [current])]:
        continent, _sep, place = name.partition("/")
        continents.setdefault(continent, []).append((name, (place or name).replace("_", " ")))
    return [(each, places) if places[0][0] != each else places[0] for each, places in continents.items()]
