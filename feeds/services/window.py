"""All posts that feeds are chosen from, in numpy arrays: loaded once a run by each process that builds."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from numpy.typing import NDArray

from core.ids import first_id_at
from core.valkey import when_away
from feeds.ranking import MAX_CLOSENESS, steps_of
from feeds.services.scores import Ints, base_values, nearness_values
from feeds.services.sources import FOR_FEEDS, PART_OF_POST, fetch_columns, packed
from feeds.timeline import new_build_id, valkey_clock
from feeds.weights import current_weights, window_span

SLICES = 60  # of the window: no answer of Postgres is larger than what one of them holds
QUERY_SECONDS = 60
BITS = 63

_POSTS = f"""
    SELECT {packed("id")}, {packed(PART_OF_POST)}, {packed("like_count")}, {packed("comment_count")} FROM photos_post
    WHERE id >= %(first)s AND id < %(last)s AND {FOR_FEEDS}
"""  # noqa: S608  only our own text is put together
_CLOSED = f"SELECT {packed('id')} FROM accounts_user WHERE NOT is_active"  # noqa: S608  the same


@dataclass(frozen=True, slots=True)
class Window:
    """Published posts for feeds, at most FEED_POSTS_PER_AUTHOR of each part: what an author posts for all followers
    goes under the author's id, what is for close friends under minus that id.

    A post's newness is its place in `post_ids`, 0 for the newest. `keys` are by part, from `starts[n]` on `counts[n]`
    of `parts[n]`: a number that is smaller for better posts, above `bits` bits of newness. So keys, when sorted, are
    in the order of the feed, and tell which posts they are of.
    """

    pulled_until: int
    post_ids: Ints
    author_of: NDArray[np.int32]  # by newness: a number that all posts of an author have in common
    parts: Ints  # rising
    starts: Ints
    counts: Ints
    keys: Ints
    bits: int
    nearness: Ints  # what each closeness takes off a key
    seen: int  # what is added to the key of a post that was seen

    @property
    def mask(self) -> int:
        """What of a key is newness."""
        return (1 << self.bits) - 1


def load_window() -> Window:
    """The window as of now, for everybody: a query for each of its SLICES, and one for the accounts that are closed."""
    pulled_until = when_away(valkey_clock, new_build_id())
    weights = current_weights()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{QUERY_SECONDS}s'")
        slices = [
            (ids, parts, base_values(ids, likes, comments, weights)) for ids, parts, likes, comments in _read_slices()
        ]
        (closed,) = fetch_columns(_CLOSED, {})
    post_ids, parts, values = (np.concatenate(columns) for columns in zip(*slices, strict=True))
    newest = np.argsort(post_ids)[::-1]
    newest = newest[~np.isin(np.abs(parts[newest]), closed)]
    post_ids, parts, values = post_ids[newest], parts[newest], values[newest]
    kept = _newest_of_each(parts, settings.FEED_POSTS_PER_AUTHOR)
    near = nearness_values(weights)
    return _arrange(pulled_until, (post_ids[kept], parts[kept], values[kept]), near, -steps_of(weights.seen))


def _read_slices() -> Iterator[list[Ints]]:
    now = timezone.now()
    first = first_id_at(now - window_span())
    last = first_id_at(now) + (first_id_at(now) - first) // SLICES  # clocks of other machines may be ahead
    edges = [first + (last - first) * number // SLICES for number in range(SLICES + 1)]
    for start, end in pairwise(edges):
        yield fetch_columns(_POSTS, {"first": start, "last": end})


def _newest_of_each(parts: Ints, most: int) -> NDArray[np.bool_]:
    """Which of the posts, newest first, are among the `most` first of their part."""
    by_part = np.argsort(parts, kind="stable")
    _, starts, counts = _groups(parts[by_part])
    kept = np.empty(len(parts), dtype=bool)
    kept[by_part] = np.arange(len(parts)) - np.repeat(starts, counts) < most
    return kept


def _arrange(pulled_until: int, posts: tuple[Ints, Ints, Ints], near: Ints, seen: int) -> Window:
    """`posts` are ids, parts and values, newest first. OverflowError when a key cannot hold what it must."""
    post_ids, part_of, values = posts
    bits = max(len(post_ids) - 1, 0).bit_length()
    by_part = np.argsort(part_of, kind="stable")
    parts, starts, counts = _groups(part_of[by_part])
    worse = values.max(initial=0) + near[MAX_CLOSENESS] - values[by_part]
    if (int(worse.max(initial=0)) + seen).bit_length() + bits > BITS:
        raise OverflowError(f"{len(post_ids)} posts are too many for a window of {settings.FEED_WINDOW_DAYS} days")
    author_of = np.empty(len(post_ids), dtype=np.int32)
    authors = np.unique(np.abs(parts), return_inverse=True)[1].astype(np.int32)
    author_of[by_part] = np.repeat(authors, counts)
    keys = worse << bits | by_part
    return Window(pulled_until, post_ids, author_of, parts, starts, counts, keys, bits, near << bits, seen << bits)


def _groups(ordered: Ints) -> tuple[Ints, Ints, Ints]:
    """The different values of a sorted array, where each begins and how often it is there."""
    starts = np.flatnonzero(np.concatenate(([len(ordered) > 0], ordered[1:] != ordered[:-1])))
    return ordered[starts], starts, np.diff(starts, append=len(ordered))


class WindowKeeper:
    """The window of the run that this process builds for; another run's is let go before the next is loaded."""

    def __init__(self) -> None:
        self._run = 0
        self._window: Window | None = None

    def window_of(self, run_id: int) -> Window:
        if self._window is None or self._run != run_id:
            self._window = None
            self._window, self._run = load_window(), run_id
        return self._window


keeper = WindowKeeper()
