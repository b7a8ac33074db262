"""Figures about uploads and how originals are kept, for /metrics (docs/operations.md)."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Min, QuerySet, Sum
from django.utils import timezone
from prometheus_client.core import Metric

from core.ids import first_id_at, split_id
from core.metrics import add_source, gauge, single
from core.samples import keep_counts, keep_figures, keep_slowly, slot_of
from photos import plots
from photos.models import MaintenanceRun, Media, OriginalCopy, Rendition, StorageAlarm, Upload

WAITING = (Media.State.RECEIVED.value, Media.State.PROCESSING.value)
RECENT = timedelta(days=1)


def connect() -> None:
    add_source("photos.media", read_media)
    add_source("photos.storages", read_storages)
    add_source("photos.maintenance", read_maintenance)
    keep_figures("media_waiting", "media_last_day", "storage_alarms", "copies_damaged")
    keep_counts("uploads", count_uploads)
    keep_slowly("bytes/originals", lambda: _bytes(Media.objects.all()))
    keep_slowly("bytes/renditions", lambda: _bytes(Rendition.objects.all()))
    plots.connect()


def read_media() -> Iterator[Metric]:
    """What waits, from the partial index of it; and what came in within a day, by the range of its ids."""
    waiting = {
        state: (count, since)
        for state, count, since in Media.objects.filter(state__in=WAITING)
        .values_list("state")
        .annotate(count=Count("pk"), since=Min("state_changed_at"))
        .order_by()
    }
    counts = {state: float(waiting.get(state, (0, None))[0]) for state in WAITING}
    yield gauge("media_waiting", "Media that are not developed yet.", counts, label="state")
    ages = {state: _age(waiting.get(state, (0, None))[1]) for state in WAITING}
    yield gauge("media_waiting_oldest_seconds", "How long the oldest of them has been so.", ages, label="state")
    recent = Media.objects.filter(pk__gte=first_id_at(timezone.now() - RECENT)).values_list("state")
    states = dict.fromkeys(Media.State.values, 0.0) | dict(recent.annotate(count=Count("pk")).order_by())
    yield gauge("media_last_day", "Media uploaded within 24 hours, as they are now.", states, label="state")
    open_uploads = Upload.objects.filter(state=Upload.State.OPEN, expires_at__gt=timezone.now()).count()
    yield single("uploads_open", "Resumable and direct uploads under way.", open_uploads)


def count_uploads(since: datetime, until: datetime) -> Counter[datetime]:
    """Media that came in, by slot of five minutes: a range of ids and nothing more of each."""
    ids = Media.objects.filter(pk__gte=first_id_at(since), pk__lt=first_id_at(until)).order_by()
    return Counter(slot_of(split_id(pk).created_at) for pk in ids.values_list("pk", flat=True).iterator())


def _bytes(rows: QuerySet[Media] | QuerySet[Rendition]) -> float:
    """The bytes of all these files; reads the whole table."""
    total: int | None = rows.aggregate(total=Sum("bytes"))["total"]
    return float(total or 0)


def read_storages() -> Iterator[Metric]:
    alarms = StorageAlarm.objects.filter(settled_at=None).values_list("kind").annotate(count=Count("pk")).order_by()
    kinds = dict.fromkeys(StorageAlarm.Kind.values, 0.0) | dict(alarms)
    yield gauge("storage_alarms", "Open alarms about stored files.", kinds, label="kind")
    damaged = OriginalCopy.objects.filter(damaged_at__isnull=False).values_list("storage")
    broken = dict(damaged.annotate(count=Count("pk")).order_by())
    recent = OriginalCopy.objects.filter(media__gte=first_id_at(timezone.now() - RECENT)).values_list("storage")
    fresh = dict(recent.annotate(count=Count("pk")).order_by())
    yield gauge("copies_last_day", "Copies of originals uploaded within 24 hours.", fresh, label="storage")
    damages = dict.fromkeys(fresh, 0.0) | broken
    yield gauge("copies_damaged", "Copies of originals that are missing or have other bytes.", damages, label="storage")
    oldest = OriginalCopy.objects.order_by("verified_at").values_list("verified_at", flat=True).first()
    yield single("copies_oldest_check_seconds", "Since the copy not read for longest was read.", _age(oldest))


def read_maintenance() -> Iterator[Metric]:
    """The newest finished run of each job; a job that never ran is left out."""
    newest = {}
    for job in MaintenanceRun.Job.values:
        finished = MaintenanceRun.objects.filter(job=job, finished_at__isnull=False)
        run = finished.order_by("-started_at").first()
        if run is not None:
            newest[job] = run
    ages = {job: _age(run.finished_at) for job, run in newest.items()}
    yield gauge("maintenance_age_seconds", "Since a job last came to its end.", ages, label="job")
    for name, meaning in (
        ("checked", "Copies or objects that its last run looked at."),
        ("problems", "Problems that it found."),
        ("repaired", "Problems that it put right."),
    ):
        figures = {job: float(getattr(run, name)) for job, run in newest.items()}
        yield gauge(f"maintenance_{name}", meaning, figures, label="job")


def _age(moment: datetime | None) -> float:
    """Seconds since then; 0 when there is nothing."""
    return max((timezone.now() - moment).total_seconds(), 0.0) if moment else 0.0
