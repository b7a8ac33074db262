"""Counters of likes and posts, exactly: what must be counted anew, and what is set right at night.

A like is counted if its account is (`User.counted`) and the author of the post does not restrict that person. When one
of these changes, the posts concerned are counted anew from the rows, step by step; a step may be done twice.
"""

import logging
from collections.abc import Collection

from django.db import transaction
from django.db.models import Count, F, Q

from accounts.models import User
from accounts.ready import forget_person
from accounts.services.counting import settle_counted
from core.events import enqueue
from photos.models import Like, Post
from photos.ready.counts import patch_likes

logger = logging.getLogger(__name__)

AT_ONCE = 500
_AUDIENCES = {
    "public_post_count": [Post.Audience.PUBLIC],
    "follower_post_count": [Post.Audience.FOLLOWERS],
    "close_friend_post_count": [Post.Audience.CLOSE_FRIENDS],
    "own_post_count": list(Post.Audience),
}


def count_like(post_id: int, user_id: int, step: int) -> None:
    """Move the counter of the post if a like of this person is counted. Call in the transaction that changes the like.

    What is taken back while its person is being taken out of the counters is counted anew.
    """
    person = User.objects.filter(pk=user_id, counted=True).exclude(restricted_by__owner__posts=post_id)
    counted = person.exists() and Post.objects.filter(pk=post_id).update(like_count=F("like_count") + step)
    if counted:
        patch_likes(post_id, step)
    elif step < 0:
        recount_likes([post_id])


def recount_likes(post_ids: Collection[int]) -> int:
    """Set the counters of likes of these posts to what the rows say; returns how many were wrong."""
    wrong = 0
    with transaction.atomic():
        locked = Post.objects.filter(pk__in=post_ids).order_by("pk").select_for_update(no_key=True)
        before = dict(locked.values_list("pk", "like_count"))
        likes = Like.objects.filter(post__in=before, user__counted=True).counted()
        counted = dict(likes.values_list("post").annotate(Count("pk")).order_by())
        for post_id, had in before.items():
            has = counted.get(post_id, 0)
            if has != had:
                wrong += 1
                Post.objects.filter(pk=post_id).update(like_count=has)
                patch_likes(post_id, has - had)
    return wrong


def recount_liked_by(user_id: int, author_id: int | None = None, after: int = 0) -> int:
    """Count anew the posts (of `author_id`, if given) that this person likes, AT_ONCE with ids beyond `after`.

    The rest waits in the queue. Returns how many counters were wrong.
    """
    if author_id is None:
        settle_counted(user_id)
    likes = Like.objects.filter(user=user_id, post__gt=after).order_by("post")
    if author_id is not None:
        likes = likes.filter(post__author=author_id)
    ids = list(likes.values_list("post_id", flat=True)[:AT_ONCE])
    if len(ids) == AT_ONCE:
        enqueue("photos.recount_liked_by", user_id=user_id, author_id=author_id, after=ids[-1])
    return recount_likes(ids)


def reconcile_likes(after: int = 0) -> int:
    """Count the likes of all posts anew, AT_ONCE with ids beyond `after`, and say what was wrong."""
    ids = list(Post.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    wrong = recount_likes(ids)
    if wrong:
        logger.warning("counters of likes were wrong", extra={"posts": wrong})
    if len(ids) == AT_ONCE:
        enqueue("photos.reconcile_likes", after=ids[-1])
    return wrong


def reconcile_works(after: int = 0) -> int:
    """Count the published posts of everybody anew, AT_ONCE people with ids beyond `after`, and say what was wrong."""
    ids = list(User.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    wrong = sum(recount_works(user_id) for user_id in _with_wrong_works(ids))
    if wrong:
        logger.warning("counters of posts were wrong", extra={"people": wrong})
    if len(ids) == AT_ONCE:
        enqueue("photos.reconcile_works", after=ids[-1])
    return wrong


def recount_works(user_id: int) -> bool:
    """Set the counters of the posts of this person to what the rows say; whether they were wrong."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user_id)
        if not _with_wrong_works([user_id]):
            return False
        published = Post.objects.filter(author=user_id, state=Post.State.PUBLISHED)
        User.objects.filter(pk=user_id).update(**published.aggregate(**_works("")))
        forget_person(user_id)
    return True


def _with_wrong_works(user_ids: Collection[int]) -> list[int]:
    """Which of these people have counters of posts that are not what the rows say. One query."""
    counted = User.objects.filter(pk__in=user_ids).annotate(
        **{f"right_{name}": count for name, count in _works("posts__").items()}
    )
    same = Q(**{name: F(f"right_{name}") for name in _AUDIENCES})
    return list(counted.exclude(same).order_by("pk").values_list("pk", flat=True))


def _works(prefix: str) -> dict[str, Count]:
    """The counts by the names of their columns; `prefix` leads to the posts."""
    published = Q((f"{prefix}state", Post.State.PUBLISHED))
    return {
        name: Count(f"{prefix}pk", filter=published & Q((f"{prefix}audience__in", audiences)))
        for name, audiences in _AUDIENCES.items()
    }
