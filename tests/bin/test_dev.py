"""bin/dev as a person meets it, with a state folder of its own: started, met twice, stopped, killed, started again."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from engines.places import Places, repository_root
from engines.processes import OWNER, stop_strays

DEV = str(repository_root() / "bin" / "dev")
PATIENCE = 120.0
Start = Callable[..., "Run"]


class Run:
    """One bin/dev under test. What it says goes to a file."""

    def __init__(self, places: Places, output: Path, *arguments: str, **variables: str) -> None:
        self.output = output
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "CELERY_BROKER_URL", OWNER)
        }
        self.environment.update({"STATE_DIR": str(places.state), "TMPDIR": str(places.state.parent), **variables})
        with output.open("w") as file:
            self.process = subprocess.Popen(
                [DEV, *arguments], env=self.environment, stdout=file, stderr=file, start_new_session=True
            )

    def said(self) -> str:
        return self.output.read_text()

    def wait_for(self, pattern: str) -> str:
        """What the first group of `pattern` matched in the output, once it is there."""
        deadline = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, self.said())):
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)
        return found[1]

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


@pytest.fixture
def start(places: Places, tmp_path: Path) -> Iterator[Start]:
    runs: list[Run] = []

    def begin(*arguments: str, **variables: str) -> Run:
        runs.append(Run(places, tmp_path / f"said-{len(runs)}", *arguments, **variables))
        return runs[-1]

    yield begin
    for run in runs:
        if run.process.poll() is None:
            run.end(signal.SIGTERM)
    stop_strays(places.state, [])


@pytest.fixture
def without_demo(places: Places) -> None:
    """Drawing it takes long; its own tests do that."""
    (places.state / "demo-accounts.txt").write_text("Password   as ever\n")


def page(address: str) -> int:
    connection = HTTPConnection(address.removeprefix("http://"), timeout=30)
    connection.request("GET", "/")
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.usefixtures("without_demo")
def test_whole_site_starts_answers_and_leaves_nothing_behind(places: Places, start: Start) -> None:
    run = start()

    address = run.wait_for(r"The site +(http://localhost:\d+)")
    status = page(address)
    run.wait_for(r"(Ctrl-C)")
    code = run.end(signal.SIGINT)

    assert (status, code) == (200, 0), run.said()
    assert stop_strays(places.state, []) == []
    assert "Password   as ever" in run.said()
    assert sorted(path.name for path in places.logs.glob("*.log")) == LOGS


LOGS = [f"{name}.log" for name in ("beat", "collectstatic", "migrate", "postgres", "valkey", "video", "web", "worker")]


def test_mail_is_shown_while_the_demo_is_still_being_drawn(places: Places, start: Start) -> None:
    run = start()
    run.wait_for(r"(now the demo is drawn)")

    (places.state / "mail").mkdir(exist_ok=True)
    (places.state / "mail" / "1.log").write_text("To: alma@example.org\nSubject: Your code\n\nIt is 123.\n")

    assert run.wait_for(r"Mail to alma@example.org: Your code\n +(.*)") == "It is 123."
    assert "The site  " not in run.said()


@pytest.mark.usefixtures("without_demo")
def test_killed_site_starts_again_with_its_data_and_skips_what_is_done(places: Places, start: Start) -> None:
    first = start()
    address = first.wait_for(r"The site +(http://localhost:\d+)")
    key = (places.state / "secret_key").read_text()
    first.process.kill()
    first.process.wait()

    second = start()

    assert second.wait_for(r"The site +(http://localhost:\d+)") == address
    assert page(address) == 200
    assert (places.state / "secret_key").read_text() == key
    assert "Migrating" not in second.said()
    assert "Collecting" not in second.said()
    assert "Making a database" not in second.said()


def test_second_start_in_one_folder_names_the_first(start: Start) -> None:
    first = start("--engines-only")
    first.wait_for(r"(Ctrl-C)")

    second = start("--engines-only")

    assert second.process.wait(30) == 1
    assert f"bin/dev already runs in this folder (process {first.process.pid})" in second.said()


def test_variables_of_the_person_replace_the_engines(places: Places, start: Start) -> None:
    run = start("--engines-only", DATABASE_URL="postgresql:///elsewhere", REDIS_URL="redis://elsewhere/0")

    run.wait_for(r"(Ctrl-C)")

    assert not (places.state / "postgres").exists()
    assert not (places.state / "valkey").exists()


def test_wrong_value_refuses_to_start_and_names_the_variable(start: Start) -> None:
    run = start(TRASH_DAYS="soon")

    assert run.process.wait(PATIENCE) == 1
    assert "TRASH_DAYS: is 'soon', must be a whole number" in run.said()


def test_wrong_option_is_said_before_anything_is_made(places: Places, start: Start) -> None:
    run = start("--port", "many")

    assert run.process.wait(30) == 2
    assert "argument --port" in run.said()
    assert not (places.state / "postgres").exists()


def test_system_that_asks_for_the_end_is_obeyed(places: Places, start: Start) -> None:
    run = start("--engines-only")
    run.wait_for(r"(Ctrl-C)")

    assert run.end(signal.SIGTERM) == 0
    assert not (places.state / "postgres" / "data" / "postmaster.pid").exists()
    assert stop_strays(places.state, [places.state / "postgres" / "data", places.state / "valkey"]) == []
