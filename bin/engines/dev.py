"""bin/dev: the whole site on this machine until Ctrl-C."""

import argparse
import os
import shlex
import time
from pathlib import Path
from urllib.parse import urlsplit

from engines.environment import base_environment, is_given, site_environment
from engines.errors import Refusal
from engines.lock import Lock
from engines.mailbox import Mailbox
from engines.places import Places, engine_folders, socket_folder
from engines.ports import Port, choose_port
from engines.postgres import Postgres
from engines.processes import stop_strays
from engines.progress import Console
from engines.reach import PROBES, check_reachable
from engines.site import Site, answers
from engines.supervisor import Part, Stopped, Supervisor, ignore_signals, stop_on_signals
from engines.valkey import Valkey


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/dev", description="Runs the site on this machine until Ctrl-C.")
    parser.add_argument("--port", type=_port, help="instead of the first free port from 8000")
    parser.add_argument(
        "--debug", action="store_true", help="Django's DEBUG: tracebacks in pages, unhashed static files"
    )
    parser.add_argument(
        "--engines-only", action="store_true", help="only Postgres and Valkey; prints the variables that reach them"
    )
    return parser.parse_args(arguments)


def run(arguments: list[str], places: Places, console: Console) -> int:
    """Exit status: 0 after a stop that was asked for, 1 when the site could not be started."""
    options = parse(arguments)
    places.make()
    lock = Lock(places.state / "dev.lock")
    if not lock.take():
        raise Refusal(_already_running(lock))
    lock.tell(pid=os.getpid())
    supervisor = Supervisor(console)
    stop_on_signals()
    try:
        if left := stop_strays(places.state, engine_folders(places.state)):
            console.say(f"  Stopped what an earlier run had left: {', '.join(left)}")
        Session(places, console, supervisor, lock, options).run()
    except Stopped:
        console.say()
        with console.step("Stopping"):
            supervisor.stop_all()
        return 0
    finally:
        ignore_signals()
        supervisor.stop_all()
        stop_strays(places.state, engine_folders(places.state))
        lock.release()
    return 0


class Session:
    """One run: engines, then the site on top of them."""

    def __init__(
        self, places: Places, console: Console, supervisor: Supervisor, lock: Lock, options: argparse.Namespace
    ) -> None:
        self.places = places
        self.console = console
        self.supervisor = supervisor
        self.lock = lock
        self.options = options
        self.started = time.monotonic()
        self.environment = base_environment(places)
        self.postgres: Postgres | None = None

    def run(self) -> None:
        port = None if self.options.engines_only else choose_port(self.places.state, self.options.port)
        self._start_engines()
        self._keep_environment(self.environment)
        if port is None:
            self._print_exports()
        else:
            self._start_site(port)
        self.supervisor.watch()

    def _start_engines(self) -> None:
        sockets = socket_folder(self.places.state)
        engines: list[tuple[Postgres | Valkey, Part]] = []
        if not is_given("DATABASE_URL"):
            self.postgres = Postgres(self.places.state / "postgres", sockets, self.places.logs / "postgres.log")
            if not (self.postgres.data / "PG_VERSION").exists():
                with self.console.step("Making a database"):
                    self.postgres.prepare()
            self.postgres.prepare()
            engines.append((self.postgres, self.supervisor.add(Part.of(self.postgres, self.environment))))
            self.environment["DATABASE_URL"] = self.postgres.url
        if not is_given("REDIS_URL"):
            valkey = Valkey(self.places.state / "valkey", sockets, self.places.logs / "valkey.log")
            valkey.prepare()
            engines.append((valkey, self.supervisor.add(Part.of(valkey, self.environment))))
            self.environment["REDIS_URL"] = valkey.url
        if engines:
            with self.console.step(f"Starting {' and '.join(engine.name.capitalize() for engine, _ in engines)}"):
                for engine, part in engines:
                    self.supervisor.wait_until(part, engine.is_ready, seconds=120)
        if self.postgres is not None:
            self.postgres.create_database()

    def _start_site(self, port: Port) -> None:
        for name in PROBES:
            if is_given(name):
                check_reachable(name, self.places, self.environment)
        environment = site_environment(self.environment, port=port.number, debug=self.options.debug)
        site = Site(self.places, environment, self.console, self.postgres)
        site.prepare()
        self._keep_environment(environment)
        web = self.supervisor.add(site.web(port.number))
        host = urlsplit(environment["ORIGIN"]).netloc if "ORIGIN" in environment else f"localhost:{port.number}"
        with self.console.step("Starting the site"):
            self.supervisor.wait_until(web, lambda: answers(port.number, host), seconds=120)
        first_page = time.monotonic() - self.started
        self.supervisor.add(site.worker())
        self.supervisor.add(site.video_worker())
        self.supervisor.add(site.beat())
        address = environment.get("ORIGIN", f"http://localhost:{port.number}")
        self.lock.tell(pid=os.getpid(), address=address)
        self.supervisor.also.append(Mailbox(self.places.state / "mail", self.console).look)
        if site.needs_demo():
            self.console.say(f"  {address} answers already; now the demo is drawn, a minute or two, this once")
            site.load_demo(meanwhile=self.supervisor.look)
        self._print_summary(site, address, first_page)

    def _keep_environment(self, environment: dict[str, str]) -> None:
        """For bin/manage, and to be sourced by a shell: what this run set that the person's environment lacks."""
        file = self.places.state / "environment"
        lines = (f"export {name}={shlex.quote(environment[name])}\n" for name in sorted(_added(environment)))
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as output:
            output.writelines(lines)

    def _print_exports(self) -> None:
        self.console.say("\n" + (self.places.state / "environment").read_text())
        self.console.say(f"  The same:  . {shlex.quote(_short(self.places.state / 'environment'))}")
        self.console.say("  Stop       Ctrl-C")

    def _print_summary(self, site: Site, address: str, first_page: float) -> None:
        say = self.console.say
        say(f"\n  The site   {address}   (first page after {first_page:.1f} s)")
        if site.postgres is not None and site.demo_accounts.exists():
            say(f"  The demo   {_short(site.demo_accounts)}")
            for line in site.demo_accounts.read_text(encoding="utf-8").rstrip().splitlines():
                say(f"             {line}")
        say(f"  Logs       {_short(self.places.logs)}/  (web, worker, video, beat, postgres, valkey)")
        say("  Commands   bin/manage COMMAND")
        say("  Stop       Ctrl-C\n")


def _added(environment: dict[str, str]) -> list[str]:
    names = ["SECRET_KEY", "STATE_DIR", "DATABASE_URL", "REDIS_URL", "ORIGIN", "ALLOWED_HOSTS", "STYLEGUIDE", "DEBUG"]
    return [name for name in names if name in environment and environment[name] != os.environ.get(name)]


def _already_running(lock: Lock) -> str:
    facts = lock.facts()
    where = f" at {facts['address']}" if "address" in facts else ""
    process = f"process {facts['pid']}" if "pid" in facts else "just starting"
    return f"bin/dev already runs in this folder{where} ({process}). Stop it there with Ctrl-C."


def _port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError("must be between 1 and 65535")
    return number


def _short(path: Path) -> str:
    """Relative to where the person stands, when that is shorter."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
