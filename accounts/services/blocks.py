from django.db import transaction
from django.db.models import Q

from accounts.models import Block, CloseFriend, User
from accounts.services.follows import end_follow, lock_people
from accounts.services.relations import note_blocks, tell_relations_changed
from accounts.services.restrictions import end_restriction
from accounts.signals import user_blocked
from core.events import send_after_commit
from core.exceptions import InvalidInput
from core.models import new_id


def block_user(actor: User, target: User) -> None:
    """`actor` and `target` stop seeing each other; follows, requests, close friendship, restrictions both ways end."""
    if actor.pk == target.pk:
        raise InvalidInput("You cannot block yourself.", code="block_self")
    with transaction.atomic():
        lock_people(actor.pk, target.pk)
        Block.objects.get_or_create(blocker=actor, blocked=target, defaults={"id": new_id(actor.pk)})
        note_blocks(actor.pk, target.pk)
        end_follow(actor.pk, target.pk)
        end_follow(target.pk, actor.pk)
        CloseFriend.objects.filter(Q(owner=actor, friend=target) | Q(owner=target, friend=actor)).delete()
        end_restriction(actor.pk, target.pk)
        end_restriction(target.pk, actor.pk)
        tell_relations_changed(actor.pk, target.pk)
        send_after_commit(user_blocked, blocker_id=actor.pk, blocked_id=target.pk)


def unblock_user(actor: User, target: User) -> None:
    with transaction.atomic():
        lock_people(actor.pk, target.pk)
        Block.objects.filter(blocker=actor, blocked=target).delete()
        note_blocks(actor.pk, target.pk)
        tell_relations_changed(actor.pk, target.pk)
