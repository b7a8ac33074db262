"""Verifying an address, resetting a password, changing the address, giving the password once more."""

import re
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher, make_password
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.models import User
from tests.codes import last_code, last_link
from tests.conftest import AsUser, Settled
from tests.factories import PASSWORD, make_user
from tests.privacy.answers import comparable

pytestmark = pytest.mark.django_db

NEW = {"username": "nora", "email": "nora@example.org", "password": PASSWORD}
SENT_TO = "/verify/"


def person_of(client: Client) -> str | None:
    pk = client.session.get("_auth_user_id")
    return User.objects.get(pk=pk).username if pk else None


def begin(client: Client, settled: Settled, **changes: str) -> Any:
    with settled():
        return client.post("/signup/?next=/new/", {**NEW, **changes})


def test_code_that_was_mailed_verifies_the_address_and_logs_in(client: Client, settled: Settled) -> None:
    begin(client, settled)

    response = client.post(SENT_TO, {"code": last_code()})

    assert (response.status_code, response["Location"], person_of(client)) == (302, "/new/", "nora")
    assert EmailAddress.objects.get(user__username="nora").verified
    assert [each.to for each in mail.outbox] == [["nora@example.org"]]


def test_account_cannot_be_used_before_its_address_is_verified(client: Client, settled: Settled) -> None:
    begin(client, settled)

    answers = [client.get(path).status_code for path in ("/settings/profile/", "/new/")]
    again = Client()
    with settled():
        response = again.post("/login/", {"username": "nora", "password": PASSWORD})

    assert answers == [302, 302]
    assert (response["Location"], person_of(again), len(mail.outbox)) == (SENT_TO, None, 2)


def test_wrong_codes_are_few_and_the_right_one_is_no_good_after_them(client: Client, settled: Settled) -> None:
    begin(client, settled)
    code = last_code()
    wrong = "000000" if code != "000000" else "111111"

    answers = [client.post(SENT_TO, {"code": wrong}).status_code for _ in range(5)]
    client.post(SENT_TO, {"code": code})

    assert answers == [200, 200, 200, 200, 302]
    assert person_of(client) is None


def test_code_is_too_old_after_a_quarter_of_an_hour(client: Client, settled: Settled) -> None:
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    with time_machine.travel(noon, tick=False):
        begin(client, settled)
    with time_machine.travel(noon + timedelta(minutes=16), tick=False):
        client.post(SENT_TO, {"code": last_code()})

    assert person_of(client) is None


def test_code_can_be_sent_again_a_few_times(client: Client, settled: Settled) -> None:
    begin(client, settled)
    for _ in range(5):
        with settled():
            client.post(SENT_TO, {"action": "resend"})
    sent = len(mail.outbox)

    client.post(SENT_TO, {"code": last_code()})

    assert (2 <= sent <= 4, person_of(client)) == (True, "nora")


def test_sign_up_with_a_taken_address_answers_as_with_a_free_one(settled: Settled) -> None:
    make_user("owner")
    free, taken = Client(), Client()

    answers = [
        comparable(begin(free, settled, email="free@example.org"), "free"),
        comparable(begin(taken, settled, email="owner@example.org", username="other"), "owner"),
    ]
    pages = [
        re.sub(r'value="\w{64}"', "", client.get(SENT_TO).text.replace("free@", "x@").replace("owner@", "x@"))
        for client in (free, taken)
    ]
    wrong = [client.post(SENT_TO, {"code": "000000"}).status_code for client in (free, taken)]

    assert answers[0] == answers[1]
    assert re.sub("[0-9a-f]{16}", "", pages[0]) == re.sub("[0-9a-f]{16}", "", pages[1])
    assert wrong[0] == wrong[1]
    assert not User.objects.filter(username="other").exists()
    assert [(each.to, "already" in str(each.body)) for each in mail.outbox] == [
        (["free@example.org"], False),
        (["owner@example.org"], True),
    ]


@pytest.mark.parametrize("name", ["alma", "ALMA", "alma@example.org", " Alma@Example.org "])
def test_reset_sets_a_new_password_by_a_link_that_works_once(
    client: Client, settled: Settled, alma: User, name: str
) -> None:
    with settled():
        client.post("/password/reset/", {"email": name})
    link = last_link()

    first = client.get(link)
    client.post(first["Location"], {"password1": "another-kiln-77"})
    second = Client().get(link)

    alma.refresh_from_db()
    assert (alma.check_password("another-kiln-77"), person_of(client)) == (True, None)
    assert "This link is too old" in second.text
    assert mail.outbox[0].to == ["alma@example.org"]


def test_reset_answers_the_same_for_everybody_and_mails_nobody_unknown(settled: Settled, alma: User) -> None:
    answers = []
    for name in ("alma", "alba", "alma@example.org", "alba@example.org"):
        with settled():
            answers.append(comparable(Client().post("/password/reset/", {"email": name})))

    assert len({repr(answer) for answer in answers}) == 1
    assert [each.to for each in mail.outbox] == [["alma@example.org"]] * 2


@pytest.mark.parametrize("what", ["password", "address", "log-in", "hour", "other"])
def test_reset_link_dies(client: Client, settled: Settled, alma: User, boris: User, what: str) -> None:
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    with time_machine.travel(noon, tick=False), settled():
        client.post("/password/reset/", {"email": "alma"})
    link = last_link()
    later = noon + timedelta(minutes=61 if what == "hour" else 1)
    with time_machine.travel(later, tick=False):
        if what == "password":
            alma.set_password("x1-kiln-shelf")
            alma.save()
        if what == "address":
            User.objects.filter(pk=alma.pk).update(email="new@example.org")
        if what == "log-in":
            Client().post("/login/", {"username": "alma", "password": PASSWORD})
        if what == "other":
            from allauth.account.utils import user_pk_to_url_str  # noqa: PLC0415

            link = link.replace(user_pk_to_url_str(alma), user_pk_to_url_str(boris))

        response = Client().get(link)

    assert "This link is too old" in response.text


def test_reset_link_leads_to_our_origin_whatever_the_host_header_says(
    client: Client, settled: Settled, alma: User, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["*"]

    with settled():
        client.post("/password/reset/", {"email": "alma"}, headers={"Host": "evil.example.org"})

    assert "evil" not in str(mail.outbox[0].body)
    assert settings.ORIGIN in str(mail.outbox[0].body)


def test_reset_ends_every_session(client: Client, settled: Settled, as_user: AsUser, alma: User) -> None:
    old = as_user(alma)
    with settled():
        client.post("/password/reset/", {"email": "alma"})
    with settled():
        client.post(client.get(last_link())["Location"], {"password1": "another-kiln-77"})

    assert old.get("/settings/profile/").status_code == 302


def test_new_address_counts_once_its_code_is_given_and_the_old_one_is_told(settled: Settled, alma: User) -> None:
    client = Client()
    client.post("/login/", {"username": "alma", "password": PASSWORD})
    client.post("/confirm/?next=/settings/email/", {"password": PASSWORD})
    with settled():
        client.post("/settings/email/", {"email": "New@example.org", "action_add": "1"})
    code, before = last_code(), User.objects.get(pk=alma.pk).email

    with settled():
        client.post(SENT_TO, {"code": code})

    alma.refresh_from_db()
    assert (before, alma.email) == ("alma@example.org", "new@example.org")
    assert [(row.email, row.verified) for row in EmailAddress.objects.filter(user=alma)] == [("new@example.org", True)]
    assert [each.to for each in mail.outbox] == [["new@example.org"], ["alma@example.org"]]


def test_page_of_the_address_tells_which_one_waits_for_its_code(as_user: AsUser, alma: User) -> None:
    client = as_user(alma)
    before = client.get("/settings/email/").text
    client.post("/settings/email/", {"email": "new@example.org", "action_add": "1"})

    after = client.get("/settings/email/").text

    assert [("new@example.org" in text, SENT_TO in text) for text in (before, after)] == [(False, False), (True, True)]


def test_address_of_somebody_else_can_be_asked_for_and_is_never_given(
    settled: Settled, alma: User, boris: User
) -> None:
    client = Client()
    client.post("/login/", {"username": "alma", "password": PASSWORD})
    client.post("/confirm/?next=/settings/email/", {"password": PASSWORD})

    with settled():
        response = client.post("/settings/email/", {"email": "boris@example.org", "action_add": "1"})

    assert (response.status_code, response["Location"]) == (302, SENT_TO)
    assert User.objects.get(pk=alma.pk).email == "alma@example.org"


def test_address_is_changed_only_after_the_password_was_given_once_more(alma: User) -> None:
    client = Client()
    client.post("/login/", {"username": "alma", "password": PASSWORD})

    response = client.post("/settings/email/", {"email": "new@example.org", "action_add": "1"})
    wrong = client.post("/confirm/?next=/settings/email/", {"password": "wrong"})
    right = client.post("/confirm/?next=/settings/profile/", {"password": PASSWORD})

    assert (response.status_code, response["Location"]) == (302, "/confirm/?next=%2Fsettings%2Femail%2F")
    assert "This is not your password." in wrong.text
    assert (right.status_code, right["Location"]) == (302, "/settings/profile/")


def count_hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password that is hashed from now on."""
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def count(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", count)
    return hashed


def test_unknown_name_and_wrong_password_cost_one_hash_each(
    client: Client, alma: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.filter(pk=make_user("keyed").pk).update(password=make_password(None))
    hashed = count_hashes(monkeypatch)

    counts = []
    for name in ("alma", "almo", "keyed", "alma@example.org", "almo@example.org"):
        hashed.clear()
        client.post("/login/", {"username": name, "password": "wrong-password"})
        counts.append(len(hashed))

    assert counts == [1] * 5


# --- Nobody's mailbox is filled, and no mailbox tells whether it has an account


def many(settings: Settings, **limits: tuple[int, int]) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, **{name.replace("_", " "): each for name, each in limits.items()}}


def sign_up_by(way: str, **changes: str) -> Any:
    if way == "page":
        return Client().post("/signup/", {**NEW, **changes})
    return Client().post("/rest/v1/accounts", {**NEW, **changes}, content_type="application/json")


def test_codes_for_another_address_are_few_whoever_asks_and_whoever_has_it(
    settled: Settled, settings: Settings, as_user: AsUser, alma: User, boris: User
) -> None:
    many(settings, mail_to_one_address=(2, 3600))
    statuses, addresses = [], ("boris@example.org", "nobody@example.org")
    for address in addresses:
        for who in (alma, alma, make_user()):
            with settled():
                sent = {"email": address, "action_add": "1"}
                statuses.append(as_user(who).post("/settings/email/", sent).status_code)

    assert statuses == [302, 302, 429] * 2
    assert [each.to[0] for each in mail.outbox if each.to[0] in addresses] == [*addresses[:1] * 2, *addresses[1:] * 2]


def test_codes_asked_for_from_one_network_address_are_limited(
    settled: Settled, settings: Settings, as_user: AsUser, alma: User
) -> None:
    many(settings, mail_by_address=(2, 3600))
    client = as_user(alma)

    with settled():
        answers = [
            client.post("/settings/email/", {"email": f"n{number}@example.org", "action_add": "1"}).status_code
            for number in range(3)
        ]

    assert (answers, len(mail.outbox)) == ([302, 302, 429], 2)


def test_code_of_an_unproved_address_cannot_be_guessed_by_logging_in_again_and_again(
    client: Client, settled: Settled, settings: Settings
) -> None:
    many(settings, mail_to_one_address=(3, 3600))
    begin(client, settled)

    answers = [Client().post("/login/", {"username": "nora", "password": PASSWORD}).status_code for _ in range(3)]

    assert answers == [303, 303, 429]


@pytest.mark.parametrize("way", ["page", "app"])
def test_signing_up_again_and_again_says_the_same_of_a_free_and_of_a_taken_address(
    settled: Settled, settings: Settings, alma: User, way: str
) -> None:
    many(settings, mail_to_one_address=(2, 3600))

    answers = []
    for address, number in product(("free@example.org", "alma@example.org"), range(4)):
        with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False), settled():
            answers.append(sign_up_by(way, email=address, username=f"{address[:4]}{number}"))

    statuses = [each.status_code for each in answers]
    refused = [comparable(each, "free3", "alma3", "free@example.org", "alma@example.org") for each in answers[3::4]]
    assert statuses[:4] == statuses[4:] == [303 if way == "page" else 202] * 2 + [429] * 2
    assert [(each.to, "already" in str(each.body)) for each in mail.outbox] == [
        (["free@example.org"], False),
        (["free@example.org"], True),
        *[(["alma@example.org"], True)] * 2,
    ]
    assert refused[0] == refused[1]


def test_sign_up_by_the_api_answers_a_taken_address_as_a_free_one(settled: Settled, alma: User) -> None:
    answers = []
    for name in ("free", "alma"):
        with settled():
            answer = sign_up_by("app", username=f"x{name}", email=f"{name}@example.org")
        answers.append(comparable(answer, answer.json()["verification"]))

    assert answers[0] == answers[1]
    assert [each.to for each in mail.outbox] == [["free@example.org"], ["alma@example.org"]]


@pytest.mark.parametrize("way", ["page", "app"])
@pytest.mark.parametrize("wrong", [{"username": "boris"}, {"username": "b0ris"}, {"password": "short"}])
def test_sign_up_with_something_wrong_says_it_for_a_taken_address_too(
    settled: Settled, alma: User, boris: User, way: str, wrong: dict[str, str]
) -> None:
    answers = []
    for name in ("free", "alma"):
        with settled():
            answer = sign_up_by(way, email=f"{name}@example.org", **wrong)
        answers.append(re.sub(rb'value="\w{64}"', b"", comparable(answer, name)[2]))

    assert (answer.status_code, answers[0] == answers[1], mail.outbox) == (422, True, [])


@pytest.mark.parametrize("way", ["page", "app"])
def test_sign_up_writes_as_much_for_a_taken_address_as_for_a_free_one(alma: User, way: str) -> None:
    tables = []
    for name in ("free", "alma"):
        with CaptureQueriesContext(connection) as captured:
            sign_up_by(way, username=f"x{name}", email=f"{name}@example.org")
        written = [re.match(r'INSERT INTO "(accounts_user|account_emailaddress)"', query["sql"]) for query in captured]
        tables.append([found[1] for found in written if found])

    assert tables == [["accounts_user", "account_emailaddress"]] * 2
    assert User.objects.filter(username="xalma").count() == 0


@pytest.mark.parametrize("names", [("alma", "nobody"), ("alma@example.org", "nobody@example.org")])
def test_reset_does_the_same_queries_for_who_is_known_and_who_is_not(alma: User, names: tuple[str, str]) -> None:
    done = []
    for name in names:
        with CaptureQueriesContext(connection) as captured:
            Client().post("/password/reset/", {"email": name})
        done.append([query["sql"].split(" ")[0] for query in captured])

    assert done[0] == done[1]


@pytest.mark.parametrize("way", ["page", "app"])
def test_sign_up_hashes_once_for_a_free_and_once_for_a_taken_address(
    monkeypatch: pytest.MonkeyPatch, alma: User, way: str
) -> None:
    hashed = count_hashes(monkeypatch)
    counts = []
    for name in ("free", "alma"):
        hashed.clear()
        sign_up_by(way, username=f"x{name}", email=f"{name}@example.org")
        counts.append(len(hashed))

    assert counts == [1, 1]
