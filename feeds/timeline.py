"""One feed of one person in Valkey: a packed list of post ids, best first, that can always be built again.

The value is 8 bytes of build id (milliseconds since 1970) and 8 bytes for each post, big-endian: 4 kB for 500 posts.
When a feed is replaced, the old one stays readable under its build id for SNAPSHOT_SECONDS, so that pages go on where
they were.
"""

import struct
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from django.conf import settings

from core.valkey import valkey

SNAPSHOT_SECONDS = 2 * 3600
WIDTH = 8
FOLLOWERS_A_CALL = 1000
SLACK = 50  # posts that may be pushed onto a full feed before its tail, where somebody may be reading, is cut

_REPLACE = """
local old = redis.call('GET', KEYS[1])
if old then
  redis.call('SET', KEYS[1] .. ':' .. string.gsub(string.sub(old, 1, 8), '.', function(c)
    return string.format('%02x', string.byte(c)) end), old, 'EX', ARGV[1])
end
if ARGV[2] == '' then redis.call('DEL', KEYS[1])
else redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) end
"""

_PUSH = """
local pushed = 0
for _, key in ipairs(KEYS) do
  local feed = redis.call('GET', key)
  if feed then
    local known, from = false, 9
    while true do
      local at = string.find(feed, ARGV[1], from, true)
      if not at then break end
      if (at - 1) % 8 == 0 then known = true break end
      from = at + 1
    end
    if not known then
      local longer = string.sub(feed, 1, 8) .. ARGV[1] .. string.sub(feed, 9)
      redis.call('SET', key, string.sub(longer, 1, 8 + 8 * tonumber(ARGV[2])), 'KEEPTTL')
      pushed = pushed + 1
    end
  end
end
return pushed
"""


@dataclass(frozen=True, slots=True)
class Timeline:
    """`build_id` in milliseconds since 1970; `post_ids` best first."""

    build_id: int
    post_ids: Sequence[int]

    @property
    def built_at(self) -> datetime:
        return datetime.fromtimestamp(self.build_id / 1000, tz=UTC)


def new_build_id() -> int:
    return time.time_ns() // 1_000_000


def read_timeline(user_id: int, build_id: int | None = None) -> Timeline | None:
    """The feed of a person, or the one of that build; None when there is none. RedisError when Valkey is away."""
    value = cast("bytes | None", valkey().get(_key(user_id)))
    if build_id is not None and (value is None or int.from_bytes(value[:WIDTH]) != build_id):
        value = cast("bytes | None", valkey().get(f"{_key(user_id)}:{build_id:016x}"))
    return _unpack(value) if value else None


def write_timeline(user_id: int, timeline: Timeline) -> None:
    _replace(user_id, _pack(timeline))


def drop_timeline(user_id: int) -> None:
    """Forget the feed, so that it is built anew when its person comes."""
    _replace(user_id, b"")


def push_post(post_id: int, user_ids: Iterable[int]) -> int:
    """Put a new post in front of the feeds that exist; returns how many did not have it. One call per 1,000 people."""
    keys = [_key(user_id) for user_id in user_ids]
    packed = post_id.to_bytes(WIDTH)
    pushed = 0
    for start in range(0, len(keys), FOLLOWERS_A_CALL):
        some = keys[start : start + FOLLOWERS_A_CALL]
        pushed += int(cast(Any, valkey().eval(_PUSH, len(some), *some, packed, settings.FEED_LENGTH + SLACK)))
    return pushed


def _key(user_id: int) -> str:
    return f"feed:{user_id}"


def _replace(user_id: int, value: bytes) -> None:
    lifetime = settings.FEED_ACTIVE_DAYS * 24 * 3600
    valkey().eval(_REPLACE, 1, _key(user_id), SNAPSHOT_SECONDS, value, lifetime)


def _pack(timeline: Timeline) -> bytes:
    return struct.pack(f">{len(timeline.post_ids) + 1}Q", timeline.build_id, *timeline.post_ids)


def _unpack(value: bytes) -> Timeline:
    build_id, *post_ids = struct.unpack(f">{len(value) // WIDTH}Q", value)
    return Timeline(build_id, post_ids)
