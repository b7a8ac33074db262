"""What of the API is going to end says so in its answers; and every answer says which version it is."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endings import Ending
from core.api.views import ApiView, page_answer
from instagram.urls import handler400, handler403, handler404, handler500
from tests.hardening.routes import all_routes

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

MORE, CALL = "https://photos.example.org/docs/changelog/#v-2", "https://photos.example.org/docs/changelog/#v-3"


class OldView(ApiView):
    public = True
    endings = (
        Ending(datetime(2026, 3, 1, tzinfo=UTC), MORE, field="colour"),
        Ending(datetime(2026, 1, 1, tzinfo=UTC), CALL, sunset=datetime(2027, 1, 1, 12, tzinfo=UTC), methods=("PUT",)),
    )

    def get(self, request: Request) -> Response:
        return page_answer(request, [], "abc")

    def put(self, request: Request) -> Response:
        return Response(status=204)


OUTSIDE_THE_CONTRACT = True
urlpatterns = [path("rest/v1/old", OldView.as_view())]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def said(response: HttpResponse | Any) -> list[str | None]:
    return [response.get(name) for name in ("Deprecation", "Sunset", "Link")]


def test_field_that_ends_is_said_beside_the_next_page() -> None:
    response = Client().get("/rest/v1/old")

    next_page = '<http://localhost:8000/rest/v1/old?cursor=abc>; rel="next"'
    assert said(response) == ["@1772323200", None, f'{next_page}, <{MORE}>; rel="deprecation"; type="text/html"']


def test_call_that_ends_says_since_when_and_when_even_where_it_refuses() -> None:
    response = Client().put("/rest/v1/old")

    links = ", ".join(f'<{more}>; rel="deprecation"; type="text/html"' for more in (MORE, CALL))
    assert response.status_code == 401
    assert said(response) == ["@1767225600", "Fri, 01 Jan 2027 12:00:00 GMT", links]


def test_method_that_does_not_end_says_nothing() -> None:
    assert said(Client().options("/rest/v1/old")) == [None] * 3


@pytest.mark.urls("instagram.urls")
def test_nothing_ends_now() -> None:
    ending = [route.pattern for route in all_routes() if route.is_api and route.view.cls.endings]  # type: ignore[attr-defined]

    assert ending == []


@pytest.mark.urls("instagram.urls")
@pytest.mark.parametrize(
    ("path", "headers", "version"),
    [
        ("/rest/v1/instance", {}, "1"),
        ("/rest/v1/nothing", {}, "1"),
        ("/rest/v1/me", {"Host": "evil.example.org"}, "1"),
        ("/rest/v1/me", {"Content-Length": "9" * 15}, "1"),
        ("/rest/v2/me", {}, None),
        ("/login/", {}, None),
    ],
)
def test_every_answer_says_its_version(path: str, headers: dict[str, str], version: str | None) -> None:
    assert Client().get(path, headers=headers).get("API-Version") == version
