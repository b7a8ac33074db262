"""Which process answers what, and how many files come in at once."""

import io
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from accounts.models import User
from core.web.roles import RoleMiddleware
from tests.conftest import AsUser
from tests.images import jpeg

FILES = [
    "/new",
    "/new/",
    "/settings/avatar/",
    "/settings/header",
    "/rest/v1/media",
    "/rest/v1/me/avatar/",
    "/rest/v1/me/header",
    "/rest/v1/uploads",
]
RESUMABLE = ["/rest/v1/uploads", "/rest/v1/uploads/", "/rest/v1/uploads/12", "/rest/v1/uploads/direct/12/finish"]
OTHERS = ["/", "/login/", "/rest/v1/feed", "/rest/v1/media/12", "/newer", "/rest/v1/uploadsx", "/static/css/base.css"]


def answered(request: HttpRequest) -> HttpResponse:
    return HttpResponse("answered")


def ask(method: str, path: str, inner: Callable[[HttpRequest], HttpResponse] = answered) -> HttpResponse:
    return RoleMiddleware(inner)(RequestFactory().generic(method, path))


@pytest.mark.parametrize("path", [*FILES, *RESUMABLE, *OTHERS])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"])
def test_process_for_everything_answers_everything(path: str, method: str) -> None:
    assert ask(method, path).status_code == 200


@pytest.mark.parametrize("path", [*FILES, *RESUMABLE])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_process_for_pages_takes_no_files_and_says_when_to_try_again(
    settings: Settings, path: str, method: str
) -> None:
    settings.ROLE = "web"

    answer = ask(method, path)

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


@pytest.mark.parametrize(
    ("method", "path"),
    [*(("GET", path) for path in [*FILES, *RESUMABLE]), *(("POST", path) for path in OTHERS), ("HEAD", RESUMABLE[2])],
)
def test_process_for_pages_answers_the_rest(settings: Settings, method: str, path: str) -> None:
    settings.ROLE = "web"

    assert ask(method, path).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("POST", path) for path in [*FILES, *RESUMABLE]),
        *(("GET", path) for path in RESUMABLE),
        *(("OPTIONS", path) for path in RESUMABLE),
        ("PATCH", RESUMABLE[2]),
    ],
)
def test_process_for_files_takes_them(settings: Settings, method: str, path: str) -> None:
    settings.ROLE = "upload"

    assert ask(method, path).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [*(("GET", path) for path in [*OTHERS, "/new/", "/rest/v1/media"]), *(("POST", path) for path in OTHERS)],
)
def test_process_for_files_has_nothing_else(settings: Settings, method: str, path: str) -> None:
    settings.ROLE = "upload"

    assert ask(method, path).status_code == 404


def test_wrong_process_answers_a_page_to_browsers_and_a_problem_to_programs(settings: Settings) -> None:
    settings.ROLE = "web"

    page, problem = ask("POST", "/new/"), ask("POST", "/rest/v1/media")

    assert page["Content-Type"] == "text/html; charset=utf-8"
    assert problem["Content-Type"] == "application/problem+json"
    assert b'"code":"wrong_process"' in problem.content


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["web", "upload"])
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_every_process_answers_the_probes(client: Client, settings: Settings, role: str, path: str) -> None:
    settings.ROLE = role

    assert client.get(path).status_code == 200


@pytest.mark.django_db
def test_process_for_files_takes_a_whole_upload(alma: User, as_user: AsUser, settings: Settings) -> None:
    browser = as_user(alma)
    settings.ROLE = "upload"

    answer: Any = browser.post("/rest/v1/media", {"file": io.BytesIO(jpeg())})

    assert answer.status_code == 201


def test_file_beyond_the_slots_is_put_off_while_pages_go_on(settings: Settings) -> None:
    settings.UPLOAD_SLOTS = 2
    inside, leave = threading.Barrier(3), threading.Event()

    def wait(request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            inside.wait(timeout=30)
            leave.wait(timeout=30)
        return HttpResponse("answered")

    middleware = RoleMiddleware(wait)
    post = RequestFactory().post("/rest/v1/media")
    threads = [threading.Thread(target=middleware, args=[post]) for _ in range(2)]
    for thread in threads:
        thread.start()
    inside.wait(timeout=30)

    third, page = middleware(RequestFactory().post("/new/")), middleware(RequestFactory().get("/new/"))
    leave.set()
    for thread in threads:
        thread.join()

    assert (third.status_code, third["Retry-After"], page.status_code) == (503, "5", 200)
    assert middleware(RequestFactory().patch("/other")).status_code == 200


def test_slot_is_free_again_after_a_file_that_broke_off(settings: Settings) -> None:
    settings.UPLOAD_SLOTS = 1

    def fail(request: HttpRequest) -> HttpResponse:
        raise ConnectionResetError

    middleware = RoleMiddleware(fail)
    for _ in range(3):
        with pytest.raises(ConnectionResetError):
            middleware(RequestFactory().post("/rest/v1/media"))


@pytest.mark.parametrize(("path", "version"), [("/rest/v1/uploads/12", "1.0.0"), ("/rest/v1/uploads/direct", None)])
def test_answers_of_the_protocol_say_so_even_when_they_are_errors(
    settings: Settings, path: str, version: str | None
) -> None:
    settings.ROLE = "web"

    assert ask("POST", path).get("Tus-Resumable") == version
