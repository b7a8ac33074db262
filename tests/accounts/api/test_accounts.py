from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.accounts.api.expected import JSON, person
from tests.away import take_valkey_away
from tests.codes import last_code
from tests.conftest import Settled
from tests.factories import PASSWORD
from tests.reading import problem_of

pytestmark = pytest.mark.django_db


SENT = {"username": "Alma", "email": "alma@example.org", "password": PASSWORD, "display_name": "Alma B."}
VERIFY = "/rest/v1/accounts/verification"


def begin(settled: Settled, **changes: str) -> Any:
    with settled():
        return Client().post("/rest/v1/accounts", {**SENT, **changes}, content_type=JSON)


def test_account_is_made_and_answered_once_the_code_is_given(client: Client, settled: Settled) -> None:
    begun = begin(settled)
    name, code = begun.json()["verification"], last_code()

    response = client.post(VERIFY, {"verification": name, "code": code}, content_type=JSON)

    user = User.objects.get()
    assert (begun.status_code, begun.json()["expires_in"]) == (202, 900)
    assert (response.status_code, response.json()) == (201, person(user, display_name="Alma B."))
    assert (user.check_password(PASSWORD), EmailAddress.objects.get().verified) == (True, True)
    assert client.cookies == {}


def test_account_with_a_taken_address_answers_the_same_and_its_owner_is_told(
    client: Client, settled: Settled, boris: User
) -> None:
    begun = begin(settled, email="Boris@example.org")
    name = begun.json()["verification"]

    response = client.post(VERIFY, {"verification": name, "code": "123456"}, content_type=JSON)

    assert (begun.status_code, sorted(begun.json()), User.objects.count()) == (202, ["expires_in", "verification"], 1)
    assert problem_of(response) == (422, "code_wrong")
    assert [each.to for each in mail.outbox] == [["boris@example.org"]]


def test_wrong_codes_are_few_and_the_right_one_is_no_good_after_them(client: Client, settled: Settled) -> None:
    name, code = begin(settled).json()["verification"], last_code()
    wrong = "000000" if code != "000000" else "111111"

    answers = [
        client.post(VERIFY, {"verification": name, "code": each}, content_type=JSON).status_code
        for each in [wrong] * 5 + [code]
    ]

    assert (answers, EmailAddress.objects.get().verified) == ([422] * 6, False)


def test_code_of_another_verification_is_no_good(client: Client, settled: Settled) -> None:
    name = begin(settled).json()["verification"]
    begin(settled, username="other", email="other@example.org")

    response = client.post(VERIFY, {"verification": name, "code": last_code()}, content_type=JSON)

    assert response.status_code == 422


def test_account_ignores_what_is_not_the_clients_to_say(client: Client) -> None:
    sent = {"username": "alma", "email": "alma@example.org", "password": PASSWORD}
    extra = {
        "id": 1,
        "is_staff": True,
        "is_superuser": True,
        "follower_count": 9,
        "is_active": False,
        "avatar_key": "x",
    }

    client.post("/rest/v1/accounts", {**sent, **extra}, content_type=JSON)

    user = User.objects.get()
    assert (user.pk == 1, user.is_staff, user.is_superuser, user.follower_count, user.is_active, user.avatar_key) == (
        *(False, False, False, 0, True, ""),
    )


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({}, ["username", "email", "password"]),
        ({"username": "al ma", "email": "x", "password": "short"}, ["username", "email", "password"]),
        ({"username": None, "email": [], "password": {}}, ["username", "email", "password"]),
        ({"username": "a\x00b", "email": "a@example.org", "password": PASSWORD}, ["username"]),
        ({"username": "x" * 101, "email": "a@example.org", "password": PASSWORD}, ["username"]),
        ({"username": "alma", "email": "a@" + "x" * 255 + ".org", "password": PASSWORD}, ["email"]),
        ({"username": "alma", "email": "a@example.org", "password": "x" * 5001}, ["password"]),
        ([], [""]),
        ('"alma"', [""]),
    ],
)
def test_account_with_something_wrong_names_each_field(client: Client, sent: object, fields: list[str]) -> None:
    response = client.post("/rest/v1/accounts", sent, content_type=JSON)

    assert (response.status_code, [each["field"] for each in response.json()["errors"]]) == (422, fields)
    assert User.objects.count() == 0


def test_account_where_sign_up_is_closed_is_refused(client: Client, settings: Settings) -> None:
    settings.REGISTRATION = "closed"

    assert problem_of(client.post("/rest/v1/accounts", {}, content_type=JSON)) == (403, "sign_up_closed")


def test_account_with_valkey_away_is_refused_for_a_moment(client: Client, settings: Settings) -> None:
    take_valkey_away(settings)

    response = client.post("/rest/v1/accounts", {}, content_type=JSON)

    assert (problem_of(response), response["Retry-After"]) == ((503, "unavailable"), "10")


@pytest.mark.parametrize(
    ("body", "content_type", "answer"),
    [
        (b"{", JSON, (400, "parse_error")),
        (b'{"username": NaN}', JSON, (400, "parse_error")),
        (b"[" * 100_000, JSON, (400, "parse_error")),
        (b"username=alma", "application/x-www-form-urlencoded", (415, "unsupported_media_type")),
        (b'{"username": "alma"}', "text/plain", (415, "unsupported_media_type")),
        (b"{}", "application/json; charset=utf-16", (415, "unsupported_media_type")),
        (b" " * (1024**2 + 1), JSON, (413, "too_large")),
    ],
)
def test_body_that_cannot_be_read_is_refused(
    client: Client, body: bytes, content_type: str, answer: tuple[int, str]
) -> None:
    assert problem_of(client.post("/rest/v1/accounts", body, content_type=content_type)) == answer


def test_sign_up_sent_again_with_its_key_is_one_account_one_mail_and_one_verification(settled: Settled) -> None:
    headers = {"Idempotency-Key": "0f6d1c3e-9d39-4a53-a9ac-4c6d2a1f7b10"}

    with settled():
        answers = [Client().post("/rest/v1/accounts", SENT, content_type=JSON, headers=headers) for _ in range(2)]
    other = Client().post("/rest/v1/accounts", {**SENT, "username": "x"}, content_type=JSON, headers=headers)
    verified = Client().post(
        VERIFY, {"verification": answers[1].json()["verification"], "code": last_code()}, content_type=JSON
    )

    assert ([answer.status_code for answer in answers], answers[0].json()) == ([202, 202], answers[1].json())
    assert (problem_of(other), verified.status_code) == ((409, "idempotency_key_reused"), 201)
    assert (User.objects.count(), len(mail.outbox)) == (1, 1)
