"""Which posts a person likes, ready as a set; it is complete or it is not there."""

from functools import partial
from typing import cast

from django.db import transaction
from redis.exceptions import RedisError

from accounts.ready import TOMBSTONE
from core.ready import Key, await_others, forget, lease_key, store, take_leases
from core.valkey import valkey, when_away
from photos.models import Like
from photos.ready.facts import LIKE_COUNT, post_key, read_facts

LIKES_SECONDS = 3600
MOST_LIKES = 10_000

_NOTE = """
local lease = redis.call('GET', KEYS[2])
if lease and string.sub(lease, 1, 6) ~= 'barred' then redis.call('DEL', KEYS[2]) end
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call(ARGV[1], KEYS[1], ARGV[2]) end
"""

# Facts of another version than before the commit may have the like in them or not: they are made anew, as is whatever
# is being made. KEYS: the facts, their lease. ARGV: the version, the field, the step.
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


def likes_key(user_id: int) -> Key:
    """The set of all posts this person likes; 0 is always in it."""
    return b"likes:%d" % user_id


def load_likes(user_id: int) -> bool:
    """Make the likes of a person ready, with one query; False when there are too many, or Valkey is away."""
    return when_away(lambda: _load_likes(user_id), False)


def note_like(user_id: int, post_id: int, on: bool) -> None:
    """Once the current transaction is committed: this person likes the post, or does not any more."""
    transaction.on_commit(partial(_note, user_id, post_id, "SADD" if on else "SREM"))


def patch_likes(post_id: int, step: int) -> None:
    """Inside the transaction that changes the count: once it is committed, so many more people like the post."""
    facts = when_away(lambda: cast("bytes | None", valkey().get(post_key(post_id))), None)
    version = read_facts(facts).version if facts and facts != TOMBSTONE else b""
    transaction.on_commit(partial(_count, post_id, version, step))


def _load_likes(user_id: int) -> bool:
    key, many = likes_key(user_id), b"many-likes:%d" % user_id
    if valkey().exists(many):
        return False
    leases = take_leases([key])
    if not leases:
        await_others([key])
        return True
    liked = list(Like.objects.filter(user=user_id).values_list("post_id", flat=True)[: MOST_LIKES + 1])
    if len(liked) > MOST_LIKES:
        valkey().set(many, b"1", ex=LIKES_SECONDS)
        return False
    store({key: [0, *liked]}, leases, seconds=LIKES_SECONDS)
    return True


def _note(user_id: int, post_id: int, command: str) -> None:
    """A set that cannot be told is forgotten."""
    key = likes_key(user_id)
    try:
        valkey().eval(_NOTE, 2, key, lease_key(key), command, post_id)
    except (RedisError, OSError):
        forget(key)


def _count(post_id: int, version: bytes, step: int) -> None:
    """Facts that cannot be told are forgotten."""
    key = post_key(post_id)
    try:
        valkey().eval(_COUNT, 2, key, lease_key(key), version, LIKE_COUNT, step)
    except (RedisError, OSError):
        forget(key)
