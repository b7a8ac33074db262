"""The quick start of /docs/api/, done word for word: what the page says to type is taken from the page and run."""

import html
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engines.temporary import TemporarySite
from tests.e2e.people import sign_up, small_post
from tests.e2e.rest import Rest
from tests.images import jpeg

PLACEHOLDER = "paste-your-token-here"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a newcomer stands, with a picture for each way."""
    (tmp_path / "street.jpg").write_bytes(jpeg(900, 640, seed=11))
    (tmp_path / "harbour.jpg").write_bytes(jpeg(900, 640, seed=13))
    return tmp_path


def code(site: TemporarySite, language: str, token: str) -> str:
    """All that the quick start has in one language, as somebody would copy it, with a token pasted in."""
    page = Rest(site.origin).send("GET", "/docs/api/").body.decode()
    start = page.partition('<h2 id="quick-start">')[2].partition("<h2")[0]
    parts = re.findall(rf'<pre><code class="language-{language}">(.*?)</code></pre>', start, re.DOTALL)
    text = html.unescape("".join(parts))
    assert text.count(PLACEHOLDER) == 1
    return text.replace(PLACEHOLDER, token)


def run(folder: Path, *command: str, text: str = "") -> str:
    done = subprocess.run(command, cwd=folder, input=text, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    return done.stdout


@pytest.fixture
def newcomer(site: TemporarySite) -> Rest:
    """Somebody without posts, who follows somebody with one."""
    friend, friends_app = sign_up(site, "friend")
    small_post(friends_app, seed=12, title="Of a friend")
    _, app = sign_up(site, "newcomer")
    app.call("PUT", f"users/{friend}/follow")
    return app


def own_posts(person: Rest) -> list[Any]:
    posts: list[Any] = person.call("GET", f"users/{person.call('GET', 'me').json['username']}/posts").json["results"]
    return posts


def test_commands_for_curl_publish_a_picture_and_read_it(site: TemporarySite, folder: Path, newcomer: Rest) -> None:
    said = run(folder, "bash", "-eu", "-s", text=code(site, "sh", newcomer.token))

    (post,) = own_posts(newcomer)
    *_, own, feed = said.replace('{"results":', '\n{"results":').splitlines()
    assert (post["title"], post["tags"], post["audience"]) == ("After rain", ["street"], "only_me")
    assert (post["state"], post["media"][0]["alt_text"]) == ("published", "A narrow street after rain")
    assert [each["id"] for each in json.loads(own)["results"]] == [post["id"]]
    assert [entry["post"]["title"] for entry in json.loads(feed)["results"]] == ["Of a friend"]


def test_commands_for_curl_done_twice_are_one_post(site: TemporarySite, folder: Path, newcomer: Rest) -> None:
    for _ in range(2):
        run(folder, "bash", "-eu", "-s", text=code(site, "sh", newcomer.token))

    assert len(own_posts(newcomer)) == 1


def test_program_in_python_publishes_another_picture_after_that(
    site: TemporarySite, folder: Path, newcomer: Rest
) -> None:
    run(folder, "bash", "-eu", "-s", text=code(site, "sh", newcomer.token))
    (folder / "first_post.py").write_text(code(site, "python", newcomer.token), encoding="utf-8")

    said = run(folder, sys.executable, "-I", "-W", "error", "first_post.py")

    post, first = own_posts(newcomer)
    _, published, listed, listed_first, followed = said.splitlines()
    assert published == f"It is published at {post['url']}"
    assert (listed, listed_first) == (f"{post['id']} Night boats", f"{first['id']} After rain")
    assert " posted Of a friend - " in followed


def test_program_in_python_says_what_was_wrong(site: TemporarySite, folder: Path) -> None:
    program = code(site, "python", "no-token").replace('print("This is"', 'call("GET", "/me")\nprint("This is"')

    done = subprocess.run(
        [sys.executable, "-I", "-c", program], cwd=folder, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert re.fullmatch(r"[^\n]+ \(request [0-9a-f]+\)\n", done.stderr)
