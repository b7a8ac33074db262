"""Who has which username: one lock for each look, so that two who want names that look alike get them one by one."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import FormerName, SecurityEvent, User
from accounts.names import clean_username, look_of
from accounts.ready import forget_person
from accounts.services.security_log import note_event
from accounts.snapshots import EPOCH, side_key, viewer_key
from core.exceptions import InvalidInput
from core.locks import wait_for_lock
from core.ready import forget

RENAMES = 3
RENAME_DAYS = 30


def claim_username(name: str, *, by: User | None = None) -> str:
    """Make sure that nobody else has `name` (clean), or one that looks like it, before this transaction ends.

    Returns its look. InvalidInput when somebody has such a name or it is held for somebody; `by`, if given, may take
    back what is held for them.
    """
    look = look_of(name)
    wait_for_lock(f"accounts.username:{look}")
    alike = Q(look=look) | Q(username=name)
    FormerName.objects.filter(alike, held_until__lte=timezone.now()).delete()
    people, held = User.objects.filter(alike), FormerName.objects.filter(alike)
    if by is not None:
        people, held = people.exclude(pk=by.pk), held.exclude(user=by)
    if people.exists() or held.exists():
        raise InvalidInput.field("username", "Somebody has this name already.", code="username_taken")
    return look


def rename_user(actor: User, typed: str, *, request: HttpRequest | None = None, by_staff: bool = False) -> User:
    """Give the account another name; the one of before leads to it, and is nobody else's, for USERNAME_HOLD_DAYS.

    InvalidInput for a name that cannot be had, and for more than RENAMES changes in RENAME_DAYS unless `by_staff`.
    """
    name = clean_username(typed)
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        if user.username != name:
            if not by_staff and renames_left(user) == 0:
                message = f"You can change your name {RENAMES} times in {RENAME_DAYS} days."
                raise InvalidInput.field("username", message, code="renamed_too_often")
            _rename(user, name, request)
    actor.username, actor.look = user.username, user.look
    return user


def renames_left(user: User) -> int:
    """How often the person may still change the name within RENAME_DAYS. One query."""
    since = timezone.now() - timedelta(days=RENAME_DAYS)
    done = SecurityEvent.objects.filter(user=user, kind=SecurityEvent.Kind.USERNAME_CHANGED, created_at__gte=since)
    return max(0, RENAMES - done.count())


def hold_names_of(user: User) -> None:
    """Nobody gets the name of this person for USERNAME_HOLD_DAYS; for the transaction that deletes the account.

    Names that were held for the person stay held, and lead nowhere once the row is gone.
    """
    _hold(user, None)


def forget_former_names() -> int:
    """Delete the holds whose time is over; returns how many."""
    deleted, _ = FormerName.objects.filter(held_until__lte=timezone.now()).delete()
    return deleted


def _rename(user: User, name: str, request: HttpRequest | None) -> None:
    before = user.username
    look = claim_username(name, by=user)
    FormerName.objects.filter(Q(look=look) | Q(username=name), user=user).delete()
    _hold(user, user)
    user.username, user.look = name, look
    user.save(update_fields=["username", "look"])
    forget_person(user.pk)
    forget(viewer_key(user.pk), side_key(user.pk), EPOCH)
    note_event(user, SecurityEvent.Kind.USERNAME_CHANGED, request=request, detail=f"{before} → {name}")


def _hold(user: User, leads_to: User | None) -> None:
    look = look_of(user.username)
    FormerName.objects.filter(Q(look=look) | Q(username=user.username)).delete()
    until = timezone.now() + timedelta(days=settings.USERNAME_HOLD_DAYS)
    FormerName.objects.create(username=user.username, look=look, user=leads_to, held_until=until)
