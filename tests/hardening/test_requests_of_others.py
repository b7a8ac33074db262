"""Writes happen when a person sent them from a page of ours, or a program with its token; not when another site did."""

import secrets
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests.conftest import AsApp
from tests.factories import PASSWORD
from tests.hardening.keeping import all_rows, difference
from tests.hardening.routes import METHODS, UNSAFE, Route, all_routes, browser

ROUTES = [route for route in all_routes() if not route.is_admin or route.pattern == "admin/"]
SIGNS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
REFUSED = {401, 403, 404, 405, 411, 413, 415, 503}
# No cookie is looked at there: a form that no app sent is malformed, whoever sent it.
FOR_APPS = {"POST oauth/token": 400, "POST oauth/revoke": 400}
# What else each way in is asked with, and whether the token of the form comes along.
FOREIGN: dict[str, tuple[dict[str, str], bool]] = {
    "without a token": ({}, False),
    "from another origin": ({"Origin": "https://evil.example.org"}, True),
    "from no origin": ({"Origin": "null"}, True),
    "from an origin like ours": ({"Origin": "https://testserver.evil.example.org"}, True),
    "referred by another site": ({"Referer": "https://evil.example.org/testserver/"}, True),
    "without a referrer": ({}, True),
    "marked as of another site": ({"Sec-Fetch-Site": "cross-site", "Origin": "https://testserver"}, True),
    "marked as of a neighbour": ({"Sec-Fetch-Site": "same-site", "Origin": "https://testserver"}, True),
}
FORM = {"on": "1", "username": "carla", "password": PASSWORD, "title": "x", "theme": "dark", "accept": "1"}


def sent_from(client: Client, route: Route, method: str, values: dict[str, str], kind: str) -> Any:
    """What a browser sends with its cookies for a page of another site."""
    headers, with_token = FOREIGN[kind]
    if with_token:
        token = client.cookies["csrf"] = "".join(secrets.choice(SIGNS) for _ in range(32))
        headers = {**headers, "X-CSRFToken": str(token)}
    body, content_type = (b"{}", "application/json") if route.is_api else (_form(), FORM_TYPE)
    return client.generic(method, route.path(values), body, content_type, secure=True, headers=headers)


FORM_TYPE = "application/x-www-form-urlencoded"


def _form() -> bytes:
    return "&".join(f"{name}={value}" for name, value in FORM.items()).encode()


@pytest.mark.parametrize("kind", FOREIGN)
def test_no_route_writes_what_another_site_sent(alma: User, carla: User, values: dict[str, str], kind: str) -> None:
    client = browser(alma, enforce_csrf_checks=True)
    before = all_rows()

    found = {
        f"{method} {route.pattern}": sent_from(client, route, method, values, kind).status_code
        for route in ROUTES
        for method in UNSAFE
    }

    wrong = {name: status for name, status in found.items() if status not in REFUSED}
    assert {name: status for name, status in wrong.items() if FOR_APPS.get(name) != status} == {}
    assert difference(before, all_rows()) == {}


@pytest.mark.parametrize("kind", FOREIGN)
@pytest.mark.parametrize("path", ["/login/", "/logout/", "/signup/", "/theme/", "/login/reopen/"])
def test_nobody_is_logged_in_or_out_by_another_site(alma: User, carla: User, path: str, kind: str) -> None:
    headers, with_token = FOREIGN[kind]
    client = browser(alma if path == "/logout/" else None, enforce_csrf_checks=True)
    if with_token:
        client.cookies["csrf"] = "a" * 32
        headers = {**headers, "X-CSRFToken": "a" * 32}

    answer = client.post(path, FORM, secure=True, headers=headers)

    assert (answer.status_code, client.session.get("_auth_user_id")) == (
        403,
        str(alma.pk) if path == "/logout/" else None,
    )


def test_form_of_ones_own_page_is_taken(carla: User) -> None:
    client = browser(None, enforce_csrf_checks=True)
    client.cookies["csrf"] = "a" * 32
    headers = {"X-CSRFToken": "a" * 32, "Origin": "https://testserver", "Sec-Fetch-Site": "same-origin"}

    answer = client.post("/login/", FORM, secure=True, headers=headers)

    assert (answer.status_code, answer["Location"]) == (303, "/")


def test_program_with_a_token_needs_nothing_else(as_app: AsApp, boris: User, alma: User) -> None:
    answer = as_app(alma).put("/rest/v1/users/boris/follow", headers={"Sec-Fetch-Site": "cross-site"})

    assert (answer.status_code, answer.json()["relationship"]["following"]) == (200, True)


@pytest.mark.parametrize("content_type", ["text/plain", FORM_TYPE, "multipart/form-data; boundary=x", ""])
def test_json_that_a_form_can_send_is_not_taken(
    as_app: AsApp, alma: User, values: dict[str, str], content_type: str
) -> None:
    client = as_app(alma)
    before = all_rows()
    takes_files = ("rest/v1/media", "rest/v1/me/avatar", "rest/v1/me/header", "rest/v1/uploads")
    routes = [route for route in ROUTES if route.is_api and not route.pattern.startswith(takes_files)]
    body = b'{"title": "x", "display_name": "x", "password": "x", "media_ids": []}'

    found = {
        f"{method} {route.pattern}": client.generic(method, route.path(values), body, content_type).status_code
        for route in routes
        for method in ("POST", "PATCH")
    }

    changed = difference(before, all_rows())
    without_body = ("restore", "retry")
    taken = {name for name, status in found.items() if status not in REFUSED and not name.endswith(without_body)}
    assert taken == set()
    assert changed == {}


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE"])
def test_reading_writes_nothing(alma: User, staff: User, values: dict[str, str], method: str) -> None:
    of_staff, of_alma = browser(staff), browser(alma)
    before = all_rows()

    for route in all_routes():
        client = of_staff if route.is_admin else of_alma
        client.generic(method, route.path(values), headers={"Tus-Resumable": "1.0.0"})

    assert difference(before, all_rows()) == {}


# Where a method beyond GET, HEAD and POST is known on a page, and where everything wrong answers the same.
OTHERWISE = ("admin/", "media/<")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"])
def test_page_knows_only_get_head_and_post(alma: User, values: dict[str, str], method: str) -> None:
    before, client = all_rows(), browser(alma)
    pages = [route for route in ROUTES if not route.is_api and not route.pattern.startswith(OTHERWISE)]

    found = {route.pattern: client.generic(method, route.path(values)).status_code for route in pages}

    assert {pattern: status for pattern, status in found.items() if status != 405} == {}
    assert difference(before, all_rows()) == {}


@pytest.mark.parametrize("method", METHODS)
def test_call_knows_only_its_own_methods(as_app: AsApp, alma: User, values: dict[str, str], method: str) -> None:
    client = as_app(alma, "read", "write", "follow", "push")
    calls = [route for route in ROUTES if route.is_api and not hasattr(route.view.cls, method.lower())]  # type: ignore[attr-defined]
    if method == "HEAD":
        calls = [route for route in calls if not hasattr(route.view.cls, "get")]  # type: ignore[attr-defined]

    found = {
        route.pattern: client.generic(method, route.path(values), headers={"Tus-Resumable": "1.0.0"}) for route in calls
    }

    assert {pattern: (a.status_code, "Allow" in a) for pattern, a in found.items()} == dict.fromkeys(found, (405, True))


def test_method_is_what_the_request_line_says(as_app: AsApp, alma: User, values: dict[str, str]) -> None:
    """Whatever else a request says of it; every route is told another one."""
    app, page = as_app(alma), browser(alma)
    before = all_rows()

    for number, route in enumerate(ROUTES):
        client, wanted = (app if route.is_api else page), UNSAFE[number % len(UNSAFE)]
        headers = dict.fromkeys(("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"), wanted)
        path = f"{route.path(values)}?_method={wanted}&_HttpMethod={wanted}"
        path += "" if route.pattern == "oembed" else "&format=api"  # which has formats of its own
        plain = client.get(route.path(values))
        answer = client.get(path, headers=headers)
        assert (route.pattern, answer.status_code) == (route.pattern, plain.status_code)

    assert difference(before, all_rows()) == {}


BODIES: dict[str, tuple[bytes, dict[str, str], set[int]]] = {
    "a name twice": (b'{"title": "a", "title": "b"}', {}, {400}),
    "not a number": (b'{"title": NaN}', {}, {400}),
    "infinity": (b'{"title": -Infinity}', {}, {400}),
    "deep": (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", {}, {400}),
    "deep objects": (b'{"a":' * 100_000, {}, {400}),
    "huge number": (b'{"media_ids": [' + b"9" * 5000 + b'], "title": 1e999}', {}, {400, 422}),
    "half a sign": (b'{"title": "\\ud800"}', {}, {400}),
    "no text": (b'{"title": "\xff\xfe"}', {}, {400}),
    "nothing inside": (
        b'{"title": "a\\u0000b", "display_name": "\\u0000", "password": "\\u0000"}',
        {},
        {200, 201, 400, 404, 422},
    ),
    "list": (b"[1, 2]", {}, {400, 422}),
    "text": (b'"x"', {}, {400, 422}),
    "null": (b"null", {}, {400, 422}),
    "compressed": (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", {"Content-Encoding": "gzip"}, {400, 415}),
    "another charset": (b"{}", {"Content-Type": "application/json; charset=utf-16"}, {415}),
    "too long": (b'"' + b"x" * 1_100_000 + b'"', {}, {413}),
    "wrong kinds": (
        b'{"title": {"$ne": 1}, "media_ids": "1", "display_name": [], "password": {}}',
        {},
        {400, 404, 422},
    ),
}


@pytest.mark.parametrize("kind", BODIES)
def test_broken_body_is_refused_by_every_call(as_app: AsApp, alma: User, values: dict[str, str], kind: str) -> None:
    body, headers, expected = BODIES[kind]
    client = as_app(alma)
    without_json = ("rest/v1/media", "rest/v1/me/avatar", "rest/v1/me/header", "rest/v1/uploads")
    found = {}

    for route in ROUTES:
        if route.is_api and not route.pattern.startswith(without_json):
            for method in {"post", "patch", "put", "delete"} & set(dir(route.view.cls)):  # type: ignore[attr-defined]
                answer = client.generic(method.upper(), route.path(values), body, "application/json", headers=headers)
                found[f"{method} {route.pattern}"] = answer.status_code

    reading = {name: status for name, status in found.items() if "rest/v1/posts" in name or "rest/v1/me" in name}
    assert {name: status for name, status in found.items() if status >= 500} == {}
    assert {
        status for name, status in reading.items() if name in {"post rest/v1/posts", "patch rest/v1/me"}
    } <= expected
