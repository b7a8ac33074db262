"""Folders and servers for tests of bin/: each has its own, apart from those that bin/test started for the site."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.places import Places, repository_root, socket_folder
from engines.postgres import THROW_AWAY, Postgres
from engines.progress import Console
from engines.supervisor import Supervisor
from engines.valkey import Valkey


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A short-named state folder; its neighbours in the temp folder are its own, too."""
    folder = Path(tempfile.mkdtemp(prefix="dev-", dir="/tmp")).resolve()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder / "var"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def places(state: Path) -> Places:
    made = Places(root=repository_root(), state=state)
    made.make()
    return made


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    made = Supervisor(Console())
    yield made
    made.stop_all()


@pytest.fixture
def postgres(places: Places) -> Postgres:
    folder = places.state / "postgres"
    return Postgres(folder, socket_folder(places.state), places.logs / "postgres.log", settings=dict(THROW_AWAY))


@pytest.fixture
def valkey(places: Places) -> Valkey:
    return Valkey(places.state / "valkey", socket_folder(places.state), places.logs / "valkey.log")


@pytest.fixture
def environment() -> dict[str, str]:
    return dict(os.environ)
