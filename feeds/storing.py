"""Feeds of many people at once, for the build; one feed is packed as `feeds.timeline` says."""

import struct
import time
from collections.abc import Iterator, Sequence
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from core.valkey import valkey
from feeds.scripts import Script
from feeds.timeline import FEED_KEEP_SECONDS, HEADER, SEEN, SNAPSHOT_SECONDS, feed_key, longest_feed

READERS = "feeds:readers"
READERS_KEPT_SECONDS = FEED_KEEP_SECONDS  # as long as a feed that nobody builds any more
FEEDS_A_CALL = 250

T = TypeVar("T")

_replace_many = Script("replace_many")


def header(build_id: int, pulled_until: int) -> bytes:
    return struct.pack(">3Q", build_id, pulled_until, 0)


def replace_many(rows: Sequence[tuple[int, bytes]]) -> int:
    """Replace the feeds of so many people by packed ones of one build, in calls of a megabyte; returns how many.

    A feed that was built on the spot, or dropped, since the `pulled_until` of the new ones is left as it is. A post
    that was pushed since then stays in front. RedisError when Valkey is away.
    """
    bounds = [FEED_KEEP_SECONDS, SNAPSHOT_SECONDS, longest_feed()]
    return sum(
        int(_replace_many([feed_key(user_id) for user_id, _ in some], [*bounds, *(value for _, value in some)]))
        for some in _slices(rows)
    )


def shown_key(user_id: int) -> bytes:
    """The feed that was dropped last, for as long as somebody may still page through it."""
    return b"shown:%d" % user_id


def read_seen(user_ids: Sequence[int]) -> dict[int, NDArray[np.int64]]:
    """The ids of the posts that these people were shown in the feeds they have, or had until they were dropped.

    Who saw none is left out.

    Only of people who read within READERS_KEPT_SECONDS. RedisError when Valkey is away.
    """
    if not user_ids:
        return {}
    scores = valkey().zmscore(READERS, [str(each) for each in user_ids])
    since = time.time() - READERS_KEPT_SECONDS
    readers = [user_id for user_id, score in zip(user_ids, scores, strict=True) if score is not None and score >= since]
    found = {}
    for some in _slices(readers):
        kept = valkey().mget([feed_key(each) for each in some] + [shown_key(each) for each in some])
        values = cast("list[bytes | None]", kept)
        for user_id, feed, dropped in zip(some, values, values[len(some) :], strict=False):
            value = feed or dropped
            entries = np.frombuffer(value or b"", dtype=">u8", offset=HEADER if value else 0)
            seen = (entries[entries >= SEEN] & ~np.uint64(SEEN)).astype(np.int64)
            if len(seen):
                found[user_id] = seen
    return found


def _slices(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + FEEDS_A_CALL] for start in range(0, len(items), FEEDS_A_CALL))
