"""What a push says. Without leave no names and no words: they would pass other people's hands, though sealed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from core.media_urls import absolute
from notifications.links import target_of
from notifications.models import Kind, Notification
from notifications.selectors import Group
from notifications.words import details, sentence

TRIAL = "trial"
LONGEST_TITLE, LONGEST_BODY = 100, 200  # signs

PLAIN: Mapping[str, "str | Promise"] = {
    Kind.LIKE: later("Somebody liked your post"),
    Kind.COMMENT: later("You have a new comment"),
    Kind.REPLY: later("You have a new reply"),
    Kind.COMMENT_LIKE: later("Somebody liked your comment"),
    Kind.MENTION: later("Somebody mentioned you"),
    Kind.TAG: later("You are tagged in a post"),
    Kind.FOLLOW: later("You have a new follower"),
    Kind.REQUEST: later("Somebody asked to follow you"),
    Kind.ACCEPTED: later("You may follow somebody now"),
    Kind.COMMENT_WAITING: later("A comment waits for you"),
    Kind.TAG_WAITING: later("A tag waits for you"),
    Kind.UPLOAD_DONE: later("Your post is out"),
    Kind.UPLOAD_FAILED: later("A picture of your post could not be developed"),
    Kind.NOTICE: later("The people who run the site have a word for you"),
}


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
    """About `note`, loaded with recipient, actor, post and comment; names and words only with `shows_text`."""
    title, body = _spoken(note) if shows_text else (settings.SITE_NAME, str(PLAIN[note.kind]))
    tag = f"{note.kind}:{note.comment_id or note.post_id or note.actor_id or note.pk}"
    page = target_of(Group([note], rows=1, people=1, is_new=True), note.recipient)
    return Message(note.kind, title, body, absolute(page), tag)


def trial() -> Message:
    """What shows that messages arrive."""
    page = absolute(reverse("notifications:settings-devices"))
    return Message(TRIAL, settings.SITE_NAME, _("This is how you are told something here."), page, TRIAL)


def _spoken(note: Notification) -> tuple[str, str]:
    """Title and body with names and words."""
    said = sentence(note, [note.actor.name] if note.actor is not None else [], 1)
    if note.kind == Kind.NOTICE:
        return settings.SITE_NAME, Truncator(said).chars(LONGEST_BODY)
    words = details(note) or (note.post.title if note.post is not None else "")
    return Truncator(said).chars(LONGEST_TITLE), Truncator(" ".join(words.split())).chars(LONGEST_BODY)
