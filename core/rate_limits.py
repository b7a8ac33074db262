"""Counted limits, shared by all processes through Valkey. The limits themselves are in settings.RATE_LIMITS."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from django.conf import settings
from redis.exceptions import RedisError

from core.exceptions import RateLimited, Unavailable
from core.valkey import valkey

# KEYS: the count, and what must be there for the call to count. ARGV: seconds to keep it. Returns the count or nil.
_COUNT_IF = """
if #KEYS > 1 and redis.call('EXISTS', unpack(KEYS, 2)) < #KEYS - 1 then return nil end
local used = redis.call('INCR', KEYS[1])
redis.call('EXPIRE', KEYS[1], ARGV[1])
return used
"""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of one limit; `reset` is in seconds from now."""

    limit: int
    remaining: int
    reset: int
    exceeded: bool


@dataclass(frozen=True, slots=True)
class Counting:
    """One call about to be counted: the commands that count it, for a pipeline of the caller's."""

    limit: int
    window: int
    reset: int
    key: str

    @property
    def commands(self) -> list[tuple[str | int, ...]]:
        return [("INCR", self.key), ("EXPIRE", self.key, self.window)]

    def command_if(self, *keys: bytes) -> tuple[bytes | str | int, ...]:
        """One command that counts the call only if all these keys are in Valkey; else it answers None."""
        return ("EVAL", _COUNT_IF, 1 + len(keys), self.key, *keys, self.window)

    def allowance(self, used: int) -> Allowance:
        """What the answer of the first command means."""
        return Allowance(self.limit, max(self.limit - used, 0), self.reset, used > self.limit)


def counting(action: str, subject: str) -> Counting:
    """How one `action` of `subject` is counted in the current window."""
    limit, window = settings.RATE_LIMITS[action]
    now = int(time.time())
    return Counting(limit, window, window - now % window, f"limit:{action}:{now // window}:{subject}")


def window_of(action: str) -> tuple[datetime, int]:
    """When the current window of `action` began, and in how many seconds it ends."""
    _, window = settings.RATE_LIMITS[action]
    now = int(time.time())
    return datetime.fromtimestamp(now - now % window, UTC), window - now % window


def count(action: str, subject: str) -> Allowance | None:
    """Count one `action` of `subject` in the current window. None when Valkey is away and nothing could be counted."""
    planned = counting(action, subject)
    try:
        pipeline: Any = valkey().pipeline(transaction=True)
        for command in planned.commands:
            pipeline.execute_command(*command)
        used = cast(int, pipeline.execute()[0])
    except (RedisError, OSError):
        return None
    return planned.allowance(used)


def allow(action: str, subject: str, *, closed_when_away: bool = False) -> None:
    """RateLimited beyond the limit. With Valkey away: let through, or Unavailable when `closed_when_away`."""
    allowance = count(action, subject)
    if allowance is None:
        if closed_when_away:
            raise Unavailable("Logging in and signing up are paused for a moment. Please try again soon.")
        return
    if allowance.exceeded:
        raise exceeded(allowance.reset)


def refuse_exceeded(action: str, subject: str) -> None:
    """RateLimited where as many were counted before as may be; counts nothing. With Valkey away: let through."""
    planned = counting(action, subject)
    try:
        used = int(cast("bytes | None", valkey().get(planned.key)) or 0)
    except (RedisError, OSError):
        return
    if used >= planned.limit:
        raise exceeded(planned.reset)


def exceeded(seconds: int) -> RateLimited:
    """The error for one try too many, with what there is to wait."""
    return RateLimited(f"Too many tries. Please wait {_duration(seconds)}.", retry_after=seconds)


def _duration(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} seconds"
    return f"{round(seconds / 60)} minutes"
