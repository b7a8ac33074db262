"""The chunks of a WebP."""

import io
from collections.abc import Iterator
from typing import IO

from photos.imaging.errors import damaged, too_complex
from photos.imaging.outlines.base import MAX_FRAMES, Outline, read_at

MAX_CHUNKS = 10_000


def read_webp_outline(file: IO[bytes], size: int) -> Outline:
    """Walks over all chunks, because frames and EXIF stand behind the pixels."""
    width = height = frames = 0
    exif = b""
    for kind, at, length in _chunks(file, size):
        if not width and kind in (b"VP8X", b"VP8 ", b"VP8L"):
            width, height = _dimensions(kind, read_at(file, at, 10))
        elif kind == b"ANMF":
            frames += 1
        elif kind == b"EXIF" and length <= size:
            exif = read_at(file, at, length)
        if frames > MAX_FRAMES:
            break
    if not width:
        raise damaged()
    return Outline(width, height, max(frames, 1), exif.removeprefix(b"Exif\x00\x00"))


def read_webp_extras(file: IO[bytes]) -> tuple[bool, bytes | None]:
    """Whether a WebP that does not move may have transparent pixels, and its colour profile."""
    size = file.seek(0, io.SEEK_END)
    transparent, profile = False, None
    for kind, at, length in _chunks(file, size):
        if kind == b"VP8X":
            transparent = bool(read_at(file, at, 1)[0] & 0x10)
        elif kind == b"VP8L":
            transparent = bool(read_at(file, at, 5)[4] & 0x10)
        elif kind == b"ICCP" and length <= size:
            profile = read_at(file, at, length)
    return transparent, profile


def _chunks(file: IO[bytes], size: int) -> Iterator[tuple[bytes, int, int]]:
    """(kind, place of the content, length) as far as the file goes."""
    end = min(int.from_bytes(read_at(file, 4, 4), "little") + 8, size)
    at = 12
    for _ in range(MAX_CHUNKS):
        if at + 8 > end:
            return
        head = read_at(file, at, 8)
        length = int.from_bytes(head[4:], "little")
        yield head[:4], at + 8, length
        at += 8 + length + length % 2
    raise too_complex(f"The picture consists of more than {MAX_CHUNKS} parts.")


def _dimensions(kind: bytes, head: bytes) -> tuple[int, int]:
    if kind == b"VP8X":
        return int.from_bytes(head[4:7], "little") + 1, int.from_bytes(head[7:10], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return int.from_bytes(head[6:8], "little") & 0x3FFF, int.from_bytes(head[8:10], "little") & 0x3FFF


def is_webp_complete(file: IO[bytes], size: int) -> bool:
    return size >= 12 and int.from_bytes(read_at(file, 4, 4), "little") + 8 <= size
