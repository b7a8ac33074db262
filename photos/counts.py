"""How many like a post, as one viewer reads it: hidden numbers are None, whom the viewer may not see moves none.

One's own like is counted for oneself, always.
"""

from collections import Counter
from collections.abc import Collection, Sequence

from django.db.models import Count, Exists, OuterRef

from accounts.counts import has_own_numbers, hidden_people
from accounts.models import Restriction
from accounts.querysets import Viewer
from photos.models import Like, Post


def like_counts(viewer: Viewer, posts: Sequence[Post]) -> dict[int, int | None]:
    """The number for each of `posts` (with authors loaded); None where the author hides it from others.

    No query, but three for a viewer with numbers of their own.
    """
    surplus = surplus_likes(viewer.pk, [post.pk for post in posts]) if has_own_numbers(viewer) else {}
    return {
        post.pk: None
        if post.author.hides_counts and post.author_id != viewer.pk
        else max(0, post.like_count - surplus.get(post.pk, 0))
        for post in posts
    }


def surplus_likes(viewer_id: int | None, post_ids: Collection[int]) -> dict[int, int]:
    """What the counter of each post has too many for this viewer: likes by people whom they may not see.

    One's own like that is in no counter, as the author restricts one, is one too few. Three queries.
    """
    if viewer_id is None or not post_ids:
        return {}
    people = list(hidden_people(viewer_id).values_list("pk", flat=True))
    likes = Like.objects.filter(post__in=post_ids, user__in=people).exclude(is_restricted())
    surplus = Counter(dict(likes.values_list("post").annotate(Count("pk")).order_by()))
    own = Like.objects.filter(is_restricted(), post__in=post_ids, user=viewer_id)
    surplus.subtract(own.values_list("post_id", flat=True))
    return surplus


def is_restricted() -> Exists:
    """Whether a like is by somebody whom the author of the post restricts: then it counts for that person alone."""
    return Exists(Restriction.objects.filter(owner=OuterRef("post__author"), restricted=OuterRef("user")))
