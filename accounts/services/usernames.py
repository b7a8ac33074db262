"""Who has which username: one lock for each look, so that two who want names that look alike get them one by one."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import FormerName, SecurityEvent, User
from accounts.models.users import USERNAME_LENGTH
from accounts.names import clean_username, look_of
from accounts.ready import forget_person
from accounts.services.blocklists import check_words, tell_held
from accounts.services.security_log import note_event
from accounts.signals import person_named
from accounts.snapshots import EPOCH, side_key, viewer_key
from core.exceptions import InvalidInput
from core.locks import wait_for_lock
from core.mail import send_mail_later
from core.ready import forget
from core.web.client_address import client_address

RENAMES = 3
RENAME_DAYS = 30


def claim_username(name: str, *, by: User | None = None) -> str:
    """Make sure that nobody else has `name` (clean), or one that looks like it, before this transaction ends.

    Returns its look. InvalidInput when somebody has such a name or it is held for somebody; `by`, if given, may take
    back what is held for them.
    """
    look = look_of(name)
    wait_for_lock(f"accounts.username:{look}")
    people, held = User.objects.filter(Q(look=look) | Q(username=name)), _holds(name)
    held.filter(held_until__lte=timezone.now()).delete()
    if by is not None:
        people, held = people.exclude(pk=by.pk), held.exclude(user=by)
    if people.exists() or held.exists():
        raise InvalidInput.field("username", "Somebody has this name already.", code="username_taken")
    return look


def rename_user(actor: User, typed: str, *, request: HttpRequest | None = None, by_staff: bool = False) -> User:
    """Give the account another name; the one of before leads to it, and is nobody else's, for USERNAME_HOLD_DAYS.

    InvalidInput for a name that cannot be had, and for more than RENAMES changes in RENAME_DAYS; those `by_staff` are
    not counted. The person is told by mail.
    """
    name = clean_username(typed)
    held = {} if by_staff else check_words("names", {"username": name})
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        if user.username != name:
            if not by_staff and renames_left(user) == 0:
                message = f"You can change your name {RENAMES} times in {RENAME_DAYS} days."
                raise InvalidInput.field("username", message, code="renamed_too_often")
            before = user.username
            _rename(user, name)
            person_named.send(sender=None, user_id=user.pk)
            tell_held("person", user.pk, held)
            _tell(user, before, request, by_staff=by_staff)
    actor.username, actor.look = user.username, user.look
    return user


def renames_left(user: User) -> int:
    """How often the person may still change the name within RENAME_DAYS. One query."""
    since = timezone.now() - timedelta(days=RENAME_DAYS)
    done = SecurityEvent.objects.filter(user=user, kind=SecurityEvent.Kind.USERNAME_CHANGED, created_at__gte=since)
    return max(0, RENAMES - done.count())


def hold_names_of(user: User) -> None:
    """Nobody gets the name of this person for USERNAME_HOLD_DAYS; for the transaction that deletes the account.

    Names that were held for the person stay held as long as they would have been. None can be read any more: what is
    kept of a name is a digest under SECRET_KEY, which tells only whoever wants that name that it is not free.
    """
    _hold(user)
    for held in FormerName.objects.filter(user=user):
        sealed = {"username": _sealed(held.username)[:USERNAME_LENGTH], "look": _sealed(held.look)}
        FormerName.objects.filter(pk=held.pk).update(**sealed, user=None)


def forget_former_names() -> int:
    """Delete the holds whose time is over; returns how many."""
    deleted, _ = FormerName.objects.filter(held_until__lte=timezone.now()).delete()
    return deleted


def _rename(user: User, name: str) -> None:
    look = claim_username(name, by=user)
    FormerName.objects.filter(Q(look=look) | Q(username=name), user=user).delete()
    _hold(user)
    user.username, user.look = name, look
    user.save(update_fields=["username", "look"])
    forget_person(user.pk)
    forget(viewer_key(user.pk), side_key(user.pk), EPOCH)


def _tell(user: User, before: str, request: HttpRequest | None, *, by_staff: bool) -> None:
    kind = SecurityEvent.Kind.RENAMED if by_staff else SecurityEvent.Kind.USERNAME_CHANGED
    note_event(user, kind, request=request, detail=f"{before} → {user.username}")
    ip = client_address(request) if request else ""
    words = {"before": before, "name": user.username, "days": settings.USERNAME_HOLD_DAYS, "ip": ip}
    send_mail_later("username_changed", to=user.email, context=words)


def _hold(user: User) -> None:
    _holds(user.username).delete()
    until = timezone.now() + timedelta(days=settings.USERNAME_HOLD_DAYS)
    FormerName.objects.create(username=user.username, look=look_of(user.username), user=user, held_until=until)


def _holds(name: str) -> "QuerySet[FormerName]":
    """Those of this name or one that looks like it, whether they can be read or not."""
    look = look_of(name)
    return FormerName.objects.filter(Q(look__in=[look, _sealed(look)]) | Q(username=name))


def _sealed(text: str) -> str:
    """60 signs, of which the first is in no name."""
    return "#" + salted_hmac("accounts.held_names", text, algorithm="sha256").hexdigest()[:59]
