import pytest

from core import exceptions
from core.exceptions import AppError, FieldError, InvalidInput


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("AppError", 500, "error"),
        ("Malformed", 400, "malformed"),
        ("NotSignedIn", 401, "not_signed_in"),
        ("NotAllowed", 403, "not_allowed"),
        ("NotFound", 404, "not_found"),
        ("MethodNotAllowed", 405, "method_not_allowed"),
        ("Conflict", 409, "conflict"),
        ("UploadTooLarge", 413, "too_large"),
        ("UnsupportedBody", 415, "unsupported_media_type"),
        ("UnsupportedFile", 415, "unsupported_type"),
        ("InvalidInput", 422, "invalid"),
        ("RateLimited", 429, "rate_limited"),
        ("Unavailable", 503, "unavailable"),
    ],
)
def test_error_has_the_status_and_code_that_clients_know(name: str, status: int, code: str) -> None:
    error: AppError = getattr(exceptions, name)()

    assert (error.status, error.code, error.detail, error.errors) == (status, code, error.title, ())


def test_error_about_one_field_names_it() -> None:
    error = InvalidInput.field("email", "Not an address.", code="email_invalid")

    assert (error.detail, error.code) == ("Not an address.", "email_invalid")
    assert error.errors == (FieldError("email", "email_invalid", "Not an address."),)
