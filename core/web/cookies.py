"""Cookies that hold for this host alone: with https their names start with `__Host-`, which browsers enforce."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest, HttpResponse

A_YEAR = 365 * 24 * 3600  # seconds


def cookie_name(name: str) -> str:
    return f"__Host-{name}" if settings.SECURE else name


def get_choice(request: HttpRequest, name: str, default: str = "") -> str:
    """What `remember_choice` has kept in this browser. Anybody can write a cookie: compare it with what there is."""
    return request.COOKIES.get(cookie_name(name), default)


def remember_choice(response: HttpResponse, name: str, value: str, *, seconds: int = A_YEAR) -> None:
    """Keep a choice in this browser, where no script reads it."""
    response.set_cookie(
        cookie_name(name), value, max_age=seconds, secure=settings.SECURE, httponly=True, samesite="Lax"
    )


class MessageCookieStorage(CookieStorage):
    cookie_name = cookie_name("messages")


class MessageStorage(FallbackStorage):
    """Messages of the next page in a cookie, and those that do not fit in the session."""

    storage_classes = (MessageCookieStorage, SessionStorage)
