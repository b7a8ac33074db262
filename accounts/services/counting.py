"""Counters of follows, exactly: how they follow accounts that close and reopen, and how they are set right.

Who is not `counted` is in no counter of anybody else. An account that closes or reopens changes that flag first; then,
step by step, the counters of whoever it follows and is followed by are counted anew from the rows. So a step may be
done twice, and one that is lost is made up for by the next recount.
"""

import logging
from collections.abc import Collection

from django.db import transaction
from django.db.models import Count, F

from accounts.models import Follow, User
from accounts.ready import change_counts
from core.events import enqueue

logger = logging.getLogger(__name__)

AT_ONCE = 500


def settle_counted(user_id: int) -> bool:
    """Count the account if it is active, else not; whether that is new. The counters of others follow later."""
    with transaction.atomic():
        people = User.objects.filter(pk=user_id).exclude(counted=F("is_active"))
        return bool(people.update(counted=F("is_active")))


def recount_neighbours(user_id: int, after: int = 0) -> int:
    """Count anew the people that this account follows or is followed by, AT_ONCE with ids beyond `after`.

    The rest waits in the queue. Returns how many counters were wrong.
    """
    settle_counted(user_id)
    followed = Follow.objects.filter(follower=user_id, followee__gt=after).order_by("followee")
    following = Follow.objects.filter(followee=user_id, follower__gt=after).order_by("follower")
    near = {
        *followed.values_list("followee_id", flat=True)[:AT_ONCE],
        *following.values_list("follower_id", flat=True)[:AT_ONCE],
    }
    ids = sorted(near)[:AT_ONCE]
    if len(ids) == AT_ONCE:
        enqueue("accounts.recount_neighbours", user_id=user_id, after=ids[-1])
    return recount_people(ids)


def recount_people(user_ids: Collection[int]) -> int:
    """Set the counters of followers and followed people to what the rows say; returns for how many they were wrong."""
    wrong = 0
    with transaction.atomic():
        locked = User.objects.filter(pk__in=user_ids).order_by("pk").select_for_update(no_key=True)
        before = {pk: (followers, following) for pk, followers, following in locked.values_list(*_COUNTERS)}
        followers, following = _followers(before), _following(before)
        for pk, had in before.items():
            has = followers.get(pk, 0), following.get(pk, 0)
            if has != had:
                wrong += 1
                User.objects.filter(pk=pk).update(follower_count=has[0], following_count=has[1])
                change_counts(pk, followers=has[0] - had[0], following=has[1] - had[1])
    return wrong


def reconcile_people(after: int = 0) -> int:
    """Count everybody anew, AT_ONCE with ids beyond `after`, and say what was wrong; the rest waits in the queue.

    Before the first are counted, accounts whose closing or reopening was lost are settled.
    """
    if not after:
        User.objects.exclude(counted=F("is_active")).update(counted=F("is_active"))
    ids = list(User.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    wrong = recount_people(ids)
    if wrong:
        logger.warning("counters of follows were wrong", extra={"people": wrong})
    if len(ids) == AT_ONCE:
        enqueue("accounts.reconcile_people", after=ids[-1])
    return wrong


_COUNTERS = ("pk", "follower_count", "following_count")
_ACCEPTED = Follow.objects.filter(state=Follow.State.ACCEPTED)


def _followers(user_ids: Collection[int]) -> dict[int, int]:
    counted = _ACCEPTED.filter(followee__in=user_ids, follower__counted=True)
    return dict(counted.values_list("followee").annotate(Count("pk")).order_by())


def _following(user_ids: Collection[int]) -> dict[int, int]:
    counted = _ACCEPTED.filter(follower__in=user_ids, followee__counted=True)
    return dict(counted.values_list("follower").annotate(Count("pk")).order_by())
