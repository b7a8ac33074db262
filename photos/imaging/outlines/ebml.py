"""The outer elements of WebM and Matroska."""

from typing import IO

from photos.imaging.errors import UnreadableImage
from photos.imaging.outlines.base import read_at

HEADER = 0x1A45DFA3
DOC_TYPE = 0x4282

_SEGMENT = 0x18538067
_UNKNOWN = -1


def read_doc_type(head: bytes) -> str:
    """What a file that starts with `head` calls itself: "webm", "matroska"; "" when it is no EBML file."""
    kind, at = _number(head, 0, keep_mark=True)
    length, at = _number(head, at)
    end = min(at + length, len(head))
    if kind != HEADER:
        return ""
    while at < end:
        kind, at = _number(head, at, keep_mark=True)
        length, at = _number(head, at)
        if kind == DOC_TYPE:
            return head[at : at + length].rstrip(b"\0").decode("ascii", "replace")
        if length == _UNKNOWN:
            return ""
        at += length
    return ""


def is_ebml_complete(file: IO[bytes], size: int) -> bool:
    """Whether the segment lies within the file. A recording that never learned its own length is taken as it is."""
    at = 0
    while at < size:
        try:
            head = read_at(file, at, min(16, size - at))
        except UnreadableImage:
            return False
        kind, inner = _number(head, 0, keep_mark=True)
        length, inner = _number(head, inner)
        if kind == _SEGMENT:
            return length == _UNKNOWN or at + inner + length <= size
        if length == _UNKNOWN:
            return False
        at += inner + length
    return False


def _number(data: bytes, at: int, *, keep_mark: bool = False) -> tuple[int, int]:
    """A number of variable length and the place behind it; _UNKNOWN when all its bits are set or it is cut off."""
    if at >= len(data) or not data[at]:
        return _UNKNOWN, len(data)
    length = 9 - data[at].bit_length()
    value = int.from_bytes(data[at : at + length])
    if keep_mark:
        return value, at + length
    most = (1 << 7 * length) - 1
    value &= most
    return (_UNKNOWN if value == most else value), at + length
