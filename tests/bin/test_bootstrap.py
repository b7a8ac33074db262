import re
import shutil
import sys
from pathlib import Path

import pytest

from engines import bootstrap
from engines.errors import Refusal
from engines.places import Places, repository_root

ROOT = repository_root()
FILES = ["requirements.txt", "requirements-dev.txt", "requirements-semgrep.txt"]


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    folder = tmp_path / "clone" / ".venv"
    folder.parent.mkdir()
    bootstrap._make(folder)
    return folder


def test_pip_wheel_in_the_repository_is_the_one_expected() -> None:
    wheel = ROOT / "bin" / bootstrap.PIP

    assert bootstrap._checked_pip(wheel) == wheel


def test_pip_wheel_that_was_changed_is_refused(tmp_path: Path) -> None:
    wheel = Path(shutil.copy(ROOT / "bin" / bootstrap.PIP, tmp_path))
    with wheel.open("ab") as file:
        file.write(b"x")

    with pytest.raises(Refusal, match="was changed"):
        bootstrap._checked_pip(wheel)


def test_new_environment_is_sound_and_has_nothing_installed(venv: Path) -> None:
    assert bootstrap._is_sound(venv)
    assert bootstrap._outdated(Places(ROOT, venv.parent / "var"), FILES[:0]) == []
    assert [path.name for path in venv.glob("lib/python3.*/site-packages/*")] == []


def test_interrupted_installation_asks_for_a_new_environment(venv: Path) -> None:
    (venv / "installing").touch()

    assert not bootstrap._is_sound(venv)


def test_moved_environment_asks_for_a_new_one(venv: Path) -> None:
    moved = venv.parent.rename(venv.parent.with_name("moved")) / ".venv"

    assert not bootstrap._is_sound(moved)


def test_environment_whose_python_is_gone_asks_for_a_new_one(venv: Path) -> None:
    (venv / "bin" / "python").unlink()

    assert not bootstrap._is_sound(venv)


def test_changed_requirements_are_outdated_until_installed(venv: Path, tmp_path: Path) -> None:
    places = Places(root=venv.parent, state=tmp_path / "var")
    (places.root / "requirements.txt").write_text("# one\n")
    (venv / "installed-requirements.txt").write_text(bootstrap._fingerprint(places.root / "requirements.txt"))

    before = bootstrap._outdated(places, ["requirements.txt"])
    (places.root / "requirements.txt").write_text("# two\n")

    assert (before, bootstrap._outdated(places, ["requirements.txt"])) == ([], ["requirements.txt"])


@pytest.mark.parametrize("name", FILES)
def test_requirements_are_exact_hashed_and_name_no_package_index(name: str) -> None:
    text = (ROOT / name).read_text()
    packages = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]

    assert [line for line in packages if not re.match(r"[a-z0-9.\-]+==\S+ (;.* )?\\$", line)] == []
    assert text.count("--hash=sha256:") >= len(packages)
    assert re.search(r"https?://|--index-url|--find-links", text) is None


def test_running_python_is_new_enough() -> None:
    assert sys.version_info >= (3, 11)
