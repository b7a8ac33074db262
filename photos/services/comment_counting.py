"""Counters of comments and of their likes, exactly; see `photos.services.counting` for how they follow the rows."""

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Count, F, Q

from accounts.models import User
from accounts.services.counting import settle_counted
from core.events import enqueue
from photos.models import Comment, CommentLike, Post
from photos.ready.counts import patch_comments
from photos.services.counting import AT_ONCE

logger = logging.getLogger(__name__)


def count_new_comment(comment: Comment) -> None:
    """The same as `moving_count` for one that has just come, with the post locked."""
    if Comment.objects.counted().filter(pk=comment.pk).exists():
        _move(comment.post_id, 1)


@contextmanager
def moving_count(comment: Comment) -> Iterator[None]:
    """What changes in here about a comment and the replies under it moves the counter of the post, which is locked.

    What goes while its person is being taken out of the counters is counted anew.
    """
    thread = Comment.objects.filter(Q(pk=comment.pk) | Q(parent=comment.pk))
    counted, published = thread.counted().count(), thread.filter(state=Comment.State.PUBLISHED).count()
    yield
    step = thread.counted().count() - counted
    if step:
        _move(comment.post_id, step)
    if step <= 0 and counted < published:
        recount_comments([comment.post_id])


def _move(post_id: int, step: int) -> None:
    Post.objects.filter(pk=post_id).update(comment_count=F("comment_count") + step)
    patch_comments(post_id, step)


def recount_comments(post_ids: Collection[int]) -> int:
    """Set the counters of comments of these posts to what the rows say; returns how many were wrong."""
    wrong = 0
    with transaction.atomic():
        locked = Post.objects.filter(pk__in=post_ids).order_by("pk").select_for_update(no_key=True)
        before = dict(locked.values_list("pk", "comment_count"))
        comments = Comment.objects.counted().filter(post__in=before)
        counted = dict(comments.values_list("post").annotate(Count("pk")).order_by())
        for post_id, had in before.items():
            has = counted.get(post_id, 0)
            if has != had:
                wrong += 1
                Post.objects.filter(pk=post_id).update(comment_count=has)
                patch_comments(post_id, has - had)
    return wrong


def count_comment_like(comment: Comment, user_id: int, step: int) -> None:
    """Move the counter of the comment, with it locked, if a like of this person is counted."""
    restricts = Q(restricted_by__owner=comment.post.author_id)
    if User.objects.filter(pk=user_id, counted=True).exclude(restricts).exists():
        Comment.objects.filter(pk=comment.pk).update(like_count=F("like_count") + step)
    elif step < 0:
        recount_comment_likes([comment.pk])


def recount_comment_likes(comment_ids: Collection[int]) -> int:
    """Set the counters of likes of these comments to what the rows say; returns how many were wrong."""
    wrong = 0
    with transaction.atomic():
        locked = Comment.objects.filter(pk__in=comment_ids).order_by("pk").select_for_update(no_key=True)
        before = dict(locked.values_list("pk", "like_count"))
        likes = CommentLike.objects.counted().filter(comment__in=before)
        counted = dict(likes.values_list("comment").annotate(Count("pk")).order_by())
        for comment_id, had in before.items():
            has = counted.get(comment_id, 0)
            if has != had:
                wrong += 1
                Comment.objects.filter(pk=comment_id).update(like_count=has)
    return wrong


def recount_said_by(user_id: int, author_id: int | None = None, after: int = 0) -> int:
    """Count anew the posts (of `author_id`, if given) that this person said something about, AT_ONCE beyond `after`.

    The rest waits in the queue. Returns how many counters were wrong.
    """
    if author_id is None:
        settle_counted(user_id)
    said = Comment.objects.filter(author=user_id, post__gt=after)
    if author_id is not None:
        said = said.filter(post__author=author_id)
    ids = list(said.order_by("post").values_list("post_id", flat=True).distinct()[:AT_ONCE])
    if len(ids) == AT_ONCE:
        enqueue("photos.recount_said_by", user_id=user_id, author_id=author_id, after=ids[-1])
    return recount_comments(ids)


def recount_comments_liked_by(user_id: int, author_id: int | None = None, after: int = 0) -> int:
    """The same for the comments (at posts of `author_id`, if given) that this person likes."""
    if author_id is None:
        settle_counted(user_id)
    likes = CommentLike.objects.filter(user=user_id, comment__gt=after)
    if author_id is not None:
        likes = likes.filter(comment__post__author=author_id)
    ids = list(likes.order_by("comment").values_list("comment_id", flat=True)[:AT_ONCE])
    if len(ids) == AT_ONCE:
        enqueue("photos.recount_comments_liked_by", user_id=user_id, author_id=author_id, after=ids[-1])
    return recount_comment_likes(ids)


def reconcile_comments(after: int = 0) -> int:
    """Count the comments of all posts anew, AT_ONCE with ids beyond `after`, and say what was wrong."""
    ids = list(Post.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    wrong = recount_comments(ids)
    if wrong:
        logger.warning("counters of comments were wrong", extra={"posts": wrong})
    if len(ids) == AT_ONCE:
        enqueue("photos.reconcile_comments", after=ids[-1])
    return wrong


def reconcile_comment_likes(after: int = 0) -> int:
    """The same for the likes of all comments."""
    ids = list(Comment.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    wrong = recount_comment_likes(ids)
    if wrong:
        logger.warning("counters of likes of comments were wrong", extra={"comments": wrong})
    if len(ids) == AT_ONCE:
        enqueue("photos.reconcile_comment_likes", after=ids[-1])
    return wrong
