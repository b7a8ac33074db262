"""Numbers in a page of the feed as a viewer with blocks may read them: whom they do not see moves none."""

from collections.abc import Sequence

from accounts.counts import hidden_follows
from accounts.ready import lower_counts, without_counts
from feeds.services.pages import FeedItem
from photos.counts import hidden_likes


def leave_out_hidden(viewer_id: int, items: Sequence[FeedItem]) -> None:
    """Take the likes and follows of people out of the numbers whom this viewer may not see. Four queries."""
    likes = hidden_likes(viewer_id, [item.post_id for item in items])
    follows = hidden_follows(viewer_id, {item.author_id for item in items})
    for item in items:
        item.like_count = max(0, item.like_count - likes.get(item.post_id, 0))
        item.person = lower_counts(
            item.person,
            followers=follows.followers.get(item.author_id, 0),
            following=follows.following.get(item.author_id, 0),
        )


def hide_numbers(items: Sequence[FeedItem]) -> None:
    """The same while nobody can say how many that are: no numbers at all."""
    for item in items:
        item.person = without_counts(item.person)
