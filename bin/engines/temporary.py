"""The whole site on engines that already run, for end-to-end tests and measurements."""

import io
import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from engines.environment import env_readers
from engines.errors import Refusal
from engines.places import Places
from engines.ports import Port, choose_port
from engines.postgres import binaries
from engines.processes import Environment, tail, tied
from engines.progress import Console
from engines.site import ONE_PROCESS, Server, Site, answers
from engines.supervisor import Part, Supervisor

PREPARED_BY_NOW = 120.0  # seconds


@dataclass(frozen=True)
class TemporarySite:
    """A site that runs. `environment` leads a program to its database, its Valkey and its files.

    `upload_port` is that of its upload pool, 0 without one.
    """

    origin: str
    port: int
    places: Places
    environment: Environment
    parts: dict[str, Part]
    upload_port: int = 0

    def manage(self, *arguments: str) -> str:
        """What a manage.py command prints. Refusal, with what it said, when it fails."""
        command = tied([self.places.python, self.places.root / "manage.py", *arguments])
        done = subprocess.run(
            command, env=dict(self.environment), cwd=self.places.root, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise Refusal(f"manage.py {arguments[0]} failed:\n{done.stderr}")
        return done.stdout.strip()

    def logs(self) -> str:
        """The end of what each process wrote, and how those that do not run any more have ended."""
        return "\n\n".join(
            f"{name} ({'runs' if part.process is None or part.process.poll() is None else part.process.returncode})\n"
            f"{tail(part.log, lines=60)}"
            for name, part in self.parts.items()
        )


@contextmanager
def temporary_site(
    state: Path,
    *,
    name: str,
    valkey_database: int,
    worker: bool = True,
    server: Server = ONE_PROCESS,
    given: Environment | None = None,
) -> Iterator[TemporarySite]:
    """Runs it with everything real but the demo and beat, its state in `state`; afterwards nothing of it runs.

    DATABASE_URL and REDIS_URL name the servers. It has the database `name` and the Valkey databases `valkey_database`
    (feeds and cache) and the next one (broker). `given` are more variables for its processes. An upload pool
    (`server.upload_threads`) is behind a port of its own.
    """
    places = Places(root=Path(__file__).resolve().parents[2], state=state)
    places.make()
    port = choose_port(state, None)
    upload_port = _second_port(state) if server.upload_threads else None
    environment = _environment(places, name, valkey_database, f"http://localhost:{port.number}", given or {})
    supervisor = Supervisor(Console(io.StringIO()))
    site = Site(places, environment, supervisor.console, postgres=None)
    _create_database(name)
    try:
        site.prepare()
        parts = {"web": supervisor.add(site.web(port.number, server))}
        if worker:
            parts["worker"] = supervisor.add(site.worker())
            parts["video"] = supervisor.add(site.video_worker())
        if upload_port:
            parts["upload"] = supervisor.add(site.uploads(upload_port.number, server))
        host = f"localhost:{port.number}"
        supervisor.wait_until(parts["web"], lambda: answers(port.number, host), seconds=PREPARED_BY_NOW)
        if upload_port:
            supervisor.wait_until(parts["upload"], lambda: answers(upload_port.number, host), seconds=PREPARED_BY_NOW)
        pool_number = upload_port.number if upload_port else 0
        yield TemporarySite(environment["ORIGIN"], port.number, places, environment, parts, pool_number)
    finally:
        supervisor.stop_all()
        for each in filter(None, (port, upload_port)):
            each.lock.release()


def _second_port(state: Path) -> Port:
    memory = state / "upload-pool"
    memory.mkdir(exist_ok=True)
    return choose_port(memory, None)


def _environment(places: Places, name: str, valkey_database: int, origin: str, given: Environment) -> dict[str, str]:
    readers = env_readers(places.root)
    return {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "STATE_DIR": str(places.state),
        "DATABASE_URL": _database_url(name),
        "REDIS_URL": readers.with_redis_database(os.environ["REDIS_URL"], valkey_database),
        "ORIGIN": origin,
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        **given,
    }


def _database_url(name: str) -> str:
    """The same server as DATABASE_URL, this database."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))


def _create_database(name: str) -> None:
    """An empty one: what an earlier run left under this name is dropped."""
    for statement in (f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"'):
        command = [str(binaries() / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement]
        done = subprocess.run(
            [*command, os.environ["DATABASE_URL"]], capture_output=True, text=True, check=False, env=os.environ
        )
        if done.returncode != 0:
            raise Refusal(f"Postgres refused {statement!r}: {done.stderr.strip()}")
