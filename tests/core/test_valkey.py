import logging

import pytest
from pytest_django import Settings

from core.valkey import ask, tell, valkey, when_away
from tests.away import take_valkey_away


def test_valkey_answers() -> None:
    assert valkey().ping() is True


def test_command_that_nobody_waits_for_is_done_and_answers_nothing_to_the_next() -> None:
    tell(("INCR", "n"))
    tell(("INCR", "n", "too", "many"))

    assert ask([("GET", "n"), ("PING",)]) == [b"1", b"PONG"]


def test_operation_that_works_gives_its_result() -> None:
    assert when_away(lambda: valkey().incr("n"), -1) == 1


def test_operation_with_valkey_away_gives_the_fallback_and_a_line_in_the_log(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    take_valkey_away(settings)

    result = when_away(lambda: valkey().incr("n"), -1)

    assert result == -1
    assert caplog.record_tuples == [("core.valkey", logging.WARNING, "valkey is away")]


def test_operation_with_a_bug_of_ours_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        when_away(lambda: 1 // 0, -1)
