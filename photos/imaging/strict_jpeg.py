"""Decoding JPEG without the lenience of its decoder, which fills what is missing with grey and says nothing.

The decoder takes its input piece by piece and gives back what it could not use yet. While it decodes pixels it must
keep a few bytes; once it has all pixels of a scan it only looks for the next marker and swallows every byte at once.
So each stretch of pixel data is fed almost to its end, where the decoder must still be hungry, and then past its end
with empty bytes, which a decoder that is done skips without harm.

Not noticed: damage that changes pixels but not the length of the data, and damage within a stretch of a picture with
more than MAX_STRETCHES of them. No reader of JPEG can tell the first: the format has no checksums.
"""

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from photos.imaging.errors import damaged

MAX_STRETCHES = 2_000

_MARGIN = 24  # bytes at the end of a stretch that are fed one by one; the decoder reads up to 8 ahead
_SHORTEST = 64  # bytes of a stretch that can be told to be too long
_LONGEST_PADDING = 4096
_BLOCK = 1024 * 1024


class _Decoder(Protocol):
    def decode(self, data: bytes) -> tuple[int, int]: ...


def load_strictly(image: ImageFile.ImageFile, data: bytes, first_scan: int) -> None:
    """Decode `image`, opened from `data`, in place. UnreadableImage when pixels are missing.

    `first_scan` is the place of the first pixel data, right behind the head of the first scan.
    """
    (tile,) = image.tile
    image.load_prepare()
    decoder: Any = Image._getdecoder(image.mode, tile.codec_name, tile.args, image.decoderconfig)  # noqa: SLF001
    try:
        decoder.setimage(image.im, tile.extents)
        _Feeder(decoder, data).run(first_scan)
    finally:
        decoder.cleanup()
    image.tile = []


class _Feeder:
    def __init__(self, decoder: _Decoder, data: bytes) -> None:
        self._decoder = decoder
        self._data = data
        self._kept = b""
        self._done = False

    def run(self, first_scan: int) -> None:
        start = fed = first_scan
        self._feed(self._data[:start])
        for begin, end in _stretches(self._data, first_scan):
            self._feed_blocks(fed, begin)
            self._feed_stretch(begin, end)
            fed = end
        self._feed_blocks(fed, len(self._data))
        if not self._done:
            raise damaged()

    def _feed_stretch(self, begin: int, end: int) -> None:
        tail = self._data[max(begin, end - _LONGEST_PADDING) : end]
        edge = end - len(tail) + len(tail.rstrip(b"\0\xff"))  # encoders may pad
        near = max(begin, edge - _MARGIN)
        self._feed_blocks(begin, near)
        hungry = [self._feed(self._data[at : at + 1]) for at in range(near, edge)]
        if edge - begin >= _SHORTEST and not any(hungry):
            raise damaged()
        self._feed(self._data[edge:end] + bytes(_MARGIN))
        still_hungry = [self._feed(b"\0") for _ in range(_MARGIN)]
        if any(still_hungry):
            raise damaged()

    def _feed_blocks(self, begin: int, end: int) -> None:
        for at in range(begin, end, _BLOCK):
            self._feed(self._data[at : min(at + _BLOCK, end)])

    def _feed(self, piece: bytes) -> bool:
        """Whether the decoder keeps bytes for later, as it does until it has all pixels of a stretch."""
        if self._done:
            return False
        offered = self._kept + piece
        used, problem = self._decoder.decode(offered)
        if used < 0:
            if problem:
                raise damaged()
            self._done = True
            return False
        self._kept = offered[used:]
        return bool(self._kept)


def _stretches(data: bytes, first_scan: int) -> Iterator[tuple[int, int]]:
    """(begin, end) of pixel data between markers, of every scan; of whole scans when they have too many restarts."""
    markers = _markers(data, first_scan)
    at = first_scan
    while at:
        rest = markers[np.searchsorted(markers, at) :]
        kinds = np.frombuffer(data, np.uint8)[rest + 1]
        ends = np.flatnonzero((kinds < 0xD0) | (kinds > 0xD7))
        if not len(ends):
            return
        counted = kinds[: ends[0]] & 7  # restarts are numbered from 0 to 7, over and over
        if (counted != np.arange(len(counted)) % 8).any():
            raise damaged()
        restarts = rest[: ends[0]].tolist() if ends[0] <= MAX_STRETCHES else []
        end = int(rest[ends[0]])
        yield from zip([at, *(mark + 2 for mark in restarts)], [*restarts, end], strict=True)
        at = _next_scan(data, end)


def _markers(data: bytes, start: int) -> NDArray[np.intp]:
    """The places of all bytes FF behind `start` that begin a marker, restarts included."""
    values = np.frombuffer(data, np.uint8)[start:]
    marks = np.flatnonzero(values[:-1] == 0xFF)
    following = values[marks + 1]
    found: NDArray[np.intp] = marks[(following != 0) & (following != 0xFF)] + start
    return found


def _next_scan(data: bytes, at: int) -> int:
    """The place of the pixel data of the next scan; 0 when the picture ends before."""
    while data[at : at + 1] == b"\xff" and data[at + 1 : at + 2] not in (b"\xd9", b""):
        length = int.from_bytes(data[at + 2 : at + 4])
        scan = data[at + 1] == 0xDA
        at += 2 + max(length, 2)
        if scan:
            return at
    return 0
