"""Numbers in a page of the feed as a viewer reads them who has some of their own (`accounts.counts`)."""

from collections.abc import Sequence

from accounts.counts import hidden_follows
from accounts.ready import lower_counts, without_counts
from feeds.services.pages import FeedItem
from photos.counts import surplus_likes


def leave_out_hidden(viewer_id: int, items: Sequence[FeedItem]) -> None:
    """Take out of the numbers what this viewer may not see, and put in their own likes. Six queries."""
    likes = surplus_likes(viewer_id, [item.post_id for item in items])
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
