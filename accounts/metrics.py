"""Figures about people, for /metrics (docs/operations.md)."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone
from prometheus_client.core import Metric

from accounts.models import User
from core.dashboard import Page, Plot, Tile, add_plots, add_tiles
from core.metrics import add_source, gauge
from core.samples import keep_figures

PEOPLE = Page("accounts_user", "accounts.view_user")
TILES = (
    Tile(
        "People here within a day",
        ["people_active/day"],
        place=20,
        page=PEOPLE,
    ),
)
PLOTS = (
    Plot(
        "Active people",
        "Who was here within the hour and the day before.",
        [("Within an hour", "people_active/hour"), ("Within a day", "people_active/day")],
        place=20,
        page=PEOPLE,
    ),
)
SPANS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}


def connect() -> None:
    add_source("accounts.people", read_people)
    keep_figures("people_active")
    add_tiles(*TILES)
    add_plots(*PLOTS)


def read_people() -> Iterator[Metric]:
    """How many were here lately, from the index of when that was; it is noted to the hour."""
    now = timezone.now()
    seen = {span: Count("pk", filter=Q(last_seen_at__gte=now - length)) for span, length in SPANS.items()}
    counts = User.objects.filter(last_seen_at__gte=now - SPANS["day"]).order_by().aggregate(**seen)
    values = {span: float(count) for span, count in counts.items()}
    yield gauge("people_active", "People who were here within the last hour and day.", values, label="span")
