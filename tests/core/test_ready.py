"""Leases, bars and forgetting, against a real Valkey and with real commits."""

import time
from threading import Thread
from typing import Any, cast

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from core.models import OutboxTask
from core.ready import forget, forget_now, store, take_leases
from core.tasks import forget_ready
from core.valkey import valkey
from tests.away import take_valkey_away

KEY = b"thing:1"


def kept() -> bytes | None:
    return cast("bytes | None", valkey().get(KEY))


def keep(value: bytes) -> int:
    return store({KEY: value}, take_leases([KEY]), seconds=60)


def test_value_is_kept_for_so_long() -> None:
    stored = keep(b"a")

    assert (stored, kept()) == (1, b"a")
    assert 59_000 < valkey().pttl(KEY) <= 60_000


@pytest.mark.parametrize(
    ("value", "read", "there"),
    [([3, 1, 2], "smembers", {b"1", b"2", b"3"}), ({7: 2, 0: 0}, "hgetall", {b"7": b"2", b"0": b"0"})],
)
def test_numbers_become_sets_and_pairs_hashes(value: Any, read: str, there: object) -> None:
    store({KEY: value}, take_leases([KEY]), seconds=60)

    assert getattr(valkey(), read)(KEY) == there


def test_set_of_ten_thousand_is_kept_whole() -> None:
    store({KEY: range(10_001)}, take_leases([KEY]), seconds=60)

    assert valkey().scard(KEY) == 10_001


def test_lease_is_given_to_one_at_a_time() -> None:
    first, second = take_leases([KEY, b"thing:2"]), take_leases([KEY, b"thing:3"])

    assert (set(first), set(second)) == ({KEY, b"thing:2"}, {b"thing:3"})


def test_lease_is_free_again_once_the_value_is_stored() -> None:
    keep(b"a")

    assert set(take_leases([KEY])) == {KEY}


def test_store_without_a_lease_keeps_nothing() -> None:
    stored = store({KEY: b"a"}, {}, seconds=60)

    assert (stored, kept()) == (0, None)


def test_store_with_a_lease_that_somebody_else_has_by_now_keeps_nothing() -> None:
    mine = take_leases([KEY])
    forget_now([KEY])
    take_leases([KEY])

    assert (store({KEY: b"mine"}, mine, seconds=60), kept()) == (0, None)


@pytest.mark.django_db(transaction=True)
def test_what_is_forgotten_between_lease_and_store_is_not_stored() -> None:
    leases = take_leases([KEY])

    with transaction.atomic():
        forget(KEY)

    assert (store({KEY: b"old"}, leases, seconds=60), kept()) == (0, None)


@pytest.mark.django_db(transaction=True)
def test_value_is_gone_and_barred_before_the_commit_and_free_after_it() -> None:
    keep(b"old")

    with transaction.atomic():
        forget(KEY)
        before = kept(), take_leases([KEY])

    assert before == (None, {})
    assert set(take_leases([KEY])) == {KEY}


@pytest.mark.django_db(transaction=True)
def test_key_stays_barred_until_the_last_of_two_changes_is_committed() -> None:
    keep(b"old")

    with transaction.atomic():
        forget(KEY)
        second = Thread(target=_change_and_commit)
        second.start()
        second.join()
        between = take_leases([KEY])

    assert (between, set(take_leases([KEY]))) == ({}, {KEY})


def _change_and_commit() -> None:
    with transaction.atomic():
        forget(KEY)
    connection.close()


@pytest.mark.django_db
def test_process_that_dies_after_the_commit_leaves_nothing_stale() -> None:
    keep(b"old")

    forget(KEY)  # the test's transaction never runs what follows a commit

    assert (kept(), keep(b"older")) == (None, 0)
    assert 0 < valkey().pttl(b"lease:" + KEY) <= 60_000


@pytest.mark.django_db(transaction=True)
def test_transaction_that_is_rolled_back_leaves_a_bar_that_falls_by_itself() -> None:
    keep(b"old")

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        forget(KEY)
        raise ZeroDivisionError

    assert (kept(), take_leases([KEY])) == (None, {})
    assert 0 < valkey().pttl(b"lease:" + KEY) <= 60_000


@pytest.mark.django_db
def test_forget_of_nothing_asks_nobody(settings: Settings) -> None:
    take_valkey_away(settings)

    forget()

    assert OutboxTask.objects.count() == 0


@pytest.mark.django_db
def test_forget_with_valkey_away_goes_to_the_outbox(settings: Settings) -> None:
    take_valkey_away(settings)

    forget(KEY, b"\x00\xff")

    assert [(row.task, row.arguments) for row in OutboxTask.objects.all()] == [
        ("core.forget_ready", {"keys": [KEY.hex(), "00ff"]})
    ]


def test_task_forgets_values_and_leases() -> None:
    keep(b"old")
    leases = take_leases([KEY])

    forget_ready(keys=[KEY.hex()])

    assert (kept(), store({KEY: b"old"}, leases, seconds=60)) == (None, 0)


@pytest.mark.django_db
def test_task_with_valkey_away_stands_in_the_outbox_again(settings: Settings) -> None:
    take_valkey_away(settings)

    forget_ready(keys=[KEY.hex()])

    assert list(OutboxTask.objects.values_list("task", "arguments")) == [("core.forget_ready", {"keys": [KEY.hex()]})]


@pytest.mark.django_db(transaction=True)
def test_forget_with_valkey_away_is_done_by_the_process_once_it_is_back(settings: Settings) -> None:
    keep(b"old")
    there = settings.CACHES
    take_valkey_away(settings)
    with transaction.atomic():
        forget(KEY)

    settings.CACHES = there

    end = time.monotonic() + 10
    while kept() is not None and time.monotonic() < end:
        time.sleep(0.02)
    assert kept() is None
