"""bin/test, bin/bench, bin/fuzz and bin/faults: a program with a Postgres and a Valkey that live as long as it runs."""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engines.environment import suite_environment
from engines.lock import Lock
from engines.places import Places, engine_folders, shared_folder, socket_folder
from engines.postgres import THROW_AWAY, Postgres
from engines.processes import OWNER, stop_strays
from engines.progress import Console
from engines.supervisor import Part, Stopped, Supervisor, ignore_signals, stop_on_signals
from engines.valkey import Valkey

PREFIX = "instagram-test-"
SETTINGS = {"DJANGO_SETTINGS_MODULE": "instagram.settings"}
DATABASES = 96  # of Valkey: each xdist worker has its own few
ONE_PROCESS = ("-n", "--numprocesses", "--pdb", "--trace", "--collect-only", "--co", "--version", "--help", "-h")


def run_tests(arguments: list[str], places: Places, console: Console) -> int:
    """Exit status: pytest's own. Parallel over the cores unless the arguments say otherwise."""
    alone = any(argument.startswith(ONE_PROCESS) for argument in arguments)
    parallel = [] if alone else ["-n", str(os.cpu_count() or 2), "--dist", "worksteal"]
    _say_what_is_missing(places, console)
    return _run(["-m", "pytest", *parallel, *arguments], places, console, durable=False)


def run_benches(arguments: list[str], places: Places, console: Console) -> int:
    """Exit status of `python -m bench`. The engines write to disk as they do in earnest."""
    return _run(["-m", "bench", *arguments], places, console, durable=True)


def run_fuzz(arguments: list[str], places: Places, console: Console) -> int:
    """Exit status of `python -m tests.fuzz`."""
    return _run(["-m", "tests.fuzz", *arguments], places, console, durable=False)


def run_faults(arguments: list[str], places: Places, console: Console) -> int:
    """Exit status of `python -m tests.faults.harness`, which starts and kills engines of its own in its folder."""
    stop_on_signals()
    with _scratch_folder() as scratch:
        try:
            given = {OWNER: str(scratch), "FAULTS_FOLDER": str(scratch), **SETTINGS}
            return _program(["-m", "tests.faults.harness", *arguments], places, suite_environment(places.root, given))
        except Stopped:
            return 130
        finally:
            ignore_signals()
            stop_strays(scratch, engine_folders(scratch))


def _run(command: list[str], places: Places, console: Console, *, durable: bool) -> int:
    stop_on_signals()
    supervisor = Supervisor(console)
    with _scratch_folder() as scratch:
        try:
            with console.step("Starting Postgres and Valkey"):
                given = _start_engines(scratch, supervisor, durable=durable)
            return _program(command, places, suite_environment(places.root, given))
        except Stopped:
            return 130
        finally:
            ignore_signals()
            supervisor.stop_all()
            stop_strays(scratch, engine_folders(scratch))


RUNS = {"test": run_tests, "bench": run_benches, "fuzz": run_fuzz, "faults": run_faults}


def remove_left_overs() -> None:
    """Folders of runs that were killed, with the processes that still use them."""
    for folder in shared_folder().glob(f"{PREFIX}*"):
        lock = Lock(folder / "lock")
        if lock.take():
            stop_strays(folder, engine_folders(folder))
            shutil.rmtree(folder, ignore_errors=True)
            lock.release()


@contextmanager
def _scratch_folder() -> Iterator[Path]:
    """A folder for one run. `gate` keeps another run from taking it for a left-over before it is locked."""
    gate = Lock(shared_folder() / "test.lock")
    gate.take(wait=True)
    remove_left_overs()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=shared_folder())).resolve()
    lock = Lock(folder / "lock")
    lock.take()
    gate.release()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()


def _start_engines(scratch: Path, supervisor: Supervisor, *, durable: bool) -> dict[str, str]:
    """The environment that leads the program to these engines."""
    sockets = socket_folder(scratch)
    state = scratch / "state"
    (state / "static").mkdir(parents=True)
    postgres = Postgres(scratch / "postgres", sockets, scratch / "postgres.log", settings={} if durable else THROW_AWAY)
    valkey = Valkey(scratch / "valkey", sockets, scratch / "valkey.log", durable=durable, databases=DATABASES)
    mark = {**os.environ, OWNER: str(scratch)}
    for engine in (valkey, postgres):
        engine.prepare()
        supervisor.wait_until(supervisor.add(Part.of(engine, mark)), engine.is_ready, seconds=60)
    postgres.create_database()
    return {
        OWNER: str(scratch),
        "DATABASE_URL": postgres.url,
        "REDIS_URL": valkey.url,
        "SECRET_KEY": secrets.token_urlsafe(48),
        "STATE_DIR": str(state),
        **SETTINGS,
    }


def _say_what_is_missing(places: Places, console: Console) -> None:
    if not (places.root.parent / "shared" / "photos").is_dir():
        console.say("  ../shared/photos is missing: the tests use drawn photographs instead of real ones.")
    if shutil.which("chromium") is None:
        console.say("  The browser tests need Chromium and are skipped: apt-get install chromium")


def _program(command: list[str], places: Places, environment: dict[str, str]) -> int:
    process = subprocess.Popen([str(places.python), *command], env=environment, cwd=places.root)
    try:
        return process.wait()
    except Stopped:
        _end(process)
        raise


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Pytest hears Ctrl-C from the terminal too; a second one from here does no harm."""
    process.send_signal(signal.SIGINT)
    deadline = time.monotonic() + 15
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    if process.poll() is None:
        process.kill()
        process.wait()
