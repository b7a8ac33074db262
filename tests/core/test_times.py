from datetime import UTC, datetime, timedelta, timezone

import pytest

from core.times import iso_utc

LISBON_SUMMER = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (None, None),
        (datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC), "2026-03-04T05:06:07.000Z"),
        (datetime(2026, 3, 4, 5, 6, 7, 9999, tzinfo=UTC), "2026-03-04T05:06:07.009Z"),
        (datetime(2026, 7, 1, 0, 30, tzinfo=LISBON_SUMMER), "2026-06-30T23:30:00.000Z"),
    ],
)
def test_time_is_written_in_utc_with_milliseconds(moment: datetime | None, text: str | None) -> None:
    assert iso_utc(moment) == text
