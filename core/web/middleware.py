"""What happens around every request: an id and a log line, the headers of pages, errors as pages."""

import logging
import secrets
import time
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.middleware.http import ConditionalGetMiddleware
from django.utils.cache import patch_vary_headers

from core.api.errors import database_away
from core.exceptions import AppError, LengthRequired, MethodNotAllowed, PreconditionFailed, UploadTooLarge
from core.logs import request_id
from core.web.errors import answer_error
from core.web.headers import protect
from core.web.health import healthz, readyz
from core.web.metrics import may_read_metrics, metrics
from core.web.uploads import largest_body

logger = logging.getLogger("instagram.requests")

GetResponse = Callable[[HttpRequest], HttpResponse]
PAGE_METHODS = ("GET", "HEAD", "POST")
PROBES = {"/healthz": healthz, "/readyz": readyz}


class RequestContextMiddleware:
    """Gives each request an id: in the answer, the logs and error pages; and each answer the headers of all answers."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        mine = secrets.token_hex(8)
        token = request_id.set(mine)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            response.headers["X-Request-Id"] = mine
            protect(request, response)
            self._log(request, response, started)
            return response
        finally:
            request_id.reset(token)

    def _log(self, request: HttpRequest, response: HttpResponse, started: float) -> None:
        """As `logger.info` does it, but without looking for the line of code that called it."""
        if not logger.isEnabledFor(logging.INFO):
            return
        values = (request.method, request.path, response.status_code)
        extra = {"milliseconds": round((time.perf_counter() - started) * 1000, 1)}
        record = logger.makeRecord(logger.name, logging.INFO, __file__, 0, "%s %s %s", values, None, extra=extra)
        logger.handle(record)


class ProbeMiddleware:
    """Answers health probes and the metrics before anything that looks at hosts, sessions or https.

    Balancers and Prometheus ask by address. Who may not read the metrics is told that there is nothing.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path.rstrip("/")
        if path == "/metrics" and may_read_metrics(request):
            return metrics(request)
        probe = PROBES.get(path)
        return probe(request) if probe else self.get_response(request)


class PageMiddleware:
    """Pages and API answers are for one viewer: shared caches keep nothing, browsers ask again before showing."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/rest/"):
            patch_vary_headers(response, ["Authorization", "Cookie"])
        elif response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["HX-Request", "Cookie"])
        else:
            return response
        response.setdefault("Cache-Control", "private, no-cache")
        return response


class VersionMiddleware(ConditionalGetMiddleware):
    """304 for whoever has the answer already; 412, as every error, for whoever asks for another version of it."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        answer = super().process_response(request, response)
        if answer.status_code == PreconditionFailed.status and answer is not response:
            return answer_error(request, PreconditionFailed("This is not the version you asked for.", code="version"))
        return answer


class ErrorMiddleware:
    """Turns errors and wrong methods into pages, and refuses bodies no upload can need. Stands innermost.

    Pages know GET, HEAD and POST alone, those of other people's apps too.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = _refuse_oversized(request) or _refuse_method(request) or self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            allowed = response["Allow"]
            response = answer_error(request, MethodNotAllowed())
            response["Allow"] = allowed
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, AppError):
            return answer_error(request, exception)
        if isinstance(exception, (OperationalError, InterfaceError)):
            logger.error("the database is away", exc_info=exception)
            return answer_error(request, database_away())
        return None


def _refuse_method(request: HttpRequest) -> HttpResponse | None:
    """405 for what no page knows; calls of the API, and files, say so themselves."""
    if request.method in PAGE_METHODS or request.path.startswith(("/rest/", "/media/")):
        return None
    return HttpResponseNotAllowed(PAGE_METHODS)


def _refuse_oversized(request: HttpRequest) -> HttpResponse | None:
    """413 before a byte is read when the announced length is more than this address can need."""
    if request.META.get("HTTP_TRANSFER_ENCODING") and not request.META.get("CONTENT_LENGTH"):
        return answer_error(request, LengthRequired("Send the body with Content-Length, not in chunks."))
    length = request.META.get("CONTENT_LENGTH") or "0"
    most = largest_body(request.path)
    if not (length.isascii() and length.isdigit()) or int(length[:20]) <= most:
        return None
    return answer_error(request, UploadTooLarge(f"At most {most // 1024**2} MB can be sent here."))
