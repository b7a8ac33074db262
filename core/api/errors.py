"""Every error of the REST API as application/problem+json (RFC 9457)."""

import logging
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from django.http.multipartparser import MultiPartParserError
from orjson import dumps
from rest_framework import exceptions as drf
from rest_framework.response import Response

from core.exceptions import (
    AppError,
    FieldError,
    InvalidInput,
    Malformed,
    MethodNotAllowed,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Unavailable,
    UnsupportedBody,
    UploadTooLarge,
)
from core.logs import request_id

logger = logging.getLogger(__name__)

PROBLEM = "application/problem+json"

_FRAMEWORK: dict[type[drf.APIException], type[AppError]] = {
    drf.ParseError: Malformed,
    drf.NotAuthenticated: NotSignedIn,
    drf.AuthenticationFailed: NotSignedIn,
    drf.PermissionDenied: NotAllowed,
    drf.NotFound: NotFound,
    drf.MethodNotAllowed: MethodNotAllowed,
    drf.UnsupportedMediaType: UnsupportedBody,
}


def problem(error: AppError) -> dict[str, Any]:
    return {
        "type": f"urn:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "code": error.code,
        "detail": error.detail,
        "errors": [{"field": e.field, "code": e.code, "message": e.message} for e in error.errors],
        "request_id": request_id.get(),
    }


def problem_answer(error: AppError) -> HttpResponse:
    """The problem document for errors outside REST framework, such as an unknown address."""
    response = HttpResponse(dumps(problem(error)), status=error.status, content_type=PROBLEM)
    if error.retry_after:
        response["Retry-After"] = str(error.retry_after)
    return response


def answer_exception(exception: Exception, context: dict[str, Any]) -> Response | None:
    """REST framework's handler: the problem document for `exception`, or None to let a bug be a logged 500."""
    error = translate(exception)
    if error is None:
        return None
    headers = {}
    if error.retry_after:
        headers["Retry-After"] = str(error.retry_after)
    if error.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="rest"'
    if isinstance(exception, drf.MethodNotAllowed):
        headers["Allow"] = ", ".join(context["view"].allowed_methods)
    return Response(problem(error), status=error.status, headers=headers, content_type=PROBLEM)


def translate(exception: Exception) -> AppError | None:
    """The error of our vocabulary that `exception` means."""
    if isinstance(exception, AppError):
        return exception
    if isinstance(exception, drf.APIException):
        return _translate_framework(exception)
    if isinstance(exception, (OperationalError, InterfaceError)):
        logger.error("the database is away", exc_info=exception)
        return database_away()
    return _translate_django(exception)


def _translate_django(exception: Exception) -> AppError | None:
    if isinstance(exception, Http404):
        return NotFound()
    if isinstance(exception, PermissionDenied):
        return NotAllowed()
    if isinstance(exception, RequestDataTooBig):
        return UploadTooLarge("The body of this request is too large.")
    if isinstance(exception, (MultiPartParserError, TooManyFieldsSent, TooManyFilesSent)):
        return Malformed(str(exception))
    return None


def database_away() -> Unavailable:
    return Unavailable("Saving is not possible for a moment. Nothing you sent was changed; please try again.")


def _translate_framework(exception: drf.APIException) -> AppError:
    if isinstance(exception, drf.ValidationError):
        return InvalidInput(errors=list(_field_errors(exception.detail)))
    ours = next((ours for theirs, ours in _FRAMEWORK.items() if isinstance(exception, theirs)), None)
    error = (ours or AppError)(str(exception.detail), code=str(exception.get_codes()))
    if ours is None:
        error.status = exception.status_code
        error.title = HTTPStatus(exception.status_code).phrase
    return error


def _field_errors(detail: Any, field: str = "") -> Iterator[FieldError]:
    """Every message in a tree of validation errors, with the path of its field (`location.latitude`)."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            path = "" if name == "non_field_errors" else str(name)
            yield from _field_errors(inner, ".".join(filter(None, [field, path])))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _field_errors(inner, field)
    else:
        yield FieldError(field, str(detail.code), str(detail))
