"""CPU time of the server and Postgres, each with all its processes, from /proc; Valkey tells its own more exactly."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection

from bench.site import SERVER
from core.valkey import valkey

TICK = os.sysconf("SC_CLK_TCK")
SESSION, PARENT = 3, 1  # places in /proc/PID/stat behind the name


@dataclass(frozen=True)
class CpuTime:
    """Seconds."""

    server: float
    postgres: float
    valkey: float

    def since(self, before: "CpuTime", requests: int) -> "CpuTime":
        """Milliseconds for each of `requests`."""
        scale = 1000 / max(requests, 1)
        return CpuTime(
            (self.server - before.server) * scale,
            (self.postgres - before.postgres) * scale,
            (self.valkey - before.valkey) * scale,
        )


def cpu_clock() -> Callable[[], CpuTime]:
    """Reads the CPU time used so far by the web processes and the engines."""
    postmaster = _postmaster()

    def read() -> CpuTime:
        server = postgres = 0.0
        for pid, fields in _processes():
            used = sum(map(int, fields[11:15])) / TICK  # user and system, its own and of children that ended
            if int(fields[SESSION]) == SERVER:
                server += used
            elif pid == postmaster or int(fields[PARENT]) == postmaster:
                postgres += used
        store = valkey().info("cpu")
        return CpuTime(server, postgres, store["used_cpu_user"] + store["used_cpu_sys"])

    return read


def _postmaster() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
        return next(int(fields[PARENT]) for pid, fields in _processes() if pid == backend)


def _processes() -> Iterator[tuple[int, list[str]]]:
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                with open(f"{entry.path}/stat", encoding="utf-8", errors="replace") as stat:  # noqa: PTH123
                    yield int(entry.name), stat.read().rpartition(")")[2].split()
            except OSError:
                continue
