from typing import Any

import orjson
import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions as drf
from rest_framework import serializers

from core.api.errors import answer_exception, problem_answer, translate
from core.exceptions import Conflict, FieldError, InvalidInput, RateLimited, Unavailable
from core.logs import request_id


def test_problem_has_every_member_of_the_contract() -> None:
    token = request_id.set("00ff")
    try:
        response = problem_answer(InvalidInput.field("title", "Too long.", code="title_long"))
    finally:
        request_id.reset(token)

    assert (response.status_code, response["Content-Type"]) == (422, "application/problem+json")
    assert orjson.loads(response.content) == {
        "type": "urn:problem:title_long",
        "title": "Some of what you sent cannot be accepted",
        "status": 422,
        "code": "title_long",
        "detail": "Too long.",
        "errors": [{"field": "title", "code": "title_long", "message": "Too long."}],
        "request_id": "00ff",
    }


@pytest.mark.parametrize(
    ("exception", "status", "code"),
    [
        (Http404(), 404, "not_found"),
        (PermissionDenied(), 403, "not_allowed"),
        (RequestDataTooBig("x"), 413, "too_large"),
        (TooManyFieldsSent("x"), 400, "malformed"),
        (OperationalError("gone"), 503, "unavailable"),
        (InterfaceError("gone"), 503, "unavailable"),
        (drf.ParseError(), 400, "parse_error"),
        (drf.AuthenticationFailed(code="token_invalid"), 401, "token_invalid"),
        (drf.PermissionDenied(code="scope_missing"), 403, "scope_missing"),
        (drf.MethodNotAllowed("GET"), 405, "method_not_allowed"),
        (drf.UnsupportedMediaType("text/plain"), 415, "unsupported_media_type"),
        (drf.NotAcceptable(), 406, "not_acceptable"),
        (Conflict(code="twice"), 409, "twice"),
    ],
)
def test_exception_is_translated_into_our_vocabulary(exception: Exception, status: int, code: str) -> None:
    error = translate(exception)

    assert error is not None
    assert (error.status, error.code, "{" in error.title) == (status, code, False)


def test_bug_of_ours_is_not_translated() -> None:
    assert translate(ZeroDivisionError()) is None


class Location(serializers.Serializer[Any]):
    latitude = serializers.FloatField(max_value=90)


class Sent(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=3)
    location = Location()
    tags = serializers.ListField(child=serializers.CharField(max_length=3))

    def validate_title(self, value: str) -> str:
        return value


def test_errors_of_fields_are_flat_with_the_path_of_each() -> None:
    sent = Sent(data={"title": "long title", "location": {"latitude": 91}, "tags": ["ok", "too long"]})

    with pytest.raises(drf.ValidationError) as refused:
        sent.is_valid(raise_exception=True)
    error = translate(refused.value)

    assert error is not None
    assert set(error.errors) == {
        FieldError("title", "max_length", "Ensure this field has no more than 3 characters."),
        FieldError("location.latitude", "max_value", "Ensure this value is less than or equal to 90."),
        FieldError("tags.1", "max_length", "Ensure this field has no more than 3 characters."),
    }


def test_body_that_is_no_object_is_an_error_of_no_field() -> None:
    with pytest.raises(drf.ValidationError) as refused:
        Sent(data=[1]).is_valid(raise_exception=True)
    error = translate(refused.value)

    assert error is not None
    assert [(each.field, each.code) for each in error.errors] == [("", "invalid")]


@pytest.mark.parametrize(
    ("exception", "headers"),
    [
        (RateLimited(retry_after=7), {"Retry-After": "7"}),
        (Unavailable(), {"Retry-After": "10"}),
        (drf.NotAuthenticated(), {"WWW-Authenticate": 'Bearer realm="rest"'}),
        (Conflict(), {}),
    ],
)
def test_answer_carries_the_headers_its_status_needs(exception: Exception, headers: dict[str, str]) -> None:
    response = answer_exception(exception, {})

    assert response is not None
    assert {name: value for name, value in response.headers.items() if name != "Content-Type"} == headers
