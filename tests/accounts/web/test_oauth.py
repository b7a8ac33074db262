"""OAuth 2 as an app meets it: registered, allowed by a person, with tokens that live, are renewed and end."""

import base64
import hashlib
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import get_access_token_model, get_grant_model, get_refresh_token_model
from pytest_django import Settings

from accounts.models import App, AppPermission, SecurityEvent, User
from accounts.services.apps import delete_app, forbid, forget_apps, register_app
from accounts.services.closing import suspend_account
from core.ids import to_code

pytestmark = pytest.mark.django_db(transaction=True)

BACK = "org.example.app:/done"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def registered() -> tuple[App, str]:
    return register_app(name="Darkroom", redirect_uris=[BACK], scopes=["read", "write"])


@pytest.fixture
def page(alma: User) -> Client:
    client = Client()
    client.force_login(alma)
    return client


def asking(app: App, **changes: str) -> str:
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": BACK,
        "scope": "read write",
        "state": "s t&ate",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return "/oauth/authorize?" + urlencode({name: value for name, value in {**query, **changes}.items() if value})


def answer(page: Client, address: str, word: str = "allow") -> dict[str, str]:
    """What the app is told when the person answers."""
    response = page.post(address, {"answer": word})
    assert response.status_code == 303
    target, _, query = response["Location"].partition("?")
    assert target == BACK
    return {name: values[0] for name, values in parse_qs(query).items()}


def fetch(app: App, secret: str = "", **fields: str) -> tuple[int, dict[str, Any]]:
    response = Client().post(
        "/oauth/token", {"client_id": app.client_id, **({"client_secret": secret} if secret else {}), **fields}
    )
    assert response["Cache-Control"] == "no-store"
    return response.status_code, response.json()


def exchange(app: App, secret: str, **changes: str) -> tuple[int, dict[str, Any]]:
    fields = {"grant_type": "authorization_code", "redirect_uri": BACK, "code_verifier": VERIFIER}
    return fetch(app, secret, **{**fields, **changes})


def tokens_of(page: Client, app: App, secret: str = "", **changes: str) -> dict[str, Any]:
    status, found = exchange(app, secret, code=answer(page, asking(app, **changes))["code"])
    assert status == 200, found
    return found


def me(token: str) -> int:
    return Client().get("/rest/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code


def like_nothing(token: str) -> int:
    return Client().put("/rest/v1/posts/1/like", headers={"Authorization": f"Bearer {token}"}).status_code


def test_person_lets_an_app_in_and_it_acts_for_them(page: Client, alma: User, registered: tuple[App, str]) -> None:
    app, secret = registered

    shown = page.get(asking(app))
    told = answer(page, asking(app))
    status, found = exchange(app, secret, code=told["code"])

    assert shown.status_code == 200
    assert "Darkroom" in shown.content.decode()
    assert (told["state"], told["iss"]) == ("s t&ate", "http://localhost:8000")
    assert (status, found["token_type"], found["scope"], found["expires_in"]) == (200, "Bearer", "read write", 7200)
    assert (me(found["access_token"]), like_nothing(found["access_token"])) == (200, 404)
    assert AppPermission.objects.get().scopes == ["read", "write"]
    assert SecurityEvent.objects.get(user=alma, kind="app_allowed").detail == "Darkroom"


def test_nothing_kept_could_be_used(page: Client, registered: tuple[App, str]) -> None:
    app, secret = registered
    code = answer(page, asking(app))["code"]
    grants = json.dumps(list(get_grant_model().objects.values()), default=str)
    found = exchange(app, secret, code=code)[1]

    rows = [
        *get_access_token_model().objects.values(),
        *get_refresh_token_model().objects.values(),
        *App.objects.values(),
    ]
    kept = json.dumps(rows, default=str)

    assert code not in grants
    assert [text in kept for text in (found["access_token"], found["refresh_token"], secret)] == [False] * 3


def test_answer_no_gives_nothing(page: Client, registered: tuple[App, str]) -> None:
    told = answer(page, asking(registered[0]), "deny")

    assert (told["error"], told["state"]) == ("access_denied", "s t&ate")
    assert (get_grant_model().objects.count(), AppPermission.objects.count()) == (0, 0)


def test_whoever_is_logged_out_logs_in_first_and_comes_back(registered: tuple[App, str]) -> None:
    response = Client().get(asking(registered[0]))

    assert response.status_code in (302, 303)
    assert parse_qs(urlsplit(response["Location"]).query)["next"] == [asking(registered[0])]


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "nobody"},
        {"client_id": ""},
        {"client_id": "\x00"},
        {"redirect_uri": "https://evil.example/done"},
        {"redirect_uri": "org.example.app:/done/../else"},
        {"redirect_uri": "javascript:alert(1)"},
    ],
)
def test_nobody_is_led_to_an_address_that_is_not_registered(
    page: Client, registered: tuple[App, str], changes: dict[str, str]
) -> None:
    shown, sent = (
        page.get(asking(registered[0], **changes)),
        page.post(asking(registered[0], **changes), {"answer": "allow"}),
    )

    assert (shown.status_code, sent.status_code) == (400, 400)
    assert "This app cannot be let in" in shown.content.decode()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unauthorized_client"),
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"scope": "read admin"}, "invalid_scope"),
        ({"scope": "follow"}, "invalid_scope"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
    ],
)
def test_app_is_told_what_it_asked_for_wrongly(
    page: Client, registered: tuple[App, str], changes: dict[str, str], error: str
) -> None:
    response = page.post(asking(registered[0], **changes), {"answer": "allow"})

    assert response.status_code == 303
    assert response["Location"].startswith(BACK)
    assert f"error={error}" in response["Location"]
    assert get_grant_model().objects.count() == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "w" * 64},
        {"code_verifier": ""},
        {"redirect_uri": "org.example.app:/other"},
        {"code": "guessed"},
        {"code": "\x00"},
        {"client_secret": "wrong"},
        {"grant_type": "password", "username": "alma", "password": "x"},
        {"grant_type": "client_credentials"},
        {"grant_type": ""},
    ],
)
def test_code_alone_is_worth_nothing(page: Client, registered: tuple[App, str], changes: dict[str, str]) -> None:
    app, secret = registered
    code = answer(page, asking(app))["code"]

    status, found = exchange(app, secret, **{"code": code, **changes})

    assert status in (400, 401), found
    assert found["error"]
    assert get_access_token_model().objects.count() == 0


def test_code_is_good_once_and_for_two_minutes(page: Client, registered: tuple[App, str]) -> None:
    app, secret = registered
    code, late = answer(page, asking(app))["code"], answer(page, asking(app))["code"]

    assert [exchange(app, secret, code=code)[0] for _ in range(2)] == [200, 400]
    with time_machine.travel(timezone.now() + timedelta(seconds=121), tick=True):
        assert exchange(app, secret, code=late)[0] == 400


def test_code_of_one_app_is_nothing_to_another(page: Client, registered: tuple[App, str]) -> None:
    other, secret = register_app(name="Other", redirect_uris=[BACK], scopes=["read", "write"])

    assert exchange(other, secret, code=answer(page, asking(registered[0]))["code"])[0] == 400


def test_app_on_a_phone_needs_no_secret(page: Client, registered: tuple[App, str]) -> None:
    assert me(tokens_of(page, registered[0])["access_token"]) == 200


def test_secret_may_come_in_the_header(page: Client, registered: tuple[App, str]) -> None:
    app, secret = registered
    code = answer(page, asking(app))["code"]
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
    both = [base64.b64encode(f"{app.client_id}:{text}".encode()).decode() for text in ("wrong", secret)]

    found = [
        Client().post("/oauth/token", fields, headers={"Authorization": f"Basic {text}"}).status_code for text in both
    ]

    assert found == [401, 200]


def test_scope_is_enforced_and_read_is_what_is_given_unasked(page: Client, registered: tuple[App, str]) -> None:
    found = tokens_of(page, registered[0], scope="")

    assert found["scope"] == "read"
    assert (me(found["access_token"]), like_nothing(found["access_token"])) == (200, 403)


def test_refreshing_ends_the_tokens_of_before(page: Client, registered: tuple[App, str]) -> None:
    app, secret = registered
    first = tokens_of(page, app, secret)

    status, second = fetch(app, secret, grant_type="refresh_token", refresh_token=first["refresh_token"])

    assert (status, second["scope"]) == (200, "read write")
    assert (me(first["access_token"]), me(second["access_token"])) == (401, 200)


def test_app_that_lost_the_answer_to_a_refresh_asks_again_within_a_minute(
    page: Client, registered: tuple[App, str]
) -> None:
    app, secret = registered
    first = tokens_of(page, app, secret)
    lost = fetch(app, secret, grant_type="refresh_token", refresh_token=first["refresh_token"])[1]

    status, again = fetch(app, secret, grant_type="refresh_token", refresh_token=first["refresh_token"])

    assert status == 200
    assert (me(lost["access_token"]), me(again["access_token"])) == (401, 200)
    assert fetch(app, secret, grant_type="refresh_token", refresh_token=again["refresh_token"])[0] == 200


def test_used_token_that_comes_back_later_ends_the_whole_family(page: Client, registered: tuple[App, str]) -> None:
    app, secret = registered
    first = tokens_of(page, app, secret)
    second = fetch(app, secret, grant_type="refresh_token", refresh_token=first["refresh_token"])[1]

    with time_machine.travel(timezone.now() + timedelta(seconds=90), tick=True):
        status, _ = fetch(app, secret, grant_type="refresh_token", refresh_token=first["refresh_token"])
        assert status == 400
        assert me(second["access_token"]) == 401
        assert fetch(app, secret, grant_type="refresh_token", refresh_token=second["refresh_token"])[0] == 400


def test_access_token_ends_after_two_hours(page: Client, registered: tuple[App, str]) -> None:
    found = tokens_of(page, registered[0])
    before = me(found["access_token"])

    with time_machine.travel(timezone.now() + timedelta(hours=2, seconds=1), tick=True):
        assert (before, me(found["access_token"])) == (200, 401)


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_app_gives_its_tokens_back(page: Client, registered: tuple[App, str], which: str) -> None:
    app, secret = registered
    found = tokens_of(page, app, secret)
    assert me(found["access_token"]) == 200

    gone = Client().post("/oauth/revoke", {"client_id": app.client_id, "client_secret": secret, "token": found[which]})

    assert gone.status_code == 200
    assert me(found["access_token"]) == 401
    assert fetch(app, secret, grant_type="refresh_token", refresh_token=found["refresh_token"])[0] == 400


def test_nobody_gives_back_the_tokens_of_another_app(page: Client, registered: tuple[App, str]) -> None:
    other, secret = register_app(name="Other", redirect_uris=[BACK], scopes=["read"])
    found = tokens_of(page, registered[0])

    Client().post(
        "/oauth/revoke", {"client_id": other.client_id, "client_secret": secret, "token": found["access_token"]}
    )

    assert me(found["access_token"]) == 200


def test_person_takes_it_back_in_the_settings_and_nobody_else_can(
    page: Client, boris: User, registered: tuple[App, str]
) -> None:
    app, secret = registered
    found = tokens_of(page, app, secret)
    assert me(found["access_token"]) == 200
    permission = AppPermission.objects.get()
    stranger = Client()
    stranger.force_login(boris)

    assert "Darkroom" in page.get("/settings/apps/").content.decode()
    assert stranger.post(f"/settings/apps/allowed/{to_code(permission.pk)}/end/").status_code == 404
    assert me(found["access_token"]) == 200
    assert page.post(f"/settings/apps/allowed/{to_code(permission.pk)}/end/").status_code == 303

    assert me(found["access_token"]) == 401
    assert fetch(app, secret, grant_type="refresh_token", refresh_token=found["refresh_token"])[0] == 400
    assert SecurityEvent.objects.filter(kind="app_forbidden").count() == 1


def test_suspended_person_and_suspended_maker_end_what_the_app_may(page: Client, alma: User, boris: User) -> None:
    app, _ = register_app(name="Darkroom", redirect_uris=[BACK], scopes=["read", "write"], owner=boris)
    found = tokens_of(page, app)
    suspend_account(boris)
    asked = page.get(asking(app)).status_code
    suspend_account(alma)

    assert asked == 400
    assert me(found["access_token"]) == 401


def test_deleted_app_works_for_nobody(page: Client, boris: User) -> None:
    app, _ = register_app(name="Darkroom", redirect_uris=[BACK], scopes=["read", "write"], owner=boris)
    found = tokens_of(page, app)
    assert me(found["access_token"]) == 200

    delete_app(boris, app.pk)

    assert me(found["access_token"]) == 401


def test_form_of_the_page_may_lead_to_the_app_and_nowhere_else(page: Client, registered: tuple[App, str]) -> None:
    web = register_app(name="Web", redirect_uris=["https://web.example.org:8443/done?x=1"], scopes=["read"])[0]

    policies = [
        page.get(asking(registered[0]))["Content-Security-Policy"],
        page.get(asking(web, redirect_uri="https://web.example.org:8443/done?x=1", scope="read"))[
            "Content-Security-Policy"
        ],
    ]

    found = [part for policy in policies for part in policy.split("; ") if part.startswith("form-action")]
    assert found == ["form-action 'self' org.example.app:", "form-action 'self' https://web.example.org:8443"]


def test_program_on_the_own_machine_listens_on_any_port(page: Client) -> None:
    app, _ = register_app(name="Script", redirect_uris=["http://127.0.0.1/done"], scopes=["read"])

    asked = [
        page.get(asking(app, redirect_uri=address, scope="read")).status_code
        for address in (
            "http://127.0.0.1:51004/done",
            "http://127.0.0.1/done",
            "http://127.0.0.1:1/else",
            "http://127.0.0.1.x/done",
        )
    ]

    assert asked == [200, 200, 400, 400]


def test_app_is_limited_for_all_its_people_together(
    page: Client, registered: tuple[App, str], settings: Settings
) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "API by app": (3, 300)}
    found = tokens_of(page, registered[0])["access_token"]
    headers = {"Authorization": f"Bearer {found}"}

    statuses = [
        Client().get(f"/rest/v1/{call}", headers=headers).status_code for call in ("me", "feed", "feed", "feed", "me")
    ]

    assert statuses == [200, 200, 200, 429, 429]


def test_metadata_says_where_everything_is() -> None:
    found = Client().get("/.well-known/oauth-authorization-server").json()

    assert found["issuer"] == "http://localhost:8000"
    assert found["token_endpoint"] == "http://localhost:8000/oauth/token"
    assert found["code_challenge_methods_supported"] == ["S256"]


def test_apps_that_nobody_allowed_are_forgotten_after_90_days(page: Client, registered: tuple[App, str]) -> None:
    unused, _ = register_app(name="Unused", redirect_uris=[BACK], scopes=["read"])
    tokens_of(page, registered[0])

    with time_machine.travel(timezone.now() + timedelta(days=91), tick=True):
        forgotten = forget_apps()

    assert forgotten == 1
    assert list(App.objects.values_list("name", flat=True)) == ["Darkroom"]
    assert not App.objects.filter(pk=unused.pk).exists()


def test_forbidding_ends_only_the_tokens_of_that_app(page: Client, alma: User, registered: tuple[App, str]) -> None:
    other, _ = register_app(name="Other", redirect_uris=[BACK], scopes=["read", "write"])
    first, second = tokens_of(page, registered[0]), tokens_of(page, other)

    forbid(alma, AppPermission.objects.get(app=other).pk)

    assert (me(first["access_token"]), me(second["access_token"])) == (200, 401)
