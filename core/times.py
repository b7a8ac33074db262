from datetime import UTC, datetime


def iso_utc(moment: datetime | None) -> str | None:
    """ISO-8601 in UTC with milliseconds and Z, as the API writes times."""
    if moment is None:
        return None
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
