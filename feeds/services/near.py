"""Cards that this process has read lately: they never change under their name, so they need not travel again.

Who may see a card is decided for each page anew, by Valkey; this only saves the bytes. A card may be used for less time
than the addresses in it are good for beyond the life of the card itself.
"""

import threading
import time
from collections.abc import Sequence
from zlib import crc32

from photos.ready.joining import NUL

MOST_BYTES = 32 * 1024**2  # in one process
PUBLIC_SECONDS, PRIVATE_SECONDS = 1_800, 15

Card = tuple[bytes, Sequence[bytes], bytes]  # as it is kept, divided at its gaps, and a print of it
_NOTHING: tuple[Card, float] = ((b"", (), b""), 0.0)


def check_of(body: bytes) -> bytes:
    """Four bytes that change when a card does."""
    return crc32(body).to_bytes(4)


class NearCards:
    """Cards by names that say their versions; the oldest go first when there are too many."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._cards: dict[bytes, tuple[Card, float]] = {}
        self._size = 0
        self._lock = threading.Lock()

    def get(self, name: bytes) -> Card | None:
        card, until = self._cards.get(name, (None, 0.0))
        return card if time.monotonic() < until else None

    def put(self, name: bytes, body: bytes, *, is_public: bool) -> Card:
        card = body, body.split(NUL), check_of(body)
        until = time.monotonic() + (PUBLIC_SECONDS if is_public else PRIVATE_SECONDS)
        with self._lock:
            self._drop(name)
            self._cards[name] = (card, until)
            self._size += 2 * len(body)
            while self._size > self._most:
                self._drop(next(iter(self._cards)))
        return card

    def clear(self) -> None:
        with self._lock:
            self._cards.clear()
            self._size = 0

    def _drop(self, name: bytes) -> None:
        (body, _, _), _ = self._cards.pop(name, _NOTHING)
        self._size -= 2 * len(body)


near_cards = NearCards()
