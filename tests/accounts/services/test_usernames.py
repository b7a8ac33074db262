from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine
from django.db import transaction

from accounts.models import FormerName, SecurityEvent, User
from accounts.services.sign_up import sign_up
from accounts.services.usernames import claim_username, forget_former_names, hold_names_of, rename_user
from core.exceptions import InvalidInput
from tests.factories import make_user
from tests.parallel import together

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def refusal(user: User, name: str) -> str:
    with pytest.raises(InvalidInput) as refused:
        rename_user(user, name)
    return refused.value.errors[0].code


def test_new_name_is_the_persons_and_the_old_one_is_held_for_them(alma: User) -> None:
    with time_machine.travel(NOON, tick=False):
        rename_user(alma, " Alma.B ")

    kept, held = User.objects.get(pk=alma.pk), FormerName.objects.get()
    assert (kept.username, kept.look) == ("alma.b", "alma_b")
    assert (held.username, held.user, held.held_until) == ("alma", alma, NOON + timedelta(days=90))
    assert SecurityEvent.objects.filter(kind="username_changed").get().detail == "alma → alma.b"


@pytest.mark.parametrize("name", ["alma", "ALMA", "a1ma"])
def test_name_that_was_given_up_is_nobody_elses_until_its_time_is_over(alma: User, boris: User, name: str) -> None:
    with time_machine.travel(NOON, tick=False):
        rename_user(alma, "other")
        before = refusal(boris, name)
    with time_machine.travel(NOON + timedelta(days=91), tick=False):
        rename_user(boris, name)

    assert (before, FormerName.objects.filter(username="boris").count()) == ("username_taken", 1)


def test_own_name_can_be_taken_back(alma: User) -> None:
    rename_user(alma, "other")

    rename_user(alma, "alma")

    assert [(held.username, held.user) for held in FormerName.objects.all()] == [("other", alma)]


@pytest.mark.parametrize("name", ["boris", "b0ris", "bor.is", "x", "settings", "a b"])
def test_name_that_is_taken_or_looks_so_or_cannot_be_is_refused_and_nothing_changes(
    alma: User, boris: User, name: str
) -> None:
    if name == "bor.is":
        User.objects.filter(pk=boris.pk).update(username="bor_is", look="bor_is")

    refusal(alma, name)

    assert (User.objects.get(pk=alma.pk).username, FormerName.objects.count()) == ("alma", 0)


def test_name_is_changed_three_times_a_month_at_most(alma: User) -> None:
    for name in ("one", "two", "three"):
        rename_user(alma, name)

    assert refusal(alma, "four") == "renamed_too_often"


@pytest.mark.django_db(transaction=True)
def test_of_many_who_want_one_name_at_once_one_gets_it() -> None:
    people = [make_user(f"person{number}") for number in range(12)]

    def take(user: User, name: str) -> bool:
        try:
            rename_user(user, name)
        except InvalidInput:
            return False
        return True

    done = together([partial(take, user, ("kiln", "ki1n")[n % 2]) for n, user in enumerate(people)])

    assert sorted(done) == [False] * 11 + [True]
    assert User.objects.filter(look="kiln").count() == 1


def test_names_of_a_deleted_account_are_held_and_lead_nowhere(alma: User) -> None:
    with transaction.atomic():
        hold_names_of(alma)
        alma.delete()

    for name in ("alma", "a1ma"):
        with pytest.raises(InvalidInput):
            sign_up(username=name, email="new@example.org", password="kiln-shelf-93")
    held = FormerName.objects.get()
    assert (held.user, "alma" in f"{held.username} {held.look}", len(held.look)) == (None, False, 60)


def test_names_of_a_deleted_account_are_free_after_ninety_days(alma: User, boris: User) -> None:
    with time_machine.travel(NOON, tick=False), transaction.atomic():
        rename_user(alma, "kiln")
        hold_names_of(alma)
        alma.delete()
    with time_machine.travel(NOON + timedelta(days=89), tick=False):
        before = [refusal(boris, name) for name in ("alma", "kiln")]
    with time_machine.travel(NOON + timedelta(days=91), tick=False):
        rename_user(boris, "alma")
        forget_former_names()

    assert (before, User.objects.get().username) == (["username_taken"] * 2, "alma")
    assert [held.username for held in FormerName.objects.all()] == ["boris"]


def test_names_whose_time_is_over_are_forgotten(alma: User) -> None:
    with time_machine.travel(NOON, tick=False):
        rename_user(alma, "other")
    with time_machine.travel(NOON + timedelta(days=91), tick=False), transaction.atomic():
        forgotten = forget_former_names()
        claim_username("alma")

    assert (forgotten, FormerName.objects.count()) == (1, 0)
