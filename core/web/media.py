"""What is behind media addresses: ranges, validators, long private caching, and nothing without a signature."""

import hashlib
import logging
import re
import time
from collections.abc import Iterator
from urllib.parse import quote

from django.core.files.storage import storages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from core.exceptions import NotAllowed, NotFound, Unavailable
from core.media_urls import StoredFile, is_genuine
from core.storage import CHUNK

logger = logging.getLogger(__name__)

ALIASES = ("renditions",)
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


@require_safe
def serve_media(request: HttpRequest, alias: str, key: str) -> HttpResponseBase:
    file = StoredFile(alias, key, request.GET.get("t", ""))
    expires = request.GET.get("e", "")
    if alias not in ALIASES or not is_genuine(file, expires, request.GET.get("signature", "")):
        raise NotAllowed("This address of a picture is not valid, or no longer. Load the page it is from again.")
    response = file_answer(request, file)
    response["Cache-Control"] = f"private, max-age={max(int(expires) - int(time.time()), 0)}, immutable"
    return response


def file_answer(request: HttpRequest, file: StoredFile) -> HttpResponseBase:
    """The bytes of a stored file, or the part asked for. NotFound when they are gone, Unavailable without a store."""
    size = _size(file)
    etag = f'"{hashlib.sha256(file.key.encode()).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        return _with_headers(HttpResponse(status=304), file, etag)
    span = _span(request.headers.get("Range", ""), size)
    if span is None:
        unsatisfiable = HttpResponse(status=416)
        unsatisfiable["Content-Range"] = f"bytes */{size}"
        return unsatisfiable
    start, stop = span
    body = _chunks(file, start, stop) if request.method == "GET" else ()
    response = StreamingHttpResponse(body, status=200 if stop - start == size else 206)
    response["Content-Length"] = str(stop - start)
    if response.status_code == 206:
        response["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return _with_headers(response, file, etag)


def _size(file: StoredFile) -> int:
    try:
        return storages[file.alias].size(file.key)
    except FileNotFoundError as error:
        raise NotFound from error
    except Exception as error:  # each backend raises its own
        logger.exception("a store is away", extra={"storage": file.alias})
        raise Unavailable("The picture cannot be read at the moment. It is kept; please try again.") from error


def _with_headers(response: HttpResponseBase, file: StoredFile, etag: str) -> HttpResponseBase:
    response["Content-Type"] = file.content_type or "application/octet-stream"
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if file.download_name:
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.download_name)}"
    response["Cache-Control"] = "private, no-store"
    return response


def _span(header: str, size: int) -> tuple[int, int] | None:
    """The half-open byte range asked for; the whole file for no or an unknown range, None when it lies outside."""
    match = _RANGE.fullmatch(header.strip())
    if not match or match.groups() == ("", ""):
        return 0, size
    first, last = match.groups()
    if not first:
        start, stop = max(size - int(last), 0), size
    else:
        start, stop = int(first), min(int(last) + 1, size) if last else size
    return (start, stop) if start < stop else None


def _chunks(stored: StoredFile, start: int, stop: int) -> Iterator[bytes]:
    """Opens the file only when somebody reads: an answer that is dropped before leaves nothing open."""
    with storages[stored.alias].open(stored.key, "rb") as file:
        file.seek(start)
        left = stop - start
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
