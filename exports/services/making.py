"""Making an archive, a part at a time: each part is one task, and whoever dies at it is followed by another."""

import logging
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import IO

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from core.deleting import forget_objects
from core.events import enqueue, enqueue_later
from core.faults import fault
from core.mail import send_mail_later
from core.models import OutboxTask
from core.queues import queue_lengths
from core.samples import GIVEN_UP, count_one
from core.storage import media_storage, random_key
from exports.models import Export, ExportPart
from exports.sections import all_media, archive_name, checksums, sections_of
from exports.services.exports import STORAGE, live_until
from exports.zipping import PieceWriter, archive_end
from photos.models import Media
from photos.services.fetching import original_on_disk

TASK = "exports.make_part"
LEASE = timedelta(minutes=15)
MOST_ATTEMPTS = 20  # at one part, those counted whose worker died
FIRST_PAUSE, LONGEST_PAUSE = 5, 3600  # seconds
PATIENCE = 8  # tries, over twenty minutes, until an original that nobody can read is left out
MOST_ENTRIES = 500  # of one part

logger = logging.getLogger(__name__)


@dataclass
class Piece:
    """What a part will be: its bytes in `file`, and what its row will say."""

    file: IO[bytes]
    writer: PieceWriter
    last_media_id: int
    done: int = 0
    missing: list[int] = field(default_factory=list)
    is_last: bool = False


class Superseded(Exception):
    """The archive was ended, or another worker has taken it over."""


def make_part(export_id: int) -> bool:
    """Make the next part of the archive and ask for the one after it; False when there is nothing to do (any more).

    While a storage is away the same part is tried again, MOST_ATTEMPTS times, ever later.
    """
    export = _claim(export_id)
    if export is None:
        return False
    try:
        if export.attempts > MOST_ATTEMPTS:
            _give_up(export, "every worker died at it")
        else:
            _make(export)
    except Superseded:
        logger.info("an export is no longer this worker's", extra={"export": export.pk})
    except Exception as error:  # noqa: BLE001  each storage raises its own
        _try_later(export, error)
    return True


def _claim(export_id: int) -> Export | None:
    """The export, if it is to be worked at and nobody does; its lease tells this worker from others."""
    now = timezone.now()
    mine = _unheld().filter(pk=export_id, owner__is_active=True)
    if not mine.update(leased_until=now + LEASE, attempts=F("attempts") + 1):
        return None
    return Export.objects.select_related("owner", "album").get(pk=export_id)


def _unheld() -> "QuerySet[Export]":
    """Exports that are to be worked at and no worker holds."""
    free = Q(leased_until=None) | Q(leased_until__lt=timezone.now())
    return Export.objects.filter(free, state=Export.State.WORKING)


def _held(export: Export) -> "QuerySet[Export]":
    """The row, as long as this worker holds the lease and nobody has ended the export."""
    return Export.objects.filter(pk=export.pk, state=Export.State.WORKING, leased_until=export.leased_until)


def _hold_on(export: Export) -> None:
    """Prolong the lease. Superseded when it is another's."""
    until = timezone.now() + LEASE
    if not _held(export).update(leased_until=until):
        raise Superseded
    export.leased_until = until


def _make(export: Export) -> None:
    part = _plan(export)
    fault("X1")
    with tempfile.TemporaryFile(prefix="export-") as file:
        piece = _fill(export, part, file)
        _hold_on(export)
        file.seek(0)
        media_storage(STORAGE).save(part.key, File(file))
        fault("X2")
        _finish(export, part, piece)
    fault("X3")


def _plan(export: Export) -> ExportPart:
    """The row of the next part; one that a dead worker has left is begun anew under another key."""
    with transaction.atomic():
        if not _held(export).select_for_update().exists():
            raise Superseded
        left = list(export.parts.filter(is_written=False))
        forget_objects({STORAGE: [part.key for part in left]})
        export.parts.filter(is_written=False).delete()
        written = export.parts.aggregate(bytes=Sum("bytes"))["bytes"] or 0
        number = export.parts.count()
        return ExportPart.objects.create(export=export, number=number, key=random_key(".part"), start=written)


def _fill(export: Export, part: ExportPart, file: IO[bytes]) -> Piece:
    piece = Piece(file, PieceWriter(file, part.start), export.last_media_id)
    if part.number == 0:
        for name, section in sections_of(export).items():
            _add_words(piece, name, section(export), export)
    left = all_media(export).filter(pk__gt=export.last_media_id)
    for media in left[:MOST_ENTRIES].iterator(chunk_size=MOST_ENTRIES):
        if file.tell() >= settings.EXPORT_PART_BYTES:
            return piece
        _add_original(piece, media, archive_name(export, media), is_patient=export.attempts <= PATIENCE)
        _hold_on(export)
    if not all_media(export).filter(pk__gt=piece.last_media_id).exists():
        _close_archive(export, part, piece)
    return piece


def _add_original(piece: Piece, media: Media, name: str, *, is_patient: bool) -> None:
    """Add the original; one that cannot be read is waited for at first, and left out once all know that it is lost."""
    try:
        with original_on_disk(media) as path, path.open("rb") as original:
            piece.writer.add(name, original, media.created_at)
    except FileNotFoundError:
        if is_patient and media.copies.filter(damaged_at=None).exists():
            raise
        piece.missing.append(media.pk)
    piece.last_media_id = media.pk
    piece.done += 1


def _add_words(piece: Piece, name: str, lines: Iterable[str], export: Export) -> None:
    with tempfile.TemporaryFile(prefix="export-words-") as words:
        for line in lines:
            words.write(line.encode("utf-8", "replace"))
        piece.writer.add(name, words, export.created_at)


def _close_archive(export: Export, part: ExportPart, piece: Piece) -> None:
    """The checksums, what is missing, and the directory of all parts."""
    before = export.parts.filter(is_written=True).order_by("number")
    missing = {pk for found in before.values_list("missing", flat=True) for pk in found} | set(piece.missing)
    _add_words(piece, "checksums.sha256", checksums(export, missing), export)
    if missing:
        _add_words(piece, "MISSING.txt", (f"{pk}\n" for pk in sorted(missing)), export)
    start = piece.writer.position
    for directory in before.values_list("directory", flat=True).iterator(chunk_size=20):
        piece.file.write(directory)
    piece.file.write(piece.writer.directory)
    entries = (before.aggregate(entries=Sum("entries"))["entries"] or 0) + piece.writer.entries
    piece.file.write(archive_end(entries, piece.writer.position - start, start))
    piece.is_last = True


def _finish(export: Export, part: ExportPart, piece: Piece) -> None:
    """Count the part in, unless the export was ended or taken over meanwhile; then its object goes."""
    size = piece.file.seek(0, 2)
    with transaction.atomic():
        locked = _held(export).select_for_update().first()
        if locked is None:
            forget_objects({STORAGE: [part.key]})
            return
        told = {"directory": piece.writer.directory, "entries": piece.writer.entries, "missing": piece.missing}
        ExportPart.objects.filter(pk=part.pk).update(is_written=True, bytes=size, **told)
        changes = {"bytes": F("bytes") + size, "done": F("done") + piece.done, "last_media_id": piece.last_media_id}
        Export.objects.filter(pk=export.pk).update(**changes, attempts=0, leased_until=None)
        if piece.is_last:
            _announce(locked)
        else:
            enqueue(TASK, export_id=export.pk)


def _announce(export: Export) -> None:
    now = timezone.now()
    Export.objects.filter(pk=export.pk).update(state=Export.State.READY, ready_at=now, expires_at=live_until(now))
    if export.album_id is not None:  # whoever asked looks at its page
        return
    url = settings.ORIGIN + reverse("exports:data")
    send_mail_later("export_ready", to=export.owner.email, context={"user": export.owner, "url": url})


def _try_later(export: Export, error: Exception) -> None:
    if export.attempts >= MOST_ATTEMPTS:
        _give_up(export, repr(error))
        return
    pause = min(FIRST_PAUSE * 2 ** min(export.attempts, 12), LONGEST_PAUSE)
    with transaction.atomic():
        if _held(export).update(leased_until=None):
            logger.warning("an export waits", extra={"export": export.pk, "error": repr(error)})
            enqueue_later(TASK, seconds=pause, export_id=export.pk)


def _give_up(export: Export, why: str) -> None:
    with transaction.atomic():
        if _held(export).update(state=Export.State.FAILED, leased_until=None):
            logger.error("an export was given up", extra={"export": export.pk, "error": why})
            count_one(GIVEN_UP)
            forget_objects({STORAGE: list(export.parts.values_list("key", flat=True))})
            export.parts.all().delete()


def resume_exports() -> int:
    """Queue again the archives whose worker died or whose task the queue has lost. Returns how many.

    No more than have lost their task: what waits behind others in a long queue must not make it longer.
    """
    waiting = _waiting()
    count = waiting.count()
    lost = max(0, count - _queued()) if count else 0
    ids = list(waiting.order_by("pk").values_list("pk", flat=True)[: min(lost, 1000)])
    for export_id in ids:
        enqueue(TASK, export_id=export_id)
    return len(ids)


def _waiting() -> "QuerySet[Export]":
    """Exports that nobody works at, without those whose next try stands in the outbox."""
    announced = OutboxTask.objects.filter(task=TASK).values_list("arguments__export_id", flat=True)
    return _unheld().filter(owner__is_active=True).exclude(pk__in=list(announced))


def _queued() -> int:
    """How many parts wait in the queue; without end while the broker is away: a task would only fill the outbox."""
    try:
        return queue_lengths()[settings.CELERY_TASK_ROUTES[TASK]["queue"]]
    except (OperationalError, RedisError, OSError) as error:
        logger.warning("the queue is away; no export is resumed", extra={"error": str(error)})
        return sys.maxsize
