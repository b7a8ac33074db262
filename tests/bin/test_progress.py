import io
import time

import pytest

from engines import progress
from engines.progress import Console


def test_short_step_is_one_line_on_a_pipe() -> None:
    screen = io.StringIO()

    with Console(screen).step("Making a database"):
        pass

    assert screen.getvalue() == "ok Making a database\n"


def test_step_that_takes_time_says_what_it_does_and_how_long_it_took(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "LINE_AFTER", 0.05)
    screen = io.StringIO()

    with Console(screen).step("Installing") as step:
        step.detail = "Downloading numpy"
        time.sleep(0.2)

    lines = screen.getvalue().splitlines()
    assert lines == ["  Installing - Downloading numpy  0 s", "ok Installing  0.2 s"]


def test_failed_step_is_marked_and_the_error_goes_on() -> None:
    screen = io.StringIO()

    with pytest.raises(ValueError, match="disk full"), Console(screen).step("Installing"):
        raise ValueError("disk full")

    assert screen.getvalue() == "FAILED Installing\n"


def test_closed_terminal_does_not_stop_the_work() -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    done = []

    with Console(Closed()).step("Installing"):
        done.append("installed")

    assert done == ["installed"]
