"""Time zones that people may live in, as both Python and Postgres know them."""

from collections.abc import Sequence
from functools import cache
from zoneinfo import available_timezones

from django.db import connection

# Of the IANA's names those of places; others are left-overs of before, or no place where one lives.
_OF_PLACES = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)
UTC = "UTC"


@cache
def time_zone_names() -> Sequence[str]:
    """UTC, and the zones of places by their names."""
    places = [name for name in available_timezones() if name.split("/")[0] in _OF_PLACES]
    return [UTC, *sorted(places)]


def is_time_zone(name: str) -> bool:
    """Whether somebody may live there. One query for a name that Python knows."""
    return name in time_zone_names() and (name == UTC or _postgres_knows(name))


def _postgres_knows(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = %s)", [name])
        row = cursor.fetchone()
    return bool(row and row[0])
