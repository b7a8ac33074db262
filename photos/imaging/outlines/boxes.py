"""The boxes of HEIC, AVIF, MP4 and MOV."""

from typing import IO

MAX_BOXES = 200_000

_INDEXES = (b"meta", b"moov")  # what leads to the pixels


def are_boxes_complete(file: IO[bytes], size: int) -> bool:
    """Whether every box lies within the file and an index is among them. What is no box ends the walk."""
    at = 0
    kinds: set[bytes] = set()
    for _ in range(MAX_BOXES):
        if at == size:
            break
        file.seek(at)
        header = file.read(16)
        if len(header) < 8:
            return False
        kind = header[4:8]
        if not _is_kind(kind):
            break
        kinds.add(kind)
        length = int.from_bytes(header[:4])
        if length == 1:
            length = int.from_bytes(header[8:16]) or 1
        at = at + length if length else size
        if 0 < length < 8 or at > size:
            return False
    return not kinds.isdisjoint(_INDEXES)


def _is_kind(kind: bytes) -> bool:
    return all(0x20 <= letter < 0x7F or letter == 0xA9 for letter in kind)
