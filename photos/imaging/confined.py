"""Runs one program where it can do little harm: `python -I -S confined.py LIMITS PROGRAM ARGUMENTS...`.

It is started as a program of its own, so it needs nothing but the standard library, and what it sets never touches the
process that starts it. LIMITS is JSON: `memory` and `file` in bytes, `cpu` in seconds, `parent` (the process that must
be alive), `reads` and `writes` (the only files of people's that may be opened). The limits always hold. Cutting off the
network and the rest of the disk is done where the kernel can (Linux, user namespaces, Landlock) and left out elsewhere.
It ends with CANNOT_START when the program cannot be run at all.
"""

import ctypes
import json
import os
import resource
import signal
import struct
import sys
from pathlib import Path
from typing import Any

NICENESS = 10
CANNOT_START = 126

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446
_LANDLOCK_CREATE_RULESET_VERSION = 1
_LANDLOCK_RULE_PATH_BENEATH = 1
_TCP = 0b11
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14
# Every right that a version of Landlock knows, so that whatever is not allowed below is denied.
_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1}
# Where programs and their libraries live; nobody's data.
_SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/nix/store", "/etc/ld.so.cache", "/sys/devices/system/cpu")
_DEVICES = ("/dev/null", "/dev/urandom", "/dev/zero")


def main() -> None:
    limits: dict[str, Any] = json.loads(sys.argv[1])
    program = sys.argv[2]
    for kind, value in (
        (resource.RLIMIT_DATA, limits["memory"]),
        (resource.RLIMIT_CPU, limits["cpu"]),
        (resource.RLIMIT_FSIZE, limits["file"]),
        (resource.RLIMIT_CORE, 0),
    ):
        _, most = resource.getrlimit(kind)
        least = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(kind, (least, least))
    for ignored_by_python in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(ignored_by_python, signal.SIG_DFL)
    os.nice(NICENESS)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        _leave_network(libc)
        _leave_disk(libc, program, limits["reads"], limits["writes"])
        _die_with(libc, limits["parent"])
    os.execv(program, sys.argv[2:])  # noqa: S606  this process becomes the program; a shell has no place here


def _leave_network(libc: ctypes.CDLL) -> None:
    """A network of its own, without any interface. In a user namespace even root has no rights outside any more."""
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        libc.unshare(_CLONE_NEWNET)


def _leave_disk(libc: ctypes.CDLL, program: str, reads: list[str], writes: list[str]) -> None:
    """From here on only the named files, the program and the system's libraries can be opened, and no connection."""
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    version = libc.syscall(_LANDLOCK_CREATE_RULESET, None, 0, _LANDLOCK_CREATE_RULESET_VERSION)
    if version < 1:
        return
    handled = _RIGHTS[min(version, 3)]
    attributes = struct.pack("=QQ", handled, _TCP) if version >= 4 else struct.pack("=Q", handled)
    rules = libc.syscall(_LANDLOCK_CREATE_RULESET, attributes, len(attributes), 0)
    if rules < 0:
        return
    for path in (*_SYSTEM, *_libraries(program)):
        _allow(libc, rules, path, handled & (_READ_FILE | _READ_DIR | _EXECUTE))
    for path in (program, *reads):
        _allow(libc, rules, path, handled & (_READ_FILE | _EXECUTE if path == program else _READ_FILE))
    for path in (*_DEVICES, *writes):
        _allow(libc, rules, path, handled & (_READ_FILE | _WRITE_FILE | _TRUNCATE))
    libc.syscall(_LANDLOCK_RESTRICT_SELF, rules, 0)
    os.close(rules)


def _libraries(program: str) -> list[str]:
    """Where a program that was not installed by the system keeps its own."""
    folder = Path(program).parent
    return [str(folder.parent / "lib")] if folder.name == "bin" else []


def _allow(libc: ctypes.CDLL, rules: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if not Path(path).is_dir():
        rights &= ~_READ_DIR
    libc.syscall(_LANDLOCK_ADD_RULE, rules, _LANDLOCK_RULE_PATH_BENEATH, struct.pack("=Qi", rights, descriptor), 0)
    os.close(descriptor)


def _die_with(libc: ctypes.CDLL, parent: int) -> None:
    """Killed when the process that asked for the work dies, also when that happened a moment ago."""
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the parent is gone")


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.stderr.write(f"{sys.argv[2]}: {error}\n")
        sys.exit(CANNOT_START)
