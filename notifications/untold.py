"""Reading what is told outside the site: what is unread, and may still be seen."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import User
from notifications.choices import channels_of
from notifications.grouping import SHOWN_PEOPLE
from notifications.models import Notification, Reader
from notifications.selectors import Group

MOST_ROWS, MOST_GROUPS = 500, 20


@dataclass(frozen=True, slots=True)
class News:
    """The newest groups, newest first, and how many more there are."""

    groups: Sequence[Group]
    more: int


def unread_note(notification_id: int) -> Notification | None:
    """With its recipient, actor, post and comment; None when it was read, is gone or may not be seen any longer."""
    found = Notification.objects.select_related("recipient").filter(pk=notification_id).first()
    if found is None or not found.recipient.is_active or _read_up_to(found.recipient) >= found.pk:
        return None
    shown = Notification.objects.shown_to(found.recipient)
    return shown.select_related("recipient", "actor", "post", "comment").filter(pk=found.pk).first()


def news_for_mail(user: User, after: int) -> News:
    """What came after this id and is of a kind that the person wants by mail; of the newest MOST_ROWS of it."""
    kinds = [kind for kind, channels in channels_of(user.pk).items() if channels.mail]
    shown = Notification.objects.shown_to(user).filter(pk__gt=after, kind__in=kinds)
    rows = shown.select_related("actor", "post", "comment").order_by("-id")[:MOST_ROWS]
    grouped: dict[tuple[str, int], list[Notification]] = {}
    for row in rows:
        grouped.setdefault((row.kind, row.about), []).append(row)
    groups = [_group(each) for each in grouped.values()]
    return News(groups[:MOST_GROUPS], len(groups[MOST_GROUPS:]))


def _group(rows: Sequence[Notification]) -> Group:
    of_people: dict[int | None, Notification] = {}
    for row in rows:
        of_people.setdefault(row.actor_id, row)
    return Group(list(of_people.values())[:SHOWN_PEOPLE], len(rows), len(of_people), is_new=True)


def _read_up_to(user: User) -> int:
    return Reader.objects.filter(user=user).values_list("read_up_to", flat=True).first() or 0
