"""Following: one function for each change; each may be repeated without effect."""

from django.db import transaction
from django.db.models import Exists, F, Q

from accounts.models import Block, Follow, User
from accounts.newcomers import allow_person
from accounts.ready import change_counts
from accounts.services.counting import recount_people
from accounts.services.relations import tell_relations_changed
from accounts.signals import follow_accepted, follow_requested, user_followed, user_unfollowed
from accounts.snapshots import side_key
from accounts.unread import unread_key
from core.events import send_after_commit
from core.exceptions import InvalidInput, NotFound
from core.models import new_id
from core.ready import forget


def follow_user(actor: User, target: User) -> Follow:
    """`actor` follows `target`, or asks to when the account is private. NotFound when either blocks the other."""
    if actor.pk != target.pk:
        allow_person("follow", actor)
    return add_follow(actor, target)


def add_follow(actor: User, target: User) -> Follow:
    """As `follow_user`, but not counted against its limit: for imports, which have one of their own."""
    if actor.pk == target.pk:
        raise InvalidInput("You cannot follow yourself.", code="follow_self")
    with transaction.atomic():
        lock_people(actor.pk, target.pk)
        target.refresh_from_db(fields=["is_private", "is_active"])
        if not target.is_active or is_blocked_between(actor, target):
            raise NotFound
        state = Follow.State.REQUESTED if target.is_private else Follow.State.ACCEPTED
        follow, created = Follow.objects.get_or_create(
            follower=actor, followee=target, defaults={"id": new_id(actor.pk), "state": state}
        )
        if created and follow.state == Follow.State.ACCEPTED:
            _begin(follow)
        elif created:
            forget(side_key(actor.pk), side_key(target.pk))
            follow_requested.send(sender=None, follower_id=actor.pk, followee_id=target.pk)
    return follow


def unfollow_user(actor: User, target: User) -> None:
    """End the follow, or withdraw the request, of `actor` to `target`."""
    with transaction.atomic():
        lock_people(actor.pk, target.pk)
        end_follow(actor.pk, target.pk)


def remove_follower(actor: User, follower: User) -> None:
    """`follower` no longer follows `actor`; nothing tells them."""
    unfollow_user(follower, actor)


def accept_follow_request(actor: User, follower: User) -> Follow:
    """Let `follower` follow `actor`. NotFound when there is no request, and no follow either."""
    with transaction.atomic():
        lock_people(actor.pk, follower.pk)
        accepted = Follow.objects.filter(follower=follower, followee=actor, state=Follow.State.REQUESTED).update(
            state=Follow.State.ACCEPTED
        )
        follow = Follow.objects.filter(follower=follower, followee=actor).first()
        if follow is None:
            raise NotFound
        if accepted:
            _begin(follow)
            follow_accepted.send(sender=None, follower_id=follower.pk, followee_id=actor.pk)
    return follow


def refuse_follow_request(actor: User, follower: User) -> None:
    with transaction.atomic():
        Follow.objects.filter(follower=follower, followee=actor, state=Follow.State.REQUESTED).delete()
        forget(side_key(actor.pk), side_key(follower.pk), unread_key(actor.pk))


def is_blocked_between(one: User, other: User) -> bool:
    return Block.objects.filter(Q(blocker=one, blocked=other) | Q(blocker=other, blocked=one)).exists()


def lock_people(*ids: int) -> None:
    """Lock these people's rows in the order of their ids, so that two changes never wait for each other in a circle."""
    list(User.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def end_follow(follower_id: int, followee_id: int) -> None:
    """Delete the follow or request and set the counters right. Call inside a transaction that holds both people."""
    follow = Follow.objects.filter(follower=follower_id, followee=followee_id).first()
    if follow is None:
        return
    follow.delete()
    forget(side_key(follower_id), side_key(followee_id), unread_key(followee_id))
    if follow.state == Follow.State.ACCEPTED:
        _count(follow, -1)
        tell_relations_changed(follower_id, followee_id)
        send_after_commit(user_unfollowed, follower_id=follower_id, followee_id=followee_id)


def _begin(follow: Follow) -> None:
    _count(follow, 1)
    tell_relations_changed(follow.follower_id, follow.followee_id)
    send_after_commit(user_followed, follower_id=follow.follower_id, followee_id=follow.followee_id)


def _count(follow: Follow, step: int) -> None:
    """Only who is counted moves the counter of the other."""
    if _move(follow.follower_id, "following_count", step, by=follow.followee_id):
        change_counts(follow.follower_id, following=step)
    if _move(follow.followee_id, "follower_count", step, by=follow.follower_id):
        change_counts(follow.followee_id, followers=step)


def _move(user_id: int, counter: str, step: int, *, by: int) -> bool:
    """Whether the counter moved. What ends while its account is being taken out of the counters is counted anew."""
    counted = Exists(User.objects.filter(pk=by, counted=True))
    moved = User.objects.filter(counted, pk=user_id).update(**{counter: F(counter) + step})
    if not moved and step < 0:
        recount_people([user_id])
    return bool(moved)
