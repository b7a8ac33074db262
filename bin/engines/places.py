"""Where things lie: the clone, its state folder, its sockets."""

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from engines.errors import Refusal

SOCKET_LIMIT = 107  # bytes of a unix socket's path on Linux
LONGEST_SOCKET_NAME = ".s.PGSQL.5432"


@dataclass(frozen=True)
class Places:
    """Paths of one clone. `state` is absolute with links resolved: it also names the clone among its neighbours."""

    root: Path
    state: Path
    venv_name: str = ".venv"

    @property
    def venv(self) -> Path:
        return self.root / self.venv_name

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def logs(self) -> Path:
        return self.state / "log"

    def make(self) -> None:
        """Creates the state and log folders, readable by their owner only."""
        for folder in (self.state, self.logs):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise Refusal(f"Cannot create the folder {folder}: {error.strerror}.") from error
        if not os.access(self.state, os.W_OK | os.X_OK):
            raise Refusal(f"{self.state} belongs to another user. Start as that user, or set STATE_DIR.")


def repository_root() -> Path:
    return Path(__file__).resolve().parents[2]


def engine_folders(state: Path) -> list[Path]:
    """Where the servers of this state folder work; a server found there belongs to it."""
    return [state / "postgres", state / "postgres" / "data", state / "valkey"]


def socket_folder(state: Path) -> Path:
    """A private folder (0700) for sockets: inside `state`, or a short one in the temp folder if that is too long."""
    inside = state / "run"
    if _fits(inside):
        inside.mkdir(mode=0o700, parents=True, exist_ok=True)
        inside.chmod(0o700)
        return inside
    short = shared_folder() / hashlib.sha256(os.fsencode(state)).hexdigest()[:12]
    if not _fits(short):
        raise Refusal(f"The temp folder's path is too long for a socket: {short}. Set TMPDIR=/tmp.")
    short.mkdir(mode=0o700, exist_ok=True)
    return short


def shared_folder() -> Path:
    """The folder that all clones of this user share in the temp folder. Refused when somebody else made it."""
    folder = Path(tempfile.gettempdir()) / f"instagram-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise Refusal(f"{folder} is not a private folder of yours. Remove it and start again.")
    return folder


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / LONGEST_SOCKET_NAME)) <= SOCKET_LIMIT
