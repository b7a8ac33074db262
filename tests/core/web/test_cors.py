"""Pages of other origins: what they may call when CORS_ORIGINS names them, and that cookies never come along."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import Follow, User
from accounts.services.tokens import create_token
from core.web.programs import OAUTH_CALLS, is_oauth_call
from tests.hardening.routes import Route, all_routes

pytestmark = pytest.mark.django_db

APP = "https://app.example.org"
OPEN = (*OAUTH_CALLS, *(f"{path}/" for path in OAUTH_CALLS), "/rest/v1/instance", "/rest/v1/me/", "/rest/v1/nothing")
# Not the origin that is named, each in another way.
OTHERS = [
    "null",
    "http://app.example.org",
    "https://app.example.org:8443",
    "https://app.example.org.evil.example",
    "https://evil.example/https://app.example.org",
    "https://sub.app.example.org",
    "https://example.org",
    "https://app.example.orgx",
    "https://APP.example.org",
    "https://app.example.org/",
    "https://app.example.org, https://evil.example",
    "http://localhost:8000",
    "*",
    "",
]


@pytest.fixture(autouse=True)
def named(settings: Settings) -> None:
    settings.CORS_ORIGINS = frozenset([APP])


@pytest.fixture
def anybody(settings: Settings) -> None:
    settings.CORS_ORIGINS = frozenset(["*"])


@pytest.fixture
def token(alma: User) -> str:
    return "Bearer " + create_token(alma, scopes=["read", "write", "follow"])[1]


def told(response: Any) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name.startswith("Access-Control-")}


def preflight(path: str, origin: str = APP, method: str = "PUT", headers: str = "authorization") -> Any:
    asked = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
    return Client().options(path, headers=asked)


def words(response: Any, name: str) -> set[str]:
    return set(response[name].split(", "))


@pytest.mark.parametrize("path", OPEN)
def test_browser_that_asks_first_is_told_what_may_be_sent(path: str) -> None:
    response = preflight(path)

    assert (response.status_code, response.content) == (204, b"")
    assert response["Access-Control-Allow-Origin"] == APP
    assert words(response, "Access-Control-Allow-Methods") == {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}
    assert words(response, "Access-Control-Allow-Headers") >= {
        *("Authorization", "Content-Type", "Idempotency-Key", "Content-Digest", "If-None-Match"),
        *("Tus-Resumable", "Upload-Length", "Upload-Offset", "Upload-Metadata", "Upload-Checksum"),
    }
    assert "Access-Control-Allow-Credentials" not in response
    assert "Origin" in words(response, "Vary")


@pytest.mark.parametrize("path", OPEN)
def test_answer_may_be_read_with_its_headers(path: str, token: str) -> None:
    response = Client().get(path, headers={"Origin": APP, "Authorization": token})

    assert set(told(response)) == {"Access-Control-Allow-Origin", "Access-Control-Expose-Headers"}
    assert response["Access-Control-Allow-Origin"] == APP
    assert words(response, "Access-Control-Expose-Headers") >= {
        *("Link", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Retry-After", "ETag", "Location"),
        *("Upload-Offset", "Upload-Length", "Upload-Expires", "Upload-Media-Id", "X-Request-Id"),
    }
    assert "Origin" in words(response, "Vary")


@pytest.mark.parametrize("origin", OTHERS)
@pytest.mark.parametrize("path", OPEN)
def test_other_origin_is_told_nothing(path: str, origin: str, token: str) -> None:
    responses = [
        preflight(path, origin),
        Client().get(path, headers={"Origin": origin, "Authorization": token}),
        Client().get(path, headers={"Origin": origin}),
    ]

    assert [told(response) for response in responses] == [{}] * 3
    assert ["Origin" in words(response, "Vary") for response in responses] == [True] * 3


def test_nothing_is_told_where_nothing_is_configured(settings: Settings, token: str) -> None:
    settings.CORS_ORIGINS = frozenset()

    responses = [preflight("/rest/v1/me"), Client().get("/rest/v1/me", headers={"Origin": APP, "Authorization": token})]

    assert [(response.status_code, told(response)) for response in responses] == [(401, {}), (200, {})]


def closed_routes() -> Iterator[Route]:
    pages = (route for route in all_routes() if not route.is_api and not route.is_admin)
    return (route for route in pages if not is_oauth_call(f"/{route.pattern}"))


@pytest.mark.parametrize("origins", [[APP], ["*"], [APP, "*"]])
def test_no_page_is_for_other_origins(settings: Settings, token: str, origins: list[str]) -> None:
    settings.CORS_ORIGINS = frozenset(origins)
    headers = {"Origin": APP, "Authorization": token}

    found = {
        route.pattern: {**told(Client().get(route.path({}), headers=headers)), **told(preflight(route.path({})))}
        for route in closed_routes()
    }

    assert len(found) > 50
    assert {pattern: names for pattern, names in found.items() if names} == {}


def test_cookies_are_worth_nothing_from_another_origin(alma: User, boris: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alma)
    client.cookies["csrf"] = "a" * 32
    headers = {"Origin": APP, "X-CSRFToken": "a" * 32, "Sec-Fetch-Site": "cross-site"}

    read = client.get("/rest/v1/me", headers=headers)
    written = client.put("/rest/v1/users/boris/follow", headers=headers)

    assert (read.status_code, written.status_code) == (401, 401)
    assert not Follow.objects.exists()
    assert client.get("/rest/v1/me").status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_admitted_origin_writes_with_a_token(token: str, boris: User, site: str) -> None:
    headers = {"Origin": APP, "Sec-Fetch-Site": site, "Authorization": token}

    response = Client(enforce_csrf_checks=True).put("/rest/v1/users/boris/follow", headers=headers)

    assert (response.status_code, response["Access-Control-Allow-Origin"]) == (200, APP)


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/token/", "/oauth/revoke"])
@pytest.mark.parametrize(("origin", "status"), [(APP, 401), ("https://evil.example", 403)])
def test_admitted_origin_fetches_tokens(path: str, origin: str, status: int) -> None:
    body = "grant_type=refresh_token&refresh_token=x&token=x&client_id=x"
    headers = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}

    response = Client(enforce_csrf_checks=True).post(path, body, "application/x-www-form-urlencoded", headers=headers)

    assert (response.status_code, "Access-Control-Allow-Origin" in response) == (status, status == 401)


@pytest.mark.parametrize(
    ("status", "headers"),
    [(400, {"Host": "evil.example.org"}), (413, {"Content-Length": "9" * 15}), (411, {"Transfer-Encoding": "chunked"})],
)
def test_page_can_read_why_it_was_refused(token: str, status: int, headers: dict[str, str]) -> None:
    response = Client().generic("POST", "/rest/v1/posts", headers={**headers, "Origin": APP, "Authorization": token})

    assert (response.status_code, response["Access-Control-Allow-Origin"]) == (status, APP)


def test_every_origin_may_call_with_a_token_and_fetch_one(anybody: None, token: str) -> None:
    evil = "https://anybody.example"
    with_token = {"Origin": evil, "Authorization": token}

    answers = [
        Client().get("/rest/v1/me", headers=with_token),
        Client().get("/oauth/token", headers={"Origin": evil}),
        Client().get("/.well-known/oauth-authorization-server", headers={"Origin": evil}),
        preflight("/rest/v1/me", evil, headers="content-type, Authorization"),
        preflight("/oauth/token", evil, headers="content-type"),
    ]

    assert [answer["Access-Control-Allow-Origin"] for answer in answers] == ["*"] * 5
    assert [answer.status_code for answer in answers] == [200, 405, 200, 204, 204]


@pytest.mark.parametrize("header", ["", "Basic x", "Bearer", "bearerx"])
def test_every_origin_may_not_call_without_a_token(anybody: None, header: str) -> None:
    headers = {"Origin": "https://anybody.example", **({"Authorization": header} if header else {})}

    assert told(Client().get("/rest/v1/instance", headers=headers)) == {}
    assert told(preflight("/rest/v1/apps", "https://anybody.example", headers="content-type, x-authorization")) == {}


def test_own_page_keeps_its_cookies_where_every_origin_is_admitted(
    anybody: None, settings: Settings, alma: User
) -> None:
    client = Client()
    client.force_login(alma)

    response = client.get("/rest/v1/me", headers={"Origin": settings.ORIGIN})

    assert (response.status_code, told(response)) == (200, {})


def test_no_header_may_be_sent_that_no_call_reads() -> None:
    sent = words(preflight("/rest/v1/me"), "Access-Control-Allow-Headers")

    assert [name for name in sent if re.search(r"(?i)cookie|csrf|override|forwarded|\*", name)] == []
