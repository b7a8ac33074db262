import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.accounts.api.expected import JSON, person
from tests.away import take_valkey_away
from tests.factories import PASSWORD
from tests.reading import problem_of

pytestmark = pytest.mark.django_db


def test_account_is_made_and_answered(client: Client) -> None:
    sent = {"username": "Alma", "email": "alma@example.org", "password": PASSWORD, "display_name": "Alma B."}

    response = client.post("/rest/v1/accounts", sent, content_type=JSON)

    user = User.objects.get()
    assert (response.status_code, response.json()) == (201, person(user, display_name="Alma B."))
    assert user.check_password(PASSWORD)
    assert client.cookies == {}


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
    settings.SIGNUP_OPEN = False

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
