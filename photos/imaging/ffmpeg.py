"""ffmpeg as a child process that is limited, cut off and always ended. The program's path is the caller's to choose."""

import contextlib
import errno
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

# Codes of the dynamic linker and of confined.py.
_CANNOT_START = (126, 127)
_CONFINED = Path(__file__).with_name("confined.py")
_KEPT_ERRORS = 16 * 1024
_LACKS = (
    "No such filter",
    "Unknown encoder",
    "Unrecognized option",
    "Unknown input format",
    "Unknown bitstream filter",
)


class FfmpegMissing(Exception):
    """There is no such program, or it was built without a part we need: the operator's to repair."""


class FfmpegFailed(Exception):
    """ffmpeg gave up. `errors` is the beginning of what it wrote, with words out of the file: not to show."""

    def __init__(self, errors: str) -> None:
        super().__init__(errors[:200])
        self.errors = errors


class TookTooLong(Exception):
    """The child was killed because its time was over."""


class TookTooMuch(Exception):
    """The child ran into its limit of memory or of bytes written."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` by the wall (and as many on every core), `memory` and `file` (the longest written) in bytes."""

    seconds: float
    memory: int = 1024**3
    file: int = 0


def run_ffmpeg(
    ffmpeg: str,
    arguments: Sequence[str],
    *,
    limits: Limits,
    reads: Path,
    writes: Path | None = None,
    on_output: Callable[[bytes], None],
) -> str:
    """Returns the beginning of ffmpeg's error text when it ended well.

    `reads` and `writes` are the only files it can open, and `writes` must exist already. `on_output` gets standard
    output in pieces. Whatever happens, also an exception out of `on_output`, no child is left. Raises the exceptions
    above, and OSError when the disk is full.
    """
    program = shutil.which(ffmpeg)
    if program is None:
        raise FfmpegMissing(f"The program {ffmpeg!r} cannot be run.")
    deadline = time.monotonic() + limits.seconds
    confinement = json.dumps(
        {
            "memory": limits.memory,
            "file": limits.file,
            "cpu": int(limits.seconds * (os.cpu_count() or 1)) + 2,
            "parent": os.getpid(),
            "reads": [str(reads.resolve())],
            "writes": [] if writes is None else [str(writes.resolve())],
        }
    )
    command = [sys.executable, "-I", "-S", str(_CONFINED), confinement, str(Path(program).resolve())]
    with _child([*command, "-nostdin", "-hide_banner", *arguments]) as child:
        errors = _listen(child, deadline, on_output)
        try:
            code = child.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired as error:
            raise TookTooLong from error
    if code != 0:
        raise _explain(code, errors)
    return errors


@contextlib.contextmanager
def _child(command: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    """In a process group of its own and an empty folder, without our environment; killed with its group at the end."""
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env={"LC_ALL": "C"},
            start_new_session=True,
        ) as child,
    ):
        try:
            yield child
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)


def _listen(child: subprocess.Popen[bytes], deadline: float, on_output: Callable[[bytes], None]) -> str:
    """Passes output on until the child closes it. Returns the beginning of its error text."""
    errors = bytearray()
    with selectors.DefaultSelector() as selector:
        for stream in (child.stdout, child.stderr):
            assert stream is not None  # noqa: S101  both are pipes, see _child
            selector.register(stream, selectors.EVENT_READ)
        while selector.get_map():
            left = deadline - time.monotonic()
            if left <= 0:
                raise TookTooLong
            for key, _ in selector.select(left):
                data = os.read(key.fd, 64 * 1024)
                if not data:
                    selector.unregister(key.fileobj)
                elif key.fileobj is child.stdout:
                    on_output(data)
                else:
                    errors += data[: _KEPT_ERRORS - len(errors)]
    return errors.decode(errors="replace")


def _explain(code: int, errors: str) -> Exception:
    if code == -signal.SIGXCPU:
        return TookTooLong()
    if code == -signal.SIGXFSZ or os.strerror(errno.ENOMEM) in errors:
        return TookTooMuch()
    if code in _CANNOT_START or any(words in errors for words in _LACKS):
        return FfmpegMissing(f"This ffmpeg cannot be run, or lacks a part that is needed: {errors[:200]}")
    if os.strerror(errno.ENOSPC) in errors:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return FfmpegFailed(errors)
