"""How many like and comment a post, as one viewer reads it.

Hidden numbers are None, whom the viewer may not see moves none; one's own like and comments are counted for oneself,
always.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.querysets import Viewer
from accounts.standings import has_own_numbers
from photos.models import Post
from photos.standings import NO_SURPLUS, Surplus, surplus_counts


@dataclass(frozen=True, slots=True)
class PostCounts:
    """`likes` is None where the author hides them from others."""

    likes: int | None
    comments: int


def post_counts(viewer: Viewer, posts: Sequence[Post]) -> dict[int, PostCounts]:
    """The numbers for each of `posts` (with authors loaded).

    No query, but one for a viewer with numbers of their own.
    """
    surplus = surplus_counts(viewer.pk, [post.pk for post in posts]) if has_own_numbers(viewer) else {}
    return {post.pk: post_counts_for(viewer, post, surplus.get(post.pk, NO_SURPLUS)) for post in posts}


def post_counts_for(viewer: Viewer, post: Post, surplus: Surplus) -> PostCounts:
    """`surplus` is what the counters have too many for the viewer."""
    hides = post.author.hides_counts and post.author_id != viewer.pk
    likes = None if hides else max(0, post.like_count - surplus.likes)
    return PostCounts(likes, max(0, post.comment_count - surplus.comments))
