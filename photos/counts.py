"""How many like a post, as one viewer reads it: hidden numbers are None, whom the viewer may not see moves none.

One's own like is counted for oneself, always.
"""

from collections.abc import Sequence

from accounts.querysets import Viewer
from accounts.standings import has_own_numbers
from photos.models import Post
from photos.standings import surplus_likes


def like_counts(viewer: Viewer, posts: Sequence[Post]) -> dict[int, int | None]:
    """The number for each of `posts` (with authors loaded).

    No query, but one for a viewer with numbers of their own.
    """
    surplus = surplus_likes(viewer.pk, [post.pk for post in posts]) if has_own_numbers(viewer) else {}
    return {post.pk: like_count_for(viewer, post, surplus.get(post.pk, 0)) for post in posts}


def like_count_for(viewer: Viewer, post: Post, surplus: int) -> int | None:
    """None where the author hides it from others; `surplus` is what the counter has too many for the viewer."""
    if post.author.hides_counts and post.author_id != viewer.pk:
        return None
    return max(0, post.like_count - surplus)
