"""What a request says about our own address is not believed: links are made from ORIGIN."""

import pytest

from accounts.models import User
from tests.conftest import AsUser
from tests.factories import make_post
from tests.hardening.routes import all_routes, browser

CLAIMS = {
    "X-Forwarded-Host": "evil.example.org",
    "X-Forwarded-Server": "evil.example.org",
    "X-Forwarded-Port": "8443",
    "X-Original-Url": "https://evil.example.org/",
    "X-Rewrite-Url": "/admin/",
    "Forwarded": "host=evil.example.org;proto=https",
    "X-Forwarded-Prefix": "/evil.example.org",
    "X-Host": "evil.example.org",
}
HOSTS = [
    "evil.example.org",
    "testserver.evil.example.org",
    "testserver@evil.example.org",
    "testserver, evil.example.org",
]
HOSTS += ["testserver:80@evil.example.org", "", "[::1]", "evil.example.org:80", "testserver/evil", "testserver evil"]


@pytest.mark.django_db
@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize(
    "path", ["/", "/login/", "/rest/v1/instance", "/rest/v1/explore", "/admin/login/", "/favicon.ico"]
)
def test_host_that_is_not_ours_is_refused(host: str, path: str) -> None:
    answer = browser(None).get(path, headers={"Host": host})

    assert (answer.status_code, "evil" in answer.text) == (400, False)


def test_no_route_repeats_a_claim_about_our_address(alma: User, values: dict[str, str]) -> None:
    client, wrong = browser(alma), {}

    for route in all_routes():
        if not route.is_admin and "logout" not in route.pattern:
            answer = client.get(route.path(values), headers=CLAIMS)
            body = b"".join(answer)
            told = str(answer.headers)
            if b"evil.example.org" in body or "evil.example.org" in told or answer.status_code >= 500:
                wrong[route.pattern] = answer.status_code

    assert wrong == {}


def test_page_kept_for_the_next_visitor_carries_no_claim_of_the_one_before(as_user: AsUser, alma: User) -> None:
    make_post(alma)
    client = as_user(None)

    client.get("/@alma/", headers=CLAIMS)

    assert "evil.example.org" not in client.get("/@alma/").text


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["X-Forwarded-Proto", "X-Forwarded-Ssl", "X-Scheme", "Front-End-Https"])
def test_scheme_is_not_believed_without_a_proxy(name: str) -> None:
    answer = browser(None).get("/login/", headers={name: "https" if "Proto" in name or "Scheme" in name else "on"})

    assert (answer.status_code, "Strict-Transport-Security" in answer) == (200, False)
