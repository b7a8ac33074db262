"""Values kept ready in Valkey so that nobody waits for their making, and how they die the moment they are wrong.

Whoever makes a value takes a lease first, reads Postgres second and stores last: what was forgotten in between is not
stored. Whoever changes what a value is made of calls `forget` inside the transaction of the change. The value is gone,
and its key barred, before the commit, so that a process killed at any point leaves nothing stale behind; the bar goes
after the commit. While Valkey cannot be told, an outbox task and this process itself go on trying.

A lease is also what keeps a crowd apart: one makes, the others wait a moment for the value.
"""

import logging
import os
import secrets
import threading
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any, cast

from django.db import transaction
from redis.exceptions import RedisError

from core.events import enqueue
from core.valkey import valkey, when_away

logger = logging.getLogger(__name__)

Key = bytes
Value = bytes | Collection[int] | Mapping[int, int]

LEASE_MS = 5_000
BAR_MS = 60_000  # longer than any transaction stands open
BARRED = b"barred"  # how the lease of a key begins that a change bars
WAIT_SECONDS = 0.1
RETRY_SECONDS = 0.1

# A bar counts the open changes, so that the first to be committed does not lift the bar of the others.
_BAR = """
for _, key in ipairs(KEYS) do
  local lease = 'lease:' .. key
  local open = tonumber(string.match(redis.call('GET', lease) or '', '^barred (%d+)$') or 0)
  redis.call('DEL', key)
  redis.call('SET', lease, string.format('barred %d', open + 1), 'PX', ARGV[1])
end
"""
_LIFT = """
for _, key in ipairs(KEYS) do
  local lease = 'lease:' .. key
  local open = tonumber(string.match(redis.call('GET', lease) or '', '^barred (%d+)$') or 0)
  redis.call('DEL', key)
  if open > 1 then redis.call('SET', lease, string.format('barred %d', open - 1), 'KEEPTTL')
  else redis.call('DEL', lease) end
end
"""
_FORGET = """
for _, key in ipairs(KEYS) do
  local lease = redis.call('GET', 'lease:' .. key)
  redis.call('DEL', key)
  if lease and string.sub(lease, 1, 6) ~= 'barred' then redis.call('DEL', 'lease:' .. key) end
end
"""
_STORE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1], KEYS[2])
if ARGV[3] == 'SET' then redis.call('SET', KEYS[2], ARGV[4])
else
  for from = 4, #ARGV, 4000 do
    redis.call(ARGV[3], KEYS[2], unpack(ARGV, from, math.min(from + 3999, #ARGV)))
  end
end
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return 1
"""


def take_leases(keys: Sequence[Key]) -> dict[Key, bytes]:
    """The leases on `keys`, without those that somebody else is making or a change bars. RedisError when away."""
    token = secrets.token_bytes(8)
    pipeline = valkey().pipeline(transaction=False)
    for key in keys:
        pipeline.set(lease_key(key), token, nx=True, px=LEASE_MS)
    return {key: token for key, got in zip(keys, pipeline.execute(), strict=True) if got}


def take_lease(key: Key) -> dict[Key, bytes]:
    """The lease on one key; none also while Valkey is away."""
    nothing: dict[Key, bytes] = {}
    return when_away(lambda: take_leases([key]), nothing)


def store(values: Mapping[Key, Value], leases: Mapping[Key, bytes], *, seconds: float) -> int:
    """Store each of `values` whose lease still holds, for so long; returns how many.

    Bytes become a string, numbers a set, pairs of numbers a hash; neither may be empty. RedisError when Valkey is away.
    """
    pipeline = valkey().pipeline(transaction=False)
    for key, value in values.items():
        if key in leases:
            pipeline.eval(_STORE, 2, lease_key(key), key, leases[key], int(seconds * 1000), *_arguments(value))
    return sum(cast("list[int]", pipeline.execute()))


def await_others(keys: Iterable[Key]) -> None:
    """Wait a moment for values that somebody else is making, not for what a change bars. RedisError when away."""
    wanted = list(keys)
    end = time.monotonic() + WAIT_SECONDS
    while wanted and time.monotonic() < end:
        leases = cast("list[bytes | None]", valkey().mget([lease_key(key) for key in wanted]))
        pairs = zip(wanted, leases, strict=True)
        wanted = [key for key, lease in pairs if lease is not None and not lease.startswith(BARRED)]
        if wanted:
            time.sleep(0.005)


def forget(*keys: Key) -> None:
    """These values are about to change: call it inside the transaction that changes what they are made of."""
    if not keys:
        return
    try:
        _bar(keys)
    except (RedisError, OSError):
        logger.warning("valkey is away; ready values are forgotten later", extra={"keys": len(keys)})
        enqueue("core.forget_ready", keys=[key.hex() for key in keys])
        transaction.on_commit(partial(_later.add, keys))
        return
    transaction.on_commit(partial(_lift, keys))


def forget_now(keys: Iterable[Key]) -> None:
    """Delete these values, and let nobody store what is being made of them. RedisError when Valkey is away."""
    known = list(keys)
    valkey().eval(_FORGET, len(known), *known)


def _bar(keys: Sequence[Key]) -> None:
    valkey().eval(_BAR, len(keys), *keys, BAR_MS)


def _lift(keys: Sequence[Key]) -> None:
    """After the commit. When it fails the bar falls by itself, and until then everybody asks Postgres."""
    try:
        valkey().eval(_LIFT, len(keys), *keys)
    except (RedisError, OSError):
        logger.warning("valkey is away; keys stay barred for a minute", extra={"keys": len(keys)})


class _Later:
    """What this process still has to forget, and the thread that tries until it is done.

    Valkey may come back with old values any moment; the outbox, for when this process dies, would be told only seconds
    later.
    """

    def __init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        """As after a fork, which takes no thread along."""
        self._orders: dict[Key, object] = {}
        self._lock = threading.Lock()
        self._runs = False

    def add(self, keys: Iterable[Key]) -> None:
        with self._lock:
            self._orders.update({key: object() for key in keys})
            if not self._runs:
                self._runs = True
                threading.Thread(target=self._run, name="forget-ready", daemon=True).start()

    def _run(self) -> None:
        while orders := self._open():
            try:
                forget_now(orders)
            except (RedisError, OSError):
                time.sleep(RETRY_SECONDS)
            else:
                self._settle(orders)

    def _open(self) -> dict[Key, object]:
        with self._lock:
            self._runs = bool(self._orders)
            return dict(self._orders)

    def _settle(self, done: Mapping[Key, object]) -> None:
        """What was ordered again meanwhile stays."""
        with self._lock:
            self._orders = {key: order for key, order in self._orders.items() if done.get(key) is not order}


_later = _Later()
os.register_at_fork(after_in_child=_later.begin_anew)


def lease_key(key: Key) -> Key:
    """Where the lease on `key` stands, for scripts that store or end more than one thing at once."""
    return b"lease:" + key


def _arguments(value: Value) -> list[Any]:
    if isinstance(value, bytes):
        return ["SET", value]
    if isinstance(value, Mapping):
        return ["HSET", *chain.from_iterable(value.items())]
    return ["SADD", *value]
