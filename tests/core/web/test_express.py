"""What the express way leaves to the ordinary one, whatever is asked; tags and tokens."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from pytest_django import Settings

from core.web import express
from core.web.csrf import masked_token
from core.web.express import ExpressMiddleware, etag_of


def plain_answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"x", headers={"ETag": etag_of(b"x"), "Vary": "Cookie", "Cache-Control": "private"})


def test_pool_for_uploads_answers_nothing_by_express(settings: Settings, rf: Any) -> None:
    settings.ROLE = "upload"
    express.register("/test-only", plain_answer)
    try:
        response = ExpressMiddleware(lambda request: HttpResponse(b"ordinary"))(rf.get("/test-only"))
    finally:
        express._answers.pop("/test-only")

    assert response.content == b"ordinary"


@pytest.mark.parametrize(("secure", "way"), [(False, b"ordinary"), (True, b"x")])
def test_http_is_left_to_the_redirect_where_https_is_spoken(
    settings: Settings, rf: Any, secure: bool, way: bytes
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 60
    express.register("/test-only", plain_answer)
    try:
        response = ExpressMiddleware(lambda request: HttpResponse(b"ordinary"))(rf.get("/test-only", secure=secure))
    finally:
        express._answers.pop("/test-only")

    assert (response.content, "Strict-Transport-Security" in response) == (way, secure)


@pytest.mark.parametrize("parts", [(b"ab", b""), (b"a", b"b")])
def test_tag_depends_on_the_bytes_alone(parts: tuple[bytes, ...]) -> None:
    assert etag_of(*parts) == etag_of(b"ab") != etag_of(b"ac")


def is_accepted(request: Any, secret: str) -> bool:
    """Whether a form sent with this secret in its cookie is taken."""
    request.COOKIES["csrf"] = secret
    check = CsrfViewMiddleware(lambda request: HttpResponse())
    check.process_request(request)
    return check.process_view(request, lambda request: HttpResponse(), (), {}) is None


def test_masked_token_is_new_each_time_and_good_with_its_secret(rf: Any) -> None:
    request = rf.get("/")
    request.META["CSRF_COOKIE"] = "aZ09" * 8

    tokens = {masked_token(request) for _ in range(50)}

    assert len(tokens) == 50
    assert {is_accepted(rf.post("/", {"csrfmiddlewaretoken": token}), "aZ09" * 8) for token in tokens} == {True}
    assert not is_accepted(rf.post("/", {"csrfmiddlewaretoken": tokens.pop()}), "bZ09" * 8)
    assert request.META["CSRF_COOKIE_NEEDS_UPDATE"] is True
