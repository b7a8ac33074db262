"""The base of every call under /rest/v1/."""

from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import rate_limits
from core.api.calls import Call
from core.api.endings import Ending, say_endings
from core.exceptions import RateLimited
from core.paging import clamp_limit
from core.web.client_address import client_address

LIMIT = "API"  # the name of the limit on calls
APP_LIMIT = "API by app"
COUNTED = "counted_call"  # the attribute of a request whose call is counted already


class ApiView(APIView):
    """Counts the call against the API limit and says so in `RateLimit-*`; says what of it is going to end.

    `calls` says of each method what it takes and answers, for the schema (`core.api.schema`).
    """

    calls: ClassVar[dict[str, Call]] = {}
    public = False
    write_scope = "write"
    endings: tuple[Ending, ...] = ()
    allowance: rate_limits.Allowance | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.perform_authentication(request)
        self.allowance = _counted_before(request) or rate_limits.count(LIMIT, caller(request))
        if self.allowance and self.allowance.exceeded:
            raise RateLimited(
                f"Too many requests. Wait {self.allowance.reset} seconds.", retry_after=self.allowance.reset
            )
        if not app_may_go_on(getattr(request.auth, "app_id", 0)):
            raise RateLimited("This app asks too often, for all people together.", retry_after=_app_window())
        super().initial(request, *args, **kwargs)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        limit, window = settings.RATE_LIMITS[LIMIT]
        allowance = self.allowance or rate_limits.Allowance(limit, limit, window, False)
        say_allowance(response, allowance)
        say_endings(response, self.endings, request.method or "")
        return response


def app_may_go_on(app_id: int) -> bool:
    """Count one call of an app, for whomever it is. Always so for 0, which is no app, and while Valkey is away."""
    counted = rate_limits.count(APP_LIMIT, str(app_id)) if app_id else None
    return counted is None or not counted.exceeded


def say_allowance(response: HttpResponseBase, allowance: rate_limits.Allowance) -> None:
    response.headers["RateLimit-Limit"] = str(allowance.limit)
    response.headers["RateLimit-Remaining"] = str(allowance.remaining)
    response.headers["RateLimit-Reset"] = str(allowance.reset)


def _counted_before(request: Request) -> rate_limits.Allowance | None:
    """What the express way has counted before it gave up, so that no call counts twice."""
    return getattr(request._request, COUNTED, None)


def _app_window() -> int:
    return rate_limits.counting(APP_LIMIT, "").reset


def caller(request: Request) -> str:
    """Whom limits count: the person, or the address of who is not signed in."""
    return str(request.user.pk) if request.user.is_authenticated else client_address(request._request)


def page_limit(request: Request) -> int:
    return clamp_limit(request.query_params.get("limit"))


def page_cursor(request: Request) -> str:
    return request.query_params.get("cursor", "")


def page_answer(request: Request, results: Sequence[Any], next_cursor: str, **more: Any) -> Response:
    """One page of a list: results, the whole address of the next page or null, and the same in `Link`."""
    if not next_cursor:
        return Response({"results": results, "next": None, **more})
    query = {name: value for name, value in request.query_params.items() if name != "cursor"}
    url = f"{settings.ORIGIN}{request.path}?{urlencode({**query, 'cursor': next_cursor})}"
    return Response({"results": results, "next": url, **more}, headers={"Link": f'<{url}>; rel="next"'})
