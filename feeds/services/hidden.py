"""Numbers in a page of the feed as a viewer reads them who has some of their own (`accounts.counts`)."""

from collections.abc import Sequence

from accounts.models import User
from accounts.ready import lower_counts, without_counts
from accounts.standings import standings
from feeds.services.pages import FeedItem
from photos.standings import NO_SURPLUS, surplus_counts


def leave_out_hidden(viewer_id: int, items: Sequence[FeedItem]) -> None:
    """Take out of the numbers what this viewer may not see, and put in their own. Two queries."""
    surplus = surplus_counts(viewer_id, [item.post_id for item in items])
    known = standings(User(pk=viewer_id, has_blocks=True), {item.author_id for item in items})
    for item in items:
        too_many = surplus.get(item.post_id, NO_SURPLUS)
        item.like_count = max(0, item.like_count - too_many.likes)
        item.comment_count = max(0, item.comment_count - too_many.comments)
        item.person = lower_counts(item.person, known[item.author_id])


def hide_numbers(items: Sequence[FeedItem]) -> None:
    """The same while nobody can say how many that are: no numbers at all."""
    for item in items:
        item.person = without_counts(item.person)
        item.comment_count = 0
