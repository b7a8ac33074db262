from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from pytest_django import Settings

from core.exceptions import RateLimited, Unavailable
from core.rate_limits import Allowance, allow, count, counting
from core.valkey import ask, valkey
from tests.away import take_valkey_away

START_OF_WINDOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def three_a_minute(settings: Settings) -> None:
    settings.RATE_LIMITS = {"knock": (3, 60), "ring": (3, 600)}


def test_counting_tells_what_is_left_of_the_window() -> None:
    with time_machine.travel(START_OF_WINDOW + timedelta(seconds=20), tick=False):
        answers = [count("knock", "alma") for _ in range(4)]

    assert answers == [
        Allowance(limit=3, remaining=2, reset=40, exceeded=False),
        Allowance(limit=3, remaining=1, reset=40, exceeded=False),
        Allowance(limit=3, remaining=0, reset=40, exceeded=False),
        Allowance(limit=3, remaining=0, reset=40, exceeded=True),
    ]


def test_call_counts_only_if_all_that_it_depends_on_is_there() -> None:
    command = counting("ring", "alma").command_if(b"token", b"person")
    answers = ask([command])
    valkey().set(b"token", b"x")
    answers += ask([command])
    valkey().set(b"person", b"x")

    answers += ask([command, command])

    assert answers == [None, None, 1, 2]
    assert valkey().ttl(counting("ring", "alma").key) in range(590, 601)


@pytest.mark.parametrize(("action", "subject"), [("knock", "boris"), ("ring", "alma")])
def test_limit_of_one_action_and_subject_leaves_others_alone(action: str, subject: str) -> None:
    for _ in range(3):
        allow("knock", "alma")

    allow(action, subject)

    assert count(action, subject) == Allowance(3, 1, count(action, subject).reset, False)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("action", "wait", "detail"),
    [
        ("knock", 50, "Too many tries. Please wait 50 seconds."),
        ("ring", 590, "Too many tries. Please wait 10 minutes."),
    ],
)
def test_one_too_many_is_refused_with_the_time_to_wait(action: str, wait: int, detail: str) -> None:
    with time_machine.travel(START_OF_WINDOW + timedelta(seconds=10), tick=False):
        for _ in range(3):
            allow(action, "alma")
        with pytest.raises(RateLimited) as refused:
            allow(action, "alma")

    assert (refused.value.status, refused.value.retry_after, refused.value.detail) == (429, wait, detail)


def test_next_window_starts_from_nothing() -> None:
    with time_machine.travel(START_OF_WINDOW, tick=False) as clock:
        for _ in range(4):
            count("knock", "alma")
        clock.move_to(START_OF_WINDOW + timedelta(seconds=60))
        answer = count("knock", "alma")

    assert answer == Allowance(limit=3, remaining=2, reset=60, exceeded=False)


def test_counter_is_forgotten_after_its_window() -> None:
    count("knock", "alma")

    (key,) = valkey().keys("limit:*")

    assert 0 < valkey().ttl(key) <= 60


def test_counting_at_once_from_many_threads_misses_nothing() -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: count("ring", "alma"), range(40)))

    assert sum(answer.exceeded for answer in answers if answer) == 37


def test_with_valkey_away_nothing_is_counted(settings: Settings) -> None:
    take_valkey_away(settings)

    assert count("knock", "alma") is None


def test_with_valkey_away_an_open_limit_lets_through(settings: Settings) -> None:
    take_valkey_away(settings)

    refusals = [allow("knock", "alma") for _ in range(10)]  # type: ignore[func-returns-value]

    assert refusals == [None] * 10


def test_with_valkey_away_a_closed_limit_is_unavailable(settings: Settings) -> None:
    take_valkey_away(settings)

    with pytest.raises(Unavailable) as refused:
        allow("knock", "alma", closed_when_away=True)

    assert (refused.value.status, refused.value.retry_after) == (503, 10)
