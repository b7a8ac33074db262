"""What every change of relations has to tell, whoever makes it."""

from django.db.models import Exists, OuterRef, Q

from accounts.models import Block, Restriction, User
from accounts.ready import close_friends_key, mutuals_key, sources_key
from accounts.signals import close_friend_added, relations_changed
from accounts.snapshots import side_key, viewer_key
from core.events import send_after_commit
from core.ready import forget


def tell_relations_changed(*user_ids: int) -> None:
    """Call inside the transaction that changes whom these people follow, mute or block, or who blocks them, or whose
    close friends they are.
    """
    kinds = (sources_key, mutuals_key, close_friends_key, side_key)
    forget(*(key_of(user_id) for user_id in user_ids for key_of in kinds))
    relations_changed.send(sender=None, user_ids=user_ids)


def tell_close_friend_added(owner_id: int, friend_id: int) -> None:
    """Call inside the transaction that puts `friend` on the list of `owner`; of taking off `tell_relations_changed` is
    told, of the friend.
    """
    tell_relations_changed(friend_id)
    send_after_commit(close_friend_added, owner_id=owner_id, friend_id=friend_id)


def note_blocks(*user_ids: int) -> None:
    """Call inside the transaction that makes or ends blocks or restrictions of these people, while it holds them."""
    blocks = Block.objects.filter(Q(blocker=OuterRef("pk")) | Q(blocked=OuterRef("pk")))
    restrictions = Restriction.objects.filter(restricted=OuterRef("pk"))
    forget(*map(viewer_key, user_ids))
    User.objects.filter(pk__in=user_ids).update(has_blocks=Exists(blocks) | Exists(restrictions))
