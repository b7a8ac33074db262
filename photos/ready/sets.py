"""Sets of posts that a person has marked (likes, saves), each ready as a whole; it is complete or it is not there."""

from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.db.models import Manager
from redis.exceptions import RedisError

from core.ready import Key, await_others, forget, lease_key, store, take_leases
from core.valkey import valkey, when_away
from photos.models import Like, Save

SET_SECONDS = 3600
MOST_KEPT = 10_000  # posts in one set

_NOTE = """
local lease = redis.call('GET', KEYS[2])
if lease and string.sub(lease, 1, 6) ~= 'barred' then redis.call('DEL', KEYS[2]) end
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call(ARGV[1], KEYS[1], ARGV[2]) end
"""


@dataclass(frozen=True, slots=True)
class ReadySet:
    """One sort of mark. `name` begins its keys, `rows` has `user` and `post`."""

    name: str
    rows: "Manager[Like] | Manager[Save]"

    def key(self, user_id: int) -> Key:
        """The set of all posts this person has marked; 0 is always in it."""
        return b"%b:%d" % (self.name.encode(), user_id)

    def load(self, user_id: int) -> bool:
        """Make the set of a person ready, with one query; False when there are too many, or Valkey is away."""
        return when_away(lambda: self._load(user_id), False)

    def note(self, user_id: int, post_id: int, *, on: bool) -> None:
        """Once the current transaction is committed: this person has marked the post, or has not any more."""
        transaction.on_commit(partial(self._note, user_id, post_id, "SADD" if on else "SREM"))

    def _load(self, user_id: int) -> bool:
        key, many = self.key(user_id), b"many-%b:%d" % (self.name.encode(), user_id)
        if valkey().exists(many):
            return False
        leases = take_leases([key])
        if not leases:
            await_others([key])
            return True
        marked = list(self.rows.filter(user=user_id).values_list("post_id")[: MOST_KEPT + 1])
        if len(marked) > MOST_KEPT:
            valkey().set(many, b"1", ex=SET_SECONDS)
            return False
        store({key: [0, *(post_id for (post_id,) in marked)]}, leases, seconds=SET_SECONDS)
        return True

    def _note(self, user_id: int, post_id: int, command: str) -> None:
        """A set that cannot be told is forgotten."""
        key = self.key(user_id)
        try:
            valkey().eval(_NOTE, 2, key, lease_key(key), command, post_id)
        except (RedisError, OSError):
            forget(key)


LIKES = ReadySet("likes", Like.objects)
SAVES = ReadySet("saves", Save.objects)
