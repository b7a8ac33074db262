"""Authenticator apps and recovery codes, as a second step that nobody gets round."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.away import take_valkey_away
from tests.codes import last_code
from tests.conftest import Settled
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
APP = "/settings/security/two-factor/app/"
CODES = "/settings/security/two-factor/codes.txt"


def code_of(secret: str) -> str:
    """What an authenticator app shows now."""
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def person_of(client: Client) -> str | None:
    pk = client.session.get("_auth_user_id")
    return User.objects.get(pk=pk).username if pk else None


def log_in(client: Client) -> Any:
    return client.post("/login/?next=/new/", {"username": "alma", "password": PASSWORD})


def set_up(settled: Settled) -> tuple[Client, str]:
    """A browser in which alma has just added an app, and the secret of the app."""
    client = Client()
    log_in(client)
    client.post("/confirm/?next=/", {"password": PASSWORD})
    secret = client.get(APP).context["form"].secret
    with settled():
        client.post(APP, {"code": code_of(secret)})
    return client, secret


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


def test_code_is_good_once(settled: Settled, alma: User) -> None:
    with time_machine.travel(NOON, tick=False):
        _, secret = set_up(settled)
    first, second = Client(), Client()
    with time_machine.travel(NOON + timedelta(minutes=2), tick=False):
        for client in (first, second):
            log_in(client)
            client.post("/2fa/", {"code": code_of(secret)})

    assert [person_of(first), person_of(second)] == ["alma", None]


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


def test_second_step_is_closed_while_valkey_is_away(settled: Settled, alma: User, settings: Settings) -> None:
    with time_machine.travel(NOON, tick=False):
        _, secret = set_up(settled)
    client = Client()
    with time_machine.travel(NOON + timedelta(minutes=2), tick=False):
        log_in(client)
        take_valkey_away(settings)

        response = client.post("/2fa/", {"code": code_of(secret)})

    assert (response.status_code, person_of(client)) == (503, None)


def test_recovery_code_logs_in_once(settled: Settled, alma: User) -> None:
    with time_machine.travel(NOON, tick=False):
        owner, _ = set_up(settled)
        code = owner.get(CODES).text.split()[0]
    first, second = Client(), Client()
    for client in (first, second):
        log_in(client)
        client.post("/2fa/", {"code": code})

    assert [person_of(first), person_of(second)] == ["alma", None]


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


@pytest.mark.parametrize("what", ["app", "address"])
def test_other_sessions_end_when_what_opens_the_account_changes(settled: Settled, alma: User, what: str) -> None:
    other = Client()
    log_in(other)
    before = other.get("/settings/profile/").status_code
    if what == "app":
        with time_machine.travel(NOON, tick=False):
            client, _ = set_up(settled)
    else:
        client = Client()
        log_in(client)
        client.post("/confirm/?next=/", {"password": PASSWORD})
        key = client.session.session_key
        with settled():
            client.post("/settings/email/", {"email": "new@example.org", "action_add": "1"})
        with settled():
            client.post("/verify/", {"code": last_code()})
        assert client.session.session_key != key

    answers = [each.get("/settings/profile/").status_code for each in (other, client)]
    feed = other.get("/rest/v1/feed").status_code

    assert (before, answers, feed) == (200, [302, 200], 401)
