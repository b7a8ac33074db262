import json
import logging
import re

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from core.logs import JsonFormatter, RequestFilter
from tests.conftest import AsUser

pytestmark = pytest.mark.django_db

CSP = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
EVERY_KIND = [
    "/",
    "/login/",
    "/login",
    "/activity/",
    "/nothing/",
    "/theme/",
    "/rest/v1/me",
    "/admin/login/",
]


@pytest.mark.parametrize("path", EVERY_KIND)
def test_every_answer_has_the_headers_that_keep_a_browser_safe(client: Client, path: str) -> None:
    response = client.get(path)

    assert set(response["Content-Security-Policy"].split("; ")) == CSP
    assert {name: response[name] for name in HEADERS} == HEADERS
    assert "camera=()" in response["Permissions-Policy"]
    assert "geolocation=()" in response["Permissions-Policy"]


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.mark.parametrize("headers", [{"Host": "evil.example.org"}, {"Content-Length": "9" * 15}])
def test_answer_to_a_refused_request_has_the_headers_too(client: Client, headers: dict[str, str]) -> None:
    response = client.get("/login/", headers=headers)

    assert response.status_code in (400, 413)
    assert set(response["Content-Security-Policy"].split("; ")) == CSP
    assert {name: response[name] for name in HEADERS} == HEADERS


def test_redirect_to_https_has_the_headers_too(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True

    response = client.get("/login/")

    assert (response.status_code, response["Location"]) == (301, "https://testserver/login/")
    assert set(response["Content-Security-Policy"].split("; ")) == CSP


@pytest.mark.parametrize("path", ["/", "/login/", "/nothing/", "/@alma/followers/"])
def test_page_is_for_one_viewer_and_differs_for_htmx(client: Client, alma: User, path: str) -> None:
    response = client.get(path)

    assert {"HX-Request", "Cookie"} <= set(response["Vary"].split(", "))
    assert response["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("path", ["/rest/v1/users/alma", "/rest/v1/nothing", "/rest/v1/me"])
def test_answer_of_the_api_is_for_one_caller(client: Client, alma: User, path: str) -> None:
    response = client.get(path)

    assert {"Authorization", "Cookie"} <= set(response["Vary"].split(", "))
    assert response["Cache-Control"] == "private, no-cache"


def test_another_version_of_an_answer_is_refused_as_a_problem(client: Client, db: None) -> None:
    answer = client.get("/rest/v1/instance", headers={"If-Match": '"another"'})

    assert (answer.status_code, answer["Content-Type"]) == (412, "application/problem+json")
    assert answer.json()["code"] == "version"


def test_answer_of_the_api_carries_no_address_of_another_origin(client: Client, alma: User) -> None:
    response = client.get("/rest/v1/users/alma", headers={"Origin": "https://evil.example.org"})

    assert [name for name in response.headers if name.lower().startswith("access-control")] == []


@pytest.mark.parametrize("path", EVERY_KIND)
def test_every_answer_has_a_request_id_of_its_own(client: Client, path: str) -> None:
    first, second = client.get(path)["X-Request-Id"], client.get(path)["X-Request-Id"]

    assert re.fullmatch(r"[0-9a-f]{16}", first)
    assert first != second


def test_request_id_of_the_caller_is_not_believed(client: Client) -> None:
    response = client.get("/healthz", headers={"X-Request-Id": "chosen\r\nX-Evil: 1"})

    assert re.fullmatch(r"[0-9a-f]{16}", response["X-Request-Id"])


def test_request_is_logged_in_one_line_with_its_id_and_without_its_query(client: Client) -> None:
    lines: list[str] = []
    handler = ListHandler(lines)
    logging.getLogger("instagram.requests").addHandler(handler)

    response = client.get("/media/renditions/a.jpg?signature=s3cr3t&e=1")

    logging.getLogger("instagram.requests").removeHandler(handler)
    (line,) = map(json.loads, lines)
    assert line.pop("time")
    assert line.pop("milliseconds") > 0
    assert line == {
        "message": "GET /media/renditions/a.jpg 403",
        "level": "INFO",
        "logger": "instagram.requests",
        "request_id": response["X-Request-Id"],
    }


class ListHandler(logging.Handler):
    """What the console would show."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self.lines = lines
        self.addFilter(RequestFilter())
        self.setFormatter(JsonFormatter())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.mark.parametrize("path", ["/", "/activity/"])
def test_page_has_no_inline_script_or_style(as_user: AsUser, alma: User, path: str) -> None:
    html = as_user(alma).get(path).text

    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", html) == []


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_probes_answer_whatever_host_they_are_asked_by(client: Client, settings: Settings, path: str) -> None:
    settings.SECURE_SSL_REDIRECT = True

    response = client.get(path, headers={"Host": "10.1.2.3:8000"})

    assert (response.status_code, response.json()["status"]) == (200, "ok")
    assert "default-src 'none'" in response["Content-Security-Policy"]
