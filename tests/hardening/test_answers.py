"""Every call answers as docs/api.md says of all: in JSON, with and without a slash, with ETag, Link and limits."""

import gzip
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.conftest import AsApp
from tests.factories import make_export, make_follow, make_post
from tests.hardening.routes import METHODS, UNSAFE, Route, all_routes, share_of

CALLS = [route for route in all_routes() if route.is_api]
READS = [route for route in CALLS if hasattr(route.view.cls, "get")]  # type: ignore[attr-defined]
PROBLEM = "application/problem+json"
PARTS = {"type", "title", "status", "code", "detail", "errors", "request_id"}
TUS = {"Tus-Resumable": "1.0.0"}
# Files, which are no JSON: they have rules of their own in tests/photos/api and tests/exports.
FILES = ("/original", "/archive")
NEEDED = {"rest/v1/search": "q=kiln"}  # parameters that a call cannot do without


def lacking(response: Any) -> list[str]:
    """What a refusal fails to say, or says otherwise than it should."""
    if response.status_code < 400 or response.request["REQUEST_METHOD"] == "HEAD":
        return ["redirect"] * (300 <= response.status_code < 400 and response.status_code != 304)
    if response["Content-Type"] != PROBLEM:
        return [response["Content-Type"]]
    told = response.json()
    wrong = sorted(PARTS ^ set(told)) + ["status"] * (told["status"] != response.status_code)
    return wrong + ["request_id"] * (told["request_id"] != response["X-Request-Id"])


def wrong_of(found: dict[str, Any]) -> dict[str, Any]:
    return {name: wrong for name, response in found.items() if (wrong := lacking(response))}


@pytest.mark.parametrize("method", METHODS)
def test_slash_at_the_end_changes_nothing(as_app: AsApp, alma: User, values: dict[str, str], method: str) -> None:
    clients = [as_app(alma), Client(raise_request_exception=False)]
    different, found = {}, {}

    for route in CALLS:
        if method in UNSAFE and method.lower() in dir(route.view.cls):  # type: ignore[attr-defined]
            continue  # what changes something cannot be asked twice; below it is asked by nobody
        for client in clients:
            plain, slashed = (
                client.generic(method, route.path(values) + end, b"{}", "application/json", headers=TUS)
                for end in ("", "/")
            )
            found[f"{route.pattern} {client is clients[0]}"] = slashed
            if said(plain) != said(slashed):
                different[route.pattern] = said(plain), said(slashed)

    assert (different, wrong_of(found)) == ({}, {})


def said(response: Any) -> tuple[Any, ...]:
    body = b"" if response.status_code >= 400 else b"".join(response).replace(b"/?", b"?")
    return response.status_code, response.get("Content-Type"), response.get("Allow"), len(body)


@pytest.mark.parametrize("method", UNSAFE)
def test_nobody_is_told_in_the_same_way_with_and_without_a_slash(values: dict[str, str], method: str) -> None:
    client = Client(raise_request_exception=False)
    found = {
        f"{route.pattern}{end}": client.generic(method, route.path(values) + end, headers=TUS)
        for route in CALLS
        for end in ("", "/")
    }

    assert wrong_of(found) == {}
    assert {name for name, a in found.items() if a.status_code != found[name.rstrip("/")].status_code} == set()


BROKEN: dict[str, tuple[set[int], dict[str, str]]] = {
    "host": ({400}, {"Host": "evil.example.org"}),
    "no host": ({400}, {"Host": ""}),
    "length": ({413}, {"Content-Length": "9" * 15}),
    "no length": ({411}, {"Transfer-Encoding": "chunked"}),
    "token": ({401}, {"Authorization": "Bearer nothing"}),
    "basic": ({401}, {"Authorization": "Basic YTpi"}),
    "bare": ({401}, {"Authorization": "Bearer"}),
    "other site": ({403, 401, 405}, {"Sec-Fetch-Site": "cross-site"}),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_every_refusal_is_a_problem(values: dict[str, str], kind: str) -> None:
    statuses, headers = BROKEN[kind]
    client = Client(raise_request_exception=False)

    found = {
        f"{route.pattern}{end}": client.generic("POST", route.path(values) + end, headers={**TUS, **headers})
        for route in share_of(CALLS, list(BROKEN).index(kind), 3)
        for end in ("", "/")
    }

    assert wrong_of(found) == {}
    assert {a.status_code for a in found.values()} <= statuses | ({405} if statuses == {401} else set())


@pytest.mark.django_db
@pytest.mark.parametrize("method", [*METHODS, "BREW", "get"])
@pytest.mark.parametrize(
    "path",
    [
        *("/rest/", "/rest/v1", "/rest/v1/", "/rest/v1/nothing", "/rest/v1//me", "/rest/v2/me", "/rest/v1/me/x/y"),
        *("/rest/v1/posts/abc", "/rest/v1/posts/-1", "/rest/v1/users/a%20b", "/rest/v1/%00", "/rest/v1/posts/1.json"),
    ],
)
def test_address_that_is_none_is_a_problem(path: str, method: str) -> None:
    response = Client(raise_request_exception=False).generic(method, path)

    assert (response.status_code, lacking(response)) == (404, [])


@pytest.mark.django_db
@pytest.mark.urls("tests.core.web.broken_urls")
def test_error_of_ours_is_a_problem() -> None:
    response = Client(raise_request_exception=False).get("/rest/v1/broken")

    assert (response.status_code, lacking(response)) == (500, [])


@pytest.fixture
def lists(alma: User, boris: User, carla: User, values: dict[str, str]) -> dict[str, str]:
    """More than one of what lists have most of, people and posts, and a finished archive."""
    for person in (boris, carla):
        make_follow(person, alma)
        make_follow(alma, person)
        make_post(person, tags=("kiln",))
    for state in ("published", "archived", "trashed"):
        make_post(alma, state=state, tags=("kiln",))
        make_post(alma, state=state, tags=("kiln",))
    return {**values, "export_id": str(make_export(alma).pk)}


def asked(client: Client, values: dict[str, str], query: str = "", **headers: str) -> Iterator[tuple[Route, Any]]:
    """Every read that answers in JSON."""
    for route in READS:
        if not route.pattern.endswith(FILES):
            response = client.get(address(route, values, query), headers=headers)
            if response.get("Content-Type") == "application/json" or response.status_code >= 300:
                yield route, response


def address(route: Route, values: dict[str, str], query: str = "") -> str:
    """Where to ask, with `query` and what is needed."""
    path, _, asked_for = query.partition("?")
    return route.path(values) + path + "?" + "&".join(filter(None, [NEEDED.get(route.pattern, ""), asked_for]))


def test_read_has_a_tag_and_is_not_sent_again(as_app: AsApp, alma: User, lists: dict[str, str]) -> None:
    client, found = as_app(alma), {}

    for route, response in asked(client, lists):
        if response.status_code == 200:
            tag = response.get("ETag", "")
            again = client.get(address(route, lists), headers={"If-None-Match": tag})
            found[route.pattern] = bool(tag), again.status_code, again.content

    assert len(found) >= 20
    assert {name: each for name, each in found.items() if each != (True, 304, b"")} == {}


def test_head_says_what_get_says(as_app: AsApp, alma: User, lists: dict[str, str]) -> None:
    client, found = as_app(alma), {}

    for route, response in asked(client, lists):
        if not route.pattern.startswith("rest/v1/uploads"):  # where HEAD is a call of tus
            head = client.head(address(route, lists))
            names = ("Content-Type", "Cache-Control", "Link", "Allow", "RateLimit-Limit", "API-Version")
            same = [response.get(name) == head.get(name) for name in names]
            found[route.pattern] = head.status_code == response.status_code, all(same), head.content

    assert {name: each for name, each in found.items() if each != (True, True, b"")} == {}


def is_list(response: Any) -> bool:
    return response.status_code == 200 and set(response.json()) >= {"results", "next"}


def test_list_with_more_says_where_and_leads_on(as_app: AsApp, alma: User, lists: dict[str, str]) -> None:
    client = as_app(alma)
    pages = {route.pattern: page for route, page in asked(client, lists, "?limit=1") if is_list(page)}

    longer = {name: page for name, page in pages.items() if page.json()["next"]}
    linked = {name: page.get("Link") == f'<{page.json()["next"]}>; rel="next"' for name, page in longer.items()}
    nexts = {name: client.get(page.json()["next"]).json()["results"] for name, page in longer.items()}

    assert len(longer) >= 7
    assert linked == dict.fromkeys(longer, True)
    assert {
        name: rows for name, rows in nexts.items() if len(rows) != 1 or rows == longer[name].json()["results"]
    } == {}
    assert {name for name, page in pages.items() if name not in longer and "Link" in page} == set()


@pytest.mark.parametrize(("limit", "status"), [("0", 200), ("-1", 200), ("1000000000", 200), ("", 200)])
@pytest.mark.parametrize("end", ["", "/"])
def test_limit_is_clamped(as_app: AsApp, alma: User, lists: dict[str, str], limit: str, status: int, end: str) -> None:
    client = as_app(alma)

    found = {route.pattern: page for route, page in asked(client, lists, f"{end}?limit={limit}")}

    sizes = {name: len(page.json()["results"]) for name, page in found.items() if is_list(page)}
    assert {name: page.status_code for name, page in found.items() if page.status_code != status} == {}
    assert {name: size for name, size in sizes.items() if size > (1 if limit in ("0", "-1") else 100)} == {}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        *((f"limit={limit}", "limit_invalid") for limit in ("abc", "1.5", "1e3", "%00", "%D9%A1", "--1", "+1", "0x1")),
        *((f"cursor={cursor}", "cursor_unknown") for cursor in ("x", "abc", "%00", "LTE", "a" * 5000, "%ED%A0%80")),
    ],
)
def test_limit_or_cursor_that_is_none_is_refused_by_every_list(
    as_app: AsApp, alma: User, lists: dict[str, str], query: str, code: str
) -> None:
    client = as_app(alma)
    patterns = {route.pattern for route, page in asked(client, lists) if is_list(page)}

    found = {route.pattern: page for route, page in asked(client, lists, f"?{query}") if route.pattern in patterns}

    told = {name: (page.status_code, page.json().get("code")) for name, page in found.items()}
    assert len(told) >= 14
    assert {name: each for name, each in told.items() if each != (400, code)} == {}


TYPES: dict[str, set[int]] = {
    "application/json": {200},
    "application/json; charset=utf-8": {200},
    "application/json;charset=UTF-8": {200},
    'Application/JSON; charset="utf-8"': {200},
    "application/json; charset=latin-1": {415},
    "application/json; charset=": {200},
    "application/json; boundary=x": {200},
    "application/merge-patch+json": {415},
    "application/jsonx": {415},
    "text/json": {415},
    "json": {415},
    ";": {415},
    "application/json, text/plain": {415},
}


@pytest.mark.parametrize("kind", TYPES)
def test_body_is_read_as_json_where_it_says_so(as_app: AsApp, alma: User, kind: str) -> None:
    response = as_app(alma).generic("PATCH", "/rest/v1/me", b'{"bio": "x"}', kind)

    assert (response.status_code in TYPES[kind], lacking(response)) == (True, [])


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "x-unknown"])
def test_compressed_body_is_refused(as_app: AsApp, alma: User, encoding: str) -> None:
    bomb = gzip.compress(b'{"bio": "' + b"x" * 10_000_000 + b'"}')

    response = as_app(alma).generic(
        "PATCH", "/rest/v1/me", bomb, "application/json", headers={"Content-Encoding": encoding}
    )

    assert (response.status_code in {400, 415}, lacking(response)) == (True, [])


@pytest.mark.parametrize("header", ["Expect", "Accept", "Accept-Encoding", "Accept-Charset", "TE", "If-None-Match"])
@pytest.mark.parametrize("value", ["100-continue", "x", "text/html", "*;q=0", '"', "\x7f", "a" * 4000])
def test_no_header_breaks_a_read(as_app: AsApp, alma: User, header: str, value: str) -> None:
    response = as_app(alma).get("/rest/v1/me", headers={header: value})

    assert (response.status_code, response["Content-Type"]) == (200, "application/json")


def test_call_beyond_a_limit_is_a_problem_with_a_time(
    as_app: AsApp, alma: User, values: dict[str, str], settings: Settings
) -> None:
    client = as_app(alma)
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "API": (0, 300)}

    found = {route.pattern: response for route, response in asked(client, values)}

    assert wrong_of(found) == {}
    assert {name for name, a in found.items() if a.status_code != 429 or int(a["Retry-After"]) < 1} == set()
