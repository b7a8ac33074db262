from django.db import transaction

from accounts.models import Block, Mute, User
from accounts.services.follows import end_follow, lock_people
from accounts.services.relations import tell_relations_changed
from accounts.signals import user_blocked, user_muted, user_unmuted
from core.events import send_after_commit
from core.exceptions import InvalidInput
from core.models import new_id


def block_user(actor: User, target: User) -> None:
    """`actor` and `target` stop seeing each other; follows and requests both ways end."""
    if actor.pk == target.pk:
        raise InvalidInput("You cannot block yourself.", code="block_self")
    with transaction.atomic():
        lock_people(actor.pk, target.pk)
        Block.objects.get_or_create(blocker=actor, blocked=target, defaults={"id": new_id(actor.pk)})
        end_follow(actor.pk, target.pk)
        end_follow(target.pk, actor.pk)
        tell_relations_changed(actor.pk, target.pk)
        send_after_commit(user_blocked, blocker_id=actor.pk, blocked_id=target.pk)


def unblock_user(actor: User, target: User) -> None:
    with transaction.atomic():
        lock_people(actor.pk, target.pk)
        Block.objects.filter(blocker=actor, blocked=target).delete()
        tell_relations_changed(actor.pk, target.pk)


def mute_user(actor: User, target: User) -> None:
    """`target` no longer appears in the feed of `actor`."""
    if actor.pk == target.pk:
        raise InvalidInput("You cannot mute yourself.", code="mute_self")
    with transaction.atomic():
        Mute.objects.bulk_create([Mute(id=new_id(actor.pk), muter=actor, muted=target)], ignore_conflicts=True)
        tell_relations_changed(actor.pk)
        send_after_commit(user_muted, muter_id=actor.pk, muted_id=target.pk)


def unmute_user(actor: User, target: User) -> None:
    with transaction.atomic():
        Mute.objects.filter(muter=actor, muted=target).delete()
        tell_relations_changed(actor.pk)
        send_after_commit(user_unmuted, muter_id=actor.pk, muted_id=target.pk)
