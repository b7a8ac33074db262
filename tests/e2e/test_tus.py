"""Resumable uploads by clients that know nothing of us: tuspy and tus-js-client against the real site."""

import hashlib
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from engines.processes import finish
from engines.site import answers
from engines.temporary import TemporarySite
from tests.e2e.people import sign_up
from tests.e2e.rest import Rest, wait_for
from tests.images import jpeg
from tests.live import lack

HERE = Path(__file__).resolve().parent
TUS_JS = HERE.parents[1] / "frontend" / "node_modules" / "tus-js-client"
MB = 1024**2
ALT_TEXT = "A kiln – glühend"


@dataclass(frozen=True)
class Sender:
    """One client, run as a program of its own."""

    command: list[str]

    @contextmanager
    def sending(self, site: TemporarySite, app: Rest, file: Path, **job: Any) -> Iterator["subprocess.Popen[str]"]:
        plan = {
            "endpoint": f"{site.origin}/rest/v1/uploads",
            "token": app.token,
            "file": str(file),
            "chunk": 0,
            "checksum": False,
            "at_creation": False,
            "give_up_after": 0,
            "alt_text": ALT_TEXT,
            **job,
        }
        with subprocess.Popen(
            [*self.command, json.dumps(plan)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def send(self, site: TemporarySite, app: Rest, file: Path, **job: Any) -> str:
        """The path of the upload that is then complete."""
        with self.sending(site, app, file, **job) as process:
            return done(process)


def done(process: "subprocess.Popen[str]") -> str:
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    url: str = json.loads(output)["url"]
    return urlsplit(url).path


@pytest.fixture(params=["tuspy", "tus-js-client"])
def sender(request: pytest.FixtureRequest) -> Sender:
    return Sender([sys.executable, str(HERE / "send_by_tuspy.py")]) if request.param == "tuspy" else _tus_js()


@pytest.fixture
def tus_js() -> Sender:
    return _tus_js()


def _tus_js() -> Sender:
    node = shutil.which("node")
    if node is None or not TUS_JS.is_dir():
        lack("tus-js-client is not installed (Node, then cd frontend && npm ci)")
    return Sender([node, str(HERE / "send_by_tus_js.cjs")])


@pytest.fixture
def file(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A photograph with more bytes behind its end, so that several pieces come; another one in each test."""
    path = tmp_path / "photograph.jpg"
    noise = random.Random(request.node.name).randbytes(11 * MB)  # noqa: S311  the same in each run
    path.write_bytes(jpeg(900, 600) + noise)
    return path


def kept(site: TemporarySite, app: Rest, path: str) -> dict[str, Any]:
    """What has become of an upload: how it is shown, what is downloaded, and which storages hold these very bytes."""
    shown = app.send("GET", path).json
    original = app.call("GET", f"media/{shown['media']['id']}/original").body
    folders = {alias: site.places.state / "media" / alias for alias in ("originals", "originals-copy")}
    return {
        "state": shown["state"],
        "offset": shown["offset"],
        "alt_text": shown["media"]["alt_text"],
        "sha256": shown["media"]["sha256"],
        "original": hashlib.sha256(original).hexdigest(),
        "storages": [
            alias
            for alias, folder in folders.items()
            if any(each.read_bytes() == original for each in folder.rglob("*.jpg"))
        ],
    }


def whole(file: Path) -> dict[str, Any]:
    """What is kept of a file of which nothing was lost."""
    data = file.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    return {
        "state": "finished",
        "offset": len(data),
        "alt_text": ALT_TEXT,
        "sha256": sha256,
        "original": sha256,
        "storages": ["originals", "originals-copy"],
    }


def order_kill(site: TemporarySite, point: str) -> None:
    """The process that passes `point` next dies as by `kill -9`."""
    folder = site.places.state / "faults"
    folder.mkdir(exist_ok=True)
    unfinished = folder / f"{point}.new"
    unfinished.write_text('{"how": "kill"}')
    unfinished.rename(folder / point)


def start_again_when_dead(site: TemporarySite) -> None:
    web = site.parts["web"]
    wait_for("the death of the web process", web.has_ended)
    assert web.process is not None
    finish(web.process, patience=0)
    web.launch()
    wait_for("the site", lambda: answers(site.port, f"localhost:{site.port}"))


@pytest.mark.parametrize("chunk", [0, MB, 5 * MB + 1])
def test_file_sent_whole_or_in_chunks_is_kept_byte_for_byte(
    site: TemporarySite, sender: Sender, file: Path, chunk: int
) -> None:
    _, app = sign_up(site, "alma")

    path = sender.send(site, app, file, chunk=chunk)

    assert kept(site, app, path) == whole(file)


def test_file_whose_first_chunk_comes_with_the_creation_is_kept(
    site: TemporarySite, tus_js: Sender, file: Path
) -> None:
    _, app = sign_up(site, "alma")

    path = tus_js.send(site, app, file, chunk=5 * MB, at_creation=True)

    assert kept(site, app, path) == whole(file)


def test_file_with_a_checksum_for_each_chunk_is_kept(site: TemporarySite, file: Path) -> None:
    _, app = sign_up(site, "alma")
    tuspy = Sender([sys.executable, str(HERE / "send_by_tuspy.py")])

    path = tuspy.send(site, app, file, chunk=5 * MB, checksum=True)

    assert kept(site, app, path) == whole(file)


@pytest.mark.parametrize("point", ["P2", "P3", "P4"])
def test_file_goes_on_after_the_server_was_killed(site: TemporarySite, sender: Sender, file: Path, point: str) -> None:
    _, app = sign_up(site, "alma")
    order_kill(site, point)

    with sender.sending(site, app, file) as process:
        start_again_when_dead(site)
        path = done(process)

    assert kept(site, app, path) == whole(file)


def test_upload_that_its_client_terminates_is_gone_with_its_bytes(
    site: TemporarySite, tus_js: Sender, file: Path
) -> None:
    _, app = sign_up(site, "alma")

    path = tus_js.send(site, app, file, chunk=MB, give_up_after=3 * MB)

    assert app.send("GET", path).status == 404
    wait_for("the end of its bytes", lambda: not any(_files(site.places.state / "media" / "uploads")))


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())
