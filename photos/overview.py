"""How the workers and the storages are doing, in one look; for staff."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils import timezone
from kombu.exceptions import OperationalError

from core.ids import first_id_at
from core.models import OutboxTask
from core.queues import queue_lengths
from photos.models import MaintenanceRun, Media, OriginalCopy, StorageAlarm
from photos.querysets import MediaQuerySet

RECENT = timedelta(days=30)
LATE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Keeping:
    """What waits for longest, the newest finished check, when the copy not read for longest was read, and how many
    copies of each storage are missing or changed.
    """

    oldest_waiting: Media | None
    last_scrub: MaintenanceRun | None
    oldest_check: datetime | None
    damaged: dict[str, int]


@dataclass(frozen=True, slots=True)
class Overview:
    """`queues` is None while the broker is away. Failed ones are those uploaded within 30 days."""

    keeping: Keeping
    waiting: int
    processing: int
    failed: int
    queues: dict[str, int] | None
    late_tasks: int
    open_alarms: int


def read_keeping() -> Keeping:
    """Cheap: partial indexes and the ends of others."""
    damaged = OriginalCopy.objects.filter(damaged_at__isnull=False).order_by("storage").values_list("storage")
    scrubs = MaintenanceRun.objects.filter(job=MaintenanceRun.Job.SCRUB).exclude(finished_at=None)
    return Keeping(
        oldest_waiting=_unfinished().order_by("created_at").first(),
        last_scrub=scrubs.order_by("-started_at").first(),
        oldest_check=OriginalCopy.objects.order_by("verified_at").values_list("verified_at", flat=True).first(),
        damaged=dict(damaged.annotate(count=Count("pk"))),
    )


def read_overview() -> Overview:
    """Cheap as well."""
    states = dict(_unfinished().order_by().values_list("state").annotate(count=Count("pk")))
    now = timezone.now()
    recent = Media.objects.filter(pk__gte=first_id_at(now - RECENT), state=Media.State.FAILED)
    return Overview(
        keeping=read_keeping(),
        waiting=states.get(Media.State.RECEIVED.value, 0),
        processing=states.get(Media.State.PROCESSING.value, 0),
        failed=recent.count(),
        queues=_queues(),
        late_tasks=OutboxTask.objects.filter(next_try_at__lt=now - LATE).count(),
        open_alarms=StorageAlarm.objects.filter(settled_at=None).count(),
    )


def _unfinished() -> MediaQuerySet:
    return Media.objects.filter(state__in=[Media.State.RECEIVED, Media.State.PROCESSING])


def _queues() -> dict[str, int] | None:
    try:
        return queue_lengths()
    except (OperationalError, OSError):
        return None
