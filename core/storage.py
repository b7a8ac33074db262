"""Where bytes live: folders that survive a power cut, originals in every copy, random names."""

import hashlib
import logging
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage, storages
from whitenoise.storage import CompressedManifestStaticFilesStorage

from core.exceptions import Unavailable

logger = logging.getLogger(__name__)

CHUNK = 1024 * 1024


class HashedStaticStorage(CompressedManifestStaticFilesStorage):
    """Static files under hashed names, imports inside our JavaScript modules included."""

    support_js_module_import_aggregation = True


class FolderStorage(FileSystemStorage):
    """A folder in which a saved file is complete and on the disk, or not there at all."""

    def _save(self, name: str, content: "File[bytes]") -> str:
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True, mode=self.directory_permissions_mode or 0o700)
        partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
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


def store_original(source: IO[bytes], *, key: str, sha256: str, size: int) -> list[str]:
    """Write `source` to every storage in ORIGINAL_COPIES, read each copy back, and return the aliases that hold it.

    Unavailable when any copy cannot be written or differs in length or checksum; what was written is removed again.
    """
    done: list[str] = []
    try:
        for alias in settings.ORIGINAL_COPIES:
            source.seek(0)
            done.append(alias)
            _store_verified(storages[alias], source, key=key, sha256=sha256, size=size)
    except Exception as error:
        if isinstance(error, FileExistsError):
            done.pop()  # what lies under this key there is older than we are, and not ours to remove
        delete_everywhere(done, key)
        raise Unavailable("The picture could not be stored safely. Nothing was kept; please send it again.") from error
    return done


def store_copy(alias: str, source: IO[bytes], *, key: str, sha256: str, size: int) -> None:
    """Put one copy back in its place, in the stead of what may be left of it. Unavailable when that fails."""
    try:
        storages[alias].delete(key)
        source.seek(0)
        _store_verified(storages[alias], source, key=key, sha256=sha256, size=size)
    except Exception as error:
        raise Unavailable("The picture could not be stored safely. Please send it again.") from error


def has_copy(alias: str, key: str, size: int) -> bool:
    """Whether the storage has `key` in its full length; reading all of it is the work of a scrub."""
    try:
        return storages[alias].size(key) == size
    except Exception:  # noqa: BLE001  each backend raises its own; another copy may do
        return False


def _store_verified(storage: Storage, source: IO[bytes], *, key: str, sha256: str, size: int) -> None:
    saved = storage.save(key, File(source))
    if saved != key:
        storage.delete(saved)
        raise FileExistsError(f"{key} is somebody else's")
    digest, length = hashlib.sha256(), 0
    with storage.open(key, "rb") as copy:
        for chunk in read_chunks(copy):
            digest.update(chunk)
            length += len(chunk)
    if (length, digest.hexdigest()) != (size, sha256):
        raise OSError(f"{key} reads back as {length} bytes, sha256 {digest.hexdigest()}")


def delete_everywhere(aliases: list[str], key: str) -> None:
    """Remove `key` from each storage. One that is away keeps it, which is logged and hurts nobody."""
    for alias in aliases:
        try:
            storages[alias].delete(key)
        except Exception:  # each backend raises its own
            logger.exception("an object could not be deleted", extra={"storage": alias, "key": key})


def save_bytes(alias: str, key: str, data: bytes) -> None:
    storages[alias].save(key, ContentFile(data))
