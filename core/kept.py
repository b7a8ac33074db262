"""Values made of whole tables, such as blocklists: each process keeps its own, made anew when the tables change.

Valkey has a version of each value, which dies with every change (`core.ready`); a process whose copy is of that version
uses it. So a question costs one short trip, and a change counts at once everywhere.
"""

import secrets
import time
from collections.abc import Callable
from typing import Generic, TypeVar, cast

from redis.exceptions import RedisError

from core.ready import Key, forget, store, take_lease
from core.valkey import valkey, when_away

VERSION_SECONDS = 24 * 3600
AWAY_SECONDS = 30  # how old a copy may be while Valkey is away

T = TypeVar("T")


class Kept(Generic[T]):
    """`load` makes the value, with queries of its own."""

    def __init__(self, key: Key, load: Callable[[], T]) -> None:
        self._key, self._load = key, load
        self._copy: tuple[bytes, float, T] | None = None

    def get(self) -> T:
        """The value as of now; while Valkey is away, as of AWAY_SECONDS ago."""
        try:
            version = cast("bytes | None", valkey().get(self._key))
        except (RedisError, OSError):
            return self._get_while_away()
        copy = self._copy
        if version is not None and copy is not None and copy[0] == version:
            return copy[2]
        return self._make(version)

    def forget(self) -> None:
        """Call inside the transaction that changes what the value is made of."""
        forget(self._key)

    def _make(self, version: bytes | None) -> T:
        """Read anew; only the version of a lease that still stands is kept for others."""
        leases = take_lease(self._key) if version is None else {}
        value = self._load()
        if version is None:
            version = secrets.token_hex(8).encode()
            when_away(lambda: store({self._key: version}, leases, seconds=VERSION_SECONDS), 0)
        self._copy = (version, time.monotonic(), value)
        return value

    def _get_while_away(self) -> T:
        copy = self._copy
        if copy is None or time.monotonic() - copy[1] > AWAY_SECONDS:
            copy = self._copy = (b"", time.monotonic(), self._load())
        return copy[2]
