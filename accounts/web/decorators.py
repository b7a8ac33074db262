from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from accounts.access import get_renamed_user_for
from accounts.models import User
from core.exceptions import NotFound, NotSignedIn
from core.web.redirects import see_other

P = ParamSpec("P")
Answer = TypeVar("Answer", bound=HttpResponseBase)


class SignedInRequest(HttpRequest):
    """A request whose person is known."""

    user: User


def recently_authenticated(
    view: Callable[Concatenate[Any, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Only for people who have given their password (or a second factor) in the last quarter of an hour.

    Others are asked for it and come back to the page; what a form carried must be sent again.
    """

    @wraps(view)
    def check(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            raise NotSignedIn
        if not did_recently_reauthenticate(request):
            return see_other(f"{reverse('account_reauthenticate')}?{urlencode({'next': request.get_full_path()})}")
        return view(request, *args, **kwargs)

    return check


def knows_old_names(
    view: Callable[Concatenate[HttpRequest, str, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """For pages below /@name/: a name that its person has given up lately leads to the one of now."""

    @wraps(view)
    def look_again(request: HttpRequest, /, username: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, username, *args, **kwargs)
        except NotFound:
            person = get_renamed_user_for(request.user, username)
        path = request.get_full_path().replace(f"/@{username}/", f"/@{person.username}/", 1)
        return HttpResponseRedirect(path, headers={"Cache-Control": "private, no-cache"})

    return look_again


def signed_in(view: Callable[Concatenate[Any, P], Answer]) -> Callable[Concatenate[HttpRequest, P], Answer]:
    """Only for people with a session; others are sent to the log-in page and come back."""

    @wraps(view)
    def check(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        if not request.user.is_authenticated:
            raise NotSignedIn
        return view(request, *args, **kwargs)

    return check
