"""The express way: reads for which everything is ready are answered before the middleware, everything else as ever.

An app registers an answer for an address. It has no rules of its own: it returns None unless the one case is at hand in
which nothing is missing and nothing has to be written down, and then it must return, byte for byte, what the ordinary
way would. Headers that all answers have are added here, made by the very middleware that is passed by.
"""

import zlib
from collections.abc import Callable
from io import BytesIO
from typing import cast

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware
from django.utils.cache import get_conditional_response
from redis.exceptions import RedisError

from core.exceptions import AppError

GetResponse = Callable[[HttpRequest], HttpResponse]
Answer = Callable[[HttpRequest], HttpResponse | None]

# Whoever sends one of these wants more than the express way knows.
UNUSUAL = (
    "CONTENT_LENGTH",
    "HTTP_TRANSFER_ENCODING",
    "HTTP_IF_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_RANGE",
)

_answers: dict[str, Answer] = {}


def register(path: str, answer: Answer) -> None:
    """From now on `answer` is asked first about GET of this path, whatever the query."""
    _answers[path] = answer


def etag_of(*parts: bytes) -> str:
    """A weak tag that changes with the content; quick for whole pages, no proof against forgery."""
    whole = b"".join(parts)
    return f'W/"{zlib.crc32(whole):08x}{len(whole):x}"'


class ExpressMiddleware:
    """Stands behind RequestContextMiddleware, which gives its answers an id and a line in the log, too."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self._common: dict[bool, dict[str, str]] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = _answers.get(request.path)
        if answer is None or request.method != "GET" or not _is_usual(request):
            return self.get_response(request)
        try:
            response = answer(request)
        except (RedisError, OSError, AppError):
            response = None
        return self.get_response(request) if response is None else self._finish(request, response)

    def _finish(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if "HTTP_IF_NONE_MATCH" in request.META:
            response = _unless_known(request, response)
        headers = response.headers
        headers["Content-Length"] = str(len(response.content))
        for name, value in self._common_headers(secure=request.is_secure()).items():
            headers[name] = value
        return response

    def _common_headers(self, *, secure: bool) -> dict[str, str]:
        if secure not in self._common:
            self._common[secure] = _made_by_middleware(secure=secure)
        return self._common[secure]


def _unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer, or 304 when the browser has it."""
    return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response


def _is_usual(request: HttpRequest) -> bool:
    """Whether host, scheme and headers are those of a plain read, asked of a process that serves reads."""
    meta = request.META
    if any(meta.get(name) for name in UNUSUAL) or settings.ROLE == "upload":
        return False
    try:
        request.get_host()
    except DisallowedHost:
        return False
    return request.is_secure() or not settings.SECURE_SSL_REDIRECT


def _made_by_middleware(*, secure: bool) -> dict[str, str]:
    """The headers that the middleware gives to any answer to a request over http or https."""
    server = {"SERVER_NAME": settings.ORIGIN_HOST, "SERVER_PORT": "443" if secure else "80"}
    scheme = {"wsgi.url_scheme": "https" if secure else "http", "wsgi.input": BytesIO()}
    request = WSGIRequest({"REQUEST_METHOD": "GET", **server, **scheme})
    response = HttpResponse(headers={"Content-Type": ""})
    for middleware in (SecurityMiddleware, CSPMiddleware, XFrameOptionsMiddleware):
        response = cast(HttpResponse, middleware(lambda _, made=response: made)(request))
    return {name: value for name, value in response.items() if name != "Content-Type"}
