"""From received to ready: the worker's side of an upload. Every step may run twice."""

import io
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import storages
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from accounts.models import User
from core.exceptions import Unavailable
from core.faults import fault
from core.storage import delete_everywhere, random_key
from photos.imaging.ffmpeg import FfmpegMissing
from photos.imaging.header import UnreadableImage
from photos.likenesses import find_blocked, to_column
from photos.models import Media, Rendition
from photos.ready.facts import forget_posts
from photos.services.blocked_images import CODE, WORDS, note_blocked
from photos.services.derived import Derived, DerivedFile
from photos.services.fetching import original_on_disk
from photos.services.photographs import derive_photo
from photos.services.publishing import publish_when_ready
from photos.services.queueing import queue_development, unqueued
from photos.services.videos import derive_video
from photos.signals import media_developed

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 5.0
STUCK_AFTER = timedelta(seconds=30)  # a worker that lives says so every HEARTBEAT_SECONDS
MAX_BREAKDOWNS = 3
MAX_ATTEMPTS = 12  # most of them wait for a storage or the database
WAITS = tuple(timedelta(seconds=min(30 * 2**n, 1500)) for n in range(MAX_ATTEMPTS + 1))
AWAY = (OSError, DatabaseError, Unavailable, FfmpegMissing)  # what is the operator's to put right, not the file's
_SUFFIXES = {"image/jpeg": ".jpg", "image/avif": ".avif", "image/webp": ".webp", "video/mp4": ".mp4"}


def process(media_id: int) -> None:
    """Make all renditions of one media and publish its post if that was the last thing missing."""
    media = _claim(media_id)
    if media is None:
        return
    fault("P7")
    if media.revision:
        fault("P14")
    with _heartbeat(media_id), original_on_disk(media) as path:
        try:
            fault("P8")
            with _derive(media, path) as derived:
                if not _refuse_blocked(media, derived):
                    _finish(media, derived)
        except UnreadableImage as error:
            fail(media, error.code, error.detail)
    fault("P11")


def _refuse_blocked(media: Media, derived: Derived) -> bool:
    """Whether it looks like a picture that staff do not take: then this is the end for it, and nothing is stored."""
    entry = find_blocked(derived.likenesses)
    if entry is None:
        return False
    with transaction.atomic():
        fail(media, CODE, WORDS)
        note_blocked(media, entry)
    return True


@contextmanager
def _derive(media: Media, path: Path) -> Iterator[Derived]:
    """What is to be stored; files of a video lie on disk as long as the body runs."""
    if media.kind == Media.Kind.PHOTO:
        yield derive_photo(media, path)
        return
    with derive_video(media, path, partial(_show_progress, media)) as derived:
        yield derived


def fail(media: Media, code: str, detail: str) -> None:
    """The end for this media, unless its owner tries again."""
    logger.warning("media failed", extra={"media": media.pk, "code": code})
    processing = Media.objects.filter(pk=media.pk, state=Media.State.PROCESSING, revision=media.revision)
    now = timezone.now()
    with transaction.atomic():
        if processing.update(
            state=Media.State.FAILED, failure_code=code, failure_detail=detail[:300], state_changed_at=now
        ):
            media_developed.send(sender=None, media_id=media.pk)


def give_back(media_id: int, error: BaseException | None = None) -> bool:
    """After an error of ours: wait for another attempt (True), or fail when there were enough (False).

    Without an error its worker has died. What waits for something that is away is tried longer than what breaks us.
    """
    media = Media.objects.filter(pk=media_id, state=Media.State.PROCESSING).first()
    if media is None:
        return False
    breakdowns = media.breakdowns + (not isinstance(error, AWAY))
    if media.attempts >= MAX_ATTEMPTS or breakdowns >= MAX_BREAKDOWNS:
        fail(media, "processing_failed", "It could not be developed. It is kept; you can try again or delete it.")
        return False
    processing = Media.objects.filter(pk=media_id, state=Media.State.PROCESSING, revision=media.revision)
    return bool(processing.update(state=Media.State.RECEIVED, breakdowns=breakdowns, state_changed_at=timezone.now()))


def sweep() -> int:
    """Queue again what waits too long or whose worker died; fail what was tried often enough. Returns how many.

    No more than have lost their task: what waits behind others in a long queue must not make it longer.
    """
    now = timezone.now()
    silent = Media.objects.filter(state=Media.State.PROCESSING, state_changed_at__lt=now - STUCK_AFTER)
    orphans = [media_id for media_id in silent.values_list("pk", flat=True)[:1000] if give_back(media_id)]
    waiting = Media.objects.filter(Q(pk__in=orphans) | _waits_too_long(now), state=Media.State.RECEIVED)
    found: dict[int, str] = {}
    for kind, count in _lost_tasks().items():
        oldest = waiting.filter(kind=kind).order_by("state_changed_at")
        found.update(oldest.values_list("pk", "kind")[: min(count, 1000)])
    for media_id, kind in found.items():
        queue_development(media_id, kind)
    Media.objects.filter(pk__in=found, state=Media.State.RECEIVED).update(state_changed_at=now)
    return len(found)


def _lost_tasks() -> dict[str, int]:
    """Nothing while the broker is away: what is queued now would only fill the outbox."""
    try:
        return unqueued()
    except (OperationalError, RedisError, OSError) as error:
        logger.warning("the queue is away; nothing is swept", extra={"error": str(error)})
        return {}


def _waits_too_long(now: datetime) -> Q:
    """Received longer ago than a media of so many attempts has to wait."""
    query = Q(attempts__gt=MAX_ATTEMPTS, state_changed_at__lt=now - WAITS[-1])
    for attempts, wait in enumerate(WAITS):
        query |= Q(attempts=attempts, state_changed_at__lt=now - wait)
    return query


def _claim(media_id: int) -> Media | None:
    """Take a received media for this worker; None when another has it or it is done."""
    claimed = Media.objects.filter(pk=media_id, state=Media.State.RECEIVED).update(
        state=Media.State.PROCESSING, attempts=F("attempts") + 1, progress=0, state_changed_at=timezone.now()
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


def _show_progress(media: Media, percent: int) -> None:
    """A worker that was given up for dead must not move the bar of the one that took over."""
    if percent == media.progress:
        return
    media.progress = percent
    mine = Media.objects.filter(pk=media.pk, state=Media.State.PROCESSING, attempts=media.attempts)
    mine.update(progress=percent)


def _finish(media: Media, derived: Derived) -> None:
    """Store the files, then swap the rows in one transaction; files of a lost race or an earlier try are removed."""
    rows: list[Rendition] = []
    try:
        for each in derived.files:
            rows.append(_store(media, each))
            if len(rows) == 1:
                fault("P9")
        fault("P10")
        with transaction.atomic():
            _swap(media, derived, rows)
    except BaseException:
        if not _may_be_named(rows):
            _delete_renditions([row.key for row in rows])
        raise


def _swap(media: Media, derived: Derived, rows: list[Rendition]) -> None:
    """In a transaction. The files of whichever rows do not stay are removed after it.

    What is in no post may be a face of its owner, whose row is locked before the media as whoever sends a file does.
    """
    if media.post_id is None:
        User.objects.select_for_update(no_key=True).filter(pk=media.owner_id).first()
    swapped = Media.objects.filter(pk=media.pk, state=Media.State.PROCESSING, revision=media.revision).update(
        state=Media.State.READY,
        state_changed_at=timezone.now(),
        failure_code="",
        failure_detail="",
        progress=100,
        width=derived.width,
        height=derived.height,
        blurhash=derived.blurhash,
        placeholder=derived.placeholder,
        likeness=to_column(derived.likenesses[-1]) if derived.likenesses else None,
    )
    replaced = media.renditions.exclude(name__in=derived.kept)
    old = list(replaced.values_list("key", flat=True)) if swapped else [row.key for row in rows]
    if swapped:
        replaced.delete()
        Rendition.objects.bulk_create(rows)
        media.refresh_from_db()
        forget_posts(media.post_id)
        publish_when_ready(media)
        media_developed.send(sender=None, media_id=media.pk)
    transaction.on_commit(partial(_delete_renditions, old))


def _may_be_named(rows: list[Rendition]) -> bool:
    """Whether the database kept the rows though it did not say so; True when nobody can be asked."""
    try:
        return Rendition.objects.filter(key__in=[row.key for row in rows]).exists()
    except DatabaseError:
        return True


def _store(media: Media, derived: DerivedFile) -> Rendition:
    """Save one file under a new name; the row is not in the database yet."""
    key = random_key(_SUFFIXES[derived.content_type])
    source = derived.source
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
        try:
            storages["renditions"].save(key, File(file))
        except Exception as error:  # each backend raises its own
            raise Unavailable("Renditions cannot be stored at the moment.") from error
    return Rendition(
        media=media,
        name=derived.name,
        content_type=derived.content_type,
        key=key,
        width=derived.width,
        height=derived.height,
        bytes=size,
    )


def _delete_renditions(keys: list[str]) -> None:
    for key in keys:
        delete_everywhere(["renditions"], key)
