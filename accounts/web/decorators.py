from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from accounts.models import User
from core.exceptions import NotSignedIn
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


def signed_in(view: Callable[Concatenate[Any, P], Answer]) -> Callable[Concatenate[HttpRequest, P], Answer]:
    """Only for people with a session; others are sent to the log-in page and come back."""

    @wraps(view)
    def check(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        if not request.user.is_authenticated:
            raise NotSignedIn
        return view(request, *args, **kwargs)

    return check
