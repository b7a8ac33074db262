from datetime import UTC, datetime


def iso_utc(moment: datetime | None) -> str | None:
    """ISO-8601 in UTC with milliseconds and Z, as the API writes times."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
