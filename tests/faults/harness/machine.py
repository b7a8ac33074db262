"""The whole site on one machine, everything real, and every part of it can be killed and comes back."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from engines.errors import Refusal
from engines.places import socket_folder
from engines.postgres import Postgres
from engines.processes import finish
from engines.progress import Console
from engines.site import Server, Site, answers
from engines.supervisor import Part, Supervisor
from engines.swift import Swift, swift
from engines.temporary import TemporarySite, temporary_site
from engines.valkey import Valkey
from tests.faults.harness.orders import Orders

MAIN, COPY = "photos", "photos-copy"  # the two buckets
ENGINE_READY_BY = 60.0
BEFORE_ITS_RETURN = 0.5  # seconds that what has died stays away


@dataclass
class Machine:
    """Call its methods from the main thread: the kernel ends what another thread has started when that one ends."""

    site: TemporarySite
    store: Swift
    engines: dict[str, Part]
    ready: dict[str, Callable[[], bool]]  # of the engines
    orders: Orders
    temp: Path  # the temp folder of the site's processes
    away: set[str] = field(default_factory=set)

    @property
    def parts(self) -> dict[str, Part]:
        return {**self.engines, **self.site.parts}

    def keep(self) -> None:
        """As a service manager does: start again what has ended, unless it was stopped on purpose."""
        for name, part in self.parts.items():
            if name not in self.away and part.has_ended() and part.process is not None:
                finish(part.process, patience=0)
                time.sleep(BEFORE_ITS_RETURN)
                part.launch()

    def stop(self, name: str, number: signal.Signals) -> None:
        """Send this signal and wait for the end; it stays away until `start`."""
        self.away.add(name)
        process = self.parts[name].process
        if process is None:
            raise Refusal(f"{name} does not run.")
        process.send_signal(number)
        process.wait(ENGINE_READY_BY)

    def start(self, name: str) -> None:
        part = self.parts[name]
        if part.process is not None:
            finish(part.process, patience=0)
        part.launch()
        self.away.discard(name)
        if name in self.ready:
            _wait(name, self.ready[name])

    def pause(self, name: str) -> None:
        """It stands still, with all its children, until `resume`."""
        self._signal(name, signal.SIGSTOP)

    def resume(self, name: str) -> None:
        self._signal(name, signal.SIGCONT)

    def cut_power(self) -> None:
        """Kill every process there is, in no order, then start all of them as a machine does that boots."""
        for part in self.parts.values():
            if part.process is not None:
                os.killpg(part.process.pid, signal.SIGKILL)
        self.store.stop()
        for number in range(1, self.store.nodes + 1):
            self.store.stop_node(number)
        for number in range(1, self.store.nodes + 1):
            self.store.start_node(number)
        self.store.start()
        for name in self.parts:
            self.start(name)

    def is_up(self) -> bool:
        return answers(self.site.port, f"localhost:{self.site.port}")

    def _signal(self, name: str, number: signal.Signals) -> None:
        process = self.parts[name].process
        if process is not None:
            os.killpg(process.pid, number)


@contextmanager
def machine(folder: Path) -> Iterator[Machine]:
    """Runs it with its data in `folder`; os.environ names the two engines from then on."""
    supervisor = Supervisor(Console())
    orders, temp = Orders(folder / "orders"), folder / "temp"
    for each in (orders.folder, temp):
        each.mkdir()
    sockets = socket_folder(folder)
    postgres = Postgres(folder / "postgres", sockets, folder / "postgres.log")
    valkey = Valkey(folder / "valkey", sockets, folder / "valkey.log", durable=True)
    try:
        engines = {}
        for engine in (valkey, postgres):
            engine.prepare()
            engines[engine.name] = supervisor.add(Part.of(engine, os.environ))
            supervisor.wait_until(engines[engine.name], engine.is_ready, seconds=ENGINE_READY_BY)
        postgres.create_database()
        os.environ.update({"DATABASE_URL": postgres.url, "REDIS_URL": valkey.url})
        ready = {"postgres": postgres.is_ready, "valkey": valkey.is_ready}
        with swift(folder / "swift", nodes=3) as store:
            store.make_bucket(MAIN)
            store.make_bucket(COPY)
            given = {**_variables(store), "FAULT_POINTS": str(orders.folder), "TMPDIR": str(temp)}
            with temporary_site(
                folder / "state",
                name="faults",
                valkey_database=0,
                server=Server(processes=2),
                given=given,
            ) as site:
                scheduler = Site(site.places, site.environment, supervisor.console, postgres=None).beat()
                site.parts["beat"] = supervisor.add(scheduler)
                yield Machine(site, store, engines, ready, orders, temp)
    finally:
        supervisor.stop_all()


def _variables(store: Swift) -> dict[str, str]:
    """Every storage in the two buckets, room in the feed for all posts, and a server that replaces its dead."""
    return {
        **store.environment(),
        "S3_BUCKET": MAIN,
        "S3_COPY_BUCKET": COPY,
        "FEED_LENGTH": "5000",
        "GRANIAN_RESPAWN_FAILED_WORKERS": "true",
        "GRANIAN_RESPAWN_INTERVAL": "0.5",
    }


def _wait(name: str, is_ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + ENGINE_READY_BY
    while not is_ready():
        if time.monotonic() > deadline:
            raise Refusal(f"{name} is not ready after {ENGINE_READY_BY:.0f} s.")
        time.sleep(0.05)
