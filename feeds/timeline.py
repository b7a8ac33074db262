"""One feed of one person in Valkey: a packed list of post ids, best first, that can always be built again.

The value is 24 bytes of header - build id and the moment up to which hot posts are in, both in milliseconds since 1970,
and 0 - and 8 bytes for each post, big-endian: 4,024 bytes for 500 posts. The highest bit of a post says that the person
was shown it. What is pushed waits in a value of its own for the person's next first page. When the feed of somebody
who reads is replaced, the old one stays readable under its build id for SNAPSHOT_SECONDS, so that pages go on where
they were.
"""

import struct
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import cast

from django.conf import settings

from core.ready import Key
from core.valkey import valkey
from feeds.scripts import Argument, Script

HEADER = 24
WIDTH = 8
SEEN = 1 << 63
FEED_KEEP_SECONDS = 2 * 24 * 3600
SNAPSHOT_SECONDS = 2 * 3600
PUSHED_SECONDS = 3600  # longer than any build takes
FOLLOWERS_A_CALL = 1000

_push = Script("push")
_replace = Script("replace")
_drop = Script("drop")


@dataclass(frozen=True, slots=True)
class Timeline:
    """`build_id` and `pulled_until` in milliseconds since 1970; `post_ids` best first.

    Hot posts published up to `pulled_until` were considered when it was built. `seen` says of each post whether the
    person was shown it; empty when none was.
    """

    build_id: int
    pulled_until: int
    post_ids: Sequence[int]
    seen: Sequence[bool] = ()

    @property
    def built_at(self) -> datetime:
        return datetime.fromtimestamp(self.build_id / 1000, tz=UTC)


def feed_key(user_id: int) -> Key:
    return b"feed:%d" % user_id


def new_build_id() -> int:
    return time.time_ns() // 1_000_000


def valkey_clock() -> int:
    """Milliseconds since 1970 on the clock that hot and pushed posts are stamped with. RedisError when away.

    Who builds takes it before reading Postgres and puts it into `pulled_until`: what comes later is then never missed.
    """
    seconds, microseconds = valkey().time()
    return seconds * 1000 + microseconds // 1000


def pack(timeline: Timeline) -> bytes:
    seen = timeline.seen or [False] * len(timeline.post_ids)
    entries = [post_id | SEEN * was_seen for post_id, was_seen in zip(timeline.post_ids, seen, strict=True)]
    return struct.pack(f">{len(entries) + 3}Q", timeline.build_id, timeline.pulled_until, 0, *entries)


def unpack(value: bytes) -> Timeline:
    build_id, pulled_until, _, *entries = struct.unpack(f">{len(value) // WIDTH}Q", value)
    seen = [entry >= SEEN for entry in entries]
    return Timeline(build_id, pulled_until, [entry & ~SEEN for entry in entries], seen if any(seen) else ())


def read_timeline(user_id: int, build_id: int | None = None) -> Timeline | None:
    """The feed of a person, or the one of that build; None when there is none. RedisError when Valkey is away."""
    key = feed_key(user_id)
    value, waiting = cast("list[bytes | None]", valkey().mget(key, b"pushed:%d" % user_id))
    if build_id is not None and (value is None or int.from_bytes(value[:WIDTH]) != build_id):
        value, waiting = cast("bytes | None", valkey().get(b"%b:%016x" % (key, build_id))), None
    return unpack(_merged(value, waiting or b"")) if value else None


def write_timeline(user_id: int, timeline: Timeline) -> None:
    """Replace the feed. RedisError when Valkey is away."""
    replace_packed([(user_id, pack(timeline))])


def note_reader(user_id: int) -> None:
    """The person has been given a page: what it was of is kept when it is replaced. RedisError when Valkey is away."""
    valkey().zadd("feeds:readers", {str(user_id): int(time.time())})


def forget_reader(user_id: int) -> None:
    """Forget the feed of somebody who is no more, and that they ever read it. RedisError when Valkey is away."""
    valkey().zrem("feeds:readers", str(user_id))
    drop_timeline(user_id)


def replace_packed(rows: Sequence[tuple[int, bytes]], *, lease: bytes = b"") -> int:
    """Replace the feeds of people by packed ones in one call; returns how many. RedisError when Valkey is away.

    A post that was pushed after `pulled_until` of the new feed stays in front of it. With `lease`, which is for a
    single feed, nothing is replaced unless it still stands.
    """
    keys = [feed_key(user_id) for user_id, _ in rows]
    values = [value for _, value in rows]
    return int(_replace(keys, [FEED_KEEP_SECONDS, SNAPSHOT_SECONDS, longest_feed(), lease, *values]))


def drop_timeline(*user_ids: int) -> None:
    """Forget the feeds, so that each is built anew when its person comes. RedisError when Valkey is away."""
    if user_ids:
        _drop([feed_key(user_id) for user_id in user_ids], [SNAPSHOT_SECONDS])


def push_post(post_id: int, user_ids: Iterable[int]) -> int:
    """Put a new post in front of the feeds that exist; returns of how many. One call per 1,000 people.

    A feed that has the post stays as it is, pushed once or often.
    """
    arguments: list[Argument] = [post_id.to_bytes(WIDTH), longest_feed(), PUSHED_SECONDS, FEED_KEEP_SECONDS]
    return sum(cast(int, _push(keys, arguments)) for keys in _feed_keys(user_ids))


def drop_without(post_id: int, user_ids: Iterable[int]) -> int:
    """Forget the feeds that do not have this post; returns how many. One call per 1,000 people."""
    arguments: list[Argument] = [SNAPSHOT_SECONDS, post_id.to_bytes(WIDTH)]
    return sum(cast(int, _drop(keys, arguments)) for keys in _feed_keys(user_ids))


def longest_feed() -> int:
    """How many posts a feed may grow to by pushes before its tail, where somebody may be reading, is cut."""
    return 2 * settings.FEED_LENGTH


def _merged(value: bytes, waiting: bytes) -> bytes:
    """The feed as its person's next first page will find it, but for its length."""
    entries = struct.unpack(f">{(len(value) - HEADER) // WIDTH}Q", value[HEADER:]) if waiting else ()
    known = {entry & ~SEEN for entry in entries}
    pushed = reversed(struct.unpack(f">{len(waiting) // WIDTH}Q", waiting))
    front = [each for each in dict.fromkeys(pushed) if each not in known]
    return value[:HEADER] + struct.pack(f">{len(front)}Q", *front) + value[HEADER:]


def _feed_keys(user_ids: Iterable[int]) -> Iterator[list[Key]]:
    """FOLLOWERS_A_CALL keys at a time."""
    people = iter(user_ids)
    while some := list(islice(people, FOLLOWERS_A_CALL)):
        yield [feed_key(user_id) for user_id in some]
