"""Logging in by another site, with a provider that signs real tokens."""

import re
import socket
import time
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.test import Client
from pytest_django import Settings

from accounts.models import SecurityEvent, User
from accounts.services.closing import close_account
from accounts.services.providers import disconnect
from core.exceptions import InvalidInput
from instagram import env
from tests.accounts.web.test_second_factors import code_of
from tests.codes import last_link
from tests.conftest import AsUser, Settled
from tests.factories import PASSWORD, make_user
from tests.openid import OTHER_KEY, Provider, openid_provider

pytestmark = pytest.mark.django_db

CONNECTIONS = "/settings/security/connections/"
NORA = {"sub": "n-1", "email": "Nora@example.org", "email_verified": True, "preferred_username": "nora"}


@pytest.fixture
def provider(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setenv("OIDC_CLIENT_ID", "photos")
    monkeypatch.setenv("OIDC_CLIENT_SECRET", "shared")
    with openid_provider() as server:
        settings.OIDC_SERVER_URL, settings.OIDC_NAME = server.address, "Family"
        settings.SOCIALACCOUNT_PROVIDERS = env.provider("OIDC", "Family", server.address)
        server.person = dict(NORA)
        yield server


def address_of(response: Any) -> str:
    """Where the page leads on to."""
    found = re.search(r'content="0;url=([^"]+)"', response.text)
    assert found is not None
    return unescape(found[1])


def come(client: Client, provider: Provider, path: str = "/login/provider/", **sent: str) -> Any:
    """Off to the provider and back."""
    there = address_of(client.post(path, sent))
    return client.get(f"/login/provider/callback/?{provider.log_in(there)}")


def tie(user: User, uid: str = "n-1") -> SocialAccount:
    return SocialAccount.objects.create(user=user, provider="oidc", uid=uid)


def person_of(client: Client) -> str | None:
    pk = client.session.get("_auth_user_id")
    return User.objects.get(pk=pk).username if pk else None


def test_without_a_provider_there_is_no_button_and_no_page(client: Client, as_user: AsUser, alma: User) -> None:
    paths = ["/login/provider/callback/", "/login/provider/join/"]

    answers = [client.get(path).status_code for path in paths]

    assert answers == [404, 404]
    assert client.post("/login/provider/").status_code == 404
    assert "/login/provider/" not in client.get("/login/").text


def test_somebody_new_chooses_a_name_and_gets_an_account(client: Client, provider: Provider) -> None:
    response = come(client, provider, next="/new/")
    page = client.get(response["Location"])
    done = client.post(response["Location"], {"username": "nora.n"})

    user = User.objects.get()
    assert (response["Location"], 'value="nora"' in page.text) == ("/login/provider/join/", True)
    assert (done["Location"], person_of(client), user.email) == ("/new/", "nora.n", "nora@example.org")
    assert EmailAddress.objects.get(user=user).verified
    assert list(SocialAccount.objects.values_list("uid", "extra_data")) == [("n-1", {})]
    assert not SocialToken.objects.exists()


def test_who_is_known_is_logged_in_with_a_new_session_key(client: Client, provider: Provider, alma: User) -> None:
    tie(alma)
    there = address_of(client.post("/login/provider/"))
    before = client.session.session_key

    response = client.get(f"/login/provider/callback/?{provider.log_in(there)}")

    assert (response["Location"], person_of(client)) == ("/", "alma")
    assert client.session.session_key != before


def test_page_leads_to_the_provider_with_a_challenge_and_our_own_address(client: Client, provider: Provider) -> None:
    response = client.post("/login/provider/?scope=admin&auth_params=prompt%3Dnone", {}, headers={"Host": "localhost"})

    query = {name: values[0] for name, values in parse_qs(urlsplit(address_of(response)).query).items()}
    assert query["redirect_uri"] == "http://localhost:8000/login/provider/callback/"
    assert ({*query["scope"].split()}, query["code_challenge_method"]) == ({"openid", "profile", "email"}, "S256")
    assert "prompt" not in query
    assert len(query["nonce"]) == 43
    assert "form-action 'self'" in response["Content-Security-Policy"]


def test_account_with_the_same_address_is_not_taken_over(client: Client, provider: Provider) -> None:
    make_user("nora")

    response = come(client, provider)
    page = client.get(response["Location"])
    client.post(response["Location"], {"username": "other"})

    assert "You have an account already" in page.text
    assert (person_of(client), User.objects.count(), SocialAccount.objects.count()) == (None, 1, 0)


@pytest.mark.parametrize("word", [False, None, "no"])
def test_address_that_the_provider_does_not_vouch_for_makes_no_account(
    client: Client, provider: Provider, word: object
) -> None:
    provider.person["email_verified"] = word

    response = come(client, provider)
    page = client.post(response["Location"], {"username": "nora"})

    assert "Your address is not verified" in page.text
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://evil.example.org"},
        {"aud": "another-site"},
        {"exp": int(time.time()) - 3600},
        {"azp": "another-site"},
        {"sub": "somebody-else"},
        {"sub": "n-1\x00"},
        {"nonce": "of-another-log-in"},
        {"nonce": None},
    ],
)
def test_token_with_a_wrong_claim_lets_nobody_in(
    client: Client, provider: Provider, alma: User, wrong: dict[str, Any]
) -> None:
    tie(alma)
    provider.claims, provider.told = wrong, {"sub": "n-1"}

    response = come(client, provider)

    assert (response["Location"], person_of(client)) == ("/login/", None)
    assert "Family could not tell us who you are" in client.get("/login/").text


@pytest.mark.parametrize(("algorithm", "key"), [("RS256", OTHER_KEY), ("none", None), ("HS256", None)])
def test_token_that_the_provider_has_not_signed_lets_nobody_in(
    client: Client, provider: Provider, alma: User, algorithm: str, key: Any
) -> None:
    tie(alma)
    provider.algorithm, provider.key = algorithm, key or provider.key

    response = come(client, provider)

    assert (response["Location"], person_of(client)) == ("/login/", None)


@pytest.mark.parametrize("query", ["code=x&state=made-up", "code=x", "error=access_denied", ""])
def test_answer_that_nobody_asked_for_lets_nobody_in(
    client: Client, provider: Provider, alma: User, query: str
) -> None:
    tie(alma)

    response = client.get(f"/login/provider/callback/?{query}")

    assert (response["Location"], person_of(client)) == ("/login/", None)


def test_answer_meant_for_another_browser_or_used_before_lets_nobody_in(
    client: Client, provider: Provider, alma: User
) -> None:
    tie(alma)
    back = provider.log_in(address_of(client.post("/login/provider/")))

    other = Client()
    other.get(f"/login/provider/callback/?{back}")
    client.get(f"/login/provider/callback/?{back}")
    client.post("/logout/")
    client.get(f"/login/provider/callback/?{back}")

    assert (person_of(other), person_of(client)) == (None, None)


def test_nonce_is_another_for_each_log_in(provider: Provider) -> None:
    queries = [urlsplit(address_of(Client().post("/login/provider/"))).query for _ in range(2)]

    assert len({parse_qs(query)["nonce"][0] for query in queries}) == 2


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_provider_that_is_away_is_told_of_and_the_password_still_lets_in(
    client: Client, provider: Provider, alma: User, when: str
) -> None:
    if when == "before":
        provider.stop()
        response = client.post("/login/provider/")
    else:
        back = provider.log_in(address_of(client.post("/login/provider/")))
        provider.stop()
        response = client.get(f"/login/provider/callback/?{back}")
    page = client.get("/login/").text

    client.post("/login/", {"username": "alma", "password": PASSWORD})

    assert (response.status_code, response["Location"], person_of(client)) == (303, "/login/", "alma")
    assert "Family could not tell us who you are" in page


def test_provider_that_never_answers_is_given_up(client: Client, provider: Provider, settings: Settings) -> None:
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 0.1
    with socket.create_server(("127.0.0.1", 0)) as silent:
        app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
        app["settings"]["server_url"] = f"http://127.0.0.1:{silent.getsockname()[1]}"

        response = client.post("/login/provider/")

    assert (response.status_code, response["Location"]) == (303, "/login/")


NONSENSE = [(200, body) for body in (b"", b"<html>", b"[]", b'"x"', b"{}", b'{"a": {}}', b"\xff\x00", b"null")]


@pytest.mark.parametrize("answer", [*NONSENSE, (500, b"{}"), (302, b"{}"), (204, b"")])
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/keys", "/me"])
def test_provider_that_answers_nonsense_lets_nobody_in(
    client: Client, provider: Provider, alma: User, path: str, answer: tuple[int, bytes]
) -> None:
    tie(alma)
    back = provider.log_in(address_of(client.post("/login/provider/")))
    provider.raw[path] = answer

    response = client.get(f"/login/provider/callback/?{back}")
    again = client.post("/login/provider/")

    assert (response.status_code, response["Location"], person_of(client)) == (303, "/login/", None)
    assert again.status_code in (200, 303)


@pytest.mark.parametrize(
    "found",
    [
        {"issuer": "https://evil.example.org"},
        {"issuer": "http://127.0.0.1"},
        {"issuer": None},
        {"authorization_endpoint": None},
        {"token_endpoint": ["https://evil.example.org"]},
    ],
)
def test_discovery_that_is_not_the_issuers_own_leads_nowhere(
    client: Client, provider: Provider, found: dict[str, Any]
) -> None:
    provider.found = found

    response = client.post("/login/provider/")

    assert (response.status_code, response["Location"]) == (303, "/login/")


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"])
def test_provider_is_asked_with_https_alone_where_the_site_has_it(
    client: Client, provider: Provider, settings: Settings, name: str
) -> None:
    settings.SECURE = True
    ends = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
    provider.found = {end: f"https://{end.replace('_', '-')}.example.org/" for end in ends}

    fine = address_of(client.post("/login/provider/"))
    provider.found[name] = f"{provider.address}/somewhere"
    refused = client.post("/login/provider/")

    assert fine.startswith("https://authorization-endpoint.example.org/?")
    assert (refused.status_code, refused["Location"]) == (303, "/login/")


def test_words_of_the_provider_that_cannot_be_kept_are_as_not_said(client: Client, provider: Provider) -> None:
    provider.person |= {"preferred_username": "no\x00ra", "name": {"first": "Nora"}, "email": "n" * 300}

    response = come(client, provider)
    page = client.get(response["Location"])

    assert (page.status_code, "Your address is not verified" in page.text) == (200, True)


def test_who_came_from_the_provider_keeps_that_way_until_there_is_a_password(
    client: Client, provider: Provider, settled: Settled
) -> None:
    come(client, provider)
    client.post("/login/provider/join/", {"username": "nora"})
    user = User.objects.get()

    asked = client.get(CONNECTIONS, follow=True)
    with pytest.raises(InvalidInput) as refused:
        disconnect(user, request=asked.wsgi_request)
    kept = SocialAccount.objects.count()
    with settled():
        client.post("/password/reset/", {"email": "nora"})
    client.post(client.get(last_link())["Location"], {"password1": "another-kiln-77"})
    client.post("/login/", {"username": "nora", "password": "another-kiln-77"})
    client.post(f"/confirm/?next={CONNECTIONS}", {"password": "another-kiln-77"})
    client.post(CONNECTIONS)

    assert (user.has_usable_password(), refused.value.code, kept) == (False, "last_way_in", 1)
    assert asked.redirect_chain[-1][0].startswith("/password/reset/")
    assert "You have no password here yet" in asked.text
    assert (person_of(client), SocialAccount.objects.count()) == ("nora", 0)


def test_last_way_in_is_not_disconnected_and_the_page_says_why(provider: Provider, as_user: AsUser, alma: User) -> None:
    alma.password = make_password(None)
    alma.save()
    tie(alma)
    TOTP.activate(alma, generate_totp_secret())

    answer = as_user(alma).post(CONNECTIONS, follow=True)

    assert "This is the only way into your account." in answer.text
    assert SocialAccount.objects.filter(user=alma).exists()


def test_connecting_ends_other_sessions_and_renews_the_key(provider: Provider, client: Client, alma: User) -> None:
    other = Client()
    other.force_login(alma)
    client.post("/login/", {"username": "alma", "password": PASSWORD})
    client.post(f"/confirm/?next={CONNECTIONS}", {"password": PASSWORD})

    keys = [client.cookies["session"].value]
    come(client, provider, f"{CONNECTIONS}connect/")
    keys.append(client.cookies["session"].value)
    client.post(CONNECTIONS)
    keys.append(client.cookies["session"].value)

    assert (len(set(keys)), person_of(client), person_of(other)) == (3, "alma", None)


def test_second_factor_is_asked_for_here_too(client: Client, provider: Provider, alma: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(alma, secret)
    tie(alma)

    response = come(client, provider)
    before = person_of(client)
    client.post("/2fa/", {"code": code_of(secret)})

    assert (response["Location"], before, person_of(client)) == ("/2fa/", None, "alma")


def test_closed_account_can_be_reopened_by_who_comes_from_the_provider(
    client: Client, provider: Provider, alma: User
) -> None:
    tie(alma)
    close_account(alma, password=PASSWORD, address="127.0.0.1")

    response = come(client, provider)

    assert (person_of(client), "This account is closed" in response.text) == (None, True)


def test_suspended_person_does_not_get_in(client: Client, provider: Provider, alma: User) -> None:
    tie(alma)
    User.objects.filter(pk=alma.pk).update(is_active=False)

    come(client, provider)

    assert person_of(client) is None


def test_account_is_connected_after_the_password_and_disconnected(
    provider: Provider, settled: Settled, alma: User, client: Client
) -> None:
    client.post("/login/", {"username": "alma", "password": PASSWORD})
    early = client.post(f"{CONNECTIONS}connect/")
    client.post(f"/confirm/?next={CONNECTIONS}", {"password": PASSWORD})

    with settled():
        response = come(client, provider, f"{CONNECTIONS}connect/")
    connected = SocialAccount.objects.filter(user=alma, uid="n-1").exists()
    with settled():
        client.post(CONNECTIONS)

    kinds = [SecurityEvent.Kind.PROVIDER_ADDED, SecurityEvent.Kind.PROVIDER_REMOVED]
    assert early["Location"].startswith("/confirm/")
    assert (response["Location"], connected, SocialAccount.objects.exists()) == (CONNECTIONS, True, False)
    assert SecurityEvent.objects.filter(user=alma, kind__in=kinds).count() == 2
    assert sum("Family" in str(each.body) for each in mail.outbox) == 2


def test_person_at_the_provider_belongs_to_one_account(
    provider: Provider, client: Client, alma: User, boris: User
) -> None:
    tie(boris)
    client.post("/login/", {"username": "alma", "password": PASSWORD})
    client.post(f"/confirm/?next={CONNECTIONS}", {"password": PASSWORD})

    come(client, provider, f"{CONNECTIONS}connect/")
    client.post(CONNECTIONS)

    assert list(SocialAccount.objects.values_list("user__username", "uid")) == [("boris", "n-1")]


def test_closed_site_lets_in_whom_it_knows_and_nobody_new(
    client: Client, provider: Provider, settings: Settings, alma: User
) -> None:
    settings.REGISTRATION = "closed"
    tie(alma, "a-1")

    response = come(client, provider)
    answer = client.post(response["Location"], {"username": "nora"})
    provider.person["sub"] = "a-1"
    come(client, provider)

    assert answer.status_code == 403
    assert (person_of(client), User.objects.count()) == ("alma", 1)
