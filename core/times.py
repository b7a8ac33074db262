import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def iso_utc(moment: datetime | None) -> str | None:
    """ISO-8601 in UTC with milliseconds and Z, as the API writes times."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds_wanted(retry_after: str) -> int:
    """What a `Retry-After` says, as seconds or as a date, in seconds from now; 0 for anything else."""
    if retry_after.isascii() and retry_after.isdigit():
        return int(retry_after[:9])
    try:
        return int(parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (ValueError, OverflowError):
        return 0
