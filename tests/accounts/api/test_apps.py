"""POST /rest/v1/apps: what an app may be called, where it may send people, and whose it is."""

from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.test import Client
from pytest_django import Settings

from accounts.models import App, User
from accounts.services.tokens import create_token
from core.models import IdempotentAnswer
from tests.away import take_valkey_away

pytestmark = pytest.mark.django_db

GOOD: dict[str, Any] = {"name": "Darkroom", "redirect_uris": ["org.example.app:/done"]}


def register(**changes: Any) -> tuple[int, dict[str, Any]]:
    headers = changes.pop("headers", {})
    response = Client().post("/rest/v1/apps", {**GOOD, **changes}, "application/json", headers=headers)
    return response.status_code, response.json()


def test_app_registers_itself_and_is_told_its_secret_once() -> None:
    status, found = register(scopes=["read", "write"], website="https://darkroom.example.org")

    app = App.objects.get()
    assert status == 201
    assert found == {
        "id": str(app.pk),
        "name": "Darkroom",
        "client_id": app.client_id,
        "client_secret": found["client_secret"],
        "redirect_uris": ["org.example.app:/done"],
        "scopes": ["read", "write"],
        "website": "https://darkroom.example.org",
        "created_at": found["created_at"],
    }
    assert len(found["client_secret"]) == 43
    assert found["client_secret"] not in str(App.objects.values().get())
    assert (app.user, app.skip_authorization) == (None, False)


@pytest.mark.parametrize(
    "address",
    [
        "https://app.example.org/done",
        "https://app.example.org:8443/done?kind=1",
        "http://127.0.0.1/done",
        "http://127.0.0.1:8765/done",
        "http://[::1]:1/done",
        "myapp://done",
        "org.example.app:/done",
        "x-app+y://a/b",
    ],
)
def test_address_of_a_page_an_app_or_the_own_machine_is_good(address: str) -> None:
    assert register(redirect_uris=[address])[0] == 201


@pytest.mark.parametrize(
    "address",
    [
        "http://app.example.org/done",
        "http://127.0.0.1.example.org/done",
        "http://127.0.0.1@example.org/done",
        "http://localhost/done",
        "https://user:word@app.example.org/done",
        "https:///done",
        "https:app.example.org",
        "https://app.example.org/done#part",
        "https://app.example.org/a b",
        "https://app.example.org:port/",
        "https://\u0430pp.example.org/done",
        "javascript:alert(1)",
        "JavaScript://%0aalert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "intent://scan/#Intent;end",
        "//app.example.org/done",
        "/done",
        "done",
        "app:",
        "",
        "org.example.app:/" + "x" * 500,
        "org.example.app:/done\x00",
        'org.example.app:/"><script>',
    ],
)
def test_address_that_leads_elsewhere_is_refused_by_name(address: str) -> None:
    status, found = register(redirect_uris=["org.example.app:/done", address])

    assert status == 422
    assert found["errors"][0]["field"].startswith("redirect_uris")
    assert not App.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": "\u202e"}, "name"),
        ({"name": "contact sheet"}, "name"),
        ({"redirect_uris": []}, "redirect_uris"),
        ({"redirect_uris": ["a:/b"] * 11}, "redirect_uris"),
        ({"redirect_uris": 7}, "redirect_uris"),
        ({"scopes": ["admin"]}, "scopes"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"website": "http://example.org"}, "website"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], field: str) -> None:
    status, found = register(**changes)

    assert (status, found["code"]) == (422, "invalid")
    assert found["errors"][0]["field"].split(".")[0] == field


def test_fields_of_the_server_are_not_taken_from_clients(alma: User) -> None:
    wished = {
        "client_id": "mine",
        "client_secret": "x",
        "user": alma.pk,
        "skip_authorization": True,
        "client_type": "confidential",
    }

    status, _ = register(**wished)

    app = App.objects.get()
    assert (status, app.user, app.skip_authorization, app.client_type) == (201, None, False, "public")
    assert app.client_id != "mine"


def test_lists_may_be_one_text_as_in_oauth() -> None:
    status, found = register(redirect_uris="app:/a app:/b", scopes="read follow")

    assert (status, found["redirect_uris"], found["scopes"]) == (201, ["app:/a", "app:/b"], ["read", "follow"])


@pytest.mark.parametrize(("scope", "owned"), [("write", True), ("read", False)])
def test_app_belongs_to_whoever_registers_it_with_a_token_that_may_write(alma: User, scope: str, owned: bool) -> None:
    register(headers={"Authorization": f"Bearer {create_token(alma, scopes=[scope])[1]}"})

    assert App.objects.get().user == (alma if owned else None)


def test_one_person_has_25_apps_at_most(alma: User) -> None:
    headers = {"Authorization": f"Bearer {create_token(alma, scopes=['write'])[1]}"}
    for number in range(25):
        App.objects.create(
            id=number, name=str(number), user=alma, client_type="public", authorization_grant_type="authorization-code"
        )

    assert register(headers=headers)[1]["code"] == "too_many_apps"


def test_registering_is_limited_for_an_address_and_closed_without_valkey(settings: Settings) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "app": (2, 3600)}

    assert [register()[0] for _ in range(3)] == [201, 201, 429]
    take_valkey_away(settings)
    assert register()[0] == 503


# --- Sent again with a key

KEY = "0f6d1c3e-9d39-4a53-a9ac-4c6d2a1f7b10"


def test_app_registered_again_with_its_key_is_one_app_with_one_secret() -> None:
    first, second = (register(headers={"Idempotency-Key": KEY}) for _ in range(2))

    assert first == second
    assert (first[0], App.objects.count()) == (201, 1)
    assert first[1]["client_secret"] not in str(IdempotentAnswer.objects.values().get())


def test_secret_that_came_twice_must_not_be_kept_by_caches_and_works() -> None:
    for _ in range(2):
        response = Client().post("/rest/v1/apps", GOOD, "application/json", headers={"Idempotency-Key": KEY})

    app = App.objects.get()
    assert response.headers["Cache-Control"] == "no-store"
    assert check_password(response.json()["client_secret"], app.client_secret)


def test_key_of_another_app_is_a_conflict() -> None:
    register(headers={"Idempotency-Key": KEY})

    status, found = register(name="Enlarger", headers={"Idempotency-Key": KEY})

    assert (status, found["code"], App.objects.count()) == (409, "idempotency_key_reused", 1)


def test_key_that_others_may_guess_is_refused_without_a_token() -> None:
    status, found = register(headers={"Idempotency-Key": "1"})

    assert (status, found["code"], App.objects.count()) == (400, "idempotency_key_short", 0)


def test_app_that_was_refused_may_be_corrected_with_its_key() -> None:
    refused = register(name="", headers={"Idempotency-Key": KEY})[0]

    assert (refused, register(headers={"Idempotency-Key": KEY})[0]) == (422, 201)


def test_key_with_a_token_that_may_not_write_gives_no_app_of_a_token_that_may(alma: User) -> None:
    owned = {"Authorization": f"Bearer {create_token(alma, scopes=['write'])[1]}", "Idempotency-Key": "k"}
    loose = {"Authorization": f"Bearer {create_token(alma, scopes=['read'])[1]}", "Idempotency-Key": "k"}

    assert [register(headers=headers)[0] for headers in (owned, loose, owned)] == [201, 409, 201]
