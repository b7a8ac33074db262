"""What is said outside the site: sentences of one line, for mails and messages on devices."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext, ngettext_lazy

from notifications.models import Kind, Notification

WORDS = 200  # signs of somebody's words

PLAIN: Mapping[str, "str | Promise"] = {
    Kind.LIKE: later("Somebody likes your post"),
    Kind.COMMENT: later("You have a new comment"),
    Kind.REPLY: later("You have a new reply"),
    Kind.COMMENT_LIKE: later("Somebody likes your comment"),
    Kind.MENTION: later("Somebody mentions you"),
    Kind.TAG: later("You are tagged in a picture"),
    Kind.FOLLOW: later("You have a new follower"),
    Kind.REQUEST: later("Somebody asks to follow you"),
    Kind.ACCEPTED: later("You may follow somebody now"),
    Kind.COMMENT_WAITING: later("A comment waits for you"),
    Kind.TAG_WAITING: later("A tag waits for you"),
    Kind.UPLOAD_DONE: later("Your post is ready"),
    Kind.UPLOAD_FAILED: later("A picture could not be developed"),
    Kind.NOTICE: later("The people who run the site have a word for you"),
}
NAMED: Mapping[str, Any] = {
    Kind.LIKE: ngettext_lazy("%(names)s likes your post", "%(names)s like your post", "people"),
    Kind.COMMENT: ngettext_lazy("%(names)s commented on your post", "%(names)s commented on your post", "people"),
    Kind.REPLY: ngettext_lazy("%(names)s replied to you", "%(names)s replied to you", "people"),
    Kind.COMMENT_LIKE: ngettext_lazy("%(names)s likes your comment", "%(names)s like your comment", "people"),
    Kind.MENTION: ngettext_lazy("%(names)s mentioned you", "%(names)s mentioned you", "people"),
    Kind.TAG: ngettext_lazy("%(names)s tagged you in a picture", "%(names)s tagged you in a picture", "people"),
    Kind.FOLLOW: ngettext_lazy("%(names)s follows you", "%(names)s follow you", "people"),
    Kind.REQUEST: ngettext_lazy("%(names)s asks to follow you", "%(names)s ask to follow you", "people"),
    Kind.ACCEPTED: ngettext_lazy("%(names)s lets you follow", "%(names)s let you follow", "people"),
    Kind.COMMENT_WAITING: ngettext_lazy(
        "%(names)s commented, and waits for you", "%(names)s commented, and wait for you", "people"
    ),
    Kind.TAG_WAITING: ngettext_lazy(
        "%(names)s tagged you in a picture, and waits for you",
        "%(names)s tagged you in a picture, and wait for you",
        "people",
    ),
}


def sentence_about(newest: Sequence[Notification], people: int) -> str:
    """`newest` are the newest rows of one kind, one for each person that is named; `people` are all there are."""
    head = newest[0]
    if head.kind not in NAMED or head.actor is None:
        return str(PLAIN[head.kind])
    names = [row.actor.display_name or row.actor.username for row in newest if row.actor is not None]
    return str(NAMED[head.kind] % {"names": _together(names, people), "people": people})


def words_of(note: Notification) -> str:
    """What somebody wrote, or what it is about, on one line; "" where there are no words."""
    words = note.comment.text if note.comment is not None else note.text or (note.post.title if note.post else "")
    return Truncator(" ".join(words.split())).chars(WORDS)


def page_of(note: Notification) -> str:
    """The path of the page that shows what `note` is about."""
    if note.kind == Kind.NOTICE and note.address:
        return note.address
    if note.kind in (Kind.FOLLOW, Kind.ACCEPTED) and note.actor is not None:
        return reverse("feeds:profile", args=[note.actor.username])
    if note.post_id is None or note.kind in (Kind.COMMENT_WAITING, Kind.TAG_WAITING, Kind.UPLOAD_FAILED):
        return reverse("accounts:activity")
    return reverse("photos:post-detail", args=[note.post_id])


def _together(names: Sequence[str], people: int) -> str:
    """A; A and B; A, B and 3 others."""
    first, others = names[:2], people - len(names[:2])
    if others > 0:
        said = ngettext("%(names)s and %(n)d other", "%(names)s and %(n)d others", others)
        return said % {"names": ", ".join(first), "n": others}
    return _("%(first)s and %(second)s") % {"first": first[0], "second": first[1]} if len(first) > 1 else first[0]
