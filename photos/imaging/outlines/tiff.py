"""The first directory of a TIFF: its size, and whether its pixels are all there."""

import zlib
from typing import IO

from photos.imaging.errors import UnreadableImage, damaged, too_complex
from photos.imaging.outlines.base import Outline, read_at
from photos.imaging.outlines.directory import Directory, first_directory

MAX_STRIPS = 500_000

WIDTH, HEIGHT, ORIENTATION = 256, 257, 274
_PHOTOMETRIC, _DNG_VERSION = 262, 0xC612
_SENSOR_DATA = (32803, 34892)  # the mosaic of a camera's sensor, and the same made linear
_COMPRESSION, _DEFLATED = 259, (8, 32946)
_MOST_PIXEL_BYTES = 16  # four channels of 32 bits
_SPARE_BYTES = 16 * 1024 * 1024  # tiles may reach over the edge
_MOST_UNPACKED = 2 * 1024**3
_PIECE = 4 * 1024 * 1024
_PLACES = ((273, 279), (324, 325))  # where strips or tiles begin, and how long each is


def read_tiff_outline(file: IO[bytes], size: int) -> Outline:
    """UnreadableImage also for camera RAW files, and for fields that claim more than the file holds."""
    directory = first_directory(file)
    if sum(field.bytes for field in directory.fields.values()) > size:
        raise damaged()
    if max((directory.fields[tag].count for pair in _PLACES for tag in pair if tag in directory.fields), default=0) > (
        MAX_STRIPS
    ):
        raise too_complex(f"The picture consists of more than {MAX_STRIPS} parts.")
    if _DNG_VERSION in directory.fields or directory.number(_PHOTOMETRIC) in _SENSOR_DATA:
        raise UnreadableImage("raw", "This is a camera RAW file. Please send the picture developed from it.")
    width, height = int(directory.number(WIDTH)), int(directory.number(HEIGHT))
    return Outline(height, width) if directory.number(ORIENTATION) in range(5, 9) else Outline(width, height)


def is_tiff_complete(file: IO[bytes], size: int) -> bool:
    """Whether every strip or tile of the first page lies within the file."""
    try:
        directory = first_directory(file)
    except UnreadableImage:
        return False
    return any(_reach(directory, *pair) in range(1, size + 1) for pair in _PLACES)


def check_tiff_sums(file: IO[bytes]) -> None:
    """UnreadableImage when a deflated strip or tile does not unpack to what it was packed from. Reads all of them.

    Other ways to pack have no checksums. The decoder stops at the last pixel and never looks at those there are.
    """
    directory = first_directory(file)
    if directory.number(_COMPRESSION) not in _DEFLATED:
        return
    most = int(directory.number(WIDTH) * directory.number(HEIGHT)) * _MOST_PIXEL_BYTES + _SPARE_BYTES
    for places, lengths in _PLACES:
        starts, counts = directory.numbers(places, MAX_STRIPS), directory.numbers(lengths, MAX_STRIPS)
        for start, count in zip(starts, counts, strict=False):
            most -= _unpacked_bytes(read_at(file, int(start), int(count)))
            if most < 0:
                raise too_complex("The picture unpacks to more than its pixels.")


def _unpacked_bytes(data: bytes) -> int:
    """Unpacks a piece at a time; of a bloated one no more than _MOST_UNPACKED."""
    unpacker, total = zlib.decompressobj(), 0
    try:
        while not unpacker.eof and total < _MOST_UNPACKED:
            piece = unpacker.decompress(data, _PIECE)
            data = unpacker.unconsumed_tail
            if not piece and not unpacker.eof:
                raise damaged()
            total += len(piece)
    except zlib.error as error:
        raise damaged() from error
    return total


def _reach(directory: Directory, places: int, lengths: int) -> int:
    """Where the last pixel data ends; 0 when there is none. A single strip may come without its length."""
    starts = directory.numbers(places, MAX_STRIPS)
    counts = directory.numbers(lengths, MAX_STRIPS) or (0,)
    if not starts or len(starts) != len(counts):
        return 0
    return int(max(start + count for start, count in zip(starts, counts, strict=True)))
