"""The real site: collected static files, granian, a Celery worker, a database of its own."""

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest

from engines.temporary import TemporarySite, temporary_site
from photos.imaging.formats import MP4
from tests.e2e.hour import Hour
from tests.e2e.pages import Arranged, Visitor, visitor_pages
from tests.e2e.people import converse, publish, sign_up, small_post
from tests.e2e.photographs import SOURCE, Photograph, six_photographs
from tests.e2e.rest import Rest
from tests.live import chromium, pytest_runtest_makereport
from tests.push_service import push_environment
from tests.videos import clip

__all__ = ["chromium", "pytest_runtest_makereport"]

FIRST_VALKEY_DATABASE = 32  # those below are for the xdist workers' unit tests


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TemporarySite]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    number = FIRST_VALKEY_DATABASE + 2 * int(worker.removeprefix("gw"))
    state = tmp_path_factory.mktemp("site")
    faults = {"FAULT_POINTS": str(state / "faults")}  # a test that writes an order there restarts what has died
    given = {**faults, **push_environment(), "NEW_ACCOUNT_HOURS": "0", "CONNECTORS": "mastodon,bluesky"}
    with temporary_site(state, name=f"e2e_{worker}", valkey_database=number, given=given) as running:
        yield running


@pytest.fixture(scope="session", params=[SOURCE])
def photographs(request: pytest.FixtureRequest) -> list[Photograph]:
    """Six files, 12 and 24 megapixels and a HEIC among them; the name of the test says whether real or drawn."""
    return six_photographs(request.param)


@pytest.fixture(scope="session")
def hour(site: TemporarySite) -> Hour:
    return Hour(site)


@pytest.fixture(scope="session")
def visitor(site: TemporarySite) -> Visitor:
    """Follows a friend with an album and a film; has a post, a trashed one, a follower and a request that waits."""
    friend, friends_app = sign_up(site, "friend")
    username, app = sign_up(site, "visitor")
    words: dict[str, Any] = {
        "title": "A roll of drawings",
        "caption": "With a #tag and @boris",
        "tags": ["kiln"],
        "location": {"name": "Porto"},
    }
    small_post(friends_app, seed=1, pictures=3, **words, sensitive=True, spoiler="Bright colours")
    shown = small_post(friends_app, seed=2, pictures=2, **words)
    film = friends_app.upload("film.mp4", "video/mp4", clip(MP4, seconds=2), alt_text="Colours")
    filmed = publish(friends_app, [film.json["id"]], **words)
    own = small_post(app, seed=3, **words, downloads=True, audience="followers")
    app.call("DELETE", f"posts/{small_post(app, seed=4, title='Gone')['id']}")
    app.call("PUT", f"users/{friend}/follow")
    app.call("PUT", f"posts/{shown['id']}/like")
    friends_app.call("PUT", f"users/{username}/follow")
    _tag(friends_app, username, shown, filmed)
    app.call("PUT", f"posts/{filmed['id']}/people/{username}/approval")
    _tag(app, username, own)
    app.call("PATCH", "me", {"is_private": True, "bio": "Draws by chance", "location": "Vilnius"})
    sign_up(site, "asks")[1].call("PUT", f"users/{username}/follow")
    own["comment"] = converse(own, app, friends_app, ["Which looom?", "Which loom?", "The old one, #kiln"])
    converse(shown, friends_app, app, ["Nobody sat there", "Somebody sat there", "Who?"])
    return visitor_pages(username, friend, own, shown["code"], filmed["code"])


def _tag(app: Rest, username: str, *posts: dict[str, Any]) -> None:
    """Who acts for the author of the posts says that somebody is in them, on the left of the first picture."""
    for post in posts:
        place = {"media_id": post["media"][0]["id"], "x": 0.1, "y": 0.4}
        app.call("PUT", f"posts/{post['id']}/people/{username}", place)


@pytest.fixture(scope="session")
def arranged(site: TemporarySite, visitor: Visitor) -> Arranged:
    """The visitor's lists are full from now on, and others have what the visitor has not."""
    code = f"from tests.e2e.arranged import arrange; print(arrange({visitor.username!r}))"
    return Arranged(**json.loads(site.manage("shell", "--no-imports", "-c", code)))
