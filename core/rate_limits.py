"""Counted limits, shared by all processes through Valkey. The limits themselves are in settings.RATE_LIMITS."""

import time
from dataclasses import dataclass
from typing import cast

from django.conf import settings
from redis.exceptions import RedisError

from core.exceptions import RateLimited, Unavailable
from core.valkey import valkey


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of one limit; `reset` is in seconds from now."""

    limit: int
    remaining: int
    reset: int
    exceeded: bool


def count(action: str, subject: str) -> Allowance | None:
    """Count one `action` of `subject` in the current window. None when Valkey is away and nothing could be counted."""
    limit, window = settings.RATE_LIMITS[action]
    now = int(time.time())
    reset = window - now % window
    key = f"limit:{action}:{now // window}:{subject}"
    try:
        pipeline = valkey().pipeline(transaction=True)
        pipeline.incr(key)
        pipeline.expire(key, window)
        used = cast(int, pipeline.execute()[0])
    except (RedisError, OSError):
        return None
    return Allowance(limit, max(limit - used, 0), reset, used > limit)


def allow(action: str, subject: str, *, closed_when_away: bool = False) -> None:
    """RateLimited beyond the limit. With Valkey away: let through, or Unavailable when `closed_when_away`."""
    allowance = count(action, subject)
    if allowance is None:
        if closed_when_away:
            raise Unavailable("Logging in and signing up are paused for a moment. Please try again soon.")
        return
    if allowance.exceeded:
        raise RateLimited(
            f"Too many tries. Please wait {_duration(allowance.reset)}.",
            retry_after=allowance.reset,
        )


def _duration(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} seconds"
    return f"{round(seconds / 60)} minutes"
