from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from accounts.access import get_renamed_user_for
from accounts.frozen import SAFE, Frozen, is_refused
from accounts.models import User
from accounts.services.devices import keep_cookie, note_use
from accounts.snapshots import renew_viewer
from core.exceptions import NotFound
from core.web.errors import answer_error

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


class FrozenMiddleware:
    """Refuses the forms that a frozen person may not send (`accounts.frozen`); the API has a gate of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, values: object) -> HttpResponse | None:
        """Views answer for themselves while the database is away."""
        if request.method in SAFE or request.path.startswith("/rest/"):
            return None
        with suppress(OperationalError, InterfaceError):
            user = request.user
            if isinstance(user, User) and is_refused(user, request.method, request.resolver_match):
                return answer_error(request, Frozen())
        return None


class FormerNameMiddleware:
    """Pages below a name that a person had until lately lead to the same pages below the new one.

    Only for whom that person is not hidden from; nobody else learns that there was somebody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or not isinstance(exception, NotFound) or not request.path.startswith("/@"):
            return None
        try:
            person = get_renamed_user_for(request.user, match.kwargs["username"])
        except NotFound:
            return None
        path = reverse(match.view_name, kwargs={**match.kwargs, "username": person.username})
        query = request.META.get("QUERY_STRING", "")
        target = f"{path}?{query}" if query else path
        return HttpResponseRedirect(target, preserve_request=True, headers={"Cache-Control": "private, no-cache"})


def note_seen(user: User) -> None:
    now = timezone.now()
    if user.last_seen_at is not None and now - user.last_seen_at < FRESH:
        return
    try:
        User.objects.filter(pk=user.pk).update(last_seen_at=now)
        renew_viewer(user.pk)
    except DatabaseError:
        return
