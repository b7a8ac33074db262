"""What staff make of an account as a whole: limited, frozen or suspended; and how they take it back.

Each may be done twice, and is then done once. NotAllowed for who is not staff, for oneself, and for a superuser unless
one is a superuser, too. Why, and telling the person, is the part of who decides; only a suspension is mailed here, as
its person can read nothing else.
"""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services.closing import bring_back_account, suspend_account, was_suspended
from accounts.services.devices import end_other_devices
from accounts.snapshots import EPOCH, viewer_key
from core.exceptions import NotAllowed
from core.mail import send_mail_later
from core.ready import forget


def limit_account(staff: User, user: User) -> User:
    """Keep an account from strangers: who follows it, or opens its profile or a post, sees it as before.

    It stands in nobody else's Explore, search, tags, suggestions or feeds for readers, and what it does is news to
    nobody who does not follow it (`accounts.standings.is_limited_for`).
    """
    return _set(staff, user, "limited_at", is_on=True)


def unlimit_account(staff: User, user: User) -> User:
    return _set(staff, user, "limited_at", is_on=False)


def freeze_account(staff: User, user: User) -> User:
    """Let the person read, and do nothing else (`accounts.frozen`). What they have begun to publish is finished."""
    return _set(staff, user, "frozen_at", is_on=True)


def unfreeze_account(staff: User, user: User) -> User:
    return _set(staff, user, "frozen_at", is_on=False)


def suspend_person(staff: User, user: User, *, reason: str = "", is_mailed: bool = True) -> User:
    """Put the account out of sight, as if it was closed, until staff bring it back.

    Its person is mailed the reason; without `is_mailed` that is left to who decides.
    """
    with transaction.atomic():
        locked = _lock(staff, user)
        if locked.suspended_at is None:
            suspend_account(locked)
            end_other_devices(locked, None)
            words = {"user": locked, "reason": reason.strip()}
            if is_mailed:
                send_mail_later("account_suspended", to=locked.email, context=words)
    return _refreshed(user)


def unsuspend_person(staff: User, user: User, *, is_mailed: bool = True) -> User:
    """Bring a suspended account back, as it was; one that its person had closed before stays closed, and theirs."""
    with transaction.atomic():
        locked = _lock(staff, user)
        if was_suspended(locked):
            bring_back_account(locked)
            if is_mailed:
                send_mail_later("account_unsuspended", to=locked.email, context={"user": locked})
    return _refreshed(user)


def _set(staff: User, user: User, field: str, *, is_on: bool) -> User:
    with transaction.atomic():
        locked = _lock(staff, user)
        if (getattr(locked, field) is not None) != is_on:
            setattr(locked, field, timezone.now() if is_on else None)
            locked.save(update_fields=[field])
            forget(viewer_key(locked.pk), EPOCH)
    return _refreshed(user)


def _lock(staff: User, user: User) -> User:
    if not (staff.is_staff and staff.is_active) or staff.pk == user.pk:
        raise NotAllowed
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if locked.is_superuser and not staff.is_superuser:
        raise NotAllowed
    return locked


def _refreshed(user: User) -> User:
    user.refresh_from_db(fields=["limited_at", "frozen_at", "suspended_at", "is_active", "closed_at", "delete_at"])
    return user
