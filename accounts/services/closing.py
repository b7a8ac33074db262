"""Closing an account: out of sight at once, whole again when it is reopened, deleted for good after TRASH_DAYS."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import timezone

from accounts.models import AccessToken, User
from accounts.ready import forget_person
from accounts.services.sessions import count_try
from accounts.signals import account_closed
from accounts.snapshots import EPOCH, token_key, viewer_key
from core.exceptions import InvalidInput, Malformed
from core.ready import forget

REOPEN_SECONDS = 600
_SALT = "accounts.reopen"


class AccountClosed(InvalidInput):
    """The right password, but of an account that this person has closed and may still reopen."""

    def __init__(self, user: User) -> None:
        super().__init__("This account is closed.", code="account_closed")
        self.user = user


def close_account(actor: User, *, password: str, address: str) -> None:
    """Close the account: nobody sees it or anything of it, and every session and token of it ends.

    InvalidInput for a wrong `password`; tries are counted as those to log in are. `address` is the network address
    of the person. Likes and follows stay and count until the account is deleted, as it may come back.
    """
    count_try(address, actor.username)
    if not actor.check_password(password):
        raise InvalidInput.field("password", "This is not your password.", code="password_wrong")
    with transaction.atomic():
        locked = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        if not locked.is_active:
            return
        locked.set_password(password)  # hashed anew: the sessions of before do not come back with the account
        locked.is_active, locked.closed_at = False, timezone.now()
        locked.save(update_fields=["password", "is_active", "closed_at"])
        _revoke_tokens(locked, locked.closed_at)
        forget_person(locked.pk)
        forget(viewer_key(locked.pk), EPOCH)
        account_closed.send(sender=None, user_id=locked.pk)


def suspend_account(user: User) -> None:
    """Put the account out of sight for the people who run the site; only they bring it back."""
    with transaction.atomic():
        if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
            forget_person(user.pk)
            forget(viewer_key(user.pk), EPOCH)
            account_closed.send(sender=None, user_id=user.pk)
    user.is_active = False


def deleted_on(user: User) -> datetime | None:
    """When a closed account is deleted for good; None for one that its person has not closed."""
    return user.closed_at + timedelta(days=settings.TRASH_DAYS) if user.closed_at else None


def can_reopen(user: User) -> bool:
    """Whether the person closed this account and it is not yet to be deleted."""
    end = deleted_on(user)
    return not user.is_active and end is not None and timezone.now() < end


def reopen_pass(user: User) -> str:
    """Lets whoever has just given the right password reopen this account once, within REOPEN_SECONDS."""
    return signing.dumps([user.pk, _closed_stamp(user)], salt=_SALT)


def reopen_account(reopen: str) -> User:
    """Bring back the account that a `reopen_pass` names. Malformed when it is none, too old, or was used before."""
    try:
        user_id, stamp = signing.loads(reopen, salt=_SALT, max_age=REOPEN_SECONDS)
    except signing.BadSignature as error:
        raise _expired() from error
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).filter(pk=user_id).first()
        if user is None or not can_reopen(user) or _closed_stamp(user) != stamp:
            raise _expired()
        user.is_active, user.closed_at = True, None
        user.save(update_fields=["is_active", "closed_at"])
        forget_person(user.pk)
    return user


def expired_account_ids(limit: int = 100) -> list[int]:
    """Closed accounts whose time to come back is over, the longest closed first."""
    before = timezone.now() - timedelta(days=settings.TRASH_DAYS)
    expired = User.objects.filter(is_active=False, closed_at__lt=before)
    return list(expired.order_by("closed_at").values_list("pk", flat=True)[:limit])


def _revoke_tokens(user: User, moment: datetime) -> None:
    live = AccessToken.objects.filter(user=user, revoked_at=None)
    digests = list(live.select_for_update().values_list("digest", flat=True))
    live.update(revoked_at=moment)
    forget(*map(token_key, digests))


def _closed_stamp(user: User) -> str:
    return user.closed_at.isoformat() if user.closed_at else ""


def _expired() -> Malformed:
    return Malformed("This page is too old. Please log in again.", code="reopen_expired")
