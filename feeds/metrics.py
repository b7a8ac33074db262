"""Figures about the hourly build, for /metrics (docs/operations.md)."""

from collections.abc import Iterator

from django.db.models import Sum
from django.utils import timezone
from prometheus_client.core import Metric

from core.metrics import add_source, single
from feeds.models import FeedRun
from feeds.services.refresh import open_chunks


def connect() -> None:
    add_source("feeds.runs", read_runs)


def read_runs() -> Iterator[Metric]:
    """From the newest rows of runs; the age is left out until a run has come to its end."""
    finished = FeedRun.objects.filter(finished_at__isnull=False).first()
    if finished is not None:
        age = max((timezone.now() - finished.started_at).total_seconds(), 0.0)
        yield single("feeds_oldest_seconds", "Age of the oldest feed of an active person.", age)
        took = ((finished.finished_at or finished.started_at) - finished.started_at).total_seconds()
        yield single("feeds_run_seconds", "How long the last finished run took.", took)
        yield single("feeds_run_built", "Feeds that the last finished run built.", finished.built)
    chunks = open_chunks()
    people = chunks.aggregate(people=Sum("people"))["people"] or 0
    yield single("feeds_waiting", "Feeds that the run under way has still to build.", people)
    yield single("feeds_chunks_waiting", "Chunks that it has still to build.", chunks.count())
