"""Whether a picture looks like one that staff do not take. One trip to Valkey; the list is held in memory."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.kept import Kept
from photos.models import BlockedImage

_SIGN = 1 << 63


def to_column(likeness: int) -> int:
    """64 bits as Postgres has them, with a sign."""
    return likeness - 2 * _SIGN if likeness >= _SIGN else likeness


def from_column(value: int) -> int:
    return value % (2 * _SIGN)


@dataclass(frozen=True, slots=True)
class Likenesses:
    """All entries: their ids, likenesses, and how many bits may differ from each."""

    ids: NDArray[np.int64]
    values: NDArray[np.uint64]
    most: NDArray[np.uint8]

    def find(self, likeness: int) -> int | None:
        """The id of the entry that the picture is nearest to, of those near enough."""
        if not len(self.ids):
            return None
        differing = np.bitwise_count(self.values ^ np.uint64(likeness))
        near = np.flatnonzero(differing <= self.most)
        return int(self.ids[near[np.argmin(differing[near])]]) if len(near) else None


def find_blocked(likenesses: Iterable[int]) -> int | None:
    """The id of the BlockedImage that one of these is like."""
    known = _likenesses.get()
    return next((key for each in likenesses if (key := known.find(each)) is not None), None)


def forget_likenesses() -> None:
    """Call inside the transaction that changes the list."""
    _likenesses.forget()


def _make(found: Iterable[tuple[int, int, int]]) -> Likenesses:
    rows = np.array(list(found), dtype=np.int64).reshape(-1, 3)
    return Likenesses(rows[:, 0].copy(), rows[:, 1].copy().view(np.uint64), rows[:, 2].astype(np.uint8))


_likenesses = Kept(b"blocklist:images", lambda: BlockedImage.objects.values_list("pk", "likeness", "distance"), _make)
