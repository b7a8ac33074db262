from collections.abc import Callable
from datetime import timedelta

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User
from accounts.services.devices import keep_cookie, note_use
from accounts.snapshots import renew, viewer_key

FRESH = timedelta(hours=1)


class LastSeenMiddleware:
    """Notes, to the hour, when a signed-in person was here, and on which device; recognises it at the next log-in.

    Feeds are kept ready for people who come.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user = getattr(request, "_cached_user", None)
        if isinstance(user, User):
            note_seen(user)
            note_use(request)
        keep_cookie(request, response)
        return response


def note_seen(user: User) -> None:
    now = timezone.now()
    if user.last_seen_at is not None and now - user.last_seen_at < FRESH:
        return
    try:
        User.objects.filter(pk=user.pk).update(last_seen_at=now)
    except DatabaseError:
        return
    renew(viewer_key(user.pk))
