"""The segments of a JPEG."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from photos.imaging.errors import UnreadableImage, damaged, too_complex
from photos.imaging.outlines.base import Outline, read_at

MAX_SEGMENTS = 2_000
MAX_FILL_BYTES = 64 * 1024  # between segments, of all together
END = b"\xff\xd9"

_START_OF_SCAN = 0xDA
_ALONE = {0x01, *range(0xD0, 0xD8)}  # markers without a length
_ARITHMETIC = range(0xC9, 0xD0)
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class Segment:
    """`at` is the place of the content, behind marker and length."""

    marker: int
    at: int
    length: int


def segments(file: IO[bytes]) -> Iterator[Segment]:
    """Every segment up to and with the first start of scan. UnreadableImage when there is none."""
    at, filled = 2, 0
    for _ in range(MAX_SEGMENTS):
        head = read_at(file, at, 2)
        while head == b"\xff\xff":
            at, filled = at + 1, filled + 1
            if filled > MAX_FILL_BYTES:
                raise too_complex(
                    f"The picture has more than {MAX_FILL_BYTES // 1024} kB of nothing before its pixels."
                )
            head = read_at(file, at, 2)
        if head[0] != 0xFF:
            raise damaged()
        if head[1] in _ALONE:
            at += 2
            continue
        length = int.from_bytes(read_at(file, at + 2, 2))
        if length < 2:
            raise damaged()
        yield Segment(head[1], at + 4, length - 2)
        if head[1] == _START_OF_SCAN:
            return
        at += 2 + length
    raise too_complex(f"The picture has more than {MAX_SEGMENTS} parts before its first pixel.")


def read_jpeg_outline(file: IO[bytes], size: int) -> Outline:
    width = height = 0
    exif = b""
    for segment in segments(file):
        if segment.marker in _FRAMES and not width:
            frame = read_at(file, segment.at, 5)
            height, width = int.from_bytes(frame[1:3]), int.from_bytes(frame[3:5])
        elif segment.marker == 0xE1 and not exif:
            exif = _exif(read_at(file, segment.at, segment.length))
    if not width:
        raise damaged()
    return Outline(width, height, exif=exif)


def _exif(content: bytes) -> bytes:
    return content[6:] if content.startswith(b"Exif\x00\x00") else b""


def scan_start(file: IO[bytes]) -> int:
    """The place of the first pixel data; 0 when it is packed in a way whose decoder cannot wait for more of it."""
    *before, scan = segments(file)
    return 0 if any(segment.marker in _ARITHMETIC for segment in before) else scan.at + scan.length


def is_jpeg_complete(file: IO[bytes], size: int) -> bool:
    """An end-of-image mark behind the first scan; embedded previews before it do not count."""
    try:
        *_, scan = segments(file)
    except UnreadableImage:
        return False
    start = scan.at + scan.length
    if size - 2 >= start and read_at(file, size - 2, 2) == END:
        return True
    file.seek(start)
    tail = b""
    while chunk := file.read(1024 * 1024):
        if END in tail + chunk:
            return True
        tail = chunk[-1:]
    return False
