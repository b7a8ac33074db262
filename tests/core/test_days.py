from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from core.templatetags.days import hours_ago, since_when


@pytest.mark.parametrize(
    ("ago", "pattern"), [(timedelta(0), "%H:%M"), (timedelta(days=1), "%A"), (timedelta(days=6), "%A")]
)
def test_moment_of_the_last_days_is_a_time_or_a_weekday(ago: timedelta, pattern: str) -> None:
    moment = timezone.localtime() - ago

    assert since_when(moment) == moment.strftime(pattern)


def test_older_moment_is_a_date() -> None:
    assert since_when(datetime(2020, 3, 1, 12, tzinfo=UTC)) == "1 March 2020"


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0, "in the last hour"), (0.99, "in the last hour"), (1, "1 hour ago"), (47.9, "47 hours ago")],
)
def test_moment_known_to_the_hour_is_told_in_hours(hours: float, words: str) -> None:
    assert hours_ago(timezone.now() - timedelta(hours=hours)) == words


def test_moment_known_to_the_hour_is_a_date_after_two_days() -> None:
    assert hours_ago(datetime(2020, 3, 1, 12, tzinfo=UTC)) == "1 March 2020"
