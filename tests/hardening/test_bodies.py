"""Whatever is sent to a page or a call, by whom ever: the answer is no error of ours, and nothing of it runs."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import User
from tests.conftest import AsApp, confirm_password
from tests.hardening.markup import one_line, read
from tests.hardening.routes import UNSAFE, Route, all_routes, browser, share_of
from tests.hardening.test_parameters import NAMES
from tests.hostile import ATTACKS, BROKEN, EVERYTHING, PARAMETERS, UNSEEN

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
PAGES = [route for route in all_routes() if not (route.is_api or route.is_admin or "logout" in route.pattern)]
CALLS = [route for route in all_routes() if route.is_api]
FILE_NAME = '"><img src=x onerror=alert(1)>\u202e../../a\r\nb.jpg'
Sent = tuple[bytes, str]  # a body and its type


_NAMES: set[str] = set()


def member(person: User) -> Client:
    """Whose password was given a moment ago, so that every form is reached."""
    client = browser(person)
    confirm_password(client, person)
    return client


def names_in_forms(clients: tuple[Client, ...], values: dict[str, str]) -> set[str]:
    """The names of all fields in all forms of all pages; looked for once."""
    if not _NAMES:
        _NAMES.update(_read_names(clients, values))
    return _NAMES


def _read_names(clients: tuple[Client, ...], values: dict[str, str]) -> set[str]:
    pages = [client.get(route.path(values)) for route in PAGES for client in clients]
    texts = [page.text for page in pages if page.get("Content-Type", "").startswith("text/html")]
    return {name for text in texts for form in read(text).forms for name in form.fields} - {"csrfmiddlewaretoken"}


def form_of(text: str) -> Callable[[set[str]], Sent]:
    return lambda names: (urlencode(dict.fromkeys(names, text.encode("utf-8", "surrogatepass"))).encode(), FORM)


def files(names: set[str]) -> Sent:
    """A file of a hostile name for every field."""
    edge = "edge"
    head = 'Content-Disposition: form-data; name="{}"; filename="{}"\r\nContent-Type: text/html\r\n\r\n{}\r\n'
    escaped = FILE_NAME.replace('"', '\\"').replace("\r\n", "%0d%0a")
    parts = "".join(f"--{edge}\r\n{head.format(name, escaped, ATTACKS['script'])}" for name in sorted(names))
    return f"{parts}--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


BODIES: dict[str, Callable[[set[str]], Sent]] = {
    "everything": form_of(EVERYTHING),
    "breaks": form_of(UNSEEN["breaks"]),
    "nothing": form_of(BROKEN["nothing"]),
    "half a sign": form_of(BROKEN["half a sign"]),
    "10 kB": form_of(PARAMETERS["long"]),
    "huge number": form_of(PARAMETERS["huge number"]),
    "files": files,
    "broken escapes": lambda names: ("&".join(f"{name}=%ff%00%zz%" for name in names).encode(), FORM),
    "no multipart": lambda names: (b"--x\r\nno: part", "multipart/form-data; boundary=x"),
    "another charset": lambda names: (b"name=\xff", f"{FORM}; charset=no-such"),
    "deep JSON": lambda names: (b"[" * 10**5, JSON),
}


def answered(client: Client, method: str, path: str, sent: Sent) -> Any:
    """The answer; nothing of it is kept."""
    with transaction.atomic():
        answer = client.generic(method, path, *sent)
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("who", ["nobody", "member"])
def test_page_bears_any_body_and_shows_it_as_text(alma: User, values: dict[str, str], who: str, kind: str) -> None:
    clients = (browser(None), member(alma))
    client = clients[who == "member"]
    sent = BODIES[kind](names_in_forms(clients, values))
    number = list(BODIES).index(kind) + (who == "member")

    answers = {
        route.pattern: answered(client, "POST", route.path(values), sent) for route in share_of(PAGES, number, 4)
    }

    assert {pattern: answer.status_code for pattern, answer in answers.items() if is_broken(answer)} == {}
    assert {pattern: found for pattern, answer in answers.items() if (found := run_by(answer))} == {}
    assert client.get("/settings/").status_code == (200 if who == "member" else 302)


def is_broken(answer: Any) -> bool:
    """501 is what oEmbed has for a format that it does not know."""
    is_fault = answer.status_code >= 500 and answer.status_code != 501
    return is_fault or "evil" in answer.cookies or "\n" in answer.get("Location", "")


def run_by(answer: Any) -> list[str]:
    """What a browser would run or load of it that we have not written."""
    return read(answer.text).found if answer.get("Content-Type", "").startswith("text/html") else []


DOCUMENTS: dict[str, Sent] = {
    "deep": (b"[" * 10**5, JSON),
    "deep object": (b'{"a":' * 10**5, JSON),
    "deep and whole": (b"[" * 10**5 + b"]" * 10**5, JSON),
    "twice": (b'{"title": "a", "title": {"b": 1}, "on": 1, "on": []}', JSON),
    "not a number": (b'{"bytes": NaN, "latitude": Infinity, "days": -Infinity}', JSON),
    "huge number": (b'{"bytes": ' + b"9" * 10_000 + b', "position": 1e999}', JSON),
    "no text": (b'{"title": "\\u0000", "username": "\\ud800", "display_name": "\\udfff"}', JSON),
    "a list": (b"[1, null, {}]", JSON),
    "a word": (b'"<script>"', JSON),
    "null": (b"null", JSON),
    "empty": (b"", JSON),
    "no UTF-8": (b'{"title": "\xff\xfe"}', JSON),
    "another charset": ('{"title": "a"}'.encode("utf-16"), f"{JSON}; charset=utf-16"),
    "no charset": (b"{}", f"{JSON}; charset=no-such"),
    "another type": (b"<a/>", "application/xml"),
    "no type": (b"{}", "\x01/"),
    "packed": (b"\x1f\x8b\x08\x00", JSON),
    "wrong kinds": (json.dumps({name: {"a": [EVERYTHING]} for name in NAMES}).encode(), JSON),
}
FIELDS: tuple[str, ...] = (
    "title",
    "caption",
    "audience",
    "media_ids",
    "tags",
    "location",
    "alt_text",
    "recipe",
    "username",
    "email",
)
FIELDS += ("password", "display_name", "bio", "website", "links", "is_private", "bytes", "sha256", "until", "scope")
FIELDS += ("verification", "code", "position", "kind", "name", "scopes", "usernames", "on", "reason", "spoiler")
VALUES: dict[str, Any] = {
    "everything": EVERYTHING,
    "nothing": "\x00",
    "half a sign": "\ud800",
    "long": "x" * 10_240,
    "huge number": 10**400,
    "negative": -1,
    "list": [[[]]],
    "object": {"": {"__proto__": None}},
    "null": None,
    "yes": True,
    "ids": ["9" * 400, "x", -1, None, {}],
}
DOCUMENTS |= {
    f"fields: {kind}": (json.dumps(dict.fromkeys(FIELDS, each)).encode(), JSON) for kind, each in VALUES.items()
}


@pytest.mark.parametrize("kind", DOCUMENTS)
@pytest.mark.parametrize("who", ["nobody", "member"])
def test_call_bears_any_document(as_app: AsApp, alma: User, values: dict[str, str], who: str, kind: str) -> None:
    client = as_app(alma) if who == "member" else Client()
    client.raise_request_exception = False

    answers = {
        f"{method} {route.pattern}": answered(client, method, route.path(values), DOCUMENTS[kind]).status_code
        for route in share_of(CALLS, list(DOCUMENTS).index(kind) + (who == "member"), 5)
        for method in UNSAFE
        if takes(route, method)
    }

    assert (len(answers) > 10, {call: status for call, status in answers.items() if status >= 500}) == (True, {})


def takes(route: Route, method: str) -> bool:
    return hasattr(route.view.cls, method.lower())  # type: ignore[attr-defined]


REFLECTED = {"everything": EVERYTHING} | {kind: ATTACKS[kind] for kind in ("address", "link", "htmx", "base", "style")}


@pytest.mark.parametrize("kind", REFLECTED)
@pytest.mark.parametrize("who", ["nobody", "member"])
def test_page_shows_what_stands_in_its_address_as_text(alma: User, values: dict[str, str], who: str, kind: str) -> None:
    client, query = member(alma) if who == "member" else browser(None), urlencode(dict.fromkeys(NAMES, REFLECTED[kind]))

    routes = share_of(PAGES, list(REFLECTED).index(kind) + (who == "member"), 3)

    answers = {route.pattern: client.get(f"{route.path(values)}?{query}") for route in routes}

    assert {pattern: found for pattern, answer in answers.items() if (found := run_by(answer))} == {}
    assert {pattern for pattern, answer in answers.items() if is_broken(answer)} == set()


@pytest.mark.parametrize("kind", ATTACKS)
def test_page_that_is_not_there_runs_nothing_of_its_address(db: None, kind: str) -> None:
    name = quote(ATTACKS[kind], safe="")

    page, call = (browser(None).get(path) for path in (f"/{name}/?q={name}", f"/rest/v1/{name}?q={name}"))

    assert (page.status_code, read(page.text).found, call.status_code) == (404, [], 404)
    assert call["Content-Type"] == "application/problem+json"


def test_what_was_searched_for_stands_in_the_field_as_it_was_typed(alma: User) -> None:
    page = read(member(alma).get("/settings/close-friends/", {"q": EVERYTHING[:60]}).text)

    shown = {form.fields["q"] for form in page.forms if "q" in form.fields}
    assert {one_line(text) for text in shown} == {one_line(EVERYTHING[:60])}
