"""The blocks of a GIF."""

from typing import IO

from photos.imaging.errors import UnreadableImage, damaged, too_complex
from photos.imaging.outlines.base import MAX_FRAMES, Outline, Window, read_at

MAX_STEPS = 1_000_000
MAX_COMMENT_BYTES = 256 * 1024

_EXTENSION, _PICTURE, _END = 0x21, 0x2C, 0x3B
_COMMENT = 0xFE


def read_gif_outline(file: IO[bytes], size: int) -> Outline:
    """Walks all blocks to count the frames; stops behind the first too many."""
    head = read_at(file, 6, 7)
    walk = _Walk(file, 13 + _table_bytes(head[4]))
    try:
        walk.run()
    except UnreadableImage as error:
        if error.code == "too_complex" or not walk.frames:
            raise
    width, height = int.from_bytes(head[:2], "little"), int.from_bytes(head[2:4], "little")
    return Outline(max(width, walk.width), max(height, walk.height), max(walk.frames, 1))


def is_gif_complete(file: IO[bytes], size: int) -> bool:
    try:
        head = read_at(file, 6, 7)
        walk = _Walk(file, 13 + _table_bytes(head[4]))
        walk.run()
    except UnreadableImage:
        return False
    return walk.ended


class _Walk:
    """From block to block. `width` and `height` are what the first frame reaches."""

    def __init__(self, file: IO[bytes], at: int) -> None:
        self.frames = 0
        self.width = 0
        self.height = 0
        self.ended = False
        self._window = Window(file)
        self._at = at
        self._steps = 0
        self._comments = 0

    def run(self) -> None:
        """UnreadableImage when the file ends before its end mark or is no GIF."""
        while not self.ended and self.frames <= MAX_FRAMES:
            kind = self._window.byte(self._at)
            if kind == _EXTENSION:
                self._pass_extension()
            elif kind == _PICTURE:
                self._pass_picture()
            elif kind == _END:
                self.ended = True
            else:
                raise damaged()

    def _pass_extension(self) -> None:
        label = self._window.byte(self._at + 1)
        start, self._at = self._at, self._at + 2
        self._pass_parts()
        if label == _COMMENT:
            self._comments += self._at - start
        if self._comments > MAX_COMMENT_BYTES:
            raise too_complex("The picture carries more than 256 kB of comments.")

    def _pass_picture(self) -> None:
        left, top, width, height = (self._window.number(self._at + 1 + 2 * place) for place in range(4))
        if not self.frames:
            self.width, self.height = left + width, top + height
        self._at += 11 + _table_bytes(self._window.byte(self._at + 9))
        self._pass_parts()
        self.frames += 1

    def _pass_parts(self) -> None:
        """Behind a row of parts of up to 255 bytes, which ends with an empty one."""
        while length := self._window.byte(self._at):
            self._at += 1 + length
            self._steps += 1
            if self._steps > MAX_STEPS:
                raise too_complex(f"The picture consists of more than {MAX_STEPS} parts.")
        self._at += 1


def _table_bytes(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0
