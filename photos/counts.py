"""How many like a post, as one viewer reads it: hidden numbers are None, whom the viewer may not see moves none."""

from collections.abc import Collection, Sequence

from django.db.models import Count, Exists, OuterRef

from accounts.counts import has_blocks, hidden_people
from accounts.models import Restriction
from accounts.querysets import Viewer
from photos.models import Like, Post


def like_counts(viewer: Viewer, posts: Sequence[Post]) -> dict[int, int | None]:
    """The number for each of `posts` (with authors loaded); None where the author hides it from others.

    No query, but two for a viewer with blocks.
    """
    hidden = hidden_likes(viewer.pk, [post.pk for post in posts]) if has_blocks(viewer) else {}
    return {
        post.pk: None
        if post.author.hides_counts and post.author_id != viewer.pk
        else max(0, post.like_count - hidden.get(post.pk, 0))
        for post in posts
    }


def hidden_likes(viewer_id: int | None, post_ids: Collection[int]) -> dict[int, int]:
    """How many likes of each post are counted but by people whom this viewer may not see. Two queries."""
    if viewer_id is None or not post_ids:
        return {}
    people = list(hidden_people(viewer_id).values_list("pk", flat=True))
    likes = Like.objects.filter(post__in=post_ids, user__in=people).exclude(is_restricted())
    return dict(likes.values_list("post").annotate(Count("pk")).order_by())


def is_restricted() -> Exists:
    """Whether a like is by somebody whom the author of the post restricts: then it is in no counter."""
    return Exists(Restriction.objects.filter(owner=OuterRef("post__author"), restricted=OuterRef("user")))
