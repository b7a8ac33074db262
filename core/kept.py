"""Values made of whole tables, such as blocklists: each process keeps its own, made anew when the tables change.

Valkey has a version of each value, which dies with every change (`core.ready`); a process whose copy is of that version
uses it. So a question costs one short trip, and a change counts at once everywhere.
"""

import secrets
import time
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Generic, TypeVar, cast

from redis.exceptions import RedisError

from core.ready import Key, forget, store, take_lease
from core.valkey import Command, valkey, when_away

VERSION_SECONDS = 24 * 3600
AWAY_SECONDS = 30  # how old a copy may be while Valkey is away

T = TypeVar("T")


class Kept(Generic[T]):
    """`read` fetches the rows, with a query of its own, and `make` makes the value of them."""

    everything: ClassVar[list["Kept[Any]"]] = []

    def __init__(self, key: Key, read: Callable[[], Iterable[Any]], make: Callable[[Iterable[Any]], T]) -> None:
        self._key, self._read, self._make_of = key, read, make
        self._copy: tuple[bytes, float, T] | None = None
        self.everything.append(self)

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

    def ask(self) -> Command:
        """The command whose answer `of` wants, for who asks Valkey for other things as well."""
        return ("GET", self._key)

    def of(self, version: bytes | None) -> T | None:
        """The value of this version, if this process has it."""
        copy = self._copy
        return copy[2] if copy is not None and version is not None and copy[0] == version else None

    def forget(self) -> None:
        """Call inside the transaction that changes what the value is made of."""
        forget(self._key)

    def know(self, rows: Iterable[Any]) -> None:
        """Let everybody take these for the rows there are. RedisError when Valkey is away."""
        version = secrets.token_hex(8).encode()
        self._copy = (version, time.monotonic(), self._make_of(rows))
        valkey().set(self._key, version, ex=VERSION_SECONDS)

    def _make(self, version: bytes | None) -> T:
        """Read anew; only the version of a lease that still stands is kept for others."""
        leases = take_lease(self._key) if version is None else {}
        value = self._make_of(self._read())
        if version is None:
            version = secrets.token_hex(8).encode()
            made = version
            when_away(lambda: store({self._key: made}, leases, seconds=VERSION_SECONDS), 0)
        self._copy = (version, time.monotonic(), value)
        return value

    def _get_while_away(self) -> T:
        copy = self._copy
        if copy is None or time.monotonic() - copy[1] > AWAY_SECONDS:
            copy = self._copy = (b"", time.monotonic(), self._make_of(self._read()))
        return copy[2]
