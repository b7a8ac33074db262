from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from core.models import Sample
from core.receivers import note_failure
from core.samples import GIVEN_UP, SLOT, Span, count_one, read_series, slot_of, take_samples
from tests.away import queue_away, take_valkey_away
from tests.factories import make_media

pytestmark = pytest.mark.django_db


def samples(*names: str) -> dict[str, list[float]]:
    rows = Sample.objects.filter(name__in=names).order_by("name", "at")
    found: dict[str, list[float]] = {name: [] for name in names}
    for row in rows:
        found[row.name].append(row.value)
    return found


def make_sample(name: str, at: datetime, value: float, *, adds: bool = False) -> None:
    Sample.objects.create(name=name, at=at, value=value, adds=adds)


def test_slot_begins_every_five_minutes() -> None:
    assert slot_of(datetime(2026, 11, 30, 14, 9, 59, tzinfo=UTC)) == datetime(2026, 11, 30, 14, 5, tzinfo=UTC)


def test_samples_are_what_the_metrics_say_with_their_labels(alma: User) -> None:
    make_media(alma, state="failed")
    make_media(alma, bytes=700)

    take_samples(timezone.now())

    assert samples("media_last_day/failed", "queue_tasks/mail", "bytes/originals", "people_active/day") == {
        "media_last_day/failed": [1],
        "queue_tasks/mail": [0],
        "bytes/originals": [1700],
        "people_active/day": [1],
    }


def test_samples_are_the_same_however_often_they_are_taken(alma: User) -> None:
    make_media(alma)
    now = timezone.now()

    take_samples(now)
    before = set(Sample.objects.values_list("name", "at", "value"))
    take_samples(now)

    assert set(Sample.objects.values_list("name", "at", "value")) == before


def test_uploads_are_counted_in_their_slot_also_those_that_a_stopped_scheduler_missed(alma: User) -> None:
    make_media(alma)
    make_media(alma)
    later = timezone.now() + timedelta(hours=5)

    take_samples(later)
    counts = samples("uploads")["uploads"]

    assert (sum(counts), max(counts), len(counts)) == (2, 2, 47 * 12)


def test_what_is_away_leaves_a_gap_and_the_rest_is_written_down(settings: Settings) -> None:
    take_valkey_away(settings)

    with queue_away():
        take_samples(timezone.now())

    assert samples("queue_tasks/mail", "media_waiting/received") == {
        "queue_tasks/mail": [],
        "media_waiting/received": [0],
    }


def test_after_two_days_an_hour_keeps_the_sum_of_what_adds_and_the_greatest_of_the_rest() -> None:
    hour = datetime(2026, 11, 20, 9, tzinfo=UTC)
    for number, value in enumerate((5, 9, 2)):
        make_sample("queue_tasks/mail", hour + SLOT * number, value)
        make_sample(GIVEN_UP, hour + SLOT * (number + 1), value, adds=True)
    now = hour + timedelta(days=3)

    take_samples(now)
    take_samples(now)

    old = Sample.objects.filter(at__lt=hour + timedelta(days=1)).values_list("name", "at", "value", "adds")
    assert sorted(old) == [("queue_tasks/mail", hour, 9, False), (GIVEN_UP, hour, 16, True)]


def test_what_is_younger_than_two_days_stays_fine_and_after_400_days_all_goes() -> None:
    now = datetime(2027, 12, 1, 12, tzinfo=UTC)
    for age in (timedelta(days=1, minutes=5), timedelta(days=399), timedelta(days=401)):
        make_sample("old", slot_of(now - age), 1)

    take_samples(now)

    assert list(Sample.objects.filter(name="old").order_by("-at").values_list("at", flat=True)) == [
        now - timedelta(days=1, minutes=5),
        now - timedelta(days=399),
    ]


def test_failures_of_tasks_add_up_in_their_slot() -> None:
    count_one(GIVEN_UP)
    note_failure(sender=None, exception=ValueError())

    assert samples(GIVEN_UP) == {GIVEN_UP: [2]}


@pytest.mark.parametrize("count", [1, 3])
def test_series_are_read_in_one_query_with_gaps(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    since = datetime(2026, 11, 30, tzinfo=UTC)
    names = [f"figure/{number}" for number in range(count)]
    for name in names:
        make_sample(name, since + timedelta(minutes=5), 4)
        make_sample(name, since + timedelta(minutes=10), 7)
        make_sample(name, since + timedelta(minutes=65), 1)
    make_sample("events", since, 2, adds=True)
    make_sample("events", since + SLOT, 3, adds=True)

    with django_assert_num_queries(1):
        found = read_series([*names, "events"], Span(since, timedelta(minutes=30), 3))

    assert found == {**{name: [7, None, 1] for name in names}, "events": [5, None, None]}
