"""What every format's outline consists of, and how the bytes of a file are reached."""

from dataclasses import dataclass
from typing import IO

from photos.imaging.errors import damaged

MAX_FRAMES = 1_000


@dataclass(frozen=True, slots=True)
class Outline:
    """What stands before the pixels. Sizes are as stored; `frames` stops counting above MAX_FRAMES.

    `exif` is a block as read_exif takes it, b"" when there is none.
    """

    width: int
    height: int
    frames: int = 1
    exif: bytes = b""


def read_at(file: IO[bytes], at: int, count: int) -> bytes:
    """Exactly `count` bytes. UnreadableImage when the file ends before."""
    file.seek(at)
    data = file.read(count)
    if len(data) != count:
        raise damaged()
    return data


class Window:
    """Single bytes of a large file, read in blocks, for walks that jump forward in small steps."""

    BLOCK = 256 * 1024

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._start = 0
        self._block = b""

    def byte(self, at: int) -> int:
        """The byte at this place. UnreadableImage behind the end."""
        index = at - self._start
        if not 0 <= index < len(self._block):
            self._file.seek(at)
            self._start, self._block, index = at, self._file.read(self.BLOCK), 0
            if not self._block:
                raise damaged()
        return self._block[index]

    def number(self, at: int) -> int:
        """The two bytes at this place, the low one first."""
        return self.byte(at) | self.byte(at + 1) << 8
