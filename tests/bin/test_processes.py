import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from engines.processes import OWNER, finish, spawn, stop_strays, tail, tied

SLEEP = ["sleep", "60"]
PARENT = """
import subprocess, sys
sys.path[0:0] = [sys.argv[1]]
from engines.processes import tied
child = subprocess.Popen(tied(["sleep", "60"]))
print(child.pid, flush=True)
sys.stdin.read()
"""


def start(command: list[str], log: Path, **variables: str) -> "subprocess.Popen[bytes]":
    return spawn(command, log=log, environment={**os.environ, **variables}, cwd=log.parent)


def test_what_an_earlier_run_left_is_ended_and_named(tmp_path: Path) -> None:
    left = start(SLEEP, tmp_path / "log", **{OWNER: str(tmp_path)})
    child = start(["sh", "-c", "sleep 60 & wait"], tmp_path / "log", **{OWNER: str(tmp_path)})
    time.sleep(0.1)

    names = stop_strays(tmp_path, [])

    assert names == ["sh", "sleep"]
    assert (left.wait(1), child.wait(1)) == (-signal.SIGTERM, -signal.SIGTERM)


def test_processes_of_another_clone_are_left_alone(tmp_path: Path) -> None:
    other = start(SLEEP, tmp_path / "log", **{OWNER: str(tmp_path / "other")})

    names = stop_strays(tmp_path, [tmp_path])

    assert (names, other.poll()) == ([], None)
    finish(other, patience=0)


def test_process_that_ignores_the_request_is_killed(tmp_path: Path) -> None:
    deaf = start(["sh", "-c", "trap '' TERM; echo deaf; sleep 60"], tmp_path / "log")
    while not tail(tmp_path / "log"):
        time.sleep(0.01)

    deaf.terminate()

    assert finish(deaf, patience=0.2) is False
    assert deaf.returncode == -signal.SIGKILL


def test_tied_process_dies_with_its_parent() -> None:
    bin_folder = str(Path(__file__).resolve().parents[2] / "bin")
    command = [sys.executable, "-c", PARENT, bin_folder]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        while Path(f"/proc/{child}/comm").read_text() != "sleep\n":
            time.sleep(0.01)
        parent.kill()

    assert ends_within(child, seconds=5)


def test_tail_shows_the_end_of_the_present_life_only(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("before\n")
    since = log.stat().st_size
    with log.open("a") as file:
        file.writelines(f"line {number}\n" for number in range(20))

    assert tail(log, since=since, lines=2) == "    line 18\n    line 19"
    assert "before" not in tail(log, since=since, lines=50)


def test_tail_of_a_missing_log_is_empty(tmp_path: Path) -> None:
    assert tail(tmp_path / "nothing") == ""


def test_command_keeps_its_words_when_tied() -> None:
    assert tied(SLEEP)[-2:] == SLEEP


def ends_within(pid: int, *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False
