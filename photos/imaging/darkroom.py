"""Developing a picture in a child process that may be killed, run out of memory or crash without harm to anybody.

Starting an interpreter with all decoders costs a third of a second. So each process that develops keeps one child that
has them loaded (`photos.imaging.keeper`), which forks for every picture. It gets no secret in its environment and ends
with the process that started it, however that ends.
"""

import atexit
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from photos.imaging.errors import UnreadableImage
from photos.imaging.formats import Format
from photos.imaging.keeper import READY
from photos.imaging.render import MIDDLE, Development, Focus
from photos.imaging.results import MAX_BYTES, BrokenResult, unpack

_START_SECONDS = 60.0
_ROOT = Path(__file__).resolve().parents[2]
_idle: list["_Keeper"] = []  # not in use; as many as there were threads developing at once


class DecoderDied(Exception):
    """The child was killed by a signal or broke down. Another attempt may succeed; many will not."""


def develop_safely(  # noqa: PLR0913  wishes and limits, each by its name
    path: str,
    format: Format,
    *,
    max_pixels: int,
    recipe: Mapping[str, Any] | None = None,
    focus: Focus = MIDDLE,
    seconds: float,
    memory: int,
) -> Development:
    """As `develop`, of the file at `path`, in at most `seconds` and with at most `memory` bytes of data.

    UnreadableImage also with the codes too_slow and too_complex; DecoderDied.
    """
    request = {
        "content_type": format.content_type,
        "max_pixels": max_pixels,
        "recipe": dict(recipe or {}),
        "focus": focus,
        "seconds": seconds,
        "memory": memory,
    }
    with Path(path).open("rb") as picture:
        keeper = _take()
        try:
            status, data = keeper.develop(request, picture, seconds)
        except BaseException:
            keeper.end()
            raise
    _idle.append(keeper)
    if status == -signal.SIGXCPU:
        raise _too_slow()
    try:
        if status == 0:
            return unpack(data)
    except BrokenResult:
        pass
    raise DecoderDied(f"the child that developed ended with {status}")


class _Keeper:
    """One running `photos.imaging.keeper`, for one thread at a time."""

    def __init__(self) -> None:
        self._line, end = socket.socketpair()
        with end:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "photos.imaging.keeper"],
                stdin=end.fileno(),
                cwd="/",
                env=_environment(),
                start_new_session=True,
            )
        self._line.settimeout(_START_SECONDS)
        try:
            started = self._line.recv(len(READY)) == READY
        except OSError:
            started = False
        if not started:
            self.end()
            raise DecoderDied("no child could be started to develop in")

    def develop(self, request: dict[str, Any], picture: IO[bytes], seconds: float) -> tuple[int, bytes]:
        """(exit status, what the child wrote). After any exception this keeper is of no use any more."""
        deadline = time.monotonic() + seconds
        source, target = os.pipe()
        try:
            try:
                self._line.settimeout(seconds)
                socket.send_fds(self._line, [json.dumps(request).encode()], [picture.fileno(), target])
            finally:
                os.close(target)
            data = _read_all(source, deadline)
            self._line.settimeout(max(0.1, deadline - time.monotonic()))
            return int(self._line.recv(16)), data
        except TimeoutError as error:
            raise _too_slow() from error
        except (OSError, ValueError) as error:
            raise DecoderDied("the child that develops went away") from error
        finally:
            os.close(source)

    def end(self) -> None:
        """Kill it and all it has forked."""
        self._line.close()
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def disown(self) -> None:
        """In a process that was forked from the one it belongs to: let go without a word."""
        self._line.close()
        self.process.returncode = 0


def _take() -> _Keeper:
    while _idle:
        keeper = _idle.pop()
        if keeper.process.poll() is None:
            return keeper
        keeper.end()
    return _Keeper()


def _environment() -> dict[str, str]:
    """Nothing of ours: no key, no address of a database. One thread for libraries that would start their own."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(_ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


def _read_all(source: int, deadline: float) -> bytes:
    """Up to the end of the pipe. TimeoutError at the deadline, OSError for more than any development is."""
    data = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(source, selectors.EVENT_READ)
        while selector.select(max(0.0, deadline - time.monotonic())):
            block = os.read(source, 1024 * 1024)
            if not block:
                return bytes(data)
            data += block
            if len(data) > MAX_BYTES:
                raise OSError("the child writes without end")
    raise TimeoutError


def _too_slow() -> UnreadableImage:
    return UnreadableImage("too_slow", "Developing the picture takes longer than it may. Please send it smaller.")


def _end_all() -> None:
    while _idle:
        _idle.pop().end()


def _disown_all() -> None:
    while _idle:
        _idle.pop().disown()


atexit.register(_end_all)
os.register_at_fork(after_in_child=_disown_all)
