from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core import mail, signing
from django.test import Client
from pytest_django import Settings

from accounts.models import AccessToken, DeletionReceipt, SecurityEvent, User
from accounts.services.closing import (
    REOPEN_SECONDS,
    AccountClosed,
    AccountSuspended,
    bring_back_account,
    can_reopen,
    close_account,
    deactivate_account,
    deleted_on,
    expired_account_ids,
    remind_of_deletion,
    reopen_account,
    reopen_pass,
    suspend_account,
)
from accounts.services.tokens import create_token, find_token
from core.exceptions import InvalidInput, Malformed, RateLimited, Unavailable
from tests.accounts.conftest import News
from tests.away import take_valkey_away
from tests.conftest import AsUser, Settled
from tests.factories import PASSWORD, make_follow, make_user

ADDRESS = "192.0.2.7"
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def close(person: User, at: datetime | None = None) -> User:
    """The person as the database has them after closing the account."""
    with time_machine.travel(at or datetime.now(UTC), tick=False):
        close_account(person, password=PASSWORD, address=ADDRESS)
    return User.objects.get(pk=person.pk)


def log_in(name: str, password: str = PASSWORD) -> bool:
    """False also for a suspended account, which is told so."""
    with suppress(AccountSuspended):
        return Client().login(username=name, password=password)
    return False


# --- Closing


def test_closed_account_is_out_of_sight_and_told(alma: User, boris: User, news: News, settled: Settled) -> None:
    with settled():
        closed = close(alma, NOON)

    assert (closed.is_active, closed.closed_at, closed.check_password(PASSWORD)) == (False, NOON, True)
    assert list(User.objects.visible_to(boris)) == [boris]
    assert news == [("account_closed", {"user_id": alma.pk})]


def test_closing_ends_every_token_for_good(alma: User, boris: User) -> None:
    _, mine = create_token(alma, scopes=["read"])
    _, theirs = create_token(boris, scopes=["read"])

    reopen_account(reopen_pass(close(alma)))

    assert (find_token(mine), find_token(theirs) is not None) == (None, True)
    assert AccessToken.objects.filter(revoked_at=None).count() == 1


def test_closing_ends_every_session_for_good(as_user: AsUser, alma: User) -> None:
    here, there = as_user(alma), as_user(alma)

    reopen_account(reopen_pass(close(alma)))

    assert [client.get("/activity/").status_code for client in (here, there)] == [302, 302]


def test_closing_leaves_no_session_behind(as_user: AsUser, alma: User, boris: User) -> None:
    as_user(alma), as_user(alma), as_user(boris)

    close(alma)

    assert [session.get_decoded()["_auth_user_id"] for session in Session.objects.all()] == [str(boris.pk)]


def test_closing_with_a_wrong_password_changes_nothing(alma: User, news: News, settled: Settled) -> None:
    before = User.objects.values().get()

    with settled(), pytest.raises(InvalidInput) as raised:
        close_account(alma, password=PASSWORD + "x", address=ADDRESS)

    assert [(each.field, each.code) for each in raised.value.errors] == [("password", "password_wrong")]
    assert (User.objects.values().get(), news) == (before, [])


def test_guesses_of_the_password_are_counted_with_those_to_log_in(alma: User) -> None:
    for _ in range(10):
        with pytest.raises(InvalidInput):
            close_account(alma, password="x", address=ADDRESS)

    with pytest.raises(RateLimited):
        close_account(alma, password=PASSWORD, address=ADDRESS)

    assert User.objects.get().is_active


def test_closing_with_valkey_away_waits(alma: User, settings: Settings) -> None:
    take_valkey_away(settings)

    with pytest.raises(Unavailable):
        close_account(alma, password=PASSWORD, address=ADDRESS)

    assert User.objects.get().is_active


def test_closing_twice_keeps_the_first_time(alma: User, news: News, settled: Settled) -> None:
    with settled():
        close(alma, NOON)
        again = close(alma, NOON + timedelta(days=1))

    assert (again.closed_at, len(news)) == (NOON, 1)


def test_counters_of_others_stay_while_the_account_may_come_back(alma: User, boris: User) -> None:
    make_follow(alma, boris)
    make_follow(boris, alma)

    close(alma)

    boris.refresh_from_db()
    assert (boris.follower_count, boris.following_count) == (1, 1)


# --- Suspending


def test_suspended_account_is_out_of_sight_and_told_once(alma: User, news: News, settled: Settled) -> None:
    with settled():
        suspend_account(alma)
        suspend_account(alma)

    suspended = User.objects.get()
    assert (alma.is_active, suspended.is_active, suspended.closed_at) == (False, False, None)
    assert news == [("account_closed", {"user_id": alma.pk})]


def test_suspended_account_cannot_be_reopened(alma: User) -> None:
    suspend_account(alma)

    assert (can_reopen(alma), deleted_on(alma), log_in("alma")) == (False, None, False)
    with pytest.raises(Malformed):
        reopen_account(reopen_pass(alma))


def test_closed_account_that_staff_brought_back_and_suspended_is_not_deleted(alma: User) -> None:
    """The day of deletion that its person once chose is forgotten when it comes back."""
    closed = close(alma, NOON)
    User.objects.filter(pk=alma.pk).update(is_active=True)
    bring_back_account(closed)
    suspend_account(closed)

    with time_machine.travel(NOON + timedelta(days=31), tick=False):
        assert (expired_account_ids(), can_reopen(User.objects.get())) == ([], False)
    assert DeletionReceipt.objects.count() == 0


@pytest.mark.parametrize("leave", [close_account, deactivate_account])
def test_who_has_left_and_is_suspended_then_cannot_come_back(
    alma: User, settled: Settled, leave: Callable[..., None]
) -> None:
    with time_machine.travel(NOON, tick=False):
        leave(alma, password=PASSWORD, address=ADDRESS)
        ticket = reopen_pass(User.objects.get())
        suspend_account(User.objects.get())

        with pytest.raises(Malformed):
            reopen_account(ticket)
    with settled(), time_machine.travel(NOON + timedelta(days=27), tick=False):
        assert (log_in("alma"), can_reopen(User.objects.get()), remind_of_deletion()) == (False, False, 0)
    with time_machine.travel(NOON + timedelta(days=31), tick=False):
        assert expired_account_ids() == ([alma.pk] if leave is close_account else [])


# --- Reopening


def test_right_password_of_a_closed_account_says_that_it_is_closed(alma: User) -> None:
    close(alma)

    with pytest.raises(AccountClosed) as raised:
        log_in("alma")

    assert raised.value.user == alma
    assert log_in("alma", "wrong") is False


def test_reopened_account_is_whole_again(alma: User, boris: User) -> None:
    make_follow(boris, alma)
    before = User.objects.values().get(pk=alma.pk)

    user = reopen_account(reopen_pass(close(alma)))

    changed = {"password": user.password}
    assert User.objects.values().get(pk=alma.pk) == {**before, **changed}
    assert log_in("alma")


def test_pass_reopens_once(alma: User) -> None:
    first = reopen_pass(close(alma, NOON - timedelta(days=1)))
    with time_machine.travel(NOON, tick=False):
        ticket = reopen_pass(User.objects.get())
        reopen_account(ticket)
    close(alma, NOON)

    with time_machine.travel(NOON, tick=False):
        for old in (first, ticket):
            with pytest.raises(Malformed) as raised:
                reopen_account(old)

    assert (raised.value.code, User.objects.get().is_active) == ("reopen_expired", False)


def test_pass_is_good_for_ten_minutes(alma: User) -> None:
    with time_machine.travel(NOON, tick=False):
        ticket = reopen_pass(close(alma, NOON))

    with (
        time_machine.travel(NOON + timedelta(seconds=REOPEN_SECONDS + 1), tick=False),
        pytest.raises(Malformed),
    ):
        reopen_account(ticket)

    assert not User.objects.get().is_active


@pytest.mark.parametrize(
    "made_up", ["", "x", "a:b:c", "ünï", pytest.param(signing.dumps([1, ""]), id="signed otherwise")]
)
def test_made_up_pass_reopens_nothing(alma: User, made_up: str) -> None:
    close(alma)

    with pytest.raises(Malformed):
        reopen_account(made_up)

    assert not User.objects.get().is_active


@pytest.mark.parametrize(("days", "possible"), [(29.99, True), (30.01, False)])
def test_account_can_be_reopened_for_thirty_days(alma: User, days: float, possible: bool) -> None:
    closed = close(alma, NOON)

    with time_machine.travel(NOON + timedelta(days=days), tick=False):
        assert can_reopen(closed) == possible
        if possible:
            assert reopen_account(reopen_pass(closed)).is_active
        else:
            assert log_in("alma") is False
            with pytest.raises(Malformed):
                reopen_account(reopen_pass(closed))

    assert deleted_on(closed) == NOON + timedelta(days=30)


def test_expired_accounts_are_those_closed_by_their_person_long_ago(alma: User, boris: User, carla: User) -> None:
    close(alma, NOON)
    close(boris, NOON - timedelta(days=1))
    close(carla, NOON + timedelta(hours=1))
    suspend_account(make_user("suspended"))

    with time_machine.travel(NOON + timedelta(days=30, minutes=1), tick=False):
        assert expired_account_ids() == [boris.pk, alma.pk]
        assert expired_account_ids(limit=1) == [boris.pk]


# --- Only deactivating


def test_deactivated_account_is_out_of_sight_and_never_deleted(alma: User, boris: User, settled: Settled) -> None:
    with settled(), time_machine.travel(NOON, tick=False):
        deactivate_account(alma, password=PASSWORD, address=ADDRESS)

    away = User.objects.get(pk=alma.pk)
    assert (away.is_active, away.closed_at, deleted_on(away)) == (False, NOON, None)
    assert list(User.objects.visible_to(boris)) == [boris]
    assert (expired_account_ids(), DeletionReceipt.objects.count()) == ([], 0)
    assert [sent.subject for sent in mail.outbox] == ["Your account is deactivated"]
    assert (can_reopen(away), reopen_account(reopen_pass(away)).is_active) == (True, True)


def test_deactivating_with_a_wrong_password_changes_nothing(alma: User, settled: Settled) -> None:
    with settled(), pytest.raises(InvalidInput):
        deactivate_account(alma, password=PASSWORD + "x", address=ADDRESS)

    assert (User.objects.get().is_active, mail.outbox) == (True, [])


# --- Mails, log and receipt


def test_deletion_is_mailed_with_its_day_and_its_receipt_and_reopening_takes_that_back(
    alma: User, settled: Settled
) -> None:
    with settled():
        closed = close(alma, NOON)
    code = DeletionReceipt.objects.get(user_id=alma.pk).code

    with settled(), time_machine.travel(NOON, tick=False):
        reopen_account(reopen_pass(closed))

    deletion, reopened = mail.outbox
    assert ("1 July 2026" in deletion.body, f"/deleted/{code}/" in deletion.body) == (True, True)
    assert [sent.to for sent in (deletion, reopened)] == [[alma.email], [alma.email]]
    assert DeletionReceipt.objects.count() == 0
    kinds = SecurityEvent.objects.filter(user=alma).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["deletion_asked", "reopened"]


def test_reminder_is_mailed_once_whenever_in_the_day_the_task_runs(alma: User, boris: User, settled: Settled) -> None:
    with settled():
        close(alma, NOON)
        deactivate_account(boris, password=PASSWORD, address=ADDRESS)
    mail.outbox.clear()

    reminded = []
    for day in range(32):
        with settled(), time_machine.travel(NOON + timedelta(days=day, seconds=-day % 2), tick=False):
            reminded.append(remind_of_deletion())

    assert [day for day, number in enumerate(reminded) if number] == [27]
    assert [(sent.to, sent.subject) for sent in mail.outbox] == [
        ([alma.email], "Your account is deleted in three days")
    ]
