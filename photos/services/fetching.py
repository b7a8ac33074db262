"""Originals as files on the worker's own disk."""

import hashlib
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.db.models import F

from core.storage import media_storage
from photos.models import Media

logger = logging.getLogger(__name__)


@contextmanager
def original_on_disk(media: Media, *, prefer: str = "") -> Iterator[Path]:
    """The original from the first copy whose bytes are all right, of the storage `prefer` if that has one.

    FileNotFoundError when none is.
    """
    with tempfile.NamedTemporaryFile(prefix="original-") as target:
        copies = media.copies.order_by(F("damaged_at").asc(nulls_first=True), "id")
        for copy in sorted(copies, key=lambda copy: copy.storage != prefer):
            if _fetch_right(media, copy.storage, target):
                yield Path(target.name)
                return
    raise FileNotFoundError(f"no copy of media {media.pk} can be read")


def _fetch_right(media: Media, storage: str, target: IO[bytes]) -> bool:
    """Whether this storage gave the right bytes, which are then all of `target`."""
    try:
        sha256 = _fetch(storage, media.original_key, target)
    except FileNotFoundError:
        logger.error("a copy is missing", extra={"media": media.pk, "storage": storage})  # noqa: TRY400  one line
        return False
    except Exception:
        logger.exception("a copy cannot be read", extra={"media": media.pk, "storage": storage})
        return False
    if sha256 != media.sha256:
        logger.error("a copy is damaged", extra={"media": media.pk, "storage": storage})
        return False
    return True


def _fetch(storage: str, key: str, target: IO[bytes]) -> str:
    """Copy a stored file over what `target` holds; returns the SHA-256 of what was read."""
    digest = hashlib.sha256()
    target.seek(0)
    target.truncate()
    for chunk in media_storage(storage).read(key):
        digest.update(chunk)
        target.write(chunk)
    target.flush()
    return digest.hexdigest()
