"""Knowing that Postgres is away without asking it."""

import os
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from accounts.models import User
from core import postgres
from core.postgres import is_away, note_away, stop_watching
from tests.conftest import AsApp, AsUser
from tests.factories import make_follow, make_post, make_user
from tests.faults.test_postgres_away import cut, heal

pytestmark = pytest.mark.django_db(transaction=True)

FEED = "/rest/v1/feed"


@pytest.fixture
def healed() -> Iterator[None]:
    """Whatever a test does to Postgres, it is well again afterwards, and nobody watches."""
    yield
    stop_watching()
    heal()


@pytest.fixture
def alma() -> User:
    """Follows boris, who has posts."""
    alma, boris = make_user("alma"), make_user("boris")
    make_follow(alma, boris)
    for _ in range(3):
        make_post(boris)
    return alma


def wait_until(condition: Callable[[], bool]) -> bool:
    """Whether it came to be so within some seconds."""
    end = time.monotonic() + 10
    while not condition() and time.monotonic() < end:
        note_away()
        time.sleep(0.02)
    return condition()


def watchers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "postgres-watch"]


def test_postgres_that_answers_is_there() -> None:
    assert not is_away()


def test_postgres_is_known_to_be_away_and_back(healed: None) -> None:
    is_away()
    cut()

    gone = wait_until(is_away)
    heal()

    assert [gone, wait_until(lambda: not is_away())] == [True, True]


def test_postgres_that_hangs_is_away(healed: None) -> None:
    is_away()
    postgres._watch.answered -= postgres.EVERY + postgres.PATIENCE + 1

    assert is_away()


def test_one_thread_watches_and_ends_when_told() -> None:
    for _ in range(5):
        is_away()
    during = len(watchers())

    stop_watching()

    assert [during, len(watchers())] == [1, 0]


def test_thread_ends_when_nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "IDLE_LOOKS", 1)
    is_away()

    assert wait_until(lambda: not watchers())


def test_process_begins_anew_after_a_fork() -> None:
    is_away()
    connection.close()
    child = os.fork()
    if child == 0:
        os._exit(0 if postgres._watch.thread is None else 1)

    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0


# --- What is still answered then


def test_feed_of_the_api_is_answered_as_stale_while_postgres_is_away(alma: User, as_app: AsApp, healed: None) -> None:
    app = as_app(alma, "read")
    fresh = [app.get(FEED).json() for _ in range(5)][-1]
    cut()
    wait_until(is_away)

    stale = app.get(FEED)

    assert (stale.status_code, stale.json()["stale"], fresh["stale"]) == (200, True, False)
    assert [each["post"] for each in stale.json()["results"]] == [each["post"] for each in fresh["results"]]


def test_home_page_says_that_it_is_stale_while_postgres_is_away(alma: User, as_user: AsUser, healed: None) -> None:
    browser = as_user(alma)
    fresh = [browser.get("/") for _ in range(5)][-1]
    cut()
    wait_until(is_away)

    stale = browser.get("/")

    assert (fresh.status_code, stale.status_code) == (200, 200)
    assert [b"data-stale" in page.content for page in (fresh, stale)] == [False, True]
    assert [page.content.count(b"<article") for page in (fresh, stale)] == [3, 3]


def test_snapshot_is_good_whatever_the_hour_while_postgres_is_away(
    alma: User, as_app: AsApp, healed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = as_app(alma, "read")
    for _ in range(5):
        app.get(FEED)
    cut()
    wait_until(is_away)
    monkeypatch.setattr("accounts.snapshots.DUE_SECONDS", -1)

    assert app.get(FEED).status_code == 200


def test_stranger_gets_nothing_while_postgres_is_away(alma: User, as_app: AsApp, healed: None) -> None:
    known, unknown = as_app(alma, "read"), as_app(alma, "read")
    for _ in range(5):
        known.get(FEED)
    cut()
    wait_until(is_away)

    answer = unknown.get(FEED)

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
