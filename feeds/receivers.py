from typing import Any

from django.db import transaction

from accounts.ready import mutuals_key, sources_key
from accounts.signals import (
    account_deleted,
    close_friend_added,
    relations_changed,
    user_blocked,
    user_followed,
    user_muted,
    user_unfollowed,
    user_unmuted,
)
from accounts.snapshots import side_key, viewer_key
from core.events import enqueue
from core.ready import forget
from core.valkey import when_away
from feeds.services.filling import closeness_key
from feeds.services.packs import mark_liked, mark_stale
from feeds.services.push import push_to_few
from feeds.timeline import drop_timeline, forget_reader
from photos.ready.sets import LIKES, SAVES
from photos.signals import post_audience_changed, post_liked, post_published


def connect() -> None:
    relations_changed.connect(mark_packs_stale, dispatch_uid="feeds.mark_packs_stale")
    post_liked.connect(mark_pack_liked, dispatch_uid="feeds.mark_pack_liked")
    post_published.connect(push_to_followers, dispatch_uid="feeds.push_to_followers")
    post_audience_changed.connect(push_to_followers, dispatch_uid="feeds.push_after_audience_change")
    user_followed.connect(rebuild_follower, dispatch_uid="feeds.rebuild_after_follow")
    user_unfollowed.connect(rebuild_follower, dispatch_uid="feeds.rebuild_after_unfollow")
    user_blocked.connect(rebuild_both, dispatch_uid="feeds.rebuild_after_block")
    user_muted.connect(rebuild_muter, dispatch_uid="feeds.rebuild_after_mute")
    user_unmuted.connect(rebuild_muter, dispatch_uid="feeds.rebuild_after_unmute")
    account_deleted.connect(forget_person, dispatch_uid="feeds.forget_after_deletion")
    close_friend_added.connect(rebuild_friend, dispatch_uid="feeds.rebuild_after_close_friend")


def mark_packs_stale(sender: Any, user_ids: tuple[int, ...], **kwargs: Any) -> None:
    """In the transaction of the change."""
    mark_stale(user_ids)


def mark_pack_liked(sender: Any, user_id: int, **kwargs: Any) -> None:
    mark_liked(user_id)


def push_to_followers(sender: Any, post_id: int, **kwargs: Any) -> None:
    """Pictures may stand in the queue for hours: what takes milliseconds does not wait behind them."""
    if not push_to_few(post_id):
        enqueue("feeds.push_post", post_id=post_id)


def rebuild_follower(sender: Any, follower_id: int, **kwargs: Any) -> None:
    when_away(lambda: drop_timeline(follower_id), None)


def rebuild_both(sender: Any, blocker_id: int, blocked_id: int, **kwargs: Any) -> None:
    when_away(lambda: drop_timeline(blocker_id, blocked_id), None)


def rebuild_muter(sender: Any, muter_id: int, **kwargs: Any) -> None:
    when_away(lambda: drop_timeline(muter_id), None)


def forget_person(sender: Any, user_id: int, **kwargs: Any) -> None:
    """In the transaction of the deletion: what was kept ready for this person goes with it."""
    keys = [sources_key(user_id), mutuals_key(user_id), side_key(user_id), viewer_key(user_id)]
    forget(*keys, LIKES.key(user_id), SAVES.key(user_id), closeness_key(user_id))
    transaction.on_commit(lambda: when_away(lambda: forget_reader(user_id), None))


def rebuild_friend(sender: Any, friend_id: int, **kwargs: Any) -> None:
    """There may be posts for close friends that were not for this person before."""
    when_away(lambda: drop_timeline(friend_id), None)
