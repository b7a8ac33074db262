"""From received to ready: the worker's side of an upload. Every step may run twice."""

import hashlib
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from tempfile import SpooledTemporaryFile
from typing import IO

from django.conf import settings
from django.core.files.storage import storages
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone

from core.events import enqueue
from core.storage import delete_everywhere, random_key, read_chunks, save_bytes
from photos.imaging.formats import FORMATS
from photos.imaging.header import UnreadableImage
from photos.imaging.render import Development, develop
from photos.models import Media, Rendition
from photos.services.publishing import publish_when_ready

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
HEARTBEAT_SECONDS = 5.0
STUCK_AFTER = timedelta(seconds=30)  # a worker that lives says so every HEARTBEAT_SECONDS
WAITING_AFTER = timedelta(seconds=30)
_SUFFIXES = {"image/jpeg": ".jpg", "image/avif": ".avif"}


def process(media_id: int) -> None:
    """Make all renditions of one media and publish its post if that was the last thing missing."""
    media = _claim(media_id)
    if media is None:
        return
    format = next(each for each in FORMATS if each.content_type == media.content_type)
    with _heartbeat(media_id):
        try:
            with open_original(media) as file:
                development = develop(file, format, max_pixels=settings.UPLOAD_MAX_PIXELS)
        except UnreadableImage as error:
            fail(media, error.code, error.detail)
            return
        _finish(media, development)


def fail(media: Media, code: str, detail: str) -> None:
    """The end for this media, unless its owner tries again."""
    logger.warning("media failed", extra={"media": media.pk, "code": code})
    Media.objects.filter(pk=media.pk, state=Media.State.PROCESSING).update(
        state=Media.State.FAILED, failure_code=code, failure_detail=detail, state_changed_at=timezone.now()
    )


def give_back(media_id: int) -> bool:
    """After an error of ours: wait for another attempt (True), or fail when there were enough (False)."""
    media = Media.objects.filter(pk=media_id, state=Media.State.PROCESSING).first()
    if media is None:
        return False
    if media.attempts >= MAX_ATTEMPTS:
        detail = "The picture could not be developed. It is kept; you can try again or delete it."
        fail(media, "processing_failed", detail)
        return False
    processing = Media.objects.filter(pk=media_id, state=Media.State.PROCESSING)
    return bool(processing.update(state=Media.State.RECEIVED, state_changed_at=timezone.now()))


def open_original(media: Media) -> IO[bytes]:
    """The original from the first copy whose bytes are all right. FileNotFoundError when none is."""
    for copy in media.copies.order_by("id"):
        target: IO[bytes] = SpooledTemporaryFile(max_size=32 * 1024**2)  # noqa: SIM115  the caller closes it
        try:
            sha256 = _fetch(copy.storage, media.original_key, target)
        except Exception:
            logger.exception("a copy cannot be read", extra={"media": media.pk, "storage": copy.storage})
            sha256 = ""
        if sha256 == media.sha256:
            target.seek(0)
            return target
        if sha256:
            logger.error("a copy is damaged", extra={"media": media.pk, "storage": copy.storage})
        target.close()
    raise FileNotFoundError(f"no copy of media {media.pk} can be read")


def _fetch(storage: str, key: str, target: IO[bytes]) -> str:
    """Copy a stored file into `target`; returns the SHA-256 of what was read."""
    digest = hashlib.sha256()
    with storages[storage].open(key, "rb") as source:
        for chunk in read_chunks(source):
            digest.update(chunk)
            target.write(chunk)
    return digest.hexdigest()


def sweep() -> int:
    """Queue again what waits too long or whose worker died; fail what was tried often enough. Returns how many."""
    now = timezone.now()
    silent = Media.objects.filter(state=Media.State.PROCESSING, state_changed_at__lt=now - STUCK_AFTER)
    orphans = [media_id for media_id in silent.values_list("pk", flat=True)[:1000] if give_back(media_id)]
    waiting = Media.objects.filter(state=Media.State.RECEIVED, state_changed_at__lt=now - WAITING_AFTER)
    ids = orphans + list(waiting.order_by("state_changed_at").values_list("pk", flat=True)[:1000])
    for media_id in ids:
        enqueue("photos.process_media", media_id=media_id)
    Media.objects.filter(pk__in=ids, state=Media.State.RECEIVED).update(state_changed_at=now)
    return len(ids)


def _claim(media_id: int) -> Media | None:
    """Take a received media for this worker; None when another has it or it is done."""
    claimed = Media.objects.filter(pk=media_id, state=Media.State.RECEIVED).update(
        state=Media.State.PROCESSING, attempts=F("attempts") + 1, state_changed_at=timezone.now()
    )
    return Media.objects.get(pk=media_id) if claimed else None


@contextmanager
def _heartbeat(media_id: int) -> Iterator[None]:
    """Show, while the body runs, that this worker lives: the sweeper takes the media from a worker that fell silent."""
    done = threading.Event()
    thread = threading.Thread(target=_beat, args=(media_id, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _beat(media_id: int, done: threading.Event) -> None:
    while not done.wait(HEARTBEAT_SECONDS):
        try:
            Media.objects.filter(pk=media_id, state=Media.State.PROCESSING).update(state_changed_at=timezone.now())
        except DatabaseError:
            logger.warning("a heartbeat could not be written", extra={"media": media_id})
        finally:
            connection.close()


def _finish(media: Media, development: Development) -> None:
    """Store the files, then swap the rows in one transaction; files of a lost race or an earlier try are removed."""
    rows = []
    for rendered in development.renditions:
        key = random_key(_SUFFIXES[rendered.content_type])
        save_bytes("renditions", key, rendered.data)
        rows.append(
            Rendition(
                media=media,
                name=rendered.name,
                content_type=rendered.content_type,
                key=key,
                width=rendered.width,
                height=rendered.height,
                bytes=len(rendered.data),
            )
        )
    with transaction.atomic():
        swapped = Media.objects.filter(pk=media.pk, state=Media.State.PROCESSING).update(
            state=Media.State.READY,
            state_changed_at=timezone.now(),
            failure_code="",
            failure_detail="",
            width=development.width,
            height=development.height,
            blurhash=development.blurhash,
            placeholder=development.placeholder,
        )
        old = list(media.renditions.values_list("key", flat=True)) if swapped else [row.key for row in rows]
        if swapped:
            media.renditions.all().delete()
            Rendition.objects.bulk_create(rows)
            media.refresh_from_db()
            publish_when_ready(media)
        transaction.on_commit(lambda: _delete_renditions(old))


def _delete_renditions(keys: list[str]) -> None:
    for key in keys:
        delete_everywhere(["renditions"], key)
