"""Accounts that were asked for and never come to are forgotten after a week; all others stay."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.services.sign_up import forget_unproved
from accounts.services.verifications import finish
from tests.codes import last_code
from tests.conftest import Settled
from tests.factories import make_user

pytestmark = pytest.mark.django_db

WORDS: dict[str, Any] = {"username": "alma", "email": "alma@example.org", "password": "kiln-shelf-93"}


def sign_up_by(way: str, settled: Settled) -> str:
    """Ask for an account; returns what POST /accounts names."""
    with settled():
        if way == "page":
            Client().post("/signup/", WORDS)
            return ""
        answer = Client().post("/rest/v1/accounts", WORDS, "application/json")
    return str(answer.json()["verification"])


@pytest.mark.parametrize("way", ["page", "api"])
def test_account_that_nobody_came_to_is_gone_after_a_week_and_its_name_is_free(way: str, settled: Settled) -> None:
    sign_up_by(way, settled)

    counts = []
    for days in (6, 8):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=True):
            counts.append(forget_unproved())
    with settled():
        again = Client().post("/rest/v1/accounts", WORDS, "application/json")

    assert counts == [0, 1]
    assert (again.status_code, User.objects.get().username) == (202, "alma")


def test_proved_account_stays_though_nobody_has_logged_in(settled: Settled) -> None:
    finish(sign_up_by("api", settled), last_code())
    assert User.objects.get().last_login is None

    with time_machine.travel(timezone.now() + timedelta(days=30), tick=True):
        forgotten = forget_unproved()

    assert (forgotten, User.objects.count()) == (0, 1)


def test_accounts_that_the_house_made_stay(admin_user: User) -> None:
    make_user("boris", verified=False, last_seen_at=None)

    with time_machine.travel(timezone.now() + timedelta(days=30), tick=True):
        forgotten = forget_unproved()

    assert (forgotten, User.objects.count()) == (0, 2)
