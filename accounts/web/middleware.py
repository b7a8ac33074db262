from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import ResolverMatch, reverse
from django.utils import timezone

from accounts.access import get_renamed_user_for
from accounts.frozen import SAFE, Frozen, is_refused
from accounts.models import BlockedNetwork, User
from accounts.services.blocklists import NetworkBlocked, check_network
from accounts.services.devices import keep_cookie, note_use
from accounts.snapshots import renew_viewer
from core.exceptions import NotFound
from core.web.client_address import client_address
from core.web.errors import answer_error

FRESH = timedelta(hours=1)
SIGN_UP_PAGES = frozenset({"accounts:signup", "account_signup", "socialaccount_signup"})
SIGN_UP_CALLS = "rest/v1/accounts"
ENTRANCE_PAGES = frozenset(
    {
        "accounts:login",
        "account_login",
        "accounts:provider-login",
        "accounts:reopen",
        "accounts:oauth-token",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "admin:login",
    }
)
LEAVING = frozenset({"accounts:logout", "account_logout", "admin:logout"})


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


class NetworkMiddleware:
    """Refuses what changes something from networks in the list of staff: of pages and of calls alike."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, values: object) -> HttpResponse | None:
        """While the database is away nobody is refused, as nothing is changed either."""
        match = request.resolver_match
        if request.method in SAFE or match is None or match.view_name in LEAVING:
            return None
        with suppress(OperationalError, InterfaceError):
            try:
                check_network(client_address(request), _action(match))
            except NetworkBlocked as error:
                return answer_error(request, error)
        return None


def _action(match: ResolverMatch) -> str:
    """What the request is for, as lists of networks name it."""
    if match.view_name in SIGN_UP_PAGES or match.route.startswith(SIGN_UP_CALLS):
        return BlockedNetwork.Scope.SIGN_UP
    return BlockedNetwork.Scope.ENTRANCE if match.view_name in ENTRANCE_PAGES else BlockedNetwork.Scope.WRITES


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
