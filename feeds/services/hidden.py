"""Numbers in a page of the feed as a viewer reads them who has some of their own (`accounts.counts`)."""

from collections.abc import Sequence

from accounts.models import User
from accounts.ready import lower_counts, without_counts
from accounts.standings import standings
from feeds.services.pages import FeedItem
from photos.standings import surplus_likes


def leave_out_hidden(viewer_id: int, items: Sequence[FeedItem]) -> None:
    """Take out of the numbers what this viewer may not see, and put in their own likes. Two queries."""
    likes = surplus_likes(viewer_id, [item.post_id for item in items])
    known = standings(User(pk=viewer_id, has_blocks=True), {item.author_id for item in items})
    for item in items:
        item.like_count = max(0, item.like_count - likes.get(item.post_id, 0))
        item.person = lower_counts(item.person, known[item.author_id])


def hide_numbers(items: Sequence[FeedItem]) -> None:
    """The same while nobody can say how many that are: no numbers at all."""
    for item in items:
        item.person = without_counts(item.person)
