"""What is noted when Django says that somebody logged in, failed to, or logged out."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from accounts.devices import device_name
from accounts.models import SecurityEvent, User
from accounts.services.devices import note_login
from accounts.services.security_log import note_event
from core.events import enqueue
from core.web.client_address import client_address


def connect() -> None:
    user_logged_in.connect(remember_device, dispatch_uid="accounts.remember_device")
    user_logged_out.connect(note_log_out, dispatch_uid="accounts.note_log_out")
    user_login_failed.connect(note_failure, dispatch_uid="accounts.note_failure")


def remember_device(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    note_login(user, request)


def note_log_out(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None and user.pk:
        note_event(user, SecurityEvent.Kind.LOGGED_OUT, request=request)


def note_failure(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """A worker finds out whose log it goes into: who guesses waits as long whether there is such an account or not."""
    typed = credentials.get("username") or credentials.get("email")
    if request is None or not isinstance(typed, str) or "\x00" in typed:
        return
    enqueue(
        "accounts.note_failed_login",
        name=typed.strip()[:254],
        address=client_address(request)[:45],
        device=device_name(request.headers.get("User-Agent", "")),
    )
