from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from feeds.metrics import read_runs
from feeds.models import FeedChunk, FeedRun
from tests.core.web.test_metrics import figures

pytestmark = pytest.mark.django_db


def make_run(hours: float, **fields: object) -> FeedRun:
    """A run that started so many hours ago; `finished` and `superseded` are minutes after that."""
    started = timezone.now() - timedelta(hours=hours)
    for name in ("finished", "superseded"):
        if name in fields:
            fields[f"{name}_at"] = started + timedelta(minutes=float(str(fields.pop(name))))
    run = FeedRun.objects.create(hour=started, **fields)
    FeedRun.objects.filter(pk=run.pk).update(started_at=started)
    return run


def make_chunk(run: FeedRun, number: int, state: str, people: int) -> None:
    FeedChunk.objects.create(run=run, first_id=number, last_id=number, people=people, state=state)


def found(client: Client) -> dict[str, float]:
    return {name: value for name, value in figures(client).items() if name.startswith("contact_sheet_feeds_")}


def test_site_without_a_run_tells_no_age(client: Client) -> None:
    assert found(client) == {"contact_sheet_feeds_waiting": 0, "contact_sheet_feeds_chunks_waiting": 0}


def test_age_is_that_of_the_newest_finished_run(client: Client) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        make_run(3, finished=9, built=8, people=8)
        make_run(2, finished=5, built=7, people=7)
        make_run(1, superseded=60, people=9)
        run = make_run(0.5, people=9)
        for number, (state, people) in enumerate((("done", 5), ("building", 3), ("waiting", 1))):
            make_chunk(run, number, state, people)

        figures_found = found(client)

    assert figures_found == {
        "contact_sheet_feeds_oldest_seconds": 2 * 3600,
        "contact_sheet_feeds_run_seconds": 300,
        "contact_sheet_feeds_run_built": 7,
        "contact_sheet_feeds_waiting": 4,
        "contact_sheet_feeds_chunks_waiting": 2,
    }


def test_chunks_of_a_superseded_run_wait_for_nothing(client: Client) -> None:
    make_chunk(make_run(2, superseded=60), 1, "waiting", 5)

    assert found(client)["contact_sheet_feeds_waiting"] == 0


@pytest.mark.parametrize("runs", [1, 3])
def test_figures_take_the_same_queries_for_any_number_of_runs(
    django_assert_num_queries: DjangoAssertNumQueries, runs: int
) -> None:
    for number in range(runs):
        make_run(number + 1, finished=5)

    with django_assert_num_queries(3):
        list(read_runs())
