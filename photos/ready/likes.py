"""Which posts a person likes, ready as a set; it is complete or it is not there."""

from functools import partial

from django.db import transaction
from redis.exceptions import RedisError

from core.ready import Key, await_others, forget, lease_key, store, take_leases
from core.valkey import valkey, when_away
from photos.models import Like

LIKES_SECONDS = 3600
MOST_LIKES = 10_000

_NOTE = """
local lease = redis.call('GET', KEYS[2])
if lease and string.sub(lease, 1, 6) ~= 'barred' then redis.call('DEL', KEYS[2]) end
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call(ARGV[1], KEYS[1], ARGV[2]) end
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
