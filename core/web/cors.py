"""Pages of other origins may call the API where CORS_ORIGINS says so, and never with cookies.

A named origin may make every call. `*` stands for every origin, for calls with a token and those that hand one out.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from core.web.programs import VERSION_1, is_oauth_call

EVERY_ORIGIN = "*"
ADMITTED = "admitted_origin"  # the attribute of a request from a page of an origin that may make this call

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_SENT = (
    *("Authorization", "Content-Type", "Idempotency-Key", "Content-Digest", "If-None-Match", "Range", "If-Range"),
    *("Tus-Resumable", "Upload-Length", "Upload-Offset", "Upload-Metadata", "Upload-Checksum"),
)
_EXPOSED = (
    *("Link", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Retry-After", "ETag", "Location"),
    *("X-Request-Id", "API-Version", "Deprecation", "Sunset", "WWW-Authenticate"),
    *("Content-Disposition", "Content-Range", "Accept-Ranges", "Upload-Length", "Upload-Offset", "Upload-Metadata"),
    *("Upload-Expires", "Upload-Media-Id", "Tus-Resumable", "Tus-Version", "Tus-Extension", "Tus-Max-Size"),
    "Tus-Checksum-Algorithm",
)
_PREFLIGHT = {
    "Access-Control-Allow-Methods": ", ".join(_METHODS),
    "Access-Control-Allow-Headers": ", ".join(_SENT),
    "Access-Control-Max-Age": "3600",
}
_EXPOSING = ", ".join(_EXPOSED)


class CorsMiddleware:
    """Stands before the express way and before everything that refuses, so that a page can read refusals, too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.CORS_ORIGINS or not _is_open(request.path):
            return self.get_response(request)
        origin = _admitted(request)
        response = self._answer(request, origin)
        if origin:
            response.headers["Access-Control-Allow-Origin"] = origin
        patch_vary_headers(response, ["Origin"])
        return response

    def _answer(self, request: HttpRequest, origin: str) -> HttpResponse:
        if not origin:
            return self.get_response(request)
        if _is_preflight(request):
            return HttpResponse(status=204, headers=_PREFLIGHT)
        request.META.pop("HTTP_COOKIE", None)
        setattr(request, ADMITTED, True)
        response = self.get_response(request)
        response.headers["Access-Control-Expose-Headers"] = _EXPOSING
        return response


def _is_open(path: str) -> bool:
    return path.startswith(VERSION_1) or is_oauth_call(path)


def _admitted(request: HttpRequest) -> str:
    """What to tell a browser about the origin that asks: that it may read the answer, or "" for nothing."""
    origin = request.META.get("HTTP_ORIGIN", "")
    if origin in settings.CORS_ORIGINS and origin != EVERY_ORIGIN:
        return str(origin)
    is_foreign = origin not in ("", settings.ORIGIN)
    return EVERY_ORIGIN if EVERY_ORIGIN in settings.CORS_ORIGINS and is_foreign and _brings_token(request) else ""


def _brings_token(request: HttpRequest) -> bool:
    """Whether the call has, or will have, a token of its own, or is one that hands out tokens."""
    if is_oauth_call(request.path):
        return True
    if _is_preflight(request):
        asked = request.META.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")
        return "authorization" in (name.strip() for name in asked.lower().split(","))
    return str(request.META.get("HTTP_AUTHORIZATION", ""))[:7].lower() == "bearer "


def _is_preflight(request: HttpRequest) -> bool:
    return request.method == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in request.META
