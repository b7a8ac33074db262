"""A whole life on the real site by clients that know its schema and nothing else: Python and TypeScript."""

import hashlib
import json
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from engines.temporary import TemporarySite
from tests.clients.generated import ROOT, Generated
from tests.e2e.pages import give_password
from tests.e2e.people import sign_up
from tests.images import jpeg

pytestmark = pytest.mark.browser

PATIENCE = 120.0  # seconds for the whole life
WAYS = ("whole", "tus", "put")


@pytest.fixture(params=["python", "typescript"])
def client(request: pytest.FixtureRequest) -> Generated:
    made: Generated = request.getfixturevalue(f"{request.param}_client")
    return made


@pytest.fixture
def files(tmp_path: Path, client: Generated) -> dict[str, Path]:
    """A photograph for each way of sending it."""
    paths = {way: tmp_path / f"{way}.jpg" for way in WAYS}
    for seed, path in enumerate(paths.values()):
        path.write_bytes(jpeg(900, 600 + 50 * seed, seed=seed))
    return paths


@contextmanager
def running(client: Generated, job: dict[str, Any], errors: Path) -> Iterator["subprocess.Popen[str]"]:
    """The program of a client; it is killed when it takes too long."""
    with (
        errors.open("w") as written,
        subprocess.Popen(
            [*client.command, json.dumps(job)],
            env={**os.environ, **client.environment},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=written,
            text=True,
        ) as process,
    ):
        timer = threading.Timer(PATIENCE, process.kill)
        timer.start()
        try:
            yield process
        finally:
            timer.cancel()
            process.kill()


def let_in(browser: Browser, address: str, username: str) -> None:
    """Log in on the way, and allow the app what it asks for."""
    page = browser.new_page()
    page.set_default_timeout(15_000)
    give_password(page, username, on_the_way_to=address)
    page.get_by_role("button", name="Allow", exact=True).click()
    page.wait_for_url("http://127.0.0.1:*/done**")
    page.close()


def test_generated_client_lives_a_whole_life(
    site: TemporarySite, chromium: Browser, client: Generated, files: dict[str, Path], tmp_path: Path
) -> None:
    people = {name: sign_up(site, name)[0] for name in ("author", "reader")}
    job = {"origin": site.origin, "files": {way: str(path) for way, path in files.items()}}

    report, errors = None, tmp_path / "errors"
    with running(client, job, errors) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said = json.loads(line)
            report = said.get("report")
            if "open" in said:
                let_in(chromium, said["open"], people[said["person"]])
        process.wait()

    assert process.returncode == 0, errors.read_text()
    assert report == whole_life(people, files)


def whole_life(people: dict[str, str], files: dict[str, Path]) -> dict[str, Any]:
    """What a client has to tell in the end."""
    return {
        "people": [people["author"], people["reader"]],
        "sha256": [hashlib.sha256(path.read_bytes()).hexdigest() for path in files.values()],
        "following": True,
        "in_feed": ["Three ways", people["author"], list(WAYS)],
        "pictures": [True, True, True],
        "found": [True],
        "place": ["Stoke-on-Trent", True, True],
        "liked": [1, True],
        "reported": ["spam", "Not really."],
        "likers": [people["reader"]],
        "said": ["Fine light", 1, ["Early"]],
        "said_before": ["Fine ligth"],
        "comment_liked": [1, True],
        "told_on": [0, None],
        "collected": [1, True],
        "album": [1, True],
        "given_away": [True, [True], [0, "not_public"], 0],
        "elsewhere": [0, 0],
        "told": [f"{people['reader']} commented on your post", True, True],
        "read": True,
        "digest": False,
        "edited": ["Three roads", True, ["kiln"], True],
        "in_trash": [True, 404, "not_found"],
        "restored": ["Three roads", True, 1, True],
        "renewed": [True, True],
        "still_following": True,
        "revoked": [401, "token_invalid"],
    }
