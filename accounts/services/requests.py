"""Answering many requests to follow at once. One that is gone meanwhile, or was never sent, is left out."""

from collections.abc import Callable, Sequence

from accounts.models import Follow, User
from accounts.services.follows import accept_follow_request, refuse_follow_request
from core.exceptions import InvalidInput, NotFound

MOST_AT_ONCE = 100


def accept_follow_requests(actor: User, usernames: Sequence[str]) -> list[str]:
    """Let those of these people follow `actor` who have asked to; returns who could be let in, in order of their names.

    InvalidInput for more than MOST_AT_ONCE names.
    """
    return _answer(actor, usernames, accept_follow_request)


def refuse_follow_requests(actor: User, usernames: Sequence[str]) -> list[str]:
    """Refuse those of these people who have asked to follow `actor`; else as `accept_follow_requests`."""
    return _answer(actor, usernames, refuse_follow_request)


def _answer(actor: User, usernames: Sequence[str], answer: Callable[[User, User], object]) -> list[str]:
    """Each request is answered in a transaction of its own, which takes the locks of two people in their order."""
    names = {name.lower().replace("\0", "") for name in usernames}
    if len(names) > MOST_AT_ONCE:
        raise InvalidInput.field("usernames", f"Name {MOST_AT_ONCE} people at most.", code="too_many")
    asked = Follow.objects.filter(
        followee=actor, state=Follow.State.REQUESTED, follower__username__in=names, follower__is_active=True
    )
    done = []
    for request in asked.select_related("follower").order_by("follower__username"):
        try:
            answer(actor, request.follower)
        except NotFound:  # withdrawn in this moment
            continue
        done.append(request.follower.username)
    return done
