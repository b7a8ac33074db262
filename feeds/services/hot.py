"""Posts of authors with so many followers that they are not pushed: readers pull them on their next first page."""

from typing import cast

from core.valkey import valkey
from feeds.scripts import Script

HOT = b"feeds:hot"

_announce = Script("hot")


def announce_hot(author_id: int, post_id: int) -> None:
    """Let the author's followers find the post. May run any number of times. RedisError when Valkey is away."""
    _announce([HOT], [b"%d:%d" % (author_id, post_id)])


def hot_since(moment: int) -> list[int]:
    """The posts announced after `moment` (milliseconds since 1970), the last first. RedisError when Valkey is away."""
    members = cast("list[bytes]", valkey().zrangebyscore(HOT, f"({moment}", "+inf"))
    return [int(member.partition(b":")[2]) for member in reversed(members)]
