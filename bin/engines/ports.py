"""A port per clone: the first free one from 8000, remembered in the state folder."""

import socket
import time
from dataclasses import dataclass
from pathlib import Path

from engines.errors import Refusal
from engines.lock import Lock
from engines.places import shared_folder

FIRST = 8000
LAST = 8999
PATIENCE = 3  # seconds for what is left of an earlier run to let go of the remembered port


@dataclass
class Port:
    """A chosen port. It stays reserved among the clones of this user until `lock` is released."""

    number: int
    lock: Lock


def choose_port(state: Path, wanted: int | None) -> Port:
    """`wanted` or nothing else; without it the remembered port, else the first free one. Refusal when there is none."""
    if wanted is not None:
        if (port := _reserve(wanted)) is None:
            raise Refusal(f"Port {wanted} is busy. Choose another one with --port, or leave --port out.")
        return port
    memory = state / "port"
    for number in _remembered(memory):
        if (port := _reserve_soon(number)) is not None:
            return port
    for number in range(FIRST, LAST + 1):
        if (port := _reserve(number)) is not None:
            memory.write_text(f"{number}\n")
            return port
    raise Refusal(f"No port between {FIRST} and {LAST} is free. Choose one with --port.")


def _remembered(memory: Path) -> list[int]:
    try:
        number = int(memory.read_text())
    except (OSError, ValueError):
        return []
    return [number] if FIRST <= number <= LAST else []


def _reserve_soon(number: int) -> Port | None:
    """None when somebody has it for longer than a process that was killed takes to be gone."""
    end = time.monotonic() + PATIENCE
    while (port := _reserve(number)) is None and time.monotonic() < end:
        time.sleep(0.1)
    return port


def _reserve(number: int) -> Port | None:
    """The lock keeps two clones that start at the same moment from choosing the same port."""
    lock = Lock(shared_folder() / f"port-{number}.lock")
    if not lock.take():
        return None
    if _is_free(number):
        return Port(number, lock)
    lock.release()
    return None


def _is_free(number: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", number))
        except OSError:
            return False
    return True
