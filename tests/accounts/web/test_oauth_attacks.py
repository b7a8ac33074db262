"""OAuth 2 as somebody meets it who wants more than they were given, and whose programs send anything."""

import base64
import json
from collections import Counter
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import get_access_token_model, get_grant_model, get_refresh_token_model
from pytest_django import Settings

from accounts.models import App, User
from accounts.services.apps import leads_to, register_app
from accounts.services.closing import deactivate_account, reopen_account, reopen_pass, suspend_account
from core.exceptions import InvalidInput
from core.valkey import valkey
from tests.accounts.web.test_oauth import (
    BACK,
    CHALLENGE,
    VERIFIER,
    answer,
    asking,
    exchange,
    fetch,
    me,
    page,
    registered,
    tokens_of,
)
from tests.away import take_valkey_away
from tests.factories import PASSWORD
from tests.parallel import together

__all__ = ["page", "registered"]
pytestmark = pytest.mark.django_db(transaction=True)

FORM = "application/x-www-form-urlencoded"
CALLS = ("/oauth/token", "/oauth/token/", "/oauth/revoke", "/oauth/revoke/")
ADDRESSES = (*CALLS, "/.well-known/oauth-authorization-server", "/.well-known/oauth-authorization-server/")


def send(body: str | bytes, path: str = "/oauth/token", content_type: str = FORM, **headers: str) -> Any:
    return Client(raise_request_exception=False).generic("POST", path, body, content_type, headers=headers)


def body_for(app: App, code: str, **more: str) -> str:
    fields = {"grant_type": "authorization_code", "client_id": app.client_id, "redirect_uri": BACK}
    return urlencode({**fields, "code": code, "code_verifier": VERIFIER, **more})


def basic(text: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}


# --- codes ---------------------------------------------------------------------------------------


def test_code_that_comes_again_ends_what_was_made_with_it(page: Client, registered: tuple[App, str]) -> None:
    app, secret = registered
    code, other = answer(page, asking(app))["code"], tokens_of(page, app, secret)
    first = exchange(app, secret, code=code)[1]
    second = fetch(app, secret, grant_type="refresh_token", refresh_token=first["refresh_token"])[1]
    assert me(second["access_token"]) == 200

    status, told = exchange(app, secret, code=code)

    assert (status, told["error"]) == (400, "invalid_grant")
    assert me(second["access_token"]) == 401
    assert fetch(app, secret, grant_type="refresh_token", refresh_token=second["refresh_token"])[0] == 400
    assert me(other["access_token"]) == 200


def test_code_that_another_app_brings_again_ends_nothing(page: Client, registered: tuple[App, str]) -> None:
    app, secret = registered
    other, other_secret = register_app(name="Other", redirect_uris=[BACK], scopes=["read"])
    code = answer(page, asking(app))["code"]
    found = exchange(app, secret, code=code)[1]

    assert exchange(other, other_secret, code=code)[0] == 400
    assert me(found["access_token"]) == 200


def test_code_that_many_bring_at_once_gives_one_token(page: Client, registered: tuple[App, str]) -> None:
    app, _ = registered
    code = answer(page, asking(app))["code"]

    found = [status for _ in range(5) for status in together([lambda: exchange(app, "", code=code)[0]] * 12)]

    assert Counter(found) == {200: 1, 400: 59}
    assert get_access_token_model().objects.count() <= 1


def test_token_that_many_refresh_at_once_leaves_one_that_is_good(page: Client, registered: tuple[App, str]) -> None:
    app, _ = registered
    refresh = tokens_of(page, app)["refresh_token"]

    found = together([lambda: fetch(app, grant_type="refresh_token", refresh_token=refresh)] * 12)

    made = [told for status, told in found if status == 200]
    assert len(made) == 12
    assert Counter(me(told["access_token"]) for told in made) == {200: 1, 401: 11}
    last = next(told for told in made if me(told["access_token"]) == 200)
    assert fetch(app, grant_type="refresh_token", refresh_token=last["refresh_token"])[0] == 200


# --- the question ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more",
    [
        "&state=1&state=2",
        "&scope=read&scope=write",
        "&redirect_uri=https%3A%2F%2Fevil.example",
        "&client_id=other",
        "&nonce=" + "n" * 256,
        "&x=%00",
        "&x=%zz",
        "&x=" + "x" * 2001,
        "&response_mode=fragment",
        "&response_mode=form_post",
    ],
)
def test_question_that_can_be_read_in_two_ways_is_refused_on_the_page(
    page: Client, registered: tuple[App, str], more: str
) -> None:
    address = asking(registered[0]) + more

    statuses = [page.get(address).status_code, page.post(address, {"answer": "allow"}).status_code]

    assert (statuses, get_grant_model().objects.count()) == ([400, 400], 0)


@pytest.mark.parametrize("more", [{"scope": "read write"}, {"redirect_uri": BACK}, {"state": "\x00"}, {"x": "y"}])
def test_form_cannot_ask_for_something_else_than_its_page_showed(
    page: Client, registered: tuple[App, str], more: dict[str, str]
) -> None:
    response = page.post(asking(registered[0], scope="read"), {"answer": "allow", **more})

    assert (response.status_code, get_grant_model().objects.count()) == (400, 0)


@pytest.mark.parametrize("method", ["", "plain", "S512"])
def test_nobody_is_asked_for_an_app_that_proves_itself_too_weakly(
    page: Client, registered: tuple[App, str], method: str
) -> None:
    response = page.get(asking(registered[0], code_challenge_method=method))

    assert response.status_code == 303
    assert parse_qs(urlsplit(response["Location"]).query)["error"] == ["invalid_request"]


@pytest.mark.parametrize("changes", [{"scope": "admin"}, {"response_type": "token"}, {"code_challenge": ""}])
def test_refusals_say_who_refuses(page: Client, registered: tuple[App, str], changes: dict[str, str]) -> None:
    told = parse_qs(urlsplit(page.get(asking(registered[0], **changes))["Location"]).query)

    assert (told["iss"], told["state"]) == (["http://localhost:8000"], ["s t&ate"])
    assert answer(page, asking(registered[0]), "deny")["iss"] == "http://localhost:8000"


@pytest.mark.parametrize(
    "back", ["myapp:///done", "org.example.app:/done?x=1", "https://app.example.org?x=1&y=%20", "org.example.app://a/b"]
)
def test_answer_comes_to_the_address_sign_by_sign(page: Client, back: str) -> None:
    app, _ = register_app(name="Signs", redirect_uris=[back], scopes=["read"])
    address = asking(app, redirect_uri=back, scope="read")

    answers = [page.post(address, {"answer": word})["Location"] for word in ("allow", "deny")]
    refused = page.get(asking(app, redirect_uri=back, scope="admin"))["Location"]

    sign = "&" if "?" in back else "?"
    assert answers[0].startswith(f"{back}{sign}code=")
    assert [each.startswith(f"{back}{sign}error=") for each in (answers[1], refused)] == [True, True]


@pytest.mark.parametrize("path", ["/oauth/authorize", "/oauth/authorize/"])
def test_page_that_asks_is_framed_and_kept_by_nobody(page: Client, registered: tuple[App, str], path: str) -> None:
    response = page.get(asking(registered[0]).replace("/oauth/authorize", path))

    assert response.status_code == 200
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert (response["X-Frame-Options"], response["Cache-Control"]) == ("DENY", "no-store")


def test_name_of_an_app_is_only_words_on_the_page(page: Client) -> None:
    name = "<script>alert(1)</script>\u202eevil\u202c\u2066\u200b"
    app, _ = register_app(name=name, redirect_uris=[BACK], scopes=["read"])

    text = page.get(asking(app, scope="read")).text

    assert "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;evil</bdi>" in text
    assert not set("\u202e\u202c\u2066\u200b") & set(text)


@pytest.mark.parametrize("name", ["Contact  Sheet", "contact-sheet.", "Ｃontact Sheet", "CONTACT\u00a0SHEET"])
def test_app_cannot_be_named_like_the_site(name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        register_app(name=name, redirect_uris=[BACK], scopes=["read"])

    assert [error.code for error in refused.value.errors] == ["name_of_site"]


@pytest.mark.parametrize(
    "address",
    [
        "ms-msdt:/id",
        "search-ms:/query",
        "x-apple.systempreferences:/x",
        "JavaScript:/x",
        "vbscript:/x",
        "https:/app.example.org",
        "https:app.example.org",
        "https://localhost:8000@evil.example/",
        "https://app.example.org\\@evil.example/",
        "https://app.example.org:99999/",
        "http://127.0.0.1:99999/",
        "https://app.example.org/#x",
        "http://127.0.0.1.evil.example/",
        "http://localhost.evil.example/",
        "//evil.example/",
        "/done",
        "https://app.example.org/?code=1",
        "https://app.example.org/?iss=https%3A%2F%2Fevil.example",
        "https://app.example.org/?a=1&state",
        "https://a.example\r\nSet-Cookie:x",
    ],
)
def test_address_that_browsers_and_people_could_misread_is_not_registered(address: str) -> None:
    with pytest.raises(InvalidInput):
        register_app(name="Evil", redirect_uris=[address], scopes=["read"])

    assert App.objects.count() == 0


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("evil://photos.example.org/done", "evil:"),
        ("org.example.app:/done", "org.example.app:"),
        ("https://app.example.org:8443/done", "app.example.org"),
        ("http://127.0.0.1:1234/", "127.0.0.1"),
    ],
)
def test_host_is_named_only_where_the_answer_goes_to_it(address: str, shown: str) -> None:
    assert leads_to(address) == shown


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": BACK + "/"},
        {"redirect_uri": BACK + "?x=1"},
        {"redirect_uri": BACK.upper()},
        {"redirect_uri": "org.example.app:/%64one"},
        {"redirect_uri": "org.example.app://done"},
        {"redirect_uri": BACK + "#x"},
    ],
)
def test_address_that_only_looks_like_the_registered_one_is_refused(
    page: Client, registered: tuple[App, str], changes: dict[str, str]
) -> None:
    assert page.get(asking(registered[0], **changes)).status_code == 400


# --- who may answer it ------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["suspended", "waiting"])
def test_person_who_may_not_be_here_lets_nobody_in(
    page: Client, alma: User, registered: tuple[App, str], state: str
) -> None:
    if state == "suspended":
        suspend_account(alma)
    else:
        User.objects.filter(pk=alma.pk).update(is_active=False, awaits_approval=True)

    response = page.post(asking(registered[0]), {"answer": "allow"})

    assert (response.status_code, get_grant_model().objects.count()) == (302, 0)
    assert urlsplit(response["Location"]).path == "/login/"


def test_suspended_person_gets_no_new_tokens(page: Client, alma: User, registered: tuple[App, str]) -> None:
    app, secret = registered
    found, code = tokens_of(page, app, secret), answer(page, asking(app))["code"]
    suspend_account(alma)

    refreshed = fetch(app, secret, grant_type="refresh_token", refresh_token=found["refresh_token"])
    exchanged = exchange(app, secret, code=code)

    assert [(status, told["error"]) for status, told in (refreshed, exchanged)] == [(400, "invalid_grant")] * 2


def test_app_of_a_suspended_maker_gets_and_does_nothing(page: Client, boris: User) -> None:
    app, secret = register_app(name="Darkroom", redirect_uris=[BACK], scopes=["read", "write"], owner=boris)
    found, code = tokens_of(page, app, secret), answer(page, asking(app))["code"]
    assert me(found["access_token"]) == 200
    suspend_account(boris)

    refreshed = fetch(app, secret, grant_type="refresh_token", refresh_token=found["refresh_token"])
    exchanged = exchange(app, secret, code=code)

    assert [(status, told["error"]) for status, told in (refreshed, exchanged)] == [(401, "invalid_client")] * 2
    assert me(found["access_token"]) == 401


def test_app_stops_while_its_maker_is_away_however_often_it_was_used_before(page: Client, boris: User) -> None:
    app, secret = register_app(name="Darkroom", redirect_uris=[BACK], scopes=["read", "write"], owner=boris)
    token = tokens_of(page, app, secret)["access_token"]
    used = [me(token) for _ in range(4)]

    deactivate_account(boris, password=PASSWORD, address="192.0.2.1")
    away = [me(token) for _ in range(3)]
    boris.refresh_from_db()
    reopen_account(reopen_pass(boris))

    assert (used, away, me(token)) == ([200] * 4, [401] * 3, 200)


# --- the calls --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["client_id", "code", "redirect_uri", "code_verifier", "grant_type"])
def test_parameter_that_stands_twice_is_refused(page: Client, registered: tuple[App, str], name: str) -> None:
    body = body_for(registered[0], answer(page, asking(registered[0]))["code"])

    answers = [send(f"{body}&{name}={value}") for value in ("evil", "")]

    assert [(a.status_code, a.json()["error"]) for a in answers] == [(400, "invalid_request")] * 2
    assert send(body).status_code == 200


@pytest.mark.parametrize("path", ["/oauth/token?", "/oauth/token/?"])
def test_secrets_in_an_address_are_not_taken(page: Client, registered: tuple[App, str], path: str) -> None:
    body = body_for(registered[0], answer(page, asking(registered[0]))["code"])

    told = send("", path + body)

    assert (told.status_code, told.json()["error"]) == (400, "invalid_request")
    assert send(body, path.rstrip("?")).status_code == 200


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/xml", "", "a/b; c"])
@pytest.mark.parametrize("path", CALLS)
def test_body_that_is_no_form_is_refused(path: str, content_type: str) -> None:
    told = send(json.dumps({"grant_type": "authorization_code", "token": "x"}), path, content_type)

    assert (told.status_code, told.json()["error"]) == (400, "invalid_request")
    assert told["Content-Type"] == "application/json"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("path", CALLS)
def test_method_that_a_call_does_not_have_is_refused_in_json(path: str, method: str) -> None:
    told = Client().generic(method, path)

    assert (told.status_code, told["Content-Type"]) == (405, "application/problem+json")
    assert "POST" in told["Allow"]
    assert method == "HEAD" or told.json()["request_id"] == told["X-Request-Id"]


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (400, {"Host": "evil.example.org"}),
        (413, {"Content-Length": "9" * 15}),
        (411, {"Transfer-Encoding": "chunked"}),
        (403, {"Sec-Fetch-Site": "cross-site"}),
    ],
)
def test_every_refusal_is_json(path: str, status: int, headers: dict[str, str]) -> None:
    told = Client().generic("POST", path, headers=headers)

    assert (told.status_code, told["Content-Type"]) == (status, "application/problem+json")
    assert told.json()["request_id"] == told["X-Request-Id"]


BODIES: dict[str, tuple[str | bytes, str]] = {
    "nothing": ("", FORM),
    "nul": ("grant_type=refresh_token&refresh_token=%00&client_id=%00", FORM),
    "nul in a name": ("grant_type%00=x", FORM),
    "half a sign": ("grant_type=%ED%A0%80&client_id=%ED%A0%80", FORM),
    "no utf-8": (b"grant_type=\xff\xfe&code=\xff", FORM),
    "broken hex": ("grant_type=%zz&client_id=%", FORM),
    "10 kB": ("grant_type=refresh_token&client_id=x&refresh_token=" + "x" * 10_000, FORM),
    "many": ("&".join(f"a{n}=1" for n in range(300)), FORM),
    "signs only": ("&&==;;&", FORM),
    "utf-16": ("grant_type=x", f"{FORM}; charset=utf-16"),
    "no such charset": (b"grant_type=x", f"{FORM}; charset=klingon"),
    "multipart without an end": (b"--x\r\nContent-Disposition: form-data", "multipart/form-data; boundary=x"),
    "multipart without a boundary": (b"x", "multipart/form-data"),
    "resource": ("grant_type=authorization_code&resource=x&client_id=x&code=x&code_verifier=x", FORM),
    "openid": ("grant_type=openid&code=x", FORM),
    "device": ("grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=x&client_id={id}", FORM),
    "password": ("grant_type=password&username=alma&password=x&client_id={id}", FORM),
    "exchange": ("grant_type=urn:ietf:params:oauth:grant-type:token-exchange&client_id={id}", FORM),
    "wrong code": ("grant_type=authorization_code&code=x&client_id={id}&code_verifier=x", FORM),
    "without a verifier": ("grant_type=authorization_code&code=x&client_id={id}", FORM),
    "token hint": ("token=x&token_type_hint=%22&client_id={id}", FORM),
}


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("path", CALLS)
def test_no_body_breaks_a_call(registered: tuple[App, str], path: str, kind: str) -> None:
    body, content_type = BODIES[kind]
    if isinstance(body, str):
        body = body.replace("{id}", registered[0].client_id)

    told = send(body, path, content_type)

    assert told.status_code in ({200, 400, 401} if "revoke" in path else {400, 401}), told.content
    assert told["Content-Type"] in ("application/json", "application/problem+json")


CREDENTIALS = ["a:b", "\x00:b", "%00:%00", "a", ":", "", "ä:ö", "a:" + "b" * 5000, "%zz:%"]


@pytest.mark.parametrize("text", CREDENTIALS)
@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/revoke"])
def test_no_credentials_in_the_header_break_a_call(path: str, text: str) -> None:
    told = send("grant_type=authorization_code&code=x&code_verifier=x&token=x", path, **basic(text))

    assert (told.status_code, told.json()["error"]) == (401, "invalid_client")
    assert told["WWW-Authenticate"] == 'Basic realm="oauth"'


@pytest.mark.parametrize("header", ["Basic ====", "Basic \xff", "Basic", "Bearer x", "Digest x", "\x01"])
def test_no_header_breaks_a_call(registered: tuple[App, str], header: str) -> None:
    told = send(body_for(registered[0], "x"), Authorization=header)

    assert (told.status_code, told.json()["error"]) == (401, "invalid_client")


def test_secret_comes_in_one_way(page: Client, registered: tuple[App, str]) -> None:
    app, secret = registered
    body = body_for(app, answer(page, asking(app))["code"], client_secret=secret)

    told = send(body, **basic(f"{app.client_id}:{secret}"))

    assert (told.status_code, told.json()["error"]) == (400, "invalid_request")


def test_scope_only_gets_narrower_by_refreshing(page: Client, registered: tuple[App, str]) -> None:
    app, secret = registered
    refresh = tokens_of(page, app, secret, scope="read")["refresh_token"]

    wider = fetch(app, secret, grant_type="refresh_token", refresh_token=refresh, scope="read write")
    same = fetch(app, secret, grant_type="refresh_token", refresh_token=refresh)

    assert [(wider[0], wider[1]["error"]), (same[0], same[1]["scope"])] == [(400, "invalid_scope"), (200, "read")]


def test_refresh_token_of_another_app_is_nothing_and_stays(page: Client, registered: tuple[App, str]) -> None:
    app, secret = registered
    other, other_secret = register_app(name="Other", redirect_uris=[BACK], scopes=["read"])
    refresh = tokens_of(page, app, secret)["refresh_token"]

    stolen = fetch(other, other_secret, grant_type="refresh_token", refresh_token=refresh)

    assert (stolen[0], stolen[1]["error"]) == (400, "invalid_grant")
    assert fetch(app, secret, grant_type="refresh_token", refresh_token=refresh)[0] == 200


def test_verifier_that_is_missing_or_of_another_code_opens_nothing(page: Client, registered: tuple[App, str]) -> None:
    app, secret = registered
    other = base64.urlsafe_b64encode(b"x" * 32).rstrip(b"=").decode()
    code = answer(page, asking(app, code_challenge=other))["code"]

    tries = [exchange(app, secret, code=code, code_verifier=text) for text in (VERIFIER, "", other, CHALLENGE)]

    assert [status for status, _ in tries] == [400] * 4
    assert get_refresh_token_model().objects.count() == 0


def test_tokens_outlive_an_empty_valkey(page: Client, registered: tuple[App, str]) -> None:
    app, secret = registered
    found, code = tokens_of(page, app, secret), answer(page, asking(app))["code"]

    valkey().flushall()

    assert me(found["access_token"]) == 200
    assert exchange(app, secret, code=code)[0] == 200
    assert fetch(app, secret, grant_type="refresh_token", refresh_token=found["refresh_token"])[0] == 200


@pytest.mark.parametrize("path", CALLS)
def test_calls_are_closed_while_nothing_can_be_counted(settings: Settings, path: str) -> None:
    take_valkey_away(settings)

    told = send("grant_type=authorization_code", path)

    assert (told.status_code, told.json()["error"]) == (503, "temporarily_unavailable")
    assert int(told["Retry-After"]) > 0


def test_expired_code_ends_nothing_that_another_gave(page: Client, registered: tuple[App, str]) -> None:
    app, secret = registered
    found, late = tokens_of(page, app, secret), answer(page, asking(app))["code"]

    with time_machine.travel(timezone.now() + timedelta(seconds=121), tick=True):
        assert exchange(app, secret, code=late)[0] == 400
        assert me(found["access_token"]) == 200
