"""Writing down that a person is told of something: once, if they want to hear of it, and if they may."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.unread import forget_unread
from core.events import enqueue
from core.locks import wait_for_lock
from core.models import new_id
from notifications.choices import channels_for
from notifications.models import Kind, Notification, PushSubscription


@dataclass(frozen=True, slots=True)
class Told:
    """What one person is told. `row_id` if it has been given out already, so that telling twice makes one row.

    A row of before `since` told of another time, and the new one takes its place.
    """

    recipient_id: int
    kind: Kind
    actor_id: int | None = None
    post_id: int | None = None
    comment_id: int | None = None
    text: str = ""
    address: str = ""
    row_id: int | None = None
    since: datetime | None = None

    def row(self) -> Notification:
        row_id = self.row_id or new_id(self.recipient_id)
        return Notification(
            id=row_id,
            recipient_id=self.recipient_id,
            kind=self.kind,
            actor_id=self.actor_id,
            post_id=self.post_id,
            comment_id=self.comment_id,
            about=self._about(row_id),
            text=self.text,
            address=self.address,
        )

    def same(self, kind: Kind | None = None) -> dict[str, object]:
        """The conditions on rows that tell the same, or as this other kind."""
        return {
            "recipient": self.recipient_id,
            "kind": kind or self.kind,
            "actor": self.actor_id,
            "post": self.post_id,
            "comment": self.comment_id,
        }

    def _about(self, row_id: int) -> int:
        if self.kind == Kind.NOTICE:
            return row_id
        return (self.comment_id if self.kind == Kind.COMMENT_LIKE else self.post_id) or 0


def tell(told: Told) -> Notification | None:
    """Write it down; None when it was written before, when the person does not want to hear of it, or may not.

    Rows of a person are committed in the order of their ids, so that nobody reads past one that is still to come.
    """
    if told.actor_id == told.recipient_id or not User.objects.filter(pk=told.recipient_id, is_active=True).exists():
        return None
    channels = channels_for([told.recipient_id], told.kind)[told.recipient_id]
    if not channels.in_app:
        return None
    with transaction.atomic():
        _take_turns(told.recipient_id)
        row = _insert(told)
        if row is None:
            return None
        forget_unread(told.recipient_id)
        if channels.push and PushSubscription.objects.filter(user=told.recipient_id).exists():
            enqueue("notifications.push", notification_id=row.pk)
    return row


def tell_anew(told: Told, *, instead_of: Kind) -> Notification | None:
    """As `tell`; but a row that told of it while it waited (`instead_of`) tells of it from now on."""
    with transaction.atomic():
        _take_turns(told.recipient_id)
        waited = Notification.objects.filter(**told.same(instead_of))
        if waited.exists():
            forget_unread(told.recipient_id)
            if Notification.objects.filter(**told.same()).exists():
                waited.delete()
            else:
                waited.update(kind=told.kind)
            return None
    return tell(told)


def _take_turns(user_id: int) -> None:
    wait_for_lock(f"notifications:{user_id}")


def _insert(told: Told) -> Notification | None:
    """The row, if it is new and the recipient is shown it."""
    if told.since is not None:
        Notification.objects.filter(**told.same(), created_at__lt=told.since).delete()
    row = told.row()
    known = Notification.objects.filter(pk=row.pk)
    if known.exists():
        return None
    Notification.objects.bulk_create([row], ignore_conflicts=True)
    if known.shown_to(User(pk=told.recipient_id)).exists():
        return row
    known.delete()
    return None
