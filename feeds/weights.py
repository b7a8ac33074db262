"""The weights of the ranking, as configured, and the clock that post ids carry."""

import time
from datetime import timedelta

from django.conf import settings

from core.ids import EPOCH_MS, SEQUENCE_BITS, SHARD_BITS
from feeds.ranking import Weights

ID_SHIFT = SHARD_BITS + SEQUENCE_BITS


def current_weights() -> Weights:
    return Weights(
        half_life_hours=settings.FEED_HALF_LIFE_HOURS,
        likes=settings.FEED_LIKES,
        comments=settings.FEED_COMMENTS,
        closeness=settings.FEED_CLOSENESS,
        seen=settings.FEED_SEEN,
        max_in_a_row=settings.FEED_MAX_IN_A_ROW,
    )


def window_span() -> timedelta:
    """How old a post in a computed feed may be."""
    return timedelta(days=settings.FEED_WINDOW_DAYS)


def created_ms(post_id: int) -> int:
    """When a post was made, in milliseconds of the clock of ids."""
    return post_id >> ID_SHIFT


def now_ms() -> int:
    """Now, on the clock of ids."""
    return time.time_ns() // 1_000_000 - EPOCH_MS
