"""Whatever stands in an address, the answer is a page, a redirect or a refusal, never an error of ours."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from accounts.models import User
from core.paging import encode_cursor
from tests.hardening.routes import Route, all_routes, browser
from tests.hostile import PARAMETERS

ROUTES = all_routes()
# Everything that any page or call reads from its query.
NAMES: tuple[str, ...] = (
    "q",
    "type",
    "kind",
    "sort",
    "from",
    "ranking",
    "range",
    "view",
    "next",
    "n",
    "e",
    "t",
    "signature",
    "seen",
)
NAMES += ("url", "maxwidth", "maxheight", "w", "host")
NAMES += ("since", "p", "o", "all", "_popup", "_changelist_filters", "state__exact", "format", "expand")
NO_SUCH_FORMAT = 501  # as oEmbed wants it
CURSORS = {
    "garbage": "x",
    "no base64": "!!!!",
    "of nothing": encode_cursor("nothing", 1),
    "of a feed": encode_cursor("h", 1, 2, 3),
    "negative": "LTE",
    "with too many numbers": encode_cursor("followers", 1, 2, 3, 4),
    "beyond all ids": encode_cursor("followers", 2**63 - 1),
    "10 kB": "QUFB" * 2560,
    "padded": "QQ==",
}


def failures(client: Client, paths: Iterable[str]) -> dict[str, int]:
    """The addresses at which something of ours broke."""
    found = {path: client.get(path) for path in paths}
    return {path[:120]: answer.status_code for path, answer in found.items() if _is_wrong(answer)}


def _is_wrong(answer: Any) -> bool:
    return (answer.status_code >= 500 and answer.status_code != NO_SUCH_FORMAT) or "evil" in answer.cookies


def some_of(kind: int) -> list[Route]:
    """Every fourth route, others for each kind of text: each route is asked with a quarter of them."""
    return [route for number, route in enumerate(ROUTES) if (number + kind) % 4 == 0]


@pytest.mark.parametrize("kind", PARAMETERS)
def test_route_bears_any_parameter(staff: User, values: dict[str, str], kind: str) -> None:
    text = PARAMETERS[kind].encode("utf-8", "surrogatepass")
    routes = some_of(list(PARAMETERS).index(kind))
    query = urlencode(dict.fromkeys(NAMES, text))
    queries, client = (query, urlencode({"limit": text})), browser(staff)

    paths = [f"{route.path(values)}?{each}" for route in routes for each in queries if route.is_api or each is query]

    assert failures(client, [path for path in paths if not path.startswith("/logout")]) == {}


def test_route_bears_any_cursor(alma: User, values: dict[str, str]) -> None:
    """Those that read cursors bear all of them."""
    client = browser(alma)
    paths = [route.path(values) for route in ROUTES if not route.is_admin]
    reading = [path for path in paths if client.get(path, {"cursor": "x"}).status_code == 400]
    queries = [urlencode({"cursor": cursor}) for cursor in (*CURSORS.values(), *PARAMETERS.values())]

    assert failures(client, [f"{path}?{query}" for path in reading for query in queries]) == {}
    assert len(reading) > 20


WILD = {
    "nothing": "%00",
    "half a sign": "%ff",
    "slashes": "..%2f..%2fetc%2fpasswd",
    "dots": "....",
    "zero": "0",
    "largest": "9" * 19,
    "largest code": "z" * 11,
    "markup": "%3Cscript%3E",
    "wide": "%EF%BC%A1%EF%BC%92",
    "long": "x" * 10_240,
    "breaks": "a%0d%0aSet-Cookie:evil=1",
    "turned": "a%E2%80%AEb",
}


@pytest.mark.parametrize("kind", WILD)
def test_every_route_bears_any_name_or_id(alma: User, staff: User, values: dict[str, str], kind: str) -> None:
    given = dict.fromkeys([*values, *(name.partition(":")[2] for name in values)], WILD[kind])
    wild = [route for route in ROUTES if route.is_wild or "(?P<" in route.pattern]

    member = failures(browser(alma), [route.path(given) for route in wild if not route.is_admin])
    operator = failures(browser(staff), [route.path(given) for route in wild if route.is_admin])

    assert (member, operator) == ({}, {})


@pytest.mark.django_db
def test_list_is_never_longer_than_a_hundred(alma: User, boris: User) -> None:
    answer = browser(alma).get("/rest/v1/users/boris/posts", {"limit": "1000000000"})

    assert (answer.status_code, answer.json()["next"]) == (200, None)
