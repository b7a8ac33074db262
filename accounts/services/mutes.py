"""Muting: somebody is not seen for a while or for good, and never learns of it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import Mute, User
from accounts.services.relations import tell_relations_changed
from accounts.signals import user_muted, user_unmuted
from core.events import send_after_commit
from core.exceptions import InvalidInput
from core.models import new_id

LONGEST = timedelta(days=366)
OVER_AT_ONCE = 500  # mutes ended by one round of the task


def mute_user(actor: User, target: User, *, scope: str = Mute.Scope.POSTS, until: datetime | None = None) -> None:
    """`target` is out of the feed and Explore of `actor`, and with the scope "everything" also out of tags and lists.

    Until then, or for good. Saying it again replaces scope and time. InvalidInput for another scope, for a moment that
    is over, and for one more than a year away.
    """
    if actor.pk == target.pk:
        raise InvalidInput("You cannot mute yourself.", code="mute_self")
    if scope not in Mute.Scope.values:
        raise InvalidInput.field("scope", f"Choose one of {', '.join(Mute.Scope.values)}.", code="scope_unknown")
    if until is not None and not timezone.now() < until <= timezone.now() + LONGEST:
        raise InvalidInput.field("until", "Choose a moment within the next year.", code="until_invalid")
    mute = Mute(id=new_id(actor.pk), muter=actor, muted=target, scope=scope, until=until)
    with transaction.atomic():
        Mute.objects.bulk_create(
            [mute], update_conflicts=True, unique_fields=["muter", "muted"], update_fields=["scope", "until"]
        )
        tell_relations_changed(actor.pk)
        send_after_commit(user_muted, muter_id=actor.pk, muted_id=target.pk)


def unmute_user(actor: User, target: User) -> None:
    _end_mutes(actor.pk, [target.pk])


def end_mutes_over() -> int:
    """End the mutes whose time is over, the longest over first, so that feeds are made anew; returns how many."""
    over = Mute.objects.filter(until__lte=timezone.now()).order_by("until")
    pairs = list(over.values_list("muter_id", "muted_id")[:OVER_AT_ONCE])
    for muter_id in {muter_id for muter_id, _ in pairs}:
        _end_mutes(muter_id, [muted_id for each, muted_id in pairs if each == muter_id], only_over=True)
    return len(pairs)


def _end_mutes(muter_id: int, muted_ids: list[int], *, only_over: bool = False) -> None:
    """`only_over` leaves alone what was given more time meanwhile."""
    with transaction.atomic():
        mutes = Mute.objects.filter(muter=muter_id, muted__in=muted_ids)
        if only_over:
            mutes = mutes.filter(until__lte=timezone.now())
        mutes.delete()
        tell_relations_changed(muter_id)
        for muted_id in muted_ids:
            send_after_commit(user_unmuted, muter_id=muter_id, muted_id=muted_id)
