from django.db import transaction

from accounts.models import CloseFriend, User
from accounts.services.follows import is_blocked_between, lock_people
from accounts.services.relations import tell_close_friend_added, tell_relations_changed
from core.exceptions import InvalidInput, NotFound
from core.models import new_id


def add_close_friend(actor: User, friend: User) -> None:
    """`friend` sees from now on what `actor` posts for close friends, and is not told.

    NotFound when either blocks the other.
    """
    if actor.pk == friend.pk:
        raise InvalidInput("You see your own pictures anyway.", code="close_friend_self")
    with transaction.atomic():
        lock_people(actor.pk, friend.pk)
        if is_blocked_between(actor, friend):
            raise NotFound
        CloseFriend.objects.get_or_create(owner=actor, friend=friend, defaults={"id": new_id(actor.pk)})
        tell_relations_changed(actor.pk)
        tell_close_friend_added(actor.pk, friend.pk)


def remove_close_friend(actor: User, friend: User) -> None:
    with transaction.atomic():
        lock_people(actor.pk, friend.pk)
        CloseFriend.objects.filter(owner=actor, friend=friend).delete()
        tell_relations_changed(actor.pk, friend.pk)
