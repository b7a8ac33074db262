from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from core.templatetags.days import since_when


@pytest.mark.parametrize(
    ("ago", "pattern"), [(timedelta(0), "%H:%M"), (timedelta(days=1), "%A"), (timedelta(days=6), "%A")]
)
def test_moment_of_the_last_days_is_a_time_or_a_weekday(ago: timedelta, pattern: str) -> None:
    moment = timezone.localtime() - ago

    assert since_when(moment) == moment.strftime(pattern)


def test_older_moment_is_a_date() -> None:
    assert since_when(datetime(2020, 3, 1, 12, tzinfo=UTC)) == "1 March 2020"
