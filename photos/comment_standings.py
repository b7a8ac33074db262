"""What a viewer has to do with comments: part of the query that loads them, as in `photos.standings`."""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import CombinedExpression

from accounts.models import Block, Follow, User
from accounts.querysets import Viewer
from accounts.standings import STRANGERS, Standing, has_own_numbers, standing_in, with_standing
from core.rows import CountOf
from photos.models import Comment, CommentLike
from photos.standings import may_comment

Rows = TypeVar("Rows", bound="QuerySet[Any]")


@dataclass(frozen=True, slots=True)
class CommentStanding:
    """`can_comment`: the viewer may say something about the post. `like_count` is None where the author hides it.

    `author`: how the viewer stands to who wrote it.
    """

    liked: bool
    can_comment: bool
    like_count: int | None
    author: Standing = STRANGERS


def heard_by(comments: Rows, viewer: Viewer) -> Rows:
    """The comments, each with its author and post, and with what `comment_standing` says."""
    loaded: Rows = comments.select_related("author", "post")
    if viewer.is_anonymous:
        return loaded
    annotated: Rows = with_standing(loaded, viewer, person="author").annotate(
        viewer_likes=Exists(CommentLike.objects.filter(user=viewer.pk, comment=OuterRef("pk"))),
        viewer_follows=Exists(
            Follow.objects.filter(follower=viewer.pk, followee=OuterRef("post__author"), state=Follow.State.ACCEPTED)
        ),
        surplus_likes=_surplus(viewer) if has_own_numbers(viewer) else Value(0),
    )
    return annotated


def comment_standing(comment: Comment, viewer: Viewer) -> CommentStanding:
    """Of a comment loaded with `heard_by`. No query."""
    hides = comment.author.hides_counts and comment.author_id != viewer.pk
    if viewer.is_anonymous:
        return CommentStanding(False, False, None if hides else comment.like_count)
    return CommentStanding(
        liked=comment.viewer_likes,
        can_comment=may_comment(viewer, comment.post, follows=comment.viewer_follows),
        like_count=None if hides else max(0, comment.like_count - comment.surplus_likes),
        author=standing_in(comment, viewer, comment.author_id),
    )


def _surplus(viewer: User) -> CombinedExpression:
    """Likes by people whom the viewer may not see; less the viewer's own, if it is in no counter."""
    blocks = Block.objects.filter(
        Q(blocker=viewer.pk, blocked=OuterRef("user")) | Q(blocker=OuterRef("user"), blocked=viewer.pk)
    )
    likes = CommentLike.objects.filter(comment=OuterRef("pk"))
    hidden = CountOf(likes.counted().filter(Exists(blocks)).values("pk"))
    own = likes.filter(user=viewer.pk, user__counted=True)
    uncounted = CountOf(own.exclude(pk__in=CommentLike.objects.counted().filter(user=viewer.pk)).values("pk"))
    return CombinedExpression(hidden, "-", uncounted, output_field=IntegerField())
