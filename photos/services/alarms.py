"""What is wrong with the storages, as rows that stay open until something has put it right; and the log of each job."""

import logging
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from photos.models import MaintenanceRun, Media, StorageAlarm

logger = logging.getLogger(__name__)

RUNS_KEPT = timedelta(days=90)
ORPHANS = "objects without a row"  # the key of an alarm about all of those

Kind = StorageAlarm.Kind


def open_alarm(kind: str, storage: str, *, media: Media | None = None, key: str = "", detail: str = "") -> bool:
    """Have one open alarm of this kind for this place; returns whether it is a new one. The key is that of `media`."""
    key = media.original_key if media else key
    same = StorageAlarm.objects.filter(kind=kind, storage=storage, media=media, key=key, settled_at=None)
    if same.exists():
        return False
    alarm = StorageAlarm.objects.create(kind=kind, storage=storage, media=media, key=key, detail=detail[:300])
    extra = {"kind": kind, "storage": storage, "media": media.pk if media else None, "key": key, "detail": detail}
    logger.error("storage alarm: %s", alarm.get_kind_display(), extra=extra)
    return True


def settle_copy(media_id: int, storage: str, *, by: str) -> None:
    """The copy is right: nothing is wrong with it, its media is not lost, and its storage answers."""
    about_copy = Q(media=media_id) & (Q(storage=storage) | Q(kind=Kind.LOST))
    _settle(about_copy | Q(kind=Kind.UNREADABLE, storage=storage, key=""), by)


def settle_media(media_id: int, *, by: str) -> None:
    """Whatever was wrong with it does not matter any more."""
    _settle(Q(media=media_id), by)


def settle_storage(storage: str, *, key: str = "", by: str) -> None:
    """The storage answers; with the key ORPHANS, it has not too many of those either."""
    _settle(Q(kind=Kind.UNREADABLE, storage=storage, key=key), by)


def _settle(alarms: Q, by: str) -> None:
    StorageAlarm.objects.filter(alarms, settled_at=None).update(settled_at=timezone.now(), settled_by=by)


def begin_run(job: str) -> MaintenanceRun:
    """A row for a run of this job; rows of long ago are forgotten."""
    MaintenanceRun.objects.filter(job=job, started_at__lt=timezone.now() - RUNS_KEPT).delete()
    return MaintenanceRun.objects.create(job=job)


def finish_run(run: MaintenanceRun) -> None:
    run.finished_at = timezone.now()
    run.save()
