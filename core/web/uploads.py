"""Receiving files: which addresses take them, how large a body may be, and bodies read while they arrive."""

import logging
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest, UnreadablePostError

from core.connections import release_connection
from core.exceptions import ChecksumMismatch, Unavailable
from core.faults import fault

logger = logging.getLogger(__name__)

RESUMABLE = "/rest/v1/uploads"
PIECE = 4 * 1024**2  # bytes of a body that are handed on together
READ = 64 * 1024
DISCARD = 8 * 1024**2
WAIT = 10.0  # seconds after which what a slow client has sent is handed on


class LimitedUploadHandler(FileUploadHandler):
    """Stands before the handler that writes; skips a file as soon as it passes UPLOAD_MAX_BYTES."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        """Whoever sends slowly keeps no database connection meanwhile."""
        release_connection()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        fault("P2" if self._received else "P1")
        self._received += len(raw_data)
        if self._received > settings.UPLOAD_MAX_BYTES:
            if self.request is not None:
                self.request.META.setdefault("instagram.too_large", []).append(self.file_name)
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        fault("P3")
        return None


class DiskUploadHandler(TemporaryFileUploadHandler):
    """Writes each file to this machine's disk; one that cannot be written is dropped and told by `too_large_files`."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        with self._full_disk():
            super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        with self._full_disk():
            super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        try:
            with self._full_disk():
                return super().file_complete(file_size)
        except SkipFile:
            return None

    @contextmanager
    def _full_disk(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            logger.exception("an upload cannot be written to the disk")
            if self.request is not None:
                self.request.META["instagram.disk_full"] = True
            with suppress(OSError, AttributeError):  # there may be no file yet
                self.file.close()
            raise SkipFile from error


def too_large_files(request: HttpRequest) -> list[str]:
    """Names of the files of this request that were dropped for their size. Unavailable when the disk took one not."""
    if request.META.get("instagram.disk_full"):
        raise Unavailable("The file could not be stored. Nothing was kept; please send it again.")
    return list(request.META.get("instagram.too_large", []))


def takes_files(path: str) -> bool:
    """Whether a body at this address is a file, or many."""
    return path.rstrip("/") in settings.UPLOAD_PATHS or is_resumable(path)


def is_resumable(path: str) -> bool:
    """Whether this is the address of resumable uploads, or below it."""
    return f"{path.rstrip('/')}/".startswith(f"{RESUMABLE}/")


def speaks_tus(path: str) -> bool:
    return is_resumable(path) and not path.startswith(f"{RESUMABLE}/direct")


def largest_body(path: str) -> int:
    """How many bytes a request to this address can need."""
    words = 2 * settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if not takes_files(path):
        return int(words)
    files = settings.POST_MAX_ITEMS if path.rstrip("/") == "/new" else 1
    return int(words + settings.UPLOAD_MAX_BYTES * files)


def body_pieces(request: HttpRequest) -> Iterator[bytes]:
    """The body while it arrives, in pieces of PIECE bytes, or fewer when WAIT seconds have gone by.

    It ends early when the client goes away. No database connection is kept while waiting.
    """
    while piece := _read_piece(request):
        yield piece


def checked_pieces(request: HttpRequest, hasher: Any, digest: bytes) -> Iterator[bytes]:
    """As `body_pieces`, but nothing comes before all of the body has arrived and has this digest.

    ChecksumMismatch otherwise, which is also what a client that went away has earned.
    """
    with tempfile.TemporaryFile(prefix="body-") as file:
        for piece in body_pieces(request):
            hasher.update(piece)
            file.write(piece)
        if hasher.digest() != digest:
            raise ChecksumMismatch("The checksum does not fit these bytes. None of them was kept; send them again.")
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def discard_body(request: HttpRequest) -> None:
    """Read a refused body to its end, if that is near: many clients read no answer before they have sent everything."""
    if body_length(request) <= DISCARD:
        while _read(request, READ):
            pass


def body_length(request: HttpRequest) -> int:
    """How many bytes the request announces."""
    value = request.META.get("CONTENT_LENGTH") or "0"
    return int(value) if value.isascii() and value.isdigit() else 0


def _read_piece(request: HttpRequest) -> bytes:
    release_connection()
    chunks: list[bytes] = []
    wanted, deadline = PIECE, time.monotonic() + WAIT
    while wanted and (chunk := _read(request, min(READ, wanted))):
        chunks.append(chunk)
        wanted -= len(chunk)
        if time.monotonic() > deadline:
            break
    return b"".join(chunks)


def _read(request: HttpRequest, size: int) -> bytes:
    try:
        data: bytes = request.read(size)
    except UnreadablePostError:  # the client went away; what it sent before stays
        return b""
    return data
