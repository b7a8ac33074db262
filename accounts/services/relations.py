"""What every change of relations has to tell, whoever makes it."""

from accounts.ready import mutuals_key, sources_key
from accounts.signals import relations_changed
from accounts.snapshots import side_key
from core.ready import forget


def tell_relations_changed(*user_ids: int) -> None:
    """Call inside the transaction that changes whom these people follow, mute or block, or who blocks them."""
    forget(*(key for user_id in user_ids for key in (sources_key(user_id), mutuals_key(user_id), side_key(user_id))))
    relations_changed.send(sender=None, user_ids=user_ids)
