"""Which posts a condition on kept words holds for, the newest first, in pieces: whoever may see them.

GIN knows no order. So of a common word the newest posts are read one by one, of a rare one all are looked up, and in
between the index is asked of one stretch of ids after the other, each expected to hold a piece. What is common is what
the statistics of Postgres say.
"""

import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import orjson
from django.db import connection
from django.db.models import Q

from core.exceptions import Unavailable
from core.ids import MAX_ID
from photos.models import PostWords

PATIENCE = 2  # seconds
READ = 12_000  # rows; so many are read rather than ask the index
READ_ON = 4  # times as many are read where fewer match than expected
FIRST, MOST = 120, 1000  # posts of a piece
GUESSED = 10  # times as many as wanted: what Postgres expects to be rarer than that,
LITTLE = 5000  # rows; with so many everything is quick
COMMON = 0.008  # or than eight posts of a thousand, is counted, for it knows nothing of rare words
_STATISTICS = """
    SELECT (SELECT reltuples FROM pg_class WHERE oid = 'photos_postwords'::regclass), (
        SELECT histogram_bounds::text::bigint[] FROM pg_stats
        WHERE schemaname = current_schema AND tablename = 'photos_postwords' AND attname = 'post_id'
    )
"""


def slow() -> Unavailable:
    message = "Searching for this takes too long just now. Please try again, or add a word."
    return Unavailable(message, code="search_slow")


@dataclass(frozen=True, slots=True)
class Spread:
    """How many posts there are, and between which ids equal parts of them lie."""

    rows: int
    bounds: Sequence[int]

    def start(self, below: int, rows: int) -> int:
        """An id that has about so many posts between itself and `below`; 0 at the end."""
        if len(self.bounds) < 2:
            return 0
        parts = rows / self.rows * (len(self.bounds) - 1)
        at = self._place(below) - parts
        if at <= 0:
            return 0
        low = self.bounds[int(at)]
        high = self.bounds[min(int(at) + 1, len(self.bounds) - 1)]
        return low + int((high - low) * (at - int(at)))

    def _place(self, value: int) -> float:
        """Among the bounds, with its place between two of them."""
        above = bisect_left(self.bounds, value)
        if above in (0, len(self.bounds)):
            return float(max(above - 1, 0))
        low, high = self.bounds[above - 1], self.bounds[above]
        return above - 1 + (value - low) / max(high - low, 1)


def spread() -> Spread:
    """As Postgres last counted. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_STATISTICS)
        rows, bounds = cursor.fetchone()
    return Spread(max(int(rows), 1), bounds or [])


class Matches:
    """The posts whose kept words a condition holds for."""

    def __init__(self, condition: Q) -> None:
        self._rows = PostWords.objects.filter(condition)

    @cached_property
    def spread(self) -> Spread:
        return spread()

    @property
    def is_common(self) -> bool:
        """Whether it holds for more than eight posts of a thousand, as far as Postgres knows. Two queries."""
        return self.expected > LITTLE and self.expected > self.spread.rows * COMMON

    @cached_property
    def expected(self) -> int:
        """How many rows Postgres expects. One query, of its statistics alone."""
        plan = orjson.loads(self._rows.values("pk").explain(format="json"))
        return max(int(plan[0]["Plan"]["Plan Rows"]), 1)

    def at_most(self, count: int) -> list[int] | None:
        """All ids, in no order; None if they are more than `count`. Three queries at most."""
        if self.expected > count * GUESSED and self.is_common:
            return None
        ids = list(self._rows.values_list("pk", flat=True)[: count + 1])
        return ids if len(ids) <= count else None

    def newest(self, *, below: int = MAX_ID, above: int = -1) -> Iterator[list[int]]:
        """The ids between the two (exclusive), in pieces that grow; a piece may be empty.

        Unavailable when it takes longer than PATIENCE.
        """
        known, size, ends = self.spread, FIRST, time.monotonic() + PATIENCE
        share = min(self.expected / known.rows, 1.0)
        while below > above + 1:
            is_common = size / share <= READ
            start = known.start(below, int(READ * READ_ON if is_common else size / share)) - 1
            start = max(min(start, below - 2), above)
            ids = self._read(start, below, size) if is_common else self._look_up(start, below)
            below = ids[-1] if is_common and len(ids) == size else start + 1
            yield ids
            share = share / 4 if len(ids) * 4 < size else share  # it is rarer here than everywhere
            size = min(size * 4, MOST)
            if time.monotonic() > ends:
                raise slow()

    def _read(self, above: int, below: int, count: int) -> list[int]:
        rows = self._rows.filter(pk__gt=above, pk__lt=below).order_by("-pk")
        return list(rows.values_list("pk", flat=True)[:count])

    def _look_up(self, above: int, below: int) -> list[int]:
        """Sorted here, so that Postgres does not read the rows in their order instead."""
        return sorted(self._rows.filter(pk__gt=above, pk__lt=below).values_list("pk", flat=True), reverse=True)
