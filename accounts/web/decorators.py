from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponseBase

from accounts.models import User
from core.exceptions import NotSignedIn

P = ParamSpec("P")
Answer = TypeVar("Answer", bound=HttpResponseBase)


class SignedInRequest(HttpRequest):
    """A request whose person is known."""

    user: User


def signed_in(view: Callable[Concatenate[Any, P], Answer]) -> Callable[Concatenate[HttpRequest, P], Answer]:
    """Only for people with a session; others are sent to the log-in page and come back."""

    @wraps(view)
    def check(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        if not request.user.is_authenticated:
            raise NotSignedIn
        return view(request, *args, **kwargs)

    return check
