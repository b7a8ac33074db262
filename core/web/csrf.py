"""Writes come from our own pages: the token of a page, made quickly, and what a browser says about where a form was."""

import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH, get_token

from core.web.cors import ADMITTED
from core.web.errors import csrf_failure

_PLACES = {sign: place for place, sign in enumerate(CSRF_ALLOWED_CHARS)}
_COUNT = len(_PLACES)
_EVEN = 256 - 256 % _COUNT  # bytes from here on would make some signs likelier than others

_SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")


class FetchSiteMiddleware:
    """Refuses what a browser itself calls a request from another site, whatever token comes with it.

    Programs send no `Sec-Fetch-Site`; with a bearer token nothing depends on cookies, and calls of origins that
    CORS_ORIGINS admits have lost theirs.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        site = request.headers.get("Sec-Fetch-Site", "none")
        without_cookies = "Authorization" in request.headers or hasattr(request, ADMITTED)
        if request.method in _SAFE or site in ("same-origin", "none") or without_cookies:
            return self.get_response(request)
        return csrf_failure(request)


def masked_token(request: HttpRequest) -> str:
    """A token that is good with the secret in the cookie, new each time; the cookie will be sent, made if need be."""
    secret = request.META.get("CSRF_COOKIE")
    if secret is None or len(secret) != CSRF_SECRET_LENGTH:
        return get_token(request)
    request.META["CSRF_COOKIE_NEEDS_UPDATE"] = True
    mask = _draw()
    signs = CSRF_ALLOWED_CHARS
    cipher = [signs[(_PLACES[sign] + place) % _COUNT] for sign, place in zip(secret, mask, strict=True)]
    return "".join([*[signs[place] for place in mask], *cipher])


def _draw() -> list[int]:
    """As many even random places as a secret has signs."""
    places: list[int] = []
    while len(places) < CSRF_SECRET_LENGTH:
        places += [byte % _COUNT for byte in secrets.token_bytes(2 * CSRF_SECRET_LENGTH) if byte < _EVEN]
    return places[:CSRF_SECRET_LENGTH]
