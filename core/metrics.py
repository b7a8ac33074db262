"""What Prometheus reads at /metrics. Every figure is asked of Postgres or the broker at the time of the scrape, so any
process of any machine may be asked and all answer the same. The names are listed in docs/operations.md.
"""

import logging
from collections.abc import Callable, Iterable, Iterator

from django.db import connection, transaction
from django.db.utils import Error as DatabaseError
from django.utils import timezone
from kombu.exceptions import OperationalError
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from psycopg_pool import PoolTimeout
from redis.exceptions import RedisError

from core.models import OutboxTask
from core.queues import queue_lengths

Source = Callable[[], Iterable[Metric]]

PREFIX = "contact_sheet"
QUERY_MILLISECONDS = 1000

logger = logging.getLogger(__name__)
_database_sources: dict[str, Source] = {}


def add_source(name: str, source: Source) -> None:
    """Let `source` be asked at each scrape. Its queries must be few, bounded and helped by an index."""
    _database_sources[name] = source


def gauge(name: str, meaning: str, values: dict[str, float], *, label: str) -> Metric:
    """One figure for each value of `label`."""
    family = GaugeMetricFamily(f"{PREFIX}_{name}", meaning, labels=[label])
    for value, figure in sorted(values.items()):
        family.add_metric([value], figure)
    return family


def single(name: str, meaning: str, figure: float) -> Metric:
    return GaugeMetricFamily(f"{PREFIX}_{name}", meaning, value=figure)


def read_figures() -> dict[str, dict[str, float]]:
    """The same as `/metrics`, by name without the prefix and by label, "" where there is none.

    What is away is left out, and 0 in `up`.
    """
    found: dict[str, dict[str, float]] = {}
    for family in SiteCollector().collect():
        for sample in family.samples:
            label = next(iter(sample.labels.values()), "")
            found.setdefault(sample.name.removeprefix(f"{PREFIX}_"), {})[label] = sample.value
    return found


class SiteCollector(Collector):
    """All figures; of a part that is away there is only that it is: `up` is 0."""

    def collect(self) -> Iterator[Metric]:
        up = {}
        for part, read in (("postgres", _read_database), ("broker", _read_broker)):
            try:
                found = read()
            except (DatabaseError, PoolTimeout, RedisError, OperationalError, OSError) as error:
                logger.warning("no metrics of a part", extra={"part": part, "error": str(error)})
                up[part] = 0.0
                continue
            up[part] = 1.0
            yield from found
        yield gauge("up", "Whether a part of the house answers.", up, label="part")


def _read_database() -> list[Metric]:
    """What all sources say, or an error; each query has QUERY_MILLISECONDS."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {QUERY_MILLISECONDS}")
        found = [metric for source in _database_sources.values() for metric in source()]
        return [*found, *_outbox()]


def _outbox() -> Iterator[Metric]:
    yield single("outbox_tasks", "Tasks that the queue does not have yet.", OutboxTask.objects.count())
    oldest = OutboxTask.objects.order_by("pk").values_list("created_at", flat=True).first()
    age = (timezone.now() - oldest).total_seconds() if oldest else 0.0
    yield single("outbox_oldest_seconds", "Age of the oldest of them.", age)


def _read_broker() -> list[Metric]:
    lengths = {name: float(length) for name, length in queue_lengths().items()}
    return [gauge("queue_tasks", "Tasks that wait for a worker.", lengths, label="queue")]
