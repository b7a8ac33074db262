"""Fault points: silent unless a folder of orders is named, obeyed once, and never where people are served."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.faults import POINTS, InjectedFault, fault

ROOT = Path(__file__).resolve().parents[2]
MINIMUM = {"SECRET_KEY": "x" * 32, "DATABASE_URL": "postgresql:///x", "REDIS_URL": "redis://localhost/0"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("core.faults.FOLDER", str(tmp_path))
    return tmp_path


def order(folder: Path, point: str, how: str, seconds: float = 0.0) -> None:
    (folder / point).write_text(json.dumps({"how": how, "seconds": seconds}))


def run_python(code: str, given: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.environ["PATH"], **MINIMUM, **given}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("point", POINTS)
def test_point_without_a_folder_leaves_its_order_alone(point: str, tmp_path: Path) -> None:
    order(tmp_path, point, "raise")

    fault(point)

    assert [each.name for each in tmp_path.iterdir()] == [point]


def test_point_without_an_order_does_nothing(folder: Path) -> None:
    order(folder, "P5", "raise")

    fault("P4")

    assert [each.name for each in folder.iterdir()] == ["P5"]


def test_order_to_raise_is_obeyed_once(folder: Path) -> None:
    order(folder, "P4", "raise")

    with pytest.raises(InjectedFault, match="ordered at P4, original stored, before the commit"):
        fault("P4")
    fault("P4")

    (taken,) = folder.iterdir()
    assert taken.name.startswith(f"P4.taken.{os.getpid()}.")


def test_order_to_wait_is_obeyed_for_its_seconds_and_the_work_goes_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("core.faults.time.sleep", slept.append)
    order(folder, "P7", "delay", 35)

    fault("P7")
    fault("P7")

    assert slept == [35.0]


def test_order_to_kill_ends_the_process_at_once(tmp_path: Path) -> None:
    order(tmp_path, "P10", "kill")
    code = "from core.faults import fault\ntry:\n    fault('P10')\nfinally:\n    print('tidied up')"

    done = run_python(code, {"FAULT_POINTS": str(tmp_path)})

    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "")


def test_settings_refuse_fault_points_where_people_are_served(tmp_path: Path) -> None:
    given = {"FAULT_POINTS": str(tmp_path), "ORIGIN": "https://photos.example.org"}

    done = run_python("import instagram.settings", given)

    (line,) = done.stderr.splitlines()
    assert done.returncode == 1
    assert line.startswith("FAULT_POINTS: is for tests alone")


def test_settings_take_fault_points_on_a_site_without_https(tmp_path: Path) -> None:
    given = {"FAULT_POINTS": str(tmp_path), "ORIGIN": "http://localhost:8000"}

    done = run_python("import instagram.settings", given)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("point", POINTS)
def test_point_stands_somewhere_in_the_product(point: str) -> None:
    sources = [path.read_text() for app in ("core", "photos", "exports") for path in (ROOT / app).rglob("*.py")]

    assert any(f'"{point}"' in source and "import fault" in source for source in sources)
