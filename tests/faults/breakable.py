"""A whole site on a Postgres and a Valkey of its own, which a test may kill and start again."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from engines.places import Places, socket_folder
from engines.ports import choose_port
from engines.postgres import Postgres
from engines.processes import finish
from engines.progress import Console
from engines.site import Site, answers
from engines.supervisor import Part, Supervisor
from engines.temporary import TemporarySite, temporary_site
from engines.valkey import Valkey
from tests.e2e.rest import wait_for

READY_BY = 60.0


@dataclass
class BreakableSite:
    """`parts` are web, worker, video, postgres and valkey; `engines` are the last two."""

    site: TemporarySite
    supervisor: Supervisor
    engines: dict[str, Postgres | Valkey]
    parts: dict[str, Part] = field(default_factory=dict)

    def kill(self, name: str) -> None:
        """With SIGKILL, Postgres with SIGQUIT, its immediate stop; it stays away until `start`."""
        process = self.parts[name].process
        assert process is not None
        process.send_signal(signal.SIGQUIT if name == "postgres" else signal.SIGKILL)
        process.wait(READY_BY)

    def start(self, name: str) -> None:
        part = self.parts[name]
        if part.process is not None:
            finish(part.process, patience=0)
        part.launch()
        if name in self.engines:
            wait_for(name, lambda: self.engines[name].is_ready() or None)

    @contextmanager
    def second_web(self) -> Iterator[str]:
        """The origin of one more web process of this site, with a memory of its own."""
        places = Places(self.site.places.root, self.site.places.state / "second")
        places.make()
        port = choose_port(places.state, None)
        try:
            web = Site(places, self.site.environment, self.supervisor.console, postgres=None).web(port.number)
            part = self.supervisor.add(web)
            self.supervisor.wait_until(part, lambda: answers(port.number, "localhost"), seconds=READY_BY)
            yield f"http://localhost:{port.number}"
        finally:
            port.lock.release()


@contextmanager
def breakable_site(folder: Path) -> Iterator[BreakableSite]:
    """Everything of it lives in `folder`; afterwards nothing of it runs."""
    supervisor = Supervisor(Console())
    sockets = socket_folder(folder)
    postgres = Postgres(folder / "postgres", sockets, folder / "postgres.log")
    valkey = Valkey(folder / "valkey", sockets, folder / "valkey.log", durable=True)
    try:
        parts = {}
        for engine in (valkey, postgres):
            engine.prepare()
            parts[engine.name] = supervisor.add(Part.of(engine, os.environ))
            supervisor.wait_until(parts[engine.name], engine.is_ready, seconds=READY_BY)
        postgres.create_database()
        with (
            patch.dict(os.environ, {"DATABASE_URL": postgres.url, "REDIS_URL": valkey.url}),
            temporary_site(folder / "state", name="breakable", valkey_database=0) as site,
        ):
            beat = Site(site.places, site.environment, supervisor.console, postgres=None).beat()
            parts |= {**site.parts, "beat": supervisor.add(beat)}
            yield BreakableSite(site, supervisor, {"postgres": postgres, "valkey": valkey}, parts)
    finally:
        supervisor.stop_all()
