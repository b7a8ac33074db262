import time

import pytest
from django.conf import settings as site
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from core.logs import without_secrets
from notifications.models import Reader
from notifications.unsubscribe_tokens import GOOD_SECONDS, unsubscribe_url
from tests.conftest import AsUser

pytestmark = pytest.mark.django_db


def path_of(user: User) -> str:
    return unsubscribe_url(user.pk).removeprefix(site.ORIGIN)


def wants(user: User) -> bool:
    return Reader.objects.filter(user=user, wants_digest=False).count() == 0


def strict() -> Client:
    """As a mail program asks: no cookies, no token of a page; Django's own client would let that pass."""
    return Client(enforce_csrf_checks=True)


def test_looking_changes_nothing(alma: User) -> None:
    page = strict().get(path_of(alma))

    assert (page.status_code, wants(alma)) == (200, True)
    assert "Stop the daily mail" in page.content.decode()
    assert page["Referrer-Policy"] == "no-referrer"


def test_mail_program_presses_the_button_without_a_page(alma: User) -> None:
    answer = strict().post(path_of(alma), {"List-Unsubscribe": "One-Click"})

    assert (answer.status_code, wants(alma)) == (200, False)
    assert (answer.cookies, answer.has_header("Location")) == ({}, False)


def test_mail_is_switched_on_again_from_the_same_page(alma: User) -> None:
    client, path = strict(), path_of(alma)
    page = client.post(path).content.decode()

    answer = client.post(path, {"again": "1"})

    assert ('name="again"' in page, wants(alma)) == (True, True)
    assert "on again" in answer.content.decode()


def test_pressing_twice_does_no_harm(alma: User) -> None:
    for _ in range(2):
        answer = strict().post(path_of(alma))

    assert (answer.status_code, wants(alma)) == (200, False)


def test_link_is_of_its_person_whoever_is_logged_in(alma: User, boris: User, as_user: AsUser) -> None:
    as_user(boris).post(path_of(alma))

    assert (wants(alma), wants(boris)) == (False, True)


def test_token_says_nothing_and_is_another_each_time(alma: User) -> None:
    first, second = path_of(alma), path_of(alma)

    page = strict().get(first).content.decode()

    assert first != second
    assert [word for word in (str(alma.pk), "alma", alma.email) if word in first + page] == []


@pytest.mark.parametrize("change", ["other", "shorter", "longer", "garbage", "empty"])
def test_token_that_is_none_is_nothing(change: str, alma: User) -> None:
    path = path_of(alma)
    other = {
        "other": path[:-3] + ("A" if path[-3] != "A" else "B") + path[-2:],
        "shorter": path[:-6] + "/",
        "longer": path[:-1] + "AA/",
        "garbage": "/unsubscribe/%00é=/",
        "empty": "/unsubscribe/",
    }[change]

    answers = [strict().get(other), strict().post(other)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert wants(alma)


def test_token_is_good_for_a_year_and_not_for_ever(alma: User, monkeypatch: pytest.MonkeyPatch) -> None:
    path, now = path_of(alma), time.time()
    statuses = []
    for seconds in (366 * 24 * 3600, GOOD_SECONDS + 100):
        monkeypatch.setattr(time, "time", lambda ahead=seconds: now + ahead)
        statuses.append(strict().get(path).status_code)

    assert statuses == [200, 404]


def test_token_of_an_account_that_is_gone_is_nothing(alma: User) -> None:
    path = path_of(alma)
    alma.delete()

    assert strict().get(path).status_code == 404


def test_token_of_another_installation_is_nothing(alma: User, settings: Settings) -> None:
    path = path_of(alma)
    settings.SECRET_KEY = "another-key-of-another-site-" * 2

    assert strict().post(path).status_code == 404


def test_token_stays_out_of_the_logs(alma: User) -> None:
    assert without_secrets(f"POST {path_of(alma)} 200") == "POST /unsubscribe/*** 200"
