"""Authenticator apps and recovery codes, as a second step that nobody gets round."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.test import Client
from pytest_django import Settings

from accounts.models import Device, User
from accounts.services.closing import close_account
from accounts.sessions import kept_as
from core.valkey import valkey
from tests.away import take_valkey_away
from tests.codes import last_code
from tests.conftest import AsApp, AsUser, Settled
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
committing = pytest.mark.django_db(transaction=True)  # for what is done after the commit, within a request

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
APP = "/settings/security/two-factor/app/"
CODES = "/settings/security/two-factor/codes.txt"
DEVICES = "/settings/sessions/"
PASSKEY = {"name": "Key", "credential": {"clientExtensionResults": {"credProps": {"rk": True}}}}


def code_of(secret: str) -> str:
    """What an authenticator app shows now."""
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def person_of(client: Client) -> str | None:
    pk = client.session.get("_auth_user_id")
    return User.objects.get(pk=pk).username if pk else None


def log_in(client: Client) -> Any:
    return client.post("/login/?next=/new/", {"username": "alma", "password": PASSWORD})


def confirmed() -> Client:
    """A browser in which alma has logged in and just given her password once more."""
    client = Client()
    log_in(client)
    client.post("/confirm/?next=/", {"password": PASSWORD})
    return client


def set_up(settled: Settled) -> tuple[Client, str]:
    """A browser in which alma has just added an app, and the secret of the app."""
    client = confirmed()
    with settled():
        secret = add_app(client)
    return client, secret


def device_of(client: Client) -> Device:
    return Device.objects.get(session=kept_as(client.cookies["session"].value))


@committing
def test_password_alone_does_not_reopen_the_account_of_somebody_with_an_app(settled: Settled, alma: User) -> None:
    with time_machine.travel(NOON, tick=False):
        _, secret = set_up(settled)
        close_account(alma, password=PASSWORD, address="192.0.2.1")
    client, found = Client(), []
    with time_machine.travel(NOON + timedelta(minutes=2), tick=False):
        for code in ("", "000000", code_of(secret)):
            shown = re.search(r'name="reopen" value="([^"]+)"', log_in(client).text)
            assert shown is not None
            answer = client.post("/login/reopen/", {"reopen": shown[1], "code": code, "next": "/new/"})
            found.append((answer.status_code, User.objects.get().is_active))

    assert found == [(422, False), (422, False), (303, True)]
    assert (answer["Location"], person_of(client)) == ("/login/?next=%2Fnew%2F", None)


@committing
def test_log_in_asks_for_the_code_of_the_app(settled: Settled, alma: User) -> None:
    with time_machine.travel(NOON, tick=False):
        _, secret = set_up(settled)
    client = Client()
    with time_machine.travel(NOON + timedelta(minutes=2), tick=False):
        first = log_in(client)
        before = person_of(client), client.get("/settings/profile/").status_code

        second = client.post("/2fa/", {"code": code_of(secret)})

    assert (first["Location"], before) == ("/2fa/", (None, 302))
    assert (second["Location"], person_of(client)) == ("/new/", "alma")
    assert [each.to for each in mail.outbox] == [["alma@example.org"]]


@committing
def test_code_is_good_once(settled: Settled, alma: User) -> None:
    with time_machine.travel(NOON, tick=False):
        _, secret = set_up(settled)
    first, second = Client(), Client()
    with time_machine.travel(NOON + timedelta(minutes=2), tick=False):
        for client in (first, second):
            log_in(client)
            client.post("/2fa/", {"code": code_of(secret)})

    assert [person_of(first), person_of(second)] == ["alma", None]


@committing
def test_code_of_before_is_refused_and_tries_are_few(settled: Settled, alma: User, settings: Settings) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "second step": (3, 900)}
    with time_machine.travel(NOON, tick=False):
        _, secret = set_up(settled)
        old = code_of(secret)
    client = Client()
    with time_machine.travel(NOON + timedelta(minutes=5), tick=False):
        log_in(client)
        answers = [client.post("/2fa/", {"code": old}).status_code for _ in range(3)]
        answers.append(client.post("/2fa/", {"code": code_of(secret)}).status_code)

    assert (answers, person_of(client)) == ([200, 200, 200, 429], None)


@committing
def test_second_step_is_closed_while_valkey_is_away(settled: Settled, alma: User, settings: Settings) -> None:
    with time_machine.travel(NOON, tick=False):
        _, secret = set_up(settled)
    client = Client()
    with time_machine.travel(NOON + timedelta(minutes=2), tick=False):
        log_in(client)
        take_valkey_away(settings)

        response = client.post("/2fa/", {"code": code_of(secret)})

    assert (response.status_code, person_of(client)) == (503, None)


@committing
def test_recovery_code_logs_in_once(settled: Settled, alma: User) -> None:
    with time_machine.travel(NOON, tick=False):
        owner, _ = set_up(settled)
        code = owner.get(CODES).text.split()[0]
    first, second = Client(), Client()
    for client in (first, second):
        log_in(client)
        client.post("/2fa/", {"code": code})

    assert [person_of(first), person_of(second)] == ["alma", None]


@committing
def test_secrets_are_not_kept_in_clear(settled: Settled, alma: User) -> None:
    with time_machine.travel(NOON, tick=False):
        owner, secret = set_up(settled)
        codes = owner.get(CODES).text.split()

    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert len(codes) == 10
    assert [each for each in [secret, *codes] if each in kept] == []


def test_app_is_added_and_removed_only_after_the_password_was_given_once_more(alma: User) -> None:
    client = Client()
    log_in(client)

    answers = [client.get(path)["Location"].partition("?")[0] for path in (APP, "/settings/security/passkeys/add/")]

    assert answers == ["/confirm/", "/confirm/"]


@pytest.mark.parametrize(
    "path", ["/2fa/", "/settings/security/two-factor/", "/settings/security/passkeys/", "/login/passkey/"]
)
def test_pages_of_second_factors_are_not_for_strangers(client: Client, path: str) -> None:
    assert client.get(path).status_code == 302


def test_passkey_that_is_none_is_refused(client: Client, alma: User) -> None:
    for sent in ("", "{}", "[]", "x", '{"id": "AAAA", "response": {}}', '{"response": {"userHandle": "AAAA"}}'):
        response = client.post("/login/passkey/", {"credential": sent})
        assert response.status_code == 302

    assert person_of(client) is None


def add_app(client: Client, *_: object) -> str:
    """The secret of the app that is added."""
    secret = str(client.get(APP).context["form"].secret)
    client.post(APP, {"code": code_of(secret)})
    return secret


def remove_passkey(client: Client, _: Settled) -> None:
    key = Authenticator.objects.create(user=User.objects.get(username="alma"), type="webauthn", data=PASSKEY)
    client.post(f"/settings/security/passkeys/{key.pk}/remove/")


def change_address(client: Client, settled: Settled) -> None:
    with settled():
        client.post("/settings/email/", {"email": "new@example.org", "action_add": "1"})
    client.post("/verify/", {"code": last_code()})


CHANGES: dict[str, Callable[[Client, Settled], object]] = {
    "app added": add_app,
    "app removed": lambda client, _: client.post(f"{APP}remove/"),
    "codes made": lambda client, _: client.post("/settings/security/two-factor/codes/new/"),
    "passkey removed": remove_passkey,
    "password": lambda client, _: client.post("/settings/security/", {"current": PASSWORD, "new": "new-kiln-93"}),
    "address": change_address,
}


@committing
@pytest.mark.parametrize("change", CHANGES)
def test_what_opens_the_account_changes_and_so_does_the_key_of_the_session(
    settled: Settled, alma: User, change: str
) -> None:
    client, other, old = confirmed(), Client(), Client()
    if change in ("app removed", "codes made"):
        add_app(client)
    other.force_login(alma)
    key, device = client.cookies["session"].value, device_of(client)
    old.cookies["session"] = key

    CHANGES[change](client, settled)

    page = client.get(DEVICES)
    assert client.cookies["session"].value != key
    assert [each.get(DEVICES).status_code for each in (old, other)] == [302, 302]
    assert [each.get("/rest/v1/feed").status_code for each in (old, other, client)] == [401, 401, 200]
    assert (page.context["here"], page.context["others"]) == ([device], [])
    assert device_of(client) == device


@committing
@pytest.mark.parametrize("way", ["password", "code"])
def test_who_proves_to_be_the_person_once_more_goes_on_under_a_new_key(settled: Settled, alma: User, way: str) -> None:
    with time_machine.travel(NOON, tick=False):
        client, secret = set_up(settled)
    key, device = client.cookies["session"].value, device_of(client)
    old = Client()
    old.cookies["session"] = key

    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        if way == "password":
            client.post("/confirm/", {"password": PASSWORD})
        else:
            client.post("/2fa/confirm/", {"code": code_of(secret)})
        page = client.get(APP)
        devices = client.get(DEVICES).context["here"]

        assert (client.cookies["session"].value != key, page["Location"]) == (True, f"{APP}remove/")
        assert (devices, old.get(DEVICES).status_code) == ([device], 302)


@committing
def test_code_stays_used_and_guesses_stay_counted_when_valkey_was_emptied(
    settled: Settled, alma: User, settings: Settings
) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "second step": (3, 900)}
    with time_machine.travel(NOON, tick=False):
        _, secret = set_up(settled)
    client, other = Client(), Client()
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        for each in (client, other):
            log_in(each)
            valkey().flushdb()
            each.post("/2fa/", {"code": code_of(secret)})
        guesses = []
        for _ in range(3):
            valkey().flushdb()
            guesses.append(other.post("/2fa/", {"code": "000000"}).status_code)
    with time_machine.travel(NOON + timedelta(minutes=2), tick=False):
        valkey().flushdb()
        guesses.append(other.post("/2fa/", {"code": code_of(secret)}).status_code)

    assert (person_of(client), person_of(other), guesses) == ("alma", None, [200, 200, 200, 429])


@committing
@pytest.mark.parametrize(
    "path", ["/", "/settings/sessions/", "/settings/security/two-factor/", "/confirm/", "/rest/v1/me", "/new/"]
)
def test_second_step_is_not_got_round_by_any_address(settled: Settled, alma: User, path: str) -> None:
    set_up(settled)
    client, stranger = Client(), Client()
    log_in(client)

    answer, expected = client.get(path), stranger.get(path)

    assert answer.status_code == expected.status_code
    assert (answer.get("Location"), person_of(client)) == (expected.get("Location"), None)


@committing
def test_token_of_who_has_a_second_factor_can_do_what_its_scope_says_and_no_more(
    settled: Settled, alma: User, as_app: AsApp
) -> None:
    set_up(settled)
    app = as_app(alma, "read")

    answers = [app.get("/rest/v1/me").status_code, app.patch("/rest/v1/me", {}, "application/json").status_code]
    pages = [app.get(path).status_code for path in ("/settings/security/two-factor/", "/2fa/", DEVICES)]

    assert (answers, pages) == ([200, 403], [302, 302, 302])


def test_passkey_that_is_the_last_way_in_stays(as_user: AsUser, alma: User) -> None:
    alma.password = make_password(None)
    alma.save()
    first, second = (Authenticator.objects.create(user=alma, type="webauthn", data=PASSKEY) for _ in range(2))
    client = as_user(alma)

    answers = [client.post(f"/settings/security/passkeys/{key.pk}/remove/") for key in (first, second)]

    assert [answer.status_code for answer in answers] == [302, 200]
    assert "This is the only way into your account." in answers[1].text
    assert Authenticator.objects.get(type="webauthn") == second
