"""Makes `.venv` and keeps it equal to the requirement files, with nothing but a bare Python.

Debian's Python has neither pip nor ensurepip, so a pip wheel lies in the repository; its hash is checked before use.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from engines.errors import Refusal
from engines.lock import Lock
from engines.places import Places
from engines.processes import tail, tied
from engines.progress import Console, Step

PIP = "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
RUNTIME = "requirements.txt"
DEVELOPMENT = "requirements-dev.txt"
SEMGREP = "requirements-semgrep.txt"
WORDS = ("Collecting", "Downloading", "Installing collected")


def ensure_environment(places: Places, console: Console, *, development: bool) -> None:
    """Afterwards `.venv` holds exactly pinned, hash-checked packages. Cheap when nothing changed."""
    _ensure(places, console, [RUNTIME, DEVELOPMENT] if development else [RUNTIME])


def ensure_semgrep(places: Places, console: Console) -> Places:
    """The same for semgrep, whose pins clash with ours; returns the places with its environment."""
    own = replace(places, venv_name=".venv-semgrep")
    _ensure(own, console, [SEMGREP])
    return own


def _ensure(places: Places, console: Console, names: list[str]) -> None:
    if _is_sound(places.venv) and not _outdated(places, names):
        return
    with _alone(places, console) as lock:
        if not _is_sound(places.venv):
            with console.step(f"Making {places.venv_name}"):
                _make(places.venv)
        for name in _outdated(places, names):
            with console.step(f"Installing {name}") as step:
                _install(places, name, step, lock)


@contextmanager
def _alone(places: Places, console: Console) -> Iterator[Lock]:
    """One installation at a time in a clone; pip inherits the lock, so it counts even when this process is killed."""
    lock = Lock(places.root / ".venv.lock")
    if not lock.take():
        with console.step("Waiting for an installation that runs in this folder"):
            lock.take(wait=True)
    try:
        yield lock
    finally:
        lock.release()


def _make(venv: Path) -> None:
    shutil.rmtree(venv, ignore_errors=True)
    try:
        command = [sys.executable, "-I", "-m", "venv", "--without-pip", str(venv)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    except OSError as error:
        raise Refusal(f"Cannot make {venv}: {error}.") from error
    if done.returncode != 0:
        raise Refusal(f"Cannot make {venv} with {sys.executable}:\n{(done.stderr or done.stdout).strip()}")
    (venv / "made-for").write_text(_identity(venv))


def _is_sound(venv: Path) -> bool:
    """False when it is missing, was moved, lost its Python, or an installation into it was interrupted."""
    try:
        made_for = (venv / "made-for").read_text()
    except OSError:
        return False
    python = venv / "bin" / "python"
    return made_for == _identity(venv) and python.exists() and not (venv / "installing").exists()


def _identity(venv: Path) -> str:
    """Its own path, which its scripts contain, and the file that its Python really is."""
    return f"{venv.resolve()}\n{(venv / 'bin' / 'python').resolve()}\n"


def _outdated(places: Places, names: list[str]) -> list[str]:
    return [name for name in names if _stamp(places.venv, name) != _fingerprint(places.root / name)]


def _stamp(venv: Path, name: str) -> str:
    try:
        return (venv / f"installed-{name}").read_text()
    except OSError:
        return ""


def _fingerprint(requirements: Path) -> str:
    return hashlib.sha256(requirements.read_bytes()).hexdigest()


def _install(places: Places, name: str, step: Step, lock: Lock) -> None:
    """The mark `installing` stays behind when this is interrupted; `_is_sound` then asks for a new environment."""
    fingerprint = _fingerprint(places.root / name)
    mark = places.venv / "installing"
    mark.touch()
    places.make()
    log = places.logs / "install.log"
    pip = _checked_pip(places.root / "bin" / PIP)
    options = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--no-user"]
    source = ["--require-hashes", "--only-binary", ":all:", "-r", str(places.root / name)]
    command = tied([places.python, "-I", f"{pip}/pip", "install", *options, *source])
    if _run_pip(command, log, step, lock) != 0:
        raise Refusal(f"Installing {name} failed (whole log: {log}):\n{tail(log)}")
    (places.venv / f"installed-{name}").write_text(fingerprint)
    mark.unlink()


def _run_pip(command: list[str], log: Path, step: Step, lock: Lock) -> int:
    environment = {name: value for name, value in os.environ.items() if name not in ("PIP_TARGET", "PIP_PREFIX")}
    with log.open("w", encoding="utf-8") as copy:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            pass_fds=(lock.descriptor,),
            encoding="utf-8",
            errors="replace",
        )
        try:
            for line in process.stdout or ():
                copy.write(line)
                if line.strip().startswith(WORDS):
                    step.detail = " ".join(line.split()[:2])
            return process.wait()
        except BaseException:
            process.kill()
            process.wait()
            raise


def _checked_pip(wheel: Path) -> Path:
    """The pip wheel of the repository, or a Refusal when it is not the one that was committed."""
    try:
        found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    except OSError as error:
        raise Refusal(f"{wheel} is missing; get it back with: git checkout -- bin/{PIP}") from error
    if found != PIP_SHA256:
        raise Refusal(f"{wheel} was changed: its SHA-256 is {found}, expected {PIP_SHA256}.")
    return wheel
