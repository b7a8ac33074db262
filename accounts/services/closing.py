"""Leaving: out of sight at once, whole again at the next log-in; deleted for good after TRASH_DAYS where asked for."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import AccessToken, SecurityEvent, User
from accounts.ready import forget_person
from accounts.services.apps import end_tokens, stop_apps_of
from accounts.services.devices import end_other_devices
from accounts.services.receipts import begin_receipt, drop_receipt, receipt_url
from accounts.services.security_log import note_event
from accounts.services.sessions import count_try
from accounts.signals import account_closed, account_reopened
from accounts.snapshots import EPOCH, token_key, viewer_key
from core.events import enqueue
from core.exceptions import InvalidInput, Malformed
from core.mail import send_mail_later
from core.ready import forget

REOPEN_SECONDS = 600
REMIND_DAYS = 3
_SALT = "accounts.reopen"


class AccountSuspended(InvalidInput):
    """The right password, but of an account that the people who run the site have suspended."""

    def __init__(self) -> None:
        message = _(
            "This account was suspended by the people who run this site. They have mailed you why, and what you can do."
        )
        super().__init__(message, code="account_suspended")


class AccountClosed(InvalidInput):
    """The right password, but of an account that this person has closed and may still reopen."""

    def __init__(self, user: User) -> None:
        super().__init__("This account is closed.", code="account_closed")
        self.user = user


def deactivate_account(actor: User, *, password: str, address: str) -> None:
    """Put the account out of sight until its person logs in again; nothing is deleted.

    InvalidInput for a wrong `password`; tries are counted as those to log in are. `address` is the network address
    of the person. Likes and follows stay, as it may come back, but soon count no more.
    """
    _check_password(actor, password, address)
    with transaction.atomic():
        if _close(actor, password, delete_at=None):
            note_event(actor, SecurityEvent.Kind.DEACTIVATED)
            send_mail_later("account_deactivated", to=actor.email, context={"user": actor})


def close_account(actor: User, *, password: str, address: str) -> None:
    """Put the account out of sight, and let it be deleted in TRASH_DAYS unless its person logs in before.

    InvalidInput and `address` as for `deactivate_account`. Every session and token of it ends. The mail says where the
    receipt of the deletion can be read.
    """
    _check_password(actor, password, address)
    delete_at = timezone.now() + timedelta(days=settings.TRASH_DAYS)
    with transaction.atomic():
        if _close(actor, password, delete_at=delete_at):
            receipt = begin_receipt(actor)
            note_event(actor, SecurityEvent.Kind.DELETION_ASKED)
            words = {"user": actor, "delete_at": delete_at, "url": receipt_url(receipt)}
            send_mail_later("account_deletion", to=actor.email, context=words)


def _check_password(actor: User, password: str, address: str) -> None:
    count_try(address, actor.username)
    if not actor.check_password(password):
        raise InvalidInput.field("password", "This is not your password.", code="password_wrong")


def _close(actor: User, password: str, *, delete_at: datetime | None) -> bool:
    """Whether the account was open until now."""
    locked = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    if not locked.is_active:
        return False
    end_other_devices(locked, None)
    locked.set_password(password)  # hashed anew: the sessions of before do not come back with the account
    locked.is_active, locked.closed_at, locked.delete_at = False, timezone.now(), delete_at
    locked.save(update_fields=["password", "is_active", "closed_at", "delete_at"])
    _revoke_tokens(locked, locked.closed_at)
    stop_apps_of(locked)
    forget_person(locked.pk)
    forget(viewer_key(locked.pk), EPOCH)
    _tell(account_closed, locked.pk)
    return True


def suspend_account(user: User) -> None:
    """Put the account out of sight for the people who run the site; only they bring it back.

    Its person cannot reopen one that they had closed before; if it was to be deleted, it still is.
    """
    now = timezone.now()
    with transaction.atomic():
        open_one = User.objects.filter(pk=user.pk, is_active=True)
        if open_one.update(is_active=False, suspended_at=now, closed_at=None, delete_at=None):
            stop_apps_of(user)
            forget_person(user.pk)
            forget(viewer_key(user.pk), EPOCH)
            _tell(account_closed, user.pk)
        User.objects.filter(pk=user.pk, suspended_at=None).update(suspended_at=now)
    user.refresh_from_db(fields=["is_active", "suspended_at", "closed_at", "delete_at"])


def plan_deletion(user: User) -> datetime:
    """Let a suspended account be deleted for good in TRASH_DAYS, or when its person had asked for it; the day."""
    later = timezone.now() + timedelta(days=settings.TRASH_DAYS)
    with transaction.atomic():
        locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if locked.delete_at is None:
            begin_receipt(locked)
        user.delete_at = min(locked.delete_at or later, later)
        User.objects.filter(pk=user.pk).update(delete_at=user.delete_at)
    return user.delete_at


def unplan_deletion(user: User, *, before: datetime | None) -> None:
    """Take that back: the account is deleted on the day `before`, as its person had asked, or not at all."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(delete_at=before)
        user.delete_at = before
        if before is None:
            drop_receipt(user)


def deleted_on(user: User) -> datetime | None:
    """When a closed account is deleted for good; None for one that is open, suspended, or only deactivated."""
    return user.delete_at


def can_reopen(user: User) -> bool:
    """Whether the person closed this account and it is not yet to be deleted."""
    if user.is_active or user.closed_at is None or user.suspended_at is not None:
        return False
    return user.delete_at is None or timezone.now() < user.delete_at


def was_suspended(user: User) -> bool:
    """Whether staff have put the account out of sight; at first that was not noted in a column of its own."""
    is_old = not (user.is_active or user.awaits_approval) and user.closed_at is None
    return user.suspended_at is not None or is_old


def is_suspended(user: User) -> bool:
    """Whether the people who run the site have put the account out of sight, and it is not yet to be deleted."""
    if user.is_active or not was_suspended(user):
        return False
    return user.delete_at is None or timezone.now() < user.delete_at


def reopen_pass(user: User) -> str:
    """Lets whoever has just given the right password reopen this account once, within REOPEN_SECONDS."""
    return signing.dumps([user.pk, _closed_stamp(user)], salt=_SALT)


def closed_account(reopen: str) -> User:
    """The account that a `reopen_pass` names, closed as it was then; Malformed as for `reopen_account`."""
    try:
        user_id, stamp = signing.loads(reopen, salt=_SALT, max_age=REOPEN_SECONDS)
    except signing.BadSignature as error:
        raise _expired() from error
    user = User.objects.filter(pk=user_id).first()
    if user is None or not can_reopen(user) or _closed_stamp(user) != stamp:
        raise _expired()
    return user


def reopen_account(reopen: str) -> User:
    """Bring back the account that a `reopen_pass` names. Malformed when it is none, too old, or was used before."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=closed_account(reopen).pk)
        user = closed_account(reopen)
        user.is_active, user.closed_at, user.delete_at = True, None, None
        user.save(update_fields=["is_active", "closed_at", "delete_at"])
        drop_receipt(user)
        note_event(user, SecurityEvent.Kind.REOPENED)
        send_mail_later("account_reopened", to=user.email, context={"user": user})
        forget_person(user.pk)
        _tell(account_reopened, user.pk)
    return user


def bring_back_account(user: User) -> None:
    """Let an account which the people who run the site put out of sight be there again, and tell everybody.

    One that its person had closed before is closed as it was, and they may reopen it.
    """
    with transaction.atomic():
        suspended = User.objects.filter(pk=user.pk, is_active=False).exclude(suspended_at=None)
        if not suspended.exclude(closed_at=None).update(suspended_at=None):
            open_account(user)
    user.refresh_from_db(fields=["is_active", "suspended_at", "closed_at", "delete_at"])


def open_account(user: User) -> None:
    """Let the people who run the site open an account, whoever closed it, and tell everybody."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=True, suspended_at=None, closed_at=None, delete_at=None)
        drop_receipt(user)
        forget_person(user.pk)
        forget(viewer_key(user.pk))
        _tell(account_reopened, user.pk)


def expired_account_ids(limit: int = 100) -> list[int]:
    """Closed accounts whose time to come back is over, the longest closed first."""
    expired = User.objects.filter(is_active=False, delete_at__lte=timezone.now())
    return list(expired.order_by("delete_at").values_list("pk", flat=True)[:limit])


def remind_of_deletion() -> int:
    """Mail whoever's account is deleted on the day in three days; to be called once on each day. Returns how many.

    Not those who could not come back.
    """
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    first = today + timedelta(days=REMIND_DAYS)
    last = first + timedelta(days=1)
    own = User.objects.filter(is_active=False, suspended_at=None).exclude(closed_at=None)
    leaving = own.filter(delete_at__gte=first, delete_at__lt=last)
    reminded = 0
    for user in leaving.iterator():
        send_mail_later("deletion_reminder", to=user.email, context={"user": user, "delete_at": user.delete_at})
        reminded += 1
    return reminded


def _tell(signal: Signal, user_id: int) -> None:
    """In the transaction that changes it: the counters of others follow, and whoever hears the signal."""
    enqueue("accounts.recount_neighbours", user_id=user_id)
    signal.send(sender=None, user_id=user_id)


def _revoke_tokens(user: User, moment: datetime) -> None:
    live = AccessToken.objects.filter(user=user, revoked_at=None)
    digests = list(live.select_for_update().values_list("digest", flat=True))
    live.update(revoked_at=moment)
    forget(*map(token_key, digests))
    end_tokens(user)


def _closed_stamp(user: User) -> str:
    return user.closed_at.isoformat() if user.closed_at else ""


def _expired() -> Malformed:
    return Malformed("This page is too old. Please log in again.", code="reopen_expired")
