"""Every answer, whoever made it, says the same to browsers."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from core.media_urls import media_url
from tests.hardening.routes import METHODS, Route, all_routes, browser, caller, share_of
from tests.privacy.world import write_file

ROUTES = all_routes()
POLICY = {
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
FILES_POLICY = {"default-src 'none'", "sandbox"}
# The one page that other sites may frame; in return it runs nothing and sends nothing.
SHUT = {"script-src 'none'", "form-action 'none'"}
EMBED_POLICY = (
    POLICY - {"script-src 'self'", "form-action 'self'", "frame-ancestors 'none'"} | SHUT | {"frame-ancestors *"}
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
}
PRIVATE_REFERRERS = {"same-origin", "no-referrer"}  # nothing of an address leaves this site
CLOSED = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "microphone", "payment", "usb")


@pytest.fixture(autouse=True)
def https(settings: Settings) -> None:
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True


def lacking(response: Any) -> list[str]:
    """What this answer fails to say, or says too much."""
    policy = set(response.get("Content-Security-Policy", "").split("; "))
    is_embed = response.status_code == 200 and response.wsgi_request.path.endswith("/embed/")
    always = {**ALWAYS, "X-Frame-Options": None if is_embed else "DENY"}
    wrong = [name for name, value in always.items() if response.get(name) != value]
    wrong += ["Content-Security-Policy"] * (policy not in ((EMBED_POLICY,) if is_embed else (POLICY, FILES_POLICY)))
    wrong += ["Referrer-Policy"] * (response.get("Referrer-Policy") not in PRIVATE_REFERRERS)
    permissions = response.get("Permissions-Policy", "")
    wrong += [f"Permissions-Policy {name}" for name in CLOSED if f"{name}=()" not in permissions]
    wrong += [name for name in response.headers if name.lower() in ("x-powered-by", "server")]
    wrong += [name for name in response.headers if name.lower().startswith("access-control-")]
    wrong += ["no-store or private"] * _may_be_shared(response)
    return wrong


def _may_be_shared(response: Any) -> bool:
    """Whether a cache that serves many could keep a page or an answer of the API."""
    kept_apart = ("private", "no-store", "no-cache")
    is_page = response.status_code == 200 and response.get("Content-Type", "").startswith(
        ("text/html", "application/json")
    )
    probe = response.wsgi_request.path.rstrip("/") in ("/healthz", "/readyz")
    return is_page and not probe and not any(word in response.get("Cache-Control", "") for word in kept_apart)


@pytest.mark.parametrize("who", ["nobody", "alma", "staff"])
@pytest.mark.parametrize("method", METHODS)
def test_every_route_answers_every_method_with_the_headers_of_all_answers(
    alma: User, staff: User, values: dict[str, str], who: str, method: str
) -> None:
    person = {"nobody": None, "alma": alma, "staff": staff}[who]

    routes = [route for route in ROUTES if route.is_admin == (who == "staff")]
    ask = caller(person)

    # But for GET, each of two methods is asked by one of the two, nobody and a member.
    parts, number = (1, 0) if who == "staff" or method == "GET" else (2, METHODS.index(method) + (who == "alma"))
    found = {f"/{route.pattern}": tried(route, ask, method, values) for route in share_of(routes, number, parts)}

    assert {pattern: wrong for pattern, wrong in found.items() if wrong} == {}


def tried(route: Route, ask: Callable[..., Any], method: str, values: dict[str, str]) -> list[str]:
    response = ask(method, route.path(values), b"", "application/json", secure=True)
    return lacking(response) + [f"{response.status_code}"] * (response.status_code >= 500)


REFUSED: dict[str, tuple[int, str, str, dict[str, str]]] = {
    "bad host": (400, "GET", "/login/", {"Host": "evil.example.org"}),
    "bad host of a file": (400, "GET", "/static/css/base.css", {"Host": "evil.example.org"}),
    "bad host at the API": (400, "GET", "/rest/v1/instance", {"Host": "evil.example.org"}),
    "unknown page": (404, "GET", "/nothing/", {}),
    "unknown call": (404, "GET", "/rest/v1/nothing", {}),
    "wrong method": (405, "POST", "/explore/", {}),
    "wrong method at the API": (405, "GET", "/rest/v1/accounts", {}),
    "unknown cursor": (400, "GET", "/explore/?cursor=x", {}),
    "too large": (413, "POST", "/login/", {"Content-Length": "9" * 15}),
    "no length": (411, "POST", "/login/", {"Transfer-Encoding": "chunked"}),
    "unsigned file": (403, "GET", "/media/renditions/a.jpg", {}),
    "slash added": (301, "GET", "/login", {}),
    "icon": (302, "GET", "/favicon.ico", {}),
    "health": (200, "GET", "/healthz", {}),
    "readiness": (200, "GET", "/readyz", {}),
    "health by address": (200, "GET", "/healthz", {"Host": "10.1.2.3:8000"}),
    "metrics": (200, "GET", "/metrics", {"Host": "10.1.2.3:8000"}),
    "metrics for strangers": (404, "GET", "/metrics", {"X-Forwarded-For": "192.0.2.1"}),
}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", REFUSED)
def test_refusal_and_what_is_answered_early_have_the_headers_too(kind: str) -> None:
    status, method, path, headers = REFUSED[kind]

    response = browser(None).generic(method, path, secure=True, headers=headers)

    assert (response.status_code, lacking(response)) == (status, [])


@pytest.mark.urls("tests.core.web.broken_urls")
@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/broken/", "/rest/v1/broken"])
def test_error_of_ours_has_the_headers_too(path: str) -> None:
    response = browser(None).get(path, secure=True)

    assert (response.status_code, lacking(response)) == (500, [])


@pytest.mark.django_db
def test_refused_form_has_the_headers_too() -> None:
    response = browser(None, enforce_csrf_checks=True).post("/login/", {"username": "alma"}, secure=True)

    assert (response.status_code, lacking(response)) == (403, [])


@pytest.mark.django_db
def test_answer_beyond_a_limit_has_the_headers_too(settings: Settings) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "API": (0, 300)}

    response = browser(None).get("/rest/v1/instance", secure=True)

    assert (response.status_code, response["Retry-After"] > "0", lacking(response)) == (429, True, [])


@pytest.mark.django_db
def test_page_that_did_not_change_has_the_headers_too(alma: User) -> None:
    client = browser(alma)
    etag = client.get("/", secure=True)["ETag"]

    response = client.get("/", secure=True, headers={"If-None-Match": etag})

    assert (response.status_code, lacking(response)) == (304, [])


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-3"}, {"Range": "bytes=900-"}])
def test_file_of_a_picture_runs_nothing_and_is_framed_by_nobody(headers: dict[str, str]) -> None:
    write_file("renditions", "aa/bowl.jpg", 500)
    url = media_url("renditions", "aa/bowl.jpg", content_type="image/jpeg", seconds=60)

    response = browser(None).get(url, secure=True, headers=headers)

    assert set(response["Content-Security-Policy"].split("; ")) == FILES_POLICY
    assert lacking(response) == []


@pytest.mark.django_db
@pytest.mark.parametrize("origin", ["https://evil.example.org", "null", "https://testserver.evil.example.org"])
@pytest.mark.parametrize("path", ["/", "/rest/v1/instance", "/rest/v1/me", "/login/"])
@pytest.mark.parametrize("method", ["GET", "OPTIONS", "POST"])
def test_page_of_another_origin_may_read_nothing(alma: User, origin: str, path: str, method: str) -> None:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "X-A"}

    response = browser(alma).generic(method, path, secure=True, headers=asked)

    assert [name for name in response.headers if name.lower().startswith("access-control-")] == []


def test_content_security_policy_trusts_nothing_inline(client: Client, settings: Settings) -> None:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]

    words = [str(word) for sources in directives.values() for word in sources]

    assert [word for word in words if word.startswith("'unsafe") or word in ("*", "http:", "https:")] == []
