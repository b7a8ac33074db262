"""Looking at a file that comes in: what it is and whether we take it, from its header alone."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings

from core.exceptions import InvalidInput, UnsupportedFile, UploadTooLarge
from core.storage import read_chunks
from photos.imaging.commands import MAX_VIDEO_PIXELS
from photos.imaging.formats import PHOTO_FORMATS, VIDEO_FORMATS, Format, describe_stranger, is_complete, sniff_format
from photos.imaging.header import UnreadableImage, read_header
from photos.imaging.video import probe

HEAD = 4096
MAX_SIDE = 32_000  # AVIF as browsers read it holds little more


@dataclass(frozen=True, slots=True)
class Checked:
    """A file we take. `width` and `height` are upright; `duration` in seconds, None for photos."""

    format: Format
    width: int
    height: int
    duration: float | None
    taken_at: datetime | None
    camera: dict[str, str] | None


def check_file(file: IO[bytes], size: int, *, photos_only: bool = False) -> Checked:
    """What `file` is. Raises what is wrong with one we do not take: InvalidInput, UploadTooLarge, UnsupportedFile."""
    if size == 0:
        raise InvalidInput.field("file", "The file is empty.", code="empty")
    file.seek(0)
    format = check_head(file.read(HEAD), size, photos_only=photos_only)
    try:
        checked = _check_photo(file, format) if format.kind == "photo" else _check_video(file, format, size)
    except UnreadableImage as error:
        raise InvalidInput.field("file", error.detail, code=error.code) from error
    file.seek(0)
    if format.kind == "photo" and not is_complete(file, format, size):
        raise _truncated()
    return checked


def check_head(head: bytes, size: int, *, photos_only: bool = False) -> Format:
    """The format of a file of `size` bytes that begins with `head` (HEAD bytes, or all there is).

    UnsupportedFile for what we do not take, UploadTooLarge for more than this kind may have.
    """
    if size > settings.UPLOAD_MAX_BYTES:
        raise too_large(settings.UPLOAD_MAX_BYTES)
    format = sniff_format(head)
    if format is None or (photos_only and format.kind != "photo"):
        raise UnsupportedFile(_not_taken(head, format, photos_only=photos_only))
    limit = settings.PHOTO_MAX_BYTES if format.kind == "photo" else settings.VIDEO_MAX_BYTES
    if size > limit:
        raise too_large(limit)
    return format


def too_large(limit: int) -> UploadTooLarge:
    return UploadTooLarge(f"The file is larger than {limit // 1024**2} MB.")


def _not_taken(head: bytes, format: Format | None, *, photos_only: bool) -> str:
    what = describe_stranger(head) if format is None else "a video"
    photos = ", ".join(each.name for each in PHOTO_FORMATS)
    if photos_only:
        return f"This is {what}. Pictures can be {photos}."
    return f"This is {what}. Pictures can be {photos}; videos {', '.join(each.name for each in VIDEO_FORMATS)}."


def _truncated() -> InvalidInput:
    return InvalidInput.field("file", "The file stops early. Please send it again.", code="truncated")


def _check_photo(file: IO[bytes], format: Format) -> Checked:
    header = read_header(file, format)
    _check_pixels(header.width, header.height, settings.PHOTO_MAX_PIXELS, "picture")
    if max(header.width, header.height) > MAX_SIDE:
        message = f"The picture is longer than {MAX_SIDE} pixels on one side."
        raise InvalidInput.field("file", message, code="too_many_pixels")
    return Checked(format, header.width, header.height, None, header.taken_at, header.camera)


def _check_video(file: IO[bytes], format: Format, size: int) -> Checked:
    """The container is walked before it is read, so that what stops early is called that."""
    if not is_complete(file, format, size):
        raise _truncated()
    with on_disk(file) as path:
        header = probe(path, format)
    _check_pixels(header.width, header.height, MAX_VIDEO_PIXELS, "video")
    if header.duration > settings.VIDEO_MAX_SECONDS + 1:
        message = f"The video is longer than {_span(settings.VIDEO_MAX_SECONDS)}."
        raise InvalidInput.field("file", message, code="too_long")
    return Checked(format, header.width, header.height, header.duration, header.taken_at, None)


def _check_pixels(width: int, height: int, most: int, what: str) -> None:
    if width * height > most:
        message = f"The {what} has more than {most // 1_000_000} million pixels."
        raise InvalidInput.field("file", message, code="too_many_pixels")


def _span(seconds: int) -> str:
    count, unit = (seconds // 60, "minute") if seconds % 60 == 0 else (seconds, "second")
    return f"{count} {unit}{'' if count == 1 else 's'}"


@contextmanager
def on_disk(file: IO[bytes]) -> Iterator[Path]:
    """A path under which another process can read `file`; a copy when it has none."""
    path = getattr(file, "temporary_file_path", None)
    if path is not None:
        yield Path(path())
        return
    with tempfile.NamedTemporaryFile(prefix="upload-") as copy:
        file.seek(0)
        for chunk in read_chunks(file):
            copy.write(chunk)
        copy.flush()
        yield Path(copy.name)
