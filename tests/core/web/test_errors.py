import logging

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from core.logs import JsonFormatter

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"


def problem(status: int, code: str, title: str, detail: str = "") -> dict[str, object]:
    return {
        "type": f"urn:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail or title,
        "errors": [],
    }


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("/nothing/", 404, "There is nothing here"),
        ("/@nobody/followers/", 404, "There is nothing here"),
        ("/settings/a.jpg", 404, "There is nothing here"),
        ("/theme/", 405, "This address does not work that way"),
        ("/@alma/followers/?cursor=x", 400, "That request could not be understood"),
    ],
)
def test_error_is_a_page_with_its_title_and_the_number_of_the_request(
    client: Client, alma: User, path: str, status: int, title: str
) -> None:
    response = client.get(path)

    assert (response.status_code, response["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert f'<h1 id="error-title">{title}</h1>' in response.text
    assert f"Error {status} · request {response['X-Request-Id']}" in response.text


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/rest/v1/nothing", problem(404, "not_found", "There is nothing here")),
        ("/rest/v1/users/nobody", problem(404, "not_found", "There is nothing here")),
        (
            "/rest/v1/accounts",
            problem(405, "method_not_allowed", "This address does not work that way", 'Method "GET" not allowed.'),
        ),
        (
            "/rest/v1/me",
            problem(401, "not_authenticated", "Please log in first", "Authentication credentials were not provided."),
        ),
    ],
)
def test_error_of_the_api_is_a_problem_document(client: Client, path: str, expected: dict[str, object]) -> None:
    response = client.get(path, headers={"Accept": "text/html"})

    assert (response.status_code, response["Content-Type"]) == (expected["status"], PROBLEM)
    assert response.json() == {**expected, "request_id": response["X-Request-Id"]}


@pytest.mark.parametrize("path", ["/theme/", "/rest/v1/accounts"])
def test_wrong_method_is_told_which_are_allowed(client: Client, path: str) -> None:
    assert client.get(path)["Allow"].split(", ")[0] == "POST"


def test_wrong_host_is_a_page_that_does_not_repeat_it(client: Client) -> None:
    response = client.get("/login/", headers={"Host": "evil.example.org"})

    assert (response.status_code, "evil" in response.text) == (400, False)


@pytest.mark.parametrize("path", ["/login/", "/logout/", "/signup/", "/theme/", "/@alma/follow/"])
def test_form_without_its_token_is_refused_with_a_page(alma: User, path: str) -> None:
    client = Client(enforce_csrf_checks=True)

    response = client.post(path, {"theme": "dark"})

    assert (response.status_code, "theme" in response.cookies) == (403, False)
    assert "The form is out of date or came from another site." in response.text


@pytest.mark.parametrize(("path", "content_type"), [("/new/", "text/html; charset=utf-8"), ("/rest/v1/media", PROBLEM)])
def test_body_announced_as_larger_than_any_upload_is_refused(client: Client, path: str, content_type: str) -> None:
    length = settings.UPLOAD_MAX_BYTES * settings.POST_MAX_ITEMS + 2 * settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1

    response = client.post(path, headers={"Content-Length": str(length)})

    assert (response.status_code, response["Content-Type"]) == (413, content_type)
    assert "Content-Security-Policy" in response.headers


@pytest.mark.parametrize("length", ["-1", "ten", "²", ""])
def test_body_with_a_length_that_is_no_number_is_no_crash(client: Client, length: str) -> None:
    response = client.get("/login/", headers={"Content-Length": length})

    assert response.status_code == 200


def test_form_of_more_than_a_megabyte_is_refused_with_a_page(client: Client) -> None:
    response = client.post("/login/", {"username": "x" * (1024**2 + 1), "password": "y"})

    assert response.status_code == 413
    assert "The body of this request is too large." in response.text


def test_form_of_too_many_fields_is_refused_with_a_page(client: Client) -> None:
    response = client.post("/login/", {f"field{number}": "x" for number in range(201)})

    assert response.status_code == 400


@pytest.mark.urls("tests.core.web.broken_urls")
def test_bug_is_a_page_that_says_nothing_of_what_is_inside() -> None:
    client = Client(raise_request_exception=False)

    response = client.get("/broken/")

    assert (response.status_code, response["Content-Type"]) == (500, "text/html; charset=utf-8")
    assert f"Error 500 · request {response['X-Request-Id']}" in response.text
    assert [word for word in ("ZeroDivision", "s3cr3t", "Traceback", "Django") if word in response.text] == []


@pytest.mark.urls("tests.core.web.broken_urls")
def test_bug_in_the_api_is_a_problem_document() -> None:
    client = Client(raise_request_exception=False)

    response = client.get("/rest/v1/broken")

    detail = "Something went wrong on our side. Please try again."
    expected = problem(500, "error", "Something went wrong", detail)
    assert (response.status_code, response["Content-Type"]) == (500, PROBLEM)
    assert response.json() == {**expected, "request_id": response["X-Request-Id"]}


@pytest.mark.urls("tests.core.web.broken_urls")
def test_bug_is_logged_with_its_traceback_and_without_secrets(caplog: pytest.LogCaptureFixture) -> None:
    client = Client(raise_request_exception=False)

    response = client.get("/broken/?signature=s3cr3t")

    (record,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    line = JsonFormatter().format(record)
    assert "ZeroDivisionError" in line
    assert "s3cr3t" not in line
    assert response["X-Request-Id"] in line


@pytest.mark.parametrize(("cookie", "shown"), [("dark", True), ("light", True), ('"><script>', False)])
def test_error_page_keeps_the_theme_of_the_browser(client: Client, cookie: str, shown: bool) -> None:
    client.cookies["theme"] = cookie

    response = client.get("/nothing/")

    assert (f'data-theme="{cookie}"' in response.text) == shown
    assert "<script" not in response.text


@pytest.mark.parametrize(
    ("path", "content_type"), [("/login/", "text/html; charset=utf-8"), ("/rest/v1/posts", "application/problem+json")]
)
def test_body_in_chunks_is_refused_not_dropped(client: Client, path: str, content_type: str) -> None:
    response = client.post(path, headers={"Transfer-Encoding": "chunked", "Content-Length": ""})

    assert (response.status_code, response["Content-Type"]) == (411, content_type)
