"""The oEmbed endpoint (https://oembed.com): what a page of ours is, for sites that show a link to it."""

import re
from collections.abc import Mapping
from html import escape
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core.exceptions import AppError, Malformed
from sharing.previews import CACHE_SECONDS, Room, describe

FORMATS = ("json", "xml")
MOST_PIXELS = 100_000
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class UnknownFormat(AppError):
    """oEmbed has this status for it."""

    status = 501
    code = "format_unknown"
    title = "There is no such format"


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    form = request.GET.get("format") or FORMATS[0]
    if form not in FORMATS:
        raise UnknownFormat("The format is json or xml.")
    url = request.GET.get("url", "")
    if not url:
        raise Malformed("Say which page it is about, in url.", code="url_missing")
    told = describe(url, Room(_pixels(request, "maxwidth"), _pixels(request, "maxheight")))
    response = HttpResponse(*(_xml(told) if form == "xml" else (orjson.dumps(told), "application/json")))
    response["Cache-Control"] = f"public, max-age={min(CACHE_SECONDS, 60)}"
    return response


def _pixels(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text[:7]) <= MOST_PIXELS):
        raise Malformed(f"{name} is a number of pixels.", code=f"{name}_invalid")
    return int(text[:7])


def _xml(told: Mapping[str, Any]) -> tuple[str, str]:
    entries = "".join(
        f"<{name}>{escape(_NOT_XML.sub('', str(value)), quote=False)}</{name}>" for name, value in told.items()
    )
    head = '<?xml version="1.0" encoding="utf-8" standalone="yes"?>'
    return f"{head}\n<oembed>{entries}</oembed>\n", "text/xml; charset=utf-8"
