"""Directories of fields as TIFF and EXIF have them, read one field at a time and never further than asked."""

import struct
from dataclasses import dataclass
from typing import IO, Literal

from photos.imaging.errors import UnreadableImage, damaged
from photos.imaging.outlines.base import read_at

MAX_TEXT = 256

# Kind of value -> bytes, letter of the struct module. A pair of the same letter is a fraction.
_KINDS = {
    1: (1, "B"),
    2: (1, "s"),
    3: (2, "H"),
    4: (4, "L"),
    5: (8, "LL"),
    6: (1, "b"),
    7: (1, "B"),
    8: (2, "h"),
    9: (4, "l"),
    10: (8, "ll"),
    11: (4, "f"),
    12: (8, "d"),
    13: (4, "L"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """`at` is the place of the first value, counted from the start of the block."""

    kind: int
    count: int
    at: int

    @property
    def bytes(self) -> int:
        return _KINDS[self.kind][0] * self.count


class Directory:
    """The fields of one directory by tag. Values that are missing or broken read as nothing."""

    def __init__(self, file: IO[bytes], order: Literal["<", ">"], at: int) -> None:
        """UnreadableImage when the file ends before the directory does."""
        self.order = order
        self._file = file
        (count,) = struct.unpack(order + "H", read_at(file, at, 2))
        entries = read_at(file, at + 2, 12 * count)
        self.fields: dict[int, Field] = {}
        for index in range(count):
            tag, kind, amount = struct.unpack_from(order + "HHL", entries, 12 * index)
            if kind not in _KINDS:
                continue
            inline = _KINDS[kind][0] * amount <= 4
            (pointer,) = struct.unpack_from(order + "L", entries, 12 * index + 8)
            self.fields.setdefault(tag, Field(kind, amount, at + 2 + 12 * index + 8 if inline else pointer))

    def numbers(self, tag: int, most: int = 4) -> tuple[float, ...]:
        """The first values of a field; a fraction without a denominator is 0."""
        field = self.fields.get(tag)
        if field is None or field.kind == 2:
            return ()
        width, letters = _KINDS[field.kind]
        count = min(field.count, most)
        try:
            data = read_at(self._file, field.at, width * count)
        except UnreadableImage:
            return ()
        values = struct.unpack(self.order + letters * count, data)
        if len(letters) == 1:
            return values
        return tuple(above / below if below else 0.0 for above, below in zip(values[::2], values[1::2], strict=True))

    def number(self, tag: int, default: float = 0.0) -> float:
        return next(iter(self.numbers(tag, 1)), default)

    def text(self, tag: int) -> str:
        """At most MAX_TEXT bytes of it, up to its end mark."""
        field = self.fields.get(tag)
        if field is None or field.kind not in (2, 7):
            return ""
        try:
            data = read_at(self._file, field.at, min(field.count, MAX_TEXT))
        except UnreadableImage:
            return ""
        return data.partition(b"\0")[0].decode("utf-8", "replace")

    def below(self, tag: int) -> "Directory | None":
        """The directory a field points to; None when there is none that can be read."""
        at = int(self.number(tag))
        if not at:
            return None
        try:
            return Directory(self._file, self.order, at)
        except UnreadableImage:
            return None


def first_directory(file: IO[bytes]) -> Directory:
    """UnreadableImage when the block has no directory."""
    head = read_at(file, 0, 8)
    if head[:4] not in (b"II*\x00", b"MM\x00*"):
        raise damaged()
    order: Literal["<", ">"] = "<" if head[:2] == b"II" else ">"
    return Directory(file, order, struct.unpack(order + "L", head[4:])[0])
