import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from engines.lock import Lock
from engines.places import repository_root, shared_folder
from engines.processes import OWNER, spawn
from engines.suite import PREFIX, remove_left_overs

TEST = str(repository_root() / "bin" / "test")
SLOW_TEST = """
import pathlib, time

def test_slow():
    pathlib.Path(__file__).with_name("begun").touch()
    time.sleep(60)
"""


@pytest.fixture
def folder(state: Path) -> Path:
    made = shared_folder() / f"{PREFIX}a"
    made.mkdir()
    assert made.is_relative_to(state.parent)
    return made


def test_folder_of_a_killed_run_is_removed_with_its_processes(folder: Path) -> None:
    left = spawn(["sleep", "60"], log=folder / "log", environment={**os.environ, OWNER: str(folder)}, cwd=folder)

    remove_left_overs()

    assert left.wait(1) == -signal.SIGTERM
    assert not folder.exists()


def test_folder_of_a_run_under_way_is_kept(folder: Path) -> None:
    lock = Lock(folder / "lock")
    lock.take()

    remove_left_overs()

    assert folder.exists()
    lock.release()


@pytest.mark.parametrize(("body", "status"), [("pass", 0), ("assert False", 1)])
def test_exit_status_is_that_of_pytest_and_nothing_is_left(state: Path, tmp_path: Path, body: str, status: int) -> None:
    (tmp_path / "test_one.py").write_text(f"def test_one():\n    {body}\n")

    done = run(state, tmp_path)

    assert done.wait(60) == status
    assert left_in(state) == []


def test_run_that_is_asked_to_end_cleans_up(state: Path, tmp_path: Path) -> None:
    (tmp_path / "test_slow.py").write_text(SLOW_TEST)
    running = run(state, tmp_path)
    while not (tmp_path / "begun").exists():
        assert running.poll() is None, (tmp_path / "said").read_text()
        time.sleep(0.05)

    running.send_signal(signal.SIGTERM)

    assert running.wait(60) == 130
    assert left_in(state) == []


def run(state: Path, folder: Path) -> "subprocess.Popen[bytes]":
    """bin/test of the tests in `folder`, with a temp folder of its own and without the site's settings."""
    command = [TEST, "-n0", "-p", "no:django", "-c", "/dev/null", "--rootdir", str(folder), str(folder)]
    with (folder / "said").open("wb") as said:
        return subprocess.Popen(
            command, env={**os.environ, "TMPDIR": str(state.parent)}, stdout=said, stderr=subprocess.STDOUT
        )


def left_in(state: Path) -> list[str]:
    return [path.name for path in state.parent.glob(f"instagram-*/{PREFIX}*")]
