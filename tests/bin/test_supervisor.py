import io
import signal
import subprocess
import time
from pathlib import Path

import pytest

from engines.errors import Refusal
from engines.processes import spawn
from engines.progress import Console
from engines.supervisor import LONGEST_PAUSE, SETTLED, Part, Supervisor, keep_short


def part(folder: Path, name: str, script: str, *, is_engine: bool = False) -> Part:
    log = folder / f"{name}.log"

    def start() -> "subprocess.Popen[bytes]":
        return spawn(["sh", "-c", script], log=log, environment={"PATH": "/usr/bin:/bin"}, cwd=folder)

    return Part(name, start, log, patience=5, is_engine=is_engine)


def ended(one: Part) -> Part:
    assert one.process is not None
    one.process.wait()
    return one


@pytest.fixture
def screen() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def supervisor(screen: io.StringIO) -> Supervisor:
    return Supervisor(Console(screen))


def test_part_that_ends_is_reported_with_its_last_words(
    tmp_path: Path, supervisor: Supervisor, screen: io.StringIO
) -> None:
    web = ended(supervisor.add(part(tmp_path, "web", "echo 'no such table'; exit 3")))

    supervisor.look_at(web, now=time.monotonic())

    assert "web ended (exit status 3); starting it again in 1 s." in screen.getvalue()
    assert "no such table" in screen.getvalue()


def test_part_that_keeps_ending_is_started_later_each_time(tmp_path: Path, supervisor: Supervisor) -> None:
    web = supervisor.add(part(tmp_path, "web", "exit 1"))
    pauses = []
    for _ in range(7):
        now = time.monotonic()
        supervisor.look_at(ended(web), now=now)
        pauses.append(web.start_again_at - now)
        supervisor.look_at(web, now=web.start_again_at)

    assert [round(pause) for pause in pauses] == [1, 2, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE]
    supervisor.stop_all()


def test_part_that_lived_long_starts_again_soon(tmp_path: Path, supervisor: Supervisor) -> None:
    web = ended(supervisor.add(part(tmp_path, "web", "exit 1")))
    web.failures = 5
    now = web.started + SETTLED + 1

    supervisor.look_at(web, now=now)

    assert web.start_again_at == now + 1


def test_part_that_dies_while_it_is_waited_for_refuses_with_its_log(tmp_path: Path, supervisor: Supervisor) -> None:
    web = supervisor.add(part(tmp_path, "web", "echo 'SECRET_KEY: is not set'; exit 1"))

    with pytest.raises(Refusal, match=r"web does not start[\s\S]*SECRET_KEY: is not set"):
        supervisor.wait_until(web, lambda: False, seconds=10)


def test_part_that_is_never_ready_refuses_after_the_time_given(tmp_path: Path, supervisor: Supervisor) -> None:
    web = supervisor.add(part(tmp_path, "web", "sleep 60"))

    with pytest.raises(Refusal, match="not ready after 0 s"):
        supervisor.wait_until(web, lambda: False, seconds=0.1)

    supervisor.stop_all()


def test_engines_stop_after_the_parts_that_need_them(tmp_path: Path, supervisor: Supervisor) -> None:
    slow = "trap 'sleep 0.3; date +%s%N > NAME; exit 0' TERM; echo up; while :; do sleep 0.01; done"
    for name, is_engine in (("engine", True), ("worker", False)):
        supervisor.add(part(tmp_path, name, slow.replace("NAME", name), is_engine=is_engine))
        while not (tmp_path / f"{name}.log").read_text():
            time.sleep(0.01)

    supervisor.stop_all()

    assert int((tmp_path / "worker").read_text()) < int((tmp_path / "engine").read_text())


def test_children_of_a_dead_part_do_not_outlive_it(tmp_path: Path, supervisor: Supervisor) -> None:
    web = ended(supervisor.add(part(tmp_path, "web", "sleep 60 & echo $! > child; exit 1")))

    supervisor.look_at(web, now=time.monotonic())

    child = Path("/proc", (tmp_path / "child").read_text().strip(), "stat")
    deadline = time.monotonic() + 5
    while child.exists() and " Z " not in child.read_text() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not child.exists() or " Z " in child.read_text()


def test_killed_part_names_the_signal(tmp_path: Path, supervisor: Supervisor, screen: io.StringIO) -> None:
    web = supervisor.add(part(tmp_path, "web", "sleep 60"))
    assert web.process is not None
    web.process.send_signal(signal.SIGKILL)

    supervisor.look_at(ended(web), now=time.monotonic())

    assert "killed by SIGKILL" in screen.getvalue()


def test_log_over_the_limit_makes_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engines.supervisor.LOG_LIMIT", 10)
    (tmp_path / "web.log").write_text("x" * 11)

    keep_short(tmp_path / "web.log")

    assert [path.name for path in tmp_path.iterdir()] == ["web.log.1"]
