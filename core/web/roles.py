"""Which process answers what: those of ROLE=upload take files, those of ROLE=web do not, and ROLE=all does both.

A file that comes slowly keeps a thread busy for as long as it comes. In a pool of their own such threads are nobody
else's; in a process that does both, UPLOAD_SLOTS of them at most are given to files.
"""

from collections.abc import Callable
from threading import BoundedSemaphore

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from core.exceptions import AppError, NotFound, Unavailable
from core.web.errors import answer_error
from core.web.uploads import is_resumable, speaks_tus, takes_files

READING = ("GET", "HEAD", "OPTIONS")
TUS_VERSION = "1.0.0"
RETRY_AFTER = 5  # seconds


class RoleMiddleware:
    """Stands before everything that reads a body. Its answers to a tus client say, as all do, which version it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.slots = BoundedSemaphore(settings.UPLOAD_SLOTS) if settings.UPLOAD_SLOTS else None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._answer(request)
        if speaks_tus(request.path):
            response.setdefault("Tus-Resumable", TUS_VERSION)
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        brings_file = takes_files(request.path) and request.method not in READING
        if error := _not_here(request, brings_file=brings_file):
            return answer_error(request, error)
        if not brings_file or self.slots is None:
            return self.get_response(request)
        if not self.slots.acquire(blocking=False):
            message = "Many files are coming in at once. Please send yours again in a moment."
            return answer_error(request, Unavailable(message, code="too_many_uploads", retry_after=RETRY_AFTER))
        try:
            return self.get_response(request)
        finally:
            self.slots.release()


def _not_here(request: HttpRequest, *, brings_file: bool) -> AppError | None:
    """What is wrong with asking a process of this role."""
    if settings.ROLE == "web" and brings_file:
        message = "Files are taken by other processes of this site than the one that was asked. Please try again."
        return Unavailable(message, code="wrong_process", retry_after=RETRY_AFTER)
    if settings.ROLE == "upload" and not (brings_file or is_resumable(request.path)):
        return NotFound()
    return None
