"""What is behind media addresses: ranges, validators, long private caching, and nothing without a signature."""

import hashlib
import logging
import re
import time
from collections.abc import Callable, Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse

from core.exceptions import NotAllowed, NotFound, Unavailable
from core.media_urls import ORIGINAL_SECONDS, SHOWN, StoredFile, is_genuine, media_url
from core.storage import media_storage

logger = logging.getLogger(__name__)

NEVER_SERVED = frozenset({"default", "exports", "staticfiles", "uploads"})
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def serve_media(request: HttpRequest, alias: str, key: str) -> HttpResponseBase:
    """Everything that is wrong with an address, its method included, answers the same."""
    file = StoredFile(alias, key, request.GET.get("t", ""), request.GET.get("n", ""))
    expires = request.GET.get("e", "")
    is_asked = request.method in {"GET", "HEAD"} and alias in settings.STORAGES and alias not in NEVER_SERVED
    if not (is_asked and is_genuine(file, expires, request.GET.get("signature", ""))):
        raise NotAllowed("This address of a picture is not valid, or no longer. Load the page it is from again.")
    response = file_answer(request, file)
    if alias == SHOWN and response.status_code != 416:
        response["Cache-Control"] = f"private, max-age={max(int(expires) - int(time.time()), 0)}, immutable"
    return response


def download_answer(request: HttpRequest, file: StoredFile) -> HttpResponseBase:
    """The way to an original: to the store itself where it delivers, for ORIGINAL_SECONDS at most, else its bytes."""
    name = file.download_name
    url = media_url(file.alias, file.key, content_type=file.content_type, seconds=ORIGINAL_SECONDS, download_name=name)
    if url.startswith("/"):
        return file_answer(request, file)
    return HttpResponseRedirect(url, headers={"Cache-Control": "private, no-store"})


def file_answer(request: HttpRequest, file: StoredFile) -> HttpResponseBase:
    """The bytes of a stored file, or the part asked for. NotFound when they are gone, Unavailable without a store."""
    size = _size(file)
    etag = f'"{hashlib.sha256(file.key.encode()).hexdigest()[:32]}"'
    store = media_storage(file.alias)
    response = ranged_answer(request, size, etag, lambda start, stop: store.read(file.key, start, stop))
    response["Content-Type"] = file.content_type or "application/octet-stream"
    if file.disposition:
        response["Content-Disposition"] = file.disposition
    return response


def ranged_answer(
    request: HttpRequest, size: int, etag: str, read: Callable[[int, int], Iterable[bytes]]
) -> HttpResponseBase:
    """`size` bytes that `read` gives from one place up to another, or the part asked for: 200, 206, 304 or 416."""
    if request.headers.get("If-None-Match") == etag:
        return _with_headers(HttpResponse(status=304), etag)
    span = _span(_range_wanted(request, etag), size)
    if span is None:
        return _with_headers(HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"}), etag)
    start, stop = span or (0, size)
    body = read(start, stop) if request.method == "GET" else ()
    response = StreamingHttpResponse(body, status=206 if span else 200)
    response["Content-Length"] = str(stop - start)
    if span:
        response["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return _with_headers(response, etag)


def _size(file: StoredFile) -> int:
    try:
        return media_storage(file.alias).size(file.key)
    except FileNotFoundError as error:
        raise NotFound from error
    except Exception as error:  # each backend raises its own
        logger.exception("a store is away", extra={"storage": file.alias})
        raise Unavailable("The picture cannot be read at the moment. It is kept; please try again.") from error


def _with_headers(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _range_wanted(request: HttpRequest, etag: str) -> str:
    """The Range header, unless it is meant for another version of the file."""
    if request.headers.get("If-Range", etag) != etag:
        return ""
    return request.headers.get("Range", "").strip()


def _span(wanted: str, size: int) -> tuple[int, int] | tuple[()] | None:
    """The half-open byte range asked for; empty for none or an unknown one, None when it lies outside of the file."""
    match = _RANGE.fullmatch(wanted)
    if not match or match.groups() == ("", ""):
        return ()
    first, last = match.groups()
    if not first:
        start, stop = max(size - int(last), 0), size
    else:
        start, stop = int(first), min(int(last) + 1, size) if last else size
    return (start, stop) if start < stop else None
