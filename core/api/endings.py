"""What of the API is going to end: said in the answers, long before (RFC 9745, RFC 8594)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http.response import HttpResponseBase
from django.utils.http import http_date


@dataclass(frozen=True, slots=True)
class Ending:
    """That a call, or one field of it, is not to be used from `since` on. A view lists what ends in `endings`.

    `sunset` is when it stops to work, if that is known; `more` is an address at which people read what to do instead.
    Both moments are in UTC. `methods` are those of the call that end; `field` is a name in what it takes or answers.
    """

    since: datetime
    more: str
    sunset: datetime | None = None
    methods: tuple[str, ...] = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
    field: str = ""


def say_endings(response: HttpResponseBase, endings: Iterable[Ending], method: str) -> None:
    """Tell the caller what ends first of that which a call with `method` meets, and where to read about all of it."""
    met = [ending for ending in endings if method in ending.methods]
    if not met:
        return
    response.headers["Deprecation"] = f"@{int(min(ending.since for ending in met).timestamp())}"
    if sunsets := [ending.sunset for ending in met if ending.sunset]:
        response.headers["Sunset"] = http_date(min(sunsets).timestamp())
    links = [f'<{more}>; rel="deprecation"; type="text/html"' for more in dict.fromkeys(e.more for e in met)]
    response.headers["Link"] = ", ".join(filter(None, [response.headers.get("Link", ""), *links]))
