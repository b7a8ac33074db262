"""Numbers in the facts of a post that move: patched where they stand, so that no card has to be made anew."""

from functools import partial
from typing import cast

from django.db import transaction
from redis.exceptions import RedisError

from accounts.ready import TOMBSTONE
from core.ready import forget, lease_key
from core.valkey import valkey, when_away
from photos.ready.facts import COMMENT_COUNT, LIKE_COUNT, post_key, read_facts

# Facts of another version than before the commit may have the change in them or not: they are made anew, as is
# whatever is being made. KEYS: the facts, their lease. ARGV: the version, the field, the step.
_COUNT = """
local facts, lease = redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2])
if lease and string.sub(lease, 1, 6) ~= 'barred' then redis.call('DEL', KEYS[2]) end
if not facts then return end
local words = {}
for word in string.gmatch(facts, '%S+') do words[#words + 1] = word end
if words[#words] ~= ARGV[1] then return redis.call('DEL', KEYS[1]) end
local field = tonumber(ARGV[2])
words[field] = string.format('%d', math.max(0, tonumber(words[field]) + tonumber(ARGV[3])))
redis.call('SET', KEYS[1], table.concat(words, ' '), 'KEEPTTL')
"""


def patch_likes(post_id: int, step: int) -> None:
    """Inside the transaction that changes the count: once it is committed, so many more people like the post."""
    _patch(post_id, LIKE_COUNT, step)


def patch_comments(post_id: int, step: int) -> None:
    """The same for its comments."""
    _patch(post_id, COMMENT_COUNT, step)


def _patch(post_id: int, field: int, step: int) -> None:
    facts = when_away(lambda: cast("bytes | None", valkey().get(post_key(post_id))), None)
    version = read_facts(facts).version if facts and facts != TOMBSTONE else b""
    transaction.on_commit(partial(_count, post_id, version, field, step))


def _count(post_id: int, version: bytes, field: int, step: int) -> None:
    """Facts that cannot be told are forgotten."""
    key = post_key(post_id)
    try:
        valkey().eval(_COUNT, 2, key, lease_key(key), version, field, step)
    except (RedisError, OSError):
        forget(key)
