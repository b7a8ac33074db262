"""Figures over time: a beat task writes down every five minutes what `/metrics` says, for the plots of the dashboard.

One row a name and slot, whoever takes the samples and however often. Names are `metric/label`, as in `core.metrics`.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from core.metrics import read_figures
from core.models import Sample

SLOT = timedelta(minutes=5)
FINE_FOR = timedelta(days=2)
KEPT_FOR = timedelta(days=400)
COUNTED_AGAIN = 3 * SLOT  # for rows that were committed late
SLOW_EVERY = timedelta(hours=1)
SLOW_SECONDS = 60
GIVEN_UP = "tasks_given_up"
SLOTS_ORIGIN = datetime(2026, 1, 1, tzinfo=UTC)

Counts = Mapping[datetime, float]

logger = logging.getLogger(__name__)
_kept: set[str] = set()
_counters: dict[str, Callable[[datetime, datetime], Counts]] = {}
_slow: dict[str, Callable[[], float]] = {}

_COUNT = """
    INSERT INTO core_sample (name, at, value, adds) VALUES (%s, %s, 1, true)
    ON CONFLICT (name, at) DO UPDATE SET value = core_sample.value + 1
"""
_THIN = """
    WITH fine AS (
        DELETE FROM core_sample WHERE at < %(before)s AND at <> date_trunc('hour', at, 'UTC')
        RETURNING name, date_trunc('hour', at, 'UTC') AS hour, value, adds
    )
    INSERT INTO core_sample (name, at, value, adds)
    SELECT name, hour, CASE WHEN bool_or(adds) THEN sum(value) ELSE max(value) END, bool_or(adds)
    FROM fine GROUP BY name, hour
    ON CONFLICT (name, at) DO UPDATE SET value = CASE
        WHEN core_sample.adds THEN core_sample.value + excluded.value ELSE greatest(core_sample.value, excluded.value)
    END
"""
_BUCKETS = """
    SELECT name, date_bin(%(width)s, at, %(since)s), CASE WHEN bool_or(adds) THEN sum(value) ELSE max(value) END
    FROM core_sample WHERE name = ANY(%(names)s) AND at >= %(since)s AND at < %(until)s GROUP BY 1, 2
"""


def keep_figures(*names: str) -> None:
    """Let these figures of `/metrics` (without the prefix, with all their labels) be kept."""
    _kept.update(names)


def keep_counts(name: str, read: Callable[[datetime, datetime], Counts]) -> None:
    """Let `read(since, until)` say how much happened in each slot between the two; empty slots may be missing."""
    _counters[name] = read


def keep_slowly(name: str, read: Callable[[], float]) -> None:
    """Let a figure be kept once an hour that takes longer to find out: up to SLOW_SECONDS."""
    _slow[name] = read


def slot_of(moment: datetime) -> datetime:
    return moment - (moment - SLOTS_ORIGIN) % SLOT


def take_samples(now: datetime) -> int:
    """Write down the figures of now, thin what is older than FINE_FOR, forget after KEPT_FOR; returns how many rows
    were written. What is away is left out: a gap in the plot.
    """
    slot = slot_of(now)
    rows = [*_figures(slot), *_counted(slot), *_slowly(slot)]
    Sample.objects.bulk_create(rows, update_conflicts=True, unique_fields=["name", "at"], update_fields=["value"])
    _thin(now)
    return len(rows)


def count_one(name: str) -> None:
    """One more of something in this slot. It is only a figure: without the database it is not counted."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_COUNT, [name, slot_of(timezone.now())])
    except DatabaseError:
        logger.warning("not counted", extra={"figure": name})


@dataclass(frozen=True, slots=True)
class Span:
    """`count` buckets of `width` that end now."""

    since: datetime
    width: timedelta
    count: int

    @property
    def buckets(self) -> list[datetime]:
        return [self.since + self.width * number for number in range(self.count)]


def read_series(names: Iterable[str], span: Span) -> dict[str, list[float | None]]:
    """Of each name one value a bucket: what was counted in it, or the greatest; None where nothing was written down.

    One query.
    """
    wanted = list(names)
    values: dict[str, Any] = {
        "names": wanted,
        "since": span.since,
        "until": span.since + span.width * span.count,
        "width": span.width,
    }
    found: dict[str, list[float | None]] = {name: [None] * span.count for name in wanted}
    with connection.cursor() as cursor:
        cursor.execute(_BUCKETS, values)
        for name, bucket, value in cursor.fetchall():
            found[name][(bucket - span.since) // span.width] = value
    return found


def latest_at() -> datetime | None:
    """The newest slot that was written down."""
    return Sample.objects.order_by("-at").values_list("at", flat=True).first()


def _figures(slot: datetime) -> Iterator[Sample]:
    for name, labels in read_figures().items():
        if name in _kept:
            yield from (Sample(name=_named(name, label), at=slot, value=value) for label, value in labels.items())


def _named(name: str, label: str) -> str:
    return f"{name}/{label}" if label else name


def _counted(slot: datetime) -> Iterator[Sample]:
    """The slots that are over: those that nobody wrote down, as far back as there are fine ones, and the last few."""
    for name, read in _counters.items():
        newest = Sample.objects.filter(name=name).order_by("-at").values_list("at", flat=True).first()
        first = slot - FINE_FOR + timedelta(hours=1)
        since = max(first, min(newest or first, slot - COUNTED_AGAIN))
        counts = read(since, slot)
        slots = (since + SLOT * number for number in range((slot - since) // SLOT))
        yield from (Sample(name=name, at=each, value=counts.get(each, 0), adds=True) for each in slots)


def _slowly(slot: datetime) -> Iterator[Sample]:
    """Those of which there is none of this hour; what takes too long is left out."""
    hour = slot.replace(minute=0)
    there = set(Sample.objects.filter(name__in=_slow, at__gte=hour).values_list("name", flat=True))
    for name in _slow.keys() - there:
        try:
            yield Sample(name=name, at=hour, value=_patiently(_slow[name]))
        except DatabaseError:
            logger.warning("a figure took too long", extra={"figure": name})


def _patiently(read: Callable[[], float]) -> float:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{SLOW_SECONDS}s'")
        return read()


def _thin(now: datetime) -> None:
    before = (now - FINE_FOR).replace(minute=0, second=0, microsecond=0)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_THIN, {"before": before})
        Sample.objects.filter(at__lt=now - KEPT_FOR).delete()
