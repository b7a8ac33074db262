"""Starting, recognising and stopping processes; Linux's /proc is the source of truth, not pid files."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from engines.errors import Refusal

OWNER = "INSTAGRAM_OWNER"  # set for everything bin/dev starts: the state folder it works for
POLL = 0.02
Environment = Mapping[str, str]


def tied(command: Sequence[str | Path], stop_signal: signal.Signals = signal.SIGTERM) -> list[str]:
    """`command` such that, where setpriv exists, the kernel sends it `stop_signal` when its parent dies: no orphans.

    The kernel watches the thread that started it, so start it from the main thread. A change of user id undoes it.
    """
    setpriv = shutil.which("setpriv")
    tie = [setpriv, "--pdeathsig", stop_signal.name.removeprefix("SIG")] if setpriv else []
    return [*tie, *map(str, command)]


def spawn(
    command: Sequence[str | Path], *, log: Path, environment: Environment, cwd: Path
) -> "subprocess.Popen[bytes]":
    """Starts `command` in a session of its own (Ctrl-C must not reach it), its output appended to `log`."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=cwd,
            start_new_session=True,
        )


def finish(process: "subprocess.Popen[Any]", *, patience: float) -> bool:
    """Waits for `process`, then kills what is left of its session. False when `patience` seconds were not enough."""
    try:
        process.wait(patience)
        obeyed = True
    except subprocess.TimeoutExpired:
        obeyed = False
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    process.wait()
    return obeyed


def stop_strays(state: Path, engine_folders: Iterable[Path]) -> list[str]:
    """Ends what an earlier run for `state` left behind and returns its names; afterwards none of it lives.

    Call it only while holding the lock of `state`: then everything found is left over. A process counts when it
    carries OWNER with this folder, or is a Postgres or Valkey whose working folder is one of `engine_folders`.
    """
    folders = {str(folder) for folder in engine_folders}
    owner = f"{OWNER}={state}".encode()
    return _end_all(lambda pid: _is_engine(pid, folders) or _carries(pid, owner))


def stop_engines_of(folder: Path) -> None:
    """Ends every Postgres or Valkey process at work in `folder`: a second one there would destroy the data.

    A killed Postgres leaves processes of its own behind for a moment, so this is asked before each start.
    """
    _end_all(lambda pid: _is_engine(pid, {str(folder)}))


def _end_all(is_meant: Callable[[int], bool]) -> list[str]:
    found = _others(is_meant)
    names = sorted({_name(pid) for pid in found})
    for send, patience in ((_ask, 10.0), (_force, 5.0)):
        for pid in found:
            send(pid)
        deadline = time.monotonic() + patience
        while (found := _others(is_meant)) and time.monotonic() < deadline:
            time.sleep(POLL)
        if not found:
            return names
    raise Refusal(f"Processes of an earlier run do not end: {', '.join(map(str, found))}. End them and start again.")


def tail(log: Path, *, since: int = 0, lines: int = 15) -> str:
    """The last lines of a log, none from before byte `since`, indented; empty when there is none."""
    try:
        with log.open("rb") as file:
            file.seek(max(since, log.stat().st_size - 20_000))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])


def _others(is_meant: Callable[[int], bool]) -> list[int]:
    pids = [int(entry) for entry in os.listdir("/proc") if entry.isdigit()] if os.path.isdir("/proc") else []
    return [pid for pid in pids if pid != os.getpid() and is_meant(pid)]


def _is_engine(pid: int, folders: set[str]) -> bool:
    try:
        return os.readlink(f"/proc/{pid}/cwd") in folders and _name(pid).startswith(("postgres", "valkey"))
    except OSError:
        return False


def _carries(pid: int, owner: bytes) -> bool:
    try:
        return owner in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0") and not _is_zombie(pid)
    except OSError:
        return False


def _is_zombie(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[:1] == ["Z"]


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text(errors="replace").strip()
    except OSError:
        return ""


def _ask(pid: int) -> None:
    _send(pid, signal.SIGINT if _name(pid).startswith("postgres") else signal.SIGTERM)


def _force(pid: int) -> None:
    _send(pid, signal.SIGKILL)


def _send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass
    except PermissionError:
        raise Refusal(f"Process {pid} of an earlier run belongs to another user; start bin/dev as that user.") from None
