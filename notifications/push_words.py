"""What a push says. Without leave no names and no words: they would pass other people's hands, though sealed."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from core.media_urls import absolute
from notifications.models import Notification
from notifications.wording import PLAIN, page_of, sentence_about, words_of

TRIAL = "trial"


@dataclass(frozen=True, slots=True)
class Message:
    """`tag` names what it is about: a later message with the same one takes its place."""

    kind: str
    title: str
    body: str
    url: str
    tag: str

    @property
    def payload(self) -> dict[str, Any]:
        return {"title": self.title, "body": self.body, "url": self.url, "tag": self.tag}


def message_of(note: Notification, *, shows_text: bool) -> Message:
    """About `note`, loaded with actor, post and comment; names and words only with `shows_text`."""
    said = (sentence_about([note], 1), words_of(note)) if shows_text else (settings.SITE_NAME, str(PLAIN[note.kind]))
    tag = f"{note.kind}:{note.comment_id or note.post_id or note.actor_id or note.pk}"
    return Message(note.kind, *said, absolute(page_of(note)), tag)


def trial() -> Message:
    """What shows that messages arrive."""
    page = absolute(reverse("notifications:settings-devices"))
    return Message(TRIAL, settings.SITE_NAME, _("This is how you are told something here."), page, TRIAL)
