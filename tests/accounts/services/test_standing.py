"""Limiting, freezing and suspending as services: who may, twice as well as once, and what becomes of the account."""

from collections.abc import Callable

import pytest
from django.contrib.auth import authenticate
from django.core import mail

from accounts.models import User
from accounts.services.closing import AccountSuspended, can_reopen, deactivate_account
from accounts.services.standing import (
    freeze_account,
    limit_account,
    suspend_person,
    unfreeze_account,
    unlimit_account,
    unsuspend_person,
)
from accounts.standings import is_limited_for
from core.exceptions import NotAllowed
from tests.conftest import Settled
from tests.factories import PASSWORD, make_follow, make_user

Act = Callable[[User, User], User]
MOMENTS = ("limited_at", "frozen_at", "suspended_at")
ACTS = (limit_account, unlimit_account, freeze_account, unfreeze_account, suspend_person, unsuspend_person)


@pytest.fixture
def staff(db: None) -> User:
    return make_user("warden", is_staff=True)


def standing(user: User) -> tuple[bool, bool, bool, bool]:
    found = User.objects.get(pk=user.pk)
    moments = (found.limited_at, found.frozen_at, found.suspended_at)
    return (*(moment is not None for moment in moments), found.is_active)  # type: ignore[return-value]


@pytest.mark.parametrize("act", ACTS)
def test_nobody_but_staff_changes_a_standing_and_nobody_their_own_or_that_of_a_superuser(
    act: Act, alma: User, boris: User, staff: User
) -> None:
    owner = make_user("owner", is_staff=True, is_superuser=True)

    for actor, user in ((boris, alma), (staff, staff), (staff, owner)):
        with pytest.raises(NotAllowed):
            act(actor, user)

    assert [standing(user) for user in (alma, staff, owner)] == [(False, False, False, True)] * 3


@pytest.mark.parametrize(
    ("on", "off", "expected", "mails"),
    [
        (limit_account, unlimit_account, (True, False, False, True), 0),
        (freeze_account, unfreeze_account, (False, True, False, True), 0),
        (suspend_person, unsuspend_person, (False, False, True, False), 2),
    ],
)
def test_what_staff_do_twice_is_done_once_and_can_be_taken_back(
    on: Act, off: Act, expected: tuple[bool, ...], mails: int, alma: User, staff: User, settled: Settled
) -> None:
    with settled():
        on(staff, alma)
        first = User.objects.values(*MOMENTS).get(pk=alma.pk)
        on(staff, alma)
    assert (standing(alma), User.objects.values(*MOMENTS).get(pk=alma.pk)) == (expected, first)

    with settled():
        off(staff, alma)
        off(staff, alma)

    assert (standing(alma), len(mail.outbox)) == ((False, False, False, True), mails)


def test_suspended_person_is_told_so_at_the_right_password_and_by_mail(
    alma: User, staff: User, settled: Settled
) -> None:
    with settled():
        suspend_person(staff, alma, reason="Spam.")

    with pytest.raises(AccountSuspended):
        authenticate(None, username="alma", password=PASSWORD)
    assert authenticate(None, username="alma", password="wrong") is None
    assert [sent.subject for sent in mail.outbox] == ["Your account was suspended"]
    assert "Spam." in str(mail.outbox[0].body)


def test_account_that_its_person_had_closed_comes_back_closed_from_a_suspension(alma: User, staff: User) -> None:
    deactivate_account(alma, password=PASSWORD, address="192.0.2.1")
    closed = User.objects.get(pk=alma.pk)

    suspend_person(staff, closed)
    assert not can_reopen(User.objects.get(pk=alma.pk))
    unsuspend_person(staff, closed)

    assert standing(alma) == (False, False, False, False)
    assert can_reopen(User.objects.get(pk=alma.pk))


def test_account_suspended_before_that_had_a_column_comes_back_too(alma: User, staff: User) -> None:
    User.objects.filter(pk=alma.pk).update(is_active=False)

    unsuspend_person(staff, alma)

    assert standing(alma) == (False, False, False, True)


def test_limited_person_is_news_to_followers_alone(alma: User, boris: User, carla: User, staff: User) -> None:
    make_follow(boris, alma)
    limit_account(staff, alma)

    limited = [is_limited_for(viewer, alma) for viewer in (alma, boris, carla)]
    unlimit_account(staff, alma)

    assert limited == [False, False, True]
    assert not is_limited_for(carla, alma)
