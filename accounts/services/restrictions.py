from django.db import transaction

from accounts.models import Restriction, User
from accounts.ready import sources_key
from accounts.services.follows import is_blocked_between, lock_people
from accounts.services.relations import note_blocks
from accounts.signals import restriction_changed
from core.exceptions import InvalidInput, NotFound
from core.models import new_id
from core.ready import forget


def restrict_user(actor: User, target: User) -> None:
    """What `target` does at the posts of `actor` is shown to these two alone; `target` is not told.

    NotFound when either blocks the other.
    """
    if actor.pk == target.pk:
        raise InvalidInput("You cannot restrict yourself.", code="restrict_self")
    with transaction.atomic():
        lock_people(actor.pk, target.pk)
        if is_blocked_between(actor, target):
            raise NotFound
        _, created = Restriction.objects.get_or_create(
            owner=actor, restricted=target, defaults={"id": new_id(actor.pk)}
        )
        if created:
            _tell(actor.pk, target.pk)


def unrestrict_user(actor: User, target: User) -> None:
    with transaction.atomic():
        lock_people(actor.pk, target.pk)
        end_restriction(actor.pk, target.pk)


def end_restriction(owner_id: int, restricted_id: int) -> None:
    """Call inside a transaction that holds both people."""
    deleted, _ = Restriction.objects.filter(owner=owner_id, restricted=restricted_id).delete()
    if deleted:
        _tell(owner_id, restricted_id)


def _tell(owner_id: int, restricted_id: int) -> None:
    """Who is restricted goes on reading numbers in which their own likes are, and nobody else does."""
    note_blocks(restricted_id)
    forget(sources_key(restricted_id))
    restriction_changed.send(sender=None, owner_id=owner_id, restricted_id=restricted_id)
