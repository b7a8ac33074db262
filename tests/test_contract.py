"""The contract is held: an answer that the schema does not have fails the test that gets it, whatever it is about."""

import orjson
import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

import core.converters  # noqa: F401  registers the converters that routes use
from core.api.errors import problem
from core.exceptions import NotFound
from core.web.errors import not_found, server_error
from tests.contract import BrokenContract

handler404, handler500 = not_found, server_error

RELATIONSHIP = {
    "following": True,
    "requested": False,
    "followed_by": False,
    "blocking": False,
    "muting": False,
    "close_friend": False,
}
GOOD = {"relationship": RELATIONSHIP}


def answer(request: HttpRequest, **_: object) -> HttpResponse:
    """What the test sends along: status, content type and body."""
    status, media_type, body = orjson.loads(request.headers["X-Answer"])
    return HttpResponse(orjson.dumps(body) if body is not None else b"", status=status, content_type=media_type)


urlpatterns = [
    path("rest/v1/users/<username:username>/follow", answer),
    path("rest/v1/suggestions/<username:username>", answer),
    path("rest/v1/media/<id:media_id>/original", answer),
    path("rest/v1/unknown", answer),
    path("elsewhere", answer),
]


def ask(method: str, path: str, status: int, body: object, media_type: str = "application/json") -> int:
    wanted = orjson.dumps([status, media_type, body]).decode()
    with override_settings(ROOT_URLCONF=__name__):
        return Client().generic(method, path, headers={"X-Answer": wanted}).status_code


FOLLOW, SUGGESTION = "/rest/v1/users/hana/follow", "/rest/v1/suggestions/hana"
ORIGINAL = "/rest/v1/media/1/original"


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("PUT", FOLLOW, 200, GOOD),
        ("PUT", FOLLOW, 200, {"relationship": None}),
        ("DELETE", SUGGESTION, 204, None),
        ("GET", "/elsewhere", 200, {"anything": 1}),
    ],
)
def test_answer_that_the_schema_has_is_handed_on(method: str, path: str, status: int, body: object) -> None:
    assert ask(method, path, status, body) == status


@pytest.mark.parametrize(
    ("method", "path", "status", "body", "reason"),
    [
        ("PUT", FOLLOW, 201, GOOD, "no such answer"),
        ("PUT", FOLLOW, 302, None, "no such answer"),
        ("PUT", FOLLOW, 200, {}, '"relationship" is a required property'),
        ("PUT", FOLLOW, 200, {**GOOD, "extra": 1}, "'extra' was unexpected"),
        ("PUT", FOLLOW, 200, {"relationship": {**RELATIONSHIP, "following": "yes"}}, "RelationshipAnswer"),
        ("PUT", FOLLOW, 409, problem(NotFound()), "no such answer"),
        ("PUT", FOLLOW, 404, problem(NotFound()), "instead of application/problem"),
        ("GET", ORIGINAL, 416, GOOD, "a body where none is said"),
        ("GET", "/rest/v1/unknown", 200, GOOD, "no such answer"),
        ("GET", FOLLOW, 200, GOOD, "no such answer"),
    ],
)
def test_answer_that_the_schema_does_not_have_is_an_error(
    method: str, path: str, status: int, body: object, reason: str
) -> None:
    with pytest.raises(BrokenContract, match=reason):
        ask(method, path, status, body)


def test_error_that_is_no_problem_is_an_error() -> None:
    with pytest.raises(BrokenContract, match="this is no Problem"):
        ask("PUT", FOLLOW, 404, {"detail": "Not found."}, "application/problem+json")


def test_page_instead_of_json_is_an_error() -> None:
    with pytest.raises(BrokenContract, match="text/html instead of application/json"):
        ask("PUT", FOLLOW, 200, GOOD, "text/html")
