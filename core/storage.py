"""Where bytes live: what every media storage can do, and originals that lie in several storages at once."""

import hashlib
import io
import logging
import os
import secrets
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, NamedTuple, Protocol, cast
from weakref import WeakKeyDictionary

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.db import Error as DatabaseFault
from whitenoise.storage import CompressedManifestStaticFilesStorage

from core.events import enqueue_later
from core.exceptions import Unavailable

logger = logging.getLogger(__name__)

CHUNK = 256 * 1024
REST_SECONDS = 30
DELETE_TASK = "core.delete_objects"

_away_since: "WeakKeyDictionary[Storage, float]" = WeakKeyDictionary()


class StoredObject(NamedTuple):
    """One entry of a listing."""

    key: str
    bytes: int
    modified_at: datetime


class MediaStorage(Protocol):
    """Folders and buckets alike: what is not there is FileNotFoundError, a store that is away raises its own errors."""

    def save(self, name: str, content: "File[bytes]") -> str:
        """Keep `content`, complete or not at all; returns its name, another one when `name` is taken."""

    def open(self, name: str, mode: str = "rb") -> IO[bytes]: ...

    def exists(self, name: str) -> bool: ...

    def size(self, name: str) -> int: ...

    def delete(self, name: str) -> None:
        """No error when there is nothing."""

    def read(self, name: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` up to `stop` (or the end), streamed in pieces of at most CHUNK."""

    def keys(self, prefix: str = "") -> Iterator[StoredObject]:
        """Every complete file whose key begins with `prefix`, in the order of their keys' code points."""

    def sweep_unfinished(self, before: datetime) -> int:
        """Remove what writers left half-written before that time; returns how many."""


def media_storage(alias: str) -> MediaStorage:
    return cast("MediaStorage", storages[alias])


class HashedStaticStorage(CompressedManifestStaticFilesStorage):
    """Static files under hashed names, imports inside our JavaScript modules included."""

    support_js_module_import_aggregation = True


class FolderStorage(FileSystemStorage):
    """A folder in which a saved file is complete and on the disk, or not there at all."""

    def _save(self, name: str, content: "File[bytes]") -> str:
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True, mode=self.directory_permissions_mode or 0o700)
        partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}{_PARTIAL}")
        try:
            with open(partial, "xb", opener=_private) as file:
                file.writelines(content.chunks(CHUNK))
                file.flush()
                os.fsync(file.fileno())
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        for folder in (target.parent, target.parent.parent):
            _sync_folder(folder)
        return name

    def read(self, name: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        with self.open(name, "rb") as file:
            file.seek(start)
            left = file.size - start if stop is None else stop - start
            while left > 0 and (chunk := file.read(min(CHUNK, left))):
                left -= len(chunk)
                yield chunk

    def keys(self, prefix: str = "") -> Iterator[StoredObject]:
        for key, path in _files(Path(self.location), prefix):
            try:
                stat = path.stat()
            except FileNotFoundError:  # deleted since its folder was read
                continue
            if not _is_partial(path):
                yield StoredObject(key, stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC))

    def sweep_unfinished(self, before: datetime) -> int:
        removed = 0
        for _, path in _files(Path(self.location), ""):
            try:
                if _is_partial(path) and path.stat().st_mtime < before.timestamp():
                    path.unlink()
                    removed += 1
            except FileNotFoundError:  # its writer has finished
                continue
        return removed


_PARTIAL = ".part"


def _is_partial(path: Path) -> bool:
    return path.name.startswith(".") and path.name.endswith(_PARTIAL)


def _files(folder: Path, prefix: str, parent: str = "") -> Iterator[tuple[str, Path]]:
    """Key and path of every file below `folder` that can have this prefix, in the order of the keys."""
    try:
        with os.scandir(folder) as entries:
            names = sorted(f"{entry.name}/" if entry.is_dir() else entry.name for entry in entries)
    except FileNotFoundError:  # nothing was ever stored here
        return
    for name in names:
        key = parent + name
        if not key.startswith(prefix[: len(key)]):
            continue
        if name.endswith("/"):
            yield from _files(folder / name, prefix, key)
        elif key.startswith(prefix):
            yield key, folder / name


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def random_key(suffix: str) -> str:
    """A name of 160 random bits, spread over folders; it says nothing about person or content."""
    token = secrets.token_hex(20)
    return f"{token[:2]}/{token[2:]}{suffix}"


def read_chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def save_bytes(alias: str, key: str, data: bytes) -> None:
    storages[alias].save(key, ContentFile(data))


def store_original(source: IO[bytes], *, key: str, sha256: str, size: int) -> list[str]:
    """Write `source` to every storage in ORIGINAL_COPIES at once, read each copy back, and return the aliases it is in.

    Unavailable when fewer than ORIGINAL_QUORUM hold it with this length and checksum; then nothing is kept. A storage
    that failed while others did not is cleaned up, and missing in the answer.
    """
    aliases = settings.ORIGINAL_COPIES
    lock = threading.Lock()

    def store(alias: str) -> Exception | None:
        try:
            _store_verified(alias, cast("IO[bytes]", _View(source, lock)), key=key, sha256=sha256, size=size)
        except Exception as error:  # noqa: BLE001  each backend raises its own
            return error
        return None

    with ThreadPoolExecutor(len(aliases)) as pool:
        errors = dict(zip(aliases, pool.map(store, aliases), strict=True))
    done = [alias for alias in aliases if errors[alias] is None]
    enough = len(done) >= settings.ORIGINAL_QUORUM
    for alias, error in errors.items():
        if error is not None:
            logger.error("a copy could not be stored", extra={"storage": alias, "key": key}, exc_info=error)
    # What lies there under a key that was taken is older than we are, and not ours to remove.
    left = [alias for alias, error in errors.items() if error is not None and not isinstance(error, FileExistsError)]
    delete_everywhere(left if enough else left + done, key)
    if not enough:
        raise Unavailable("The file could not be stored safely. Nothing was kept; please send it again.")
    return done


def store_copy(alias: str, source: IO[bytes], *, key: str, sha256: str, size: int) -> None:
    """Put one copy back in its place, in the stead of what may be left of it. Unavailable when that fails."""
    try:
        storages[alias].delete(key)
        source.seek(0)
        _store_verified(alias, source, key=key, sha256=sha256, size=size)
    except Exception as error:
        raise Unavailable("The file could not be stored safely. Please send it again.") from error


def has_copy(alias: str, key: str, size: int) -> bool:
    """Whether the storage has `key` in its full length; reading all of it is the work of a scrub."""
    try:
        return storages[alias].size(key) == size
    except FileNotFoundError:
        return False
    except Exception as error:  # noqa: BLE001  each backend raises its own; another copy may do
        note_away(alias, error)
        return False


def note_away(alias: str, error: Exception) -> None:
    """Remember in this process that a storage does not answer, so that not every reader waits for it."""
    logger.error("a storage does not answer", extra={"storage": alias, "error": str(error)})
    if alias in settings.STORAGES:
        _away_since[storages[alias]] = time.monotonic()


def is_resting(alias: str) -> bool:
    """Whether the storage did not answer within the last REST_SECONDS, or is not configured at all."""
    if alias not in settings.STORAGES:
        return True
    since = _away_since.get(storages[alias])
    return since is not None and time.monotonic() - since < REST_SECONDS


def read_digest(alias: str, key: str) -> tuple[int, str]:
    """Length and SHA-256 of what a storage gives for `key`. FileNotFoundError, or what the backend raises."""
    digest, length = hashlib.sha256(), 0
    for chunk in media_storage(alias).read(key):
        digest.update(chunk)
        length += len(chunk)
    return length, digest.hexdigest()


def _store_verified(alias: str, source: IO[bytes], *, key: str, sha256: str, size: int) -> None:
    storage = storages[alias]
    saved = storage.save(key, File(source))
    if saved != key:
        storage.delete(saved)
        raise FileExistsError(f"{key} is somebody else's")
    found = read_digest(alias, key)
    if found != (size, sha256):
        raise OSError(f"{key} reads back as {found[0]} bytes, sha256 {found[1]}")


class _View(io.RawIOBase):
    """A place of one's own in a file that several threads read."""

    def __init__(self, source: IO[bytes], lock: threading.Lock) -> None:
        super().__init__()
        self._source, self._lock, self._position = source, lock, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if whence == os.SEEK_END:
            with self._lock:
                offset = self._source.seek(offset, whence)
        self._position = offset + (self._position if whence == os.SEEK_CUR else 0)
        return self._position

    def read(self, size: int = -1) -> bytes:
        with self._lock:
            self._source.seek(self._position)
            data = self._source.read(size)
        self._position += len(data)
        return data


def delete_everywhere(aliases: list[str], key: str) -> None:
    """Remove `key` from each storage. One that is away is asked again later, until it has done so."""
    away = [alias for alias in aliases if not try_delete(alias, key)]
    if not away:
        return
    try:
        enqueue_later(DELETE_TASK, seconds=60, objects={alias: [key] for alias in away})
    except DatabaseFault:
        logger.exception("an object without a row is left to the reconciler", extra={"key": key})


def try_delete(alias: str, key: str) -> bool:
    """False, and a line in the log, when the storage is away and may keep it."""
    try:
        storages[alias].delete(key)
    except Exception:  # each backend raises its own
        logger.exception("an object could not be deleted", extra={"storage": alias, "key": key})
        return False
    return True
