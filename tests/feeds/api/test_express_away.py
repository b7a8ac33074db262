"""Postgres is away for long: one value after the other runs out in Valkey, and Top goes on with what is left."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from accounts.models import User
from core.postgres import is_away
from core.valkey import valkey
from feeds.services.near import near_cards
from feeds.timeline import feed_key
from tests.conftest import AsApp, AsUser
from tests.factories import make_post
from tests.faults.test_postgres_away import cut, heal
from tests.reading import ids_in, posts_on

pytestmark = pytest.mark.django_db(transaction=True)

FEED = "/rest/v1/feed"
RUN_OUT = ["card:j*", "card:h*", "card:*", "person:*", "close:*", "likes:*", "saves:*", "mutuals:*", "side:*"]


@contextmanager
def postgres_away() -> Iterator[None]:
    is_away()
    cut()
    try:
        end = time.monotonic() + 10
        while not is_away() and time.monotonic() < end:
            time.sleep(0.05)
        yield
    finally:
        heal()


def forget(*patterns: str) -> None:
    """As if these had run out, here and in Valkey."""
    near_cards.clear()
    for pattern in patterns:
        for key in valkey().scan_iter(pattern):
            valkey().delete(key)


@pytest.mark.parametrize("pattern", RUN_OUT)
def test_top_is_shown_from_what_is_left_when_something_has_run_out(
    as_app: AsApp, as_user: AsUser, reader: User, pattern: str
) -> None:
    app, browser = as_app(reader, "read"), as_user(reader)
    for _ in range(4):
        app.get(FEED)
        browser.get("/")

    with postgres_away():
        forget(pattern)
        answers = [app.get(FEED), browser.get("/"), app.get(f"{FEED}?ranking=latest")]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert answers[0].json()["stale"] is True


def test_page_is_full_without_the_posts_that_are_not_ready(as_app: AsApp, as_user: AsUser, reader: User) -> None:
    hidden = make_post(User.objects.get(username="boris"), audience="followers")
    valkey().delete(feed_key(reader.pk))
    app, browser = as_app(reader, "read"), as_user(reader)
    for _ in range(4):
        before = ids_in(app.get(f"{FEED}?limit=100"))
        browser.get("/")

    with postgres_away():
        forget(f"card:j*:{hidden.pk}:*", f"card:h*:{hidden.pk}:*")
        page, home = app.get(f"{FEED}?limit=5"), browser.get("/")

    assert hidden.pk in before[:5]
    assert ids_in(page) == [post_id for post_id in before if post_id != hidden.pk][:5]
    assert hidden.pk not in posts_on(home)
    assert home.status_code == 200


@pytest.mark.parametrize("pattern", ["sources:*", "feed:*"])
def test_nothing_is_shown_when_it_is_not_known_whose_posts_may_be(as_app: AsApp, reader: User, pattern: str) -> None:
    app: Any = as_app(reader, "read")
    app.raise_request_exception = False
    for _ in range(4):
        app.get(FEED)

    with postgres_away():
        forget(pattern)
        answer = app.get(FEED)

    assert answer.status_code == 503
