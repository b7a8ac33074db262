"""Figures about the hourly build, for /metrics (docs/operations.md)."""

from collections.abc import Iterator

from django.db.models import Sum
from django.utils import timezone
from prometheus_client.core import Metric

from core.dashboard import Page, Plot, Tile, add_plots, add_tiles
from core.metrics import add_source, single
from core.samples import keep_figures
from feeds.models import FeedRun
from feeds.services.refresh import open_chunks

RUNS = Page("feeds_feedrun", "feeds.view_feedrun")
TILES = (Tile("Age of feeds", ["feeds_oldest_seconds"], place=50, unit="seconds", alarm=7800, page=RUNS),)
PLOTS = (
    Plot(
        "Age of feeds",
        "Since the last build of all feeds of active people began; every hour is as it should be.",
        [("Oldest feed", "feeds_oldest_seconds")],
        place=50,
        unit="seconds",
        page=RUNS,
    ),
)


def connect() -> None:
    add_source("feeds.runs", read_runs)
    keep_figures("feeds_oldest_seconds", "feeds_waiting")
    add_tiles(*TILES)
    add_plots(*PLOTS)


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
