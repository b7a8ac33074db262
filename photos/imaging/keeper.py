"""The program behind the darkroom: waits with all decoders loaded and forks once for every picture.

Started by `photos.imaging.darkroom` with a socket as its standard input. Each request is a line of JSON and brings two
open files: the picture to read and the pipe to write the result to. The answer is a line with the exit status. What it
forks ends with it, and where the kernel knows how to forbid it, can neither open anybody's files nor reach a network.
"""

import ctypes
import gc
import io
import json
import math
import os
import resource
import select
import signal
import socket
import struct
import sys
import sysconfig
import traceback
import warnings
from pathlib import Path
from typing import Any, NoReturn

from PIL import Image

from photos.imaging import results
from photos.imaging.errors import UnreadableImage, too_complex
from photos.imaging.formats import JPEG, format_of
from photos.imaging.render import develop

READY = b"ready\n"

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446
_LANDLOCK_BENEATH = 1
_LANDLOCK_RIGHTS = (1 << 13) - 1  # every right of the first version: to open, run, list, make and remove files
_LANDLOCK_READ = 1 << 2 | 1 << 3  # files and folders
_MODULES = ("stdlib", "platstdlib", "purelib", "platlib")
_MAX_OPEN_FILES = 32
_SPARE_SECONDS = 2  # of CPU; by then the one who waits has given up


def main() -> None:
    warm_up()
    warnings.simplefilter("ignore")
    line = socket.socket(fileno=os.dup(sys.stdin.fileno()))
    _silence(0, 1)
    line.sendall(READY)
    while True:
        request, files, _, _ = socket.recv_fds(line, 64 * 1024, 2)
        if not request:
            return
        picture, result = files
        life, alive = os.pipe()  # the child holds the other end as long as it lives
        child = os.fork()
        if child == 0:
            line.close()
            _work(json.loads(request), picture, result)
        for descriptor in (picture, result, alive):
            os.close(descriptor)
        line.sendall(b"%d\n" % _wait(child, life, line))


def warm_up() -> None:
    """Load what decoding and encoding load late, once for all that is forked."""
    Image.init()
    data = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(data, "JPEG")
    develop(data, JPEG, max_pixels=1_000_000)
    gc.collect()
    gc.freeze()


def _wait(child: int, life: int, line: socket.socket) -> int:
    """The exit status of the child, below 0 the signal that ended it. Ends all when nobody waits for it any more."""
    ready, _, _ = select.select([life, line.fileno()], [], [])
    os.close(life)
    if life not in ready:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if life not in ready:
        sys.exit()
    return os.waitstatus_to_exitcode(status)


def _work(request: dict[str, Any], picture: int, result: int) -> NoReturn:
    """Never comes back: the child ends here, whatever happens."""
    try:
        _confine(request["memory"], request["seconds"])
        with os.fdopen(picture, "rb") as file, os.fdopen(result, "wb") as target:
            target.write(_answer(request, file))
    except BaseException:  # noqa: BLE001  only the exit status is left to tell
        os._exit(1)
    os._exit(0)


def _answer(request: dict[str, Any], file: io.BufferedReader) -> bytes:
    try:
        format = format_of(request["content_type"])
        focus = tuple(request["focus"])
        recipe, max_pixels = request["recipe"], request["max_pixels"]
        return results.pack(develop(file, format, max_pixels=max_pixels, recipe=recipe, focus=focus))
    except UnreadableImage as error:
        return results.pack_refusal(error)
    except MemoryError:
        return results.pack_refusal(too_complex("The picture takes more memory than a picture may."))
    except Exception:  # noqa: BLE001  a mistake of ours, to be raised where somebody sees it
        return results.pack_mistake(traceback.format_exc())


def _confine(memory: int, seconds: float) -> None:
    parent = os.getppid()
    _silence(2)
    cpu = math.ceil(seconds) + _SPARE_SECONDS
    for kind, value in (
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_NOFILE, _MAX_OPEN_FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, most = resource.getrlimit(kind)
        limit = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(kind, (limit, limit))
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        libc.unshare(_CLONE_NEWNET)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _leave_disk(libc)


def _leave_disk(libc: ctypes.CDLL) -> None:
    """From here on only Python's own modules can be opened, for what is imported late; open files stay open."""
    rights = _LANDLOCK_RIGHTS.to_bytes(8, sys.byteorder)
    rules = libc.syscall(_LANDLOCK_CREATE_RULESET, rights, len(rights), 0)
    if rules < 0:
        return
    paths = sysconfig.get_paths()
    for folder in {paths[kind] for kind in ("stdlib", "platstdlib", "purelib", "platlib")} | {
        str(Path(__file__).parent)
    }:
        try:
            descriptor = os.open(folder, os.O_PATH)
        except OSError:
            continue
        rule = struct.pack("=Qi", _LANDLOCK_READ, descriptor)
        libc.syscall(_LANDLOCK_ADD_RULE, rules, _LANDLOCK_BENEATH, rule, 0)
        os.close(descriptor)
    libc.syscall(_LANDLOCK_RESTRICT_SELF, rules, 0)
    os.close(rules)


def _silence(*descriptors: int) -> None:
    """What C libraries print would end up in somebody's log."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in descriptors:
        os.dup2(nothing, descriptor)
    os.close(nothing)


if __name__ == "__main__":
    main()
