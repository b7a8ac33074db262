"""What people are told, in words: on the page, in the API, and wherever else it is said."""

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from notifications.grouping import MOST_IN_GROUP
from notifications.models import Kind, Notification

NAMED = 2  # people by their names, the others by their number

_SENTENCES = {
    Kind.LIKE: gettext_noop("{who} liked your post"),
    Kind.COMMENT: gettext_noop("{who} commented on your post"),
    Kind.REPLY: gettext_noop("{who} replied to you"),
    Kind.COMMENT_LIKE: gettext_noop("{who} liked your comment"),
    Kind.MENTION: gettext_noop("{who} mentioned you"),
    Kind.TAG: gettext_noop("{who} tagged you in a post"),
    Kind.FOLLOW: gettext_noop("{who} followed you"),
    Kind.REQUEST: gettext_noop("{who} asked to follow you"),
    Kind.ACCEPTED: gettext_noop("{who} let you follow them"),
    Kind.COMMENT_WAITING: gettext_noop("{who} wrote a comment that waits for you"),
    Kind.TAG_WAITING: gettext_noop("{who} would like to tag you in a post"),
    Kind.UPLOAD_DONE: gettext_noop("Your post is out"),
    Kind.UPLOAD_FAILED: gettext_noop("A picture of your post could not be developed"),
}


def sentence(row: Notification, names: Sequence[str], people: int) -> str:
    """What happened. `names` are those of the newest people, of `people` in all."""
    if row.kind == Kind.NOTICE:
        return row.text
    who = _who(names, people).format(*names[:NAMED]) if names else ""
    return _(_SENTENCES[Kind(row.kind)]).format(who=who)


def sentence_html(row: Notification, names: Sequence[str], people: int) -> SafeString:
    """The same, the names in bold."""
    if not names:
        return format_html("{}", sentence(row, names, people))
    bold = [format_html("<b>{}</b>", name) for name in names[:NAMED]]
    return format_html(_(_SENTENCES[Kind(row.kind)]), who=format_html(_who(names, people), *bold))


def details(row: Notification) -> str:
    """More words to the sentence: of a comment, or of what failed; "" for none."""
    if row.kind == Kind.UPLOAD_FAILED:
        return row.text
    return row.comment.text if row.comment is not None else ""


def _who(names: Sequence[str], people: int) -> str:
    """With a place for each name: Hana; Hana and Ben; Hana, Ben and 4 others."""
    if people <= 1 or len(names) <= 1:
        return "{0}"
    if people == NAMED:
        return _("{0} and {1}")
    others = people - NAMED
    number = f"{others}+" if people >= MOST_IN_GROUP else str(others)
    return ngettext("{0}, {1} and %(number)s other", "{0}, {1} and %(number)s others", others) % {"number": number}
