"""The chunks of a PNG."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from photos.imaging.errors import UnreadableImage, damaged, too_complex
from photos.imaging.outlines.base import Outline, read_at

MAX_CHUNKS = 100_000
MAX_CHUNKS_BEFORE_PIXELS = 1_000
MAX_TEXT_BYTES = 4 * 1024 * 1024

_COMPRESSED = (b"zTXt", b"iTXt", b"iCCP")
_PIECE = 256 * 1024


@dataclass(frozen=True, slots=True)
class Chunk:
    """`at` is the place of the content; four bytes of checksum follow it."""

    kind: bytes
    at: int
    length: int


def chunks(file: IO[bytes], most: int = MAX_CHUNKS) -> Iterator[Chunk]:
    """Every chunk up to and with the end mark. UnreadableImage when there is none."""
    at = 8
    for _ in range(most):
        head = read_at(file, at, 8)
        chunk = Chunk(head[4:], at + 8, int.from_bytes(head[:4]))
        yield chunk
        if chunk.kind == b"IEND":
            return
        at += 12 + chunk.length
    raise too_complex(f"The picture consists of more than {most} parts.")


def read_png_outline(file: IO[bytes], size: int) -> Outline:
    """UnreadableImage also for texts and profiles that are small here and huge when unpacked."""
    width = height = 0
    frames, exif, texts = 1, b"", 0
    for chunk in chunks(file, MAX_CHUNKS_BEFORE_PIXELS):
        if chunk.kind == b"IHDR":
            head = read_at(file, chunk.at, 8)
            width, height = int.from_bytes(head[:4]), int.from_bytes(head[4:])
        elif chunk.kind == b"acTL":
            frames = int.from_bytes(read_at(file, chunk.at, 4))
        elif chunk.kind == b"eXIf" and chunk.length <= size:
            exif = read_at(file, chunk.at, chunk.length)
        elif chunk.kind in _COMPRESSED and chunk.length <= size:
            texts += _unpacked_length(chunk.kind, read_at(file, chunk.at, chunk.length), MAX_TEXT_BYTES - texts)
            if texts > MAX_TEXT_BYTES:
                raise too_complex("The picture carries more than 4 MB of text.")
        elif chunk.kind == b"IDAT":
            break
    return Outline(width, height, max(frames, 1), exif)


def _unpacked_length(kind: bytes, content: bytes, most: int) -> int:
    """How many bytes a text or profile is unpacked; a little above `most` for all that are more."""
    _, _, rest = content.partition(b"\0")
    if kind == b"iTXt":
        packed = rest[:1] == b"\x01"
        rest = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
        return _inflated_length(rest, most) if packed else len(rest)
    return _inflated_length(rest[1:], most)


def _inflated_length(data: bytes, most: int) -> int:
    """What turns out to be broken counts as far as it was unpacked: it costs as much as the whole."""
    inflater, length = zlib.decompressobj(), 0
    try:
        while data and length <= most:
            piece = inflater.decompress(data, _PIECE)
            length += len(piece)
            data = inflater.unconsumed_tail
    except zlib.error:
        length += _PIECE
    return length


def is_png_complete(file: IO[bytes], size: int) -> bool:
    """Whether the chunks lead to the end mark and it is whole, too."""
    last = Chunk(b"", 0, 0)
    try:
        for last in chunks(file):
            if last.at + last.length + 4 > size:
                return False
    except UnreadableImage:
        return False
    return last.kind == b"IEND"


def check_png_sums(file: IO[bytes]) -> None:
    """UnreadableImage when the checksum of a chunk that pixels depend on is wrong. Reads the whole file."""
    for chunk in chunks(file):
        if chunk.kind[0] & 0x20 and chunk.kind != b"fdAT":  # a small first letter: not needed for the pixels
            continue
        data = read_at(file, chunk.at, chunk.length + 4)
        if zlib.crc32(data[:-4], zlib.crc32(chunk.kind)) != int.from_bytes(data[-4:]):
            raise damaged()
