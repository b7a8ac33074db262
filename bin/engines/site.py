"""The Django side of bin/dev: manage.py commands, run only when they have something to do, and four processes."""

import contextlib
import hashlib
import http.client
import os
import subprocess
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from engines.errors import Refusal
from engines.places import Places
from engines.postgres import Postgres
from engines.processes import Environment, finish, spawn, tail, tied
from engines.progress import Console, Step
from engines.supervisor import LOOK_EVERY, Part

THREADS = 16  # of all web processes; a slow upload keeps one of them busy
QUEUES = "default,mail,push,sharing,media,feeds,builds"
VIDEO_QUEUE = "video,exports"  # of a worker of its own: a photograph does not wait behind a film or an archive
MIGRATIONS_DONE = "SELECT count(*), md5(string_agg(app || '.' || name, ',' ORDER BY id)) FROM django_migrations"


@dataclass(frozen=True)
class Server:
    """Which WSGI application is served, and by how many processes; they share THREADS.

    With `upload_threads` there is one more process for uploads alone.
    """

    processes: int = 1
    application: str = "instagram.wsgi:application"
    upload_threads: int = 0


ONE_PROCESS = Server()


@dataclass(frozen=True)
class Site:
    """`postgres` is None when DATABASE_URL points elsewhere."""

    places: Places
    environment: Environment
    console: Console
    postgres: Postgres | None

    def prepare(self) -> None:
        """Static files and tables as the code wants them. Each is skipped when its inputs did not change."""
        self._collect_static()
        self._migrate()

    def web(self, port: int, server: Server = ONE_PROCESS) -> Part:
        """Files take half of the threads at most, unless UPLOAD_SLOTS says otherwise."""
        threads = THREADS // server.processes
        environment = {"UPLOAD_SLOTS": str(max(threads // 2, 1)), **self.environment}
        return self._granian("web", port, server.processes, threads, server.application, environment)

    def uploads(self, port: int, server: Server) -> Part:
        """The upload pool."""
        environment = {**self.environment, "ROLE": "upload"}
        return self._granian("upload", port, 1, server.upload_threads, server.application, environment)

    def _granian(
        self, name: str, port: int, processes: int, threads: int, application: str, environment: Environment
    ) -> Part:
        address = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
        size = ["--workers", str(processes), "--blocking-threads", str(threads), "--workers-kill-timeout", "10"]
        arguments = ["-m", "granian", *address, *size, "--no-ws", application]
        return self._part(name, arguments, environment=environment)

    def worker(self) -> Part:
        return self._worker("worker", QUEUES, processes=2)

    def video_worker(self) -> Part:
        return self._worker("video", VIDEO_QUEUE, processes=1)

    def _worker(self, name: str, queues: str, *, processes: int) -> Part:
        quiet = ["--without-gossip", "--without-mingle", "--concurrency", str(processes), "--hostname", f"{name}@%h"]
        return self._part(name, ["-m", "celery", "-A", "instagram", "worker", "-Q", queues, *quiet], patience=30)

    def beat(self) -> Part:
        schedule = ["--schedule", str(self.places.state / "beat-schedule"), "--pidfile", ""]
        return self._part("beat", ["-m", "celery", "-A", "instagram", "beat", *schedule])

    def needs_demo(self) -> bool:
        """On the first run, until it is complete; never in somebody's own Postgres."""
        return self.postgres is not None and not self.demo_accounts.exists()

    def load_demo(self, meanwhile: Callable[[], None]) -> None:
        """When it fails that is said, and the site goes on without it."""
        try:
            text = self._manage("Loading the demo", "demo", meanwhile=meanwhile)
        except Refusal as refusal:
            self.console.say(f"! The demo is incomplete; the next start tries again.\n{refusal}")
            return
        unfinished = self.demo_accounts.with_suffix(".new")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.rename(self.demo_accounts)

    @property
    def demo_accounts(self) -> Path:
        """What `manage.py demo` printed; it exists once the demo is complete."""
        return self.places.state / "demo-accounts.txt"

    def _collect_static(self) -> None:
        """Those of the skin of the admin belong to them: another skin, from the environment or .env, has others."""
        stamp = self.places.state / "static.stamp"
        given = [each for each in (self.places.root / ".env",) if each.is_file()]
        files = fingerprint([self.places.root / "requirements.txt", *given, *_files(self.places.root / "static")])
        wanted = " ".join([files, *([skin] if (skin := self.environment.get("ADMIN_SKIN")) else [])])
        if self.environment.get("DEBUG", "").lower() in ("1", "true", "yes", "on"):
            return  # then the pages name the files in static/ itself
        if _read(stamp) == wanted and (self.places.state / "static").is_dir():
            return
        self._manage("Collecting static files", "collectstatic", "--noinput", "--verbosity", "0")
        stamp.write_text(wanted)

    def _migrate(self) -> None:
        """Compares the migration files and the table of applied ones with the stamp of the last time."""
        if self.postgres is None:
            self._manage("Migrating the database", "migrate", "--noinput", "--verbosity", "1")
            return
        stamp = self.postgres.folder / "migrated.stamp"
        files = fingerprint([self.places.root / "requirements.txt", *self.places.root.glob("*/migrations/*.py")])
        if _read(stamp).startswith(files) and _read(stamp) == f"{files} {self.postgres.query(MIGRATIONS_DONE)}":
            return
        self._manage("Migrating the database", "migrate", "--noinput", "--verbosity", "1")
        stamp.write_text(f"{files} {self.postgres.query(MIGRATIONS_DONE)}")

    def _manage(self, title: str, *arguments: str, meanwhile: Callable[[], None] = lambda: None) -> str:
        """Runs a manage.py command and returns its standard output; its standard error is shown while it runs.

        `meanwhile` is called every LOOK_EVERY seconds until it has ended.
        """
        log = self.places.logs / f"{arguments[0]}.log"
        command = tied([self.places.python, self.places.root / "manage.py", *arguments])
        with self.console.step(title) as step, log.open("w+", encoding="utf-8") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.PIPE,
                env=dict(self.environment),
                cwd=self.places.root,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
            errors: list[str] = []
            listener = threading.Thread(target=_listen, args=(process.stderr or (), step, errors), daemon=True)
            listener.start()
            try:
                while not _ends(process, within=LOOK_EVERY):
                    meanwhile()
            except BaseException:
                process.terminate()
                raise
            finally:
                finish(process, patience=20)
                listener.join(timeout=5)
                if process.stderr is not None:
                    process.stderr.close()
            output.seek(0)
            text = output.read()
            output.writelines(errors)
        if process.returncode != 0:
            raise Refusal(f"{title} failed (manage.py {arguments[0]}, whole log: {log}):\n{tail(log)}")
        return text

    def _part(
        self, name: str, arguments: list[str], patience: float = 15.0, environment: Environment | None = None
    ) -> Part:
        log = self.places.logs / f"{name}.log"
        command = tied([self.places.python, *arguments])
        variables = self.environment if environment is None else environment

        def start() -> "subprocess.Popen[bytes]":
            return spawn(command, log=log, environment=variables, cwd=self.places.root)

        return Part(name, start, log, patience=patience)


def answers(port: int, host: str) -> bool:
    """Whether the first page comes; a page that says 5xx counts too, for the person sees it then."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/", headers={"Host": host, "User-Agent": "bin/dev"})
        connection.getresponse().read()
    except OSError:
        return False
    finally:
        connection.close()
    return True


def fingerprint(files: Iterable[Path]) -> str:
    """Changes when a file is added, removed or written to; contents are not read."""
    digest = hashlib.sha256()
    for file in sorted(files):
        found = file.stat()
        digest.update(f"{file}\0{found.st_size}\0{found.st_mtime_ns}\n".encode(errors="surrogateescape"))
    return digest.hexdigest()


def _listen(stream: Iterable[str], step: Step, lines: list[str]) -> None:
    for line in stream:
        lines.append(line)
        step.detail = line.strip() or step.detail


def _ends(process: "subprocess.Popen[str]", *, within: float) -> bool:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(within)
    return process.returncode is not None


def _files(folder: Path) -> list[Path]:
    return [Path(parent, name) for parent, _, names in os.walk(folder) for name in names]


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""
