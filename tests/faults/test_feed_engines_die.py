"""Real servers are killed under a site that is being read: the feed answers, and says so when it may be old."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis import Redis

from tests.e2e.people import sign_up, small_post
from tests.e2e.rest import Answer, Rest, wait_for
from tests.faults.breakable import BreakableSite, breakable_site
from tests.faults.browsing import Browser
from tests.images import jpeg


@dataclass
class Reading:
    """Somebody who follows an author, with an app and in a browser. Both have read their feed a moment ago."""

    site: BreakableSite
    app: Rest
    browser: Browser
    author: Rest
    reader_id: int

    def feed(self, query: str = "") -> Answer:
        return self.app.call("GET", f"feed{query}")

    def titles(self, query: str = "") -> list[str]:
        return titles_of(self.feed(query))


def titles_of(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.body
    return [item["post"]["title"] for item in answer.json["results"]]


@pytest.fixture
def reading(tmp_path: Path) -> Iterator[Reading]:
    with breakable_site(tmp_path) as breakable:
        site = breakable.site
        author_name, author = sign_up(site, "author")
        reader_name, app = sign_up(site, "reader")
        small_post(author, seed=1, title="First")
        small_post(author, seed=2, title="Second", audience="followers")
        assert app.call("PUT", f"users/{author_name}/follow").status == 200
        browser = Browser(site.origin, reader_name)
        reading = Reading(breakable, app, browser, author, int(app.call("GET", "me").json["id"]))
        for _ in range(2):
            assert sorted(reading.titles()) == ["First", "Second"]
            assert "Second" in browser.read("/")
        yield reading


def test_feed_is_read_from_postgres_while_valkey_is_dead_and_after_it_comes_back_empty(reading: Reading) -> None:
    reading.site.kill("valkey")
    without = [sorted(reading.titles(query)) for query in ("", "?ranking=latest")]
    page_without = reading.browser.read("/")
    reading.site.start("valkey")
    with Redis.from_url(reading.site.site.environment["REDIS_URL"]) as valkey:
        valkey.flushall()
    emptied = [sorted(reading.titles(query)) for query in ("", "?ranking=latest")]

    assert (without, emptied) == ([["First", "Second"]] * 2, [["First", "Second"]] * 2)
    assert all(title in page for title in ("First", "Second") for page in (page_without, reading.browser.read("/")))
    assert reading.feed().json["stale"] is False


def test_unfollow_while_valkey_is_dead_holds_at_once_and_after_it_comes_back_with_what_it_knew(
    reading: Reading,
) -> None:
    author_name = reading.feed().json["results"][0]["post"]["author"]["username"]
    reading.site.kill("valkey")

    assert reading.app.call("DELETE", f"users/{author_name}/follow").status == 200
    without = reading.titles()
    reading.site.start("valkey")

    assert without == []
    wait_for("the unfollow to reach Valkey", lambda: reading.titles() == [] or None)
    assert reading.titles("?ranking=latest") == []


def test_last_feed_is_served_as_stale_to_app_and_browser_while_postgres_is_dead(reading: Reading) -> None:
    reading.site.kill("postgres")
    wait_for("the site to notice", lambda: reading.feed().json.get("stale") or None)
    app, latest, page = reading.feed(), reading.feed("?ranking=latest"), reading.browser.read("/")
    unknown = Rest(reading.site.site.origin, "cst_" + "x" * 43).call("GET", "feed")
    written = reading.app.call("PUT", f"posts/{app.json['results'][0]['post']['id']}/like")

    assert sorted(titles_of(app)) == sorted(titles_of(latest)) == ["First", "Second"]
    assert (latest.json["stale"], "Second" in page, "data-stale" in page) == (True, True, True)
    assert (unknown.status, written.status, written.headers["retry-after"]) == (503, 503, "10")

    reading.site.start("postgres")
    wait_for("the site to notice", lambda: (not reading.feed().json["stale"]) or None)
    assert sorted(reading.titles()) == ["First", "Second"]
    assert "data-stale" not in reading.browser.read("/")


def test_feed_ages_and_pushes_wait_while_the_worker_is_dead(reading: Reading) -> None:
    reading.site.kill("worker")
    before = reading.feed().json["built_at"]
    created = reading.author.upload("late.jpg", "image/jpeg", jpeg(900, 640, seed=77), alt_text="A drawing")
    post = reading.author.call("POST", "posts", {"media_ids": [created.json["id"]], "title": "Third"})

    assert (created.status, post.status, post.json["state"]) == (201, 201, "publishing")
    assert sorted(reading.titles()) == ["First", "Second"]
    assert reading.feed().json["built_at"] == before

    reading.site.start("worker")
    wait_for("the push", lambda: "Third" in reading.titles() or None)
    assert reading.titles("?ranking=latest") == ["Third", "Second", "First"]
