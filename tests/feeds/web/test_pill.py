"""How many posts are new since the feed on the screen was loaded."""

import re

import pytest
from pytest_django import Settings

from accounts.models import User
from core.ids import MAX_ID
from feeds.services.build import build_and_keep
from feeds.timeline import push_post
from tests.away import take_valkey_away
from tests.conftest import AsUser
from tests.factories import make_follow, make_post
from tests.ready import lift_bars


@pytest.fixture
def newest(alma: User, boris: User) -> int:
    """The newest post in the Top feed of alma."""
    make_follow(alma, boris)
    post = make_post(boris)
    build_and_keep(alma.pk)
    return post.pk


@pytest.mark.parametrize(("count", "words"), [(1, "1 new post"), (3, "3 new posts")])
def test_pill_says_how_many_posts_came_since(
    as_user: AsUser, alma: User, boris: User, newest: int, count: int, words: str
) -> None:
    for _ in range(count):
        push_post(make_post(boris).pk, [alma.pk])
    lift_bars()

    response = as_user(alma).get(f"/new-posts/?newest={newest}")

    assert response.status_code == 200
    assert response.templates[-1].name == "components/_pill.html"
    assert re.search(r'<a class="btn main s" href="/" data-pill>.*</svg>(.*)</a>', response.text).group(1) == words  # type: ignore[union-attr]


def test_pill_is_nothing_when_nothing_came(as_user: AsUser, alma: User, newest: int) -> None:
    response = as_user(alma).get(f"/new-posts/?newest={newest}")

    assert (response.status_code, response.content) == (204, b"")


def test_pill_is_nothing_while_valkey_is_away(as_user: AsUser, settings: Settings, alma: User, newest: int) -> None:
    client = as_user(alma)
    take_valkey_away(settings)

    assert client.get(f"/new-posts/?newest={newest}").status_code == 204


@pytest.mark.parametrize("asked", ["", "?newest=", "?newest=x", "?newest=-1", f"?newest={MAX_ID + 1}", "?newest=%00"])
def test_pill_refuses_what_is_no_id_by_name(as_user: AsUser, alma: User, asked: str) -> None:
    response = as_user(alma).get(f"/new-posts/{asked}")

    assert response.status_code == 400
    assert "newest must be the id of a post." in response.text


def test_who_is_not_logged_in_is_sent_to_log_in(db: None, as_user: AsUser) -> None:
    assert as_user(None).get("/new-posts/?newest=1").status_code == 302


def test_address_that_home_asks_tells_what_came_after_it(as_user: AsUser, alma: User, boris: User, newest: int) -> None:
    client = as_user(alma)
    found = re.search(r'data-new-posts="(\d+)" data-ask="(.*?)"', client.get("/").text)
    assert found is not None
    address = f"{found[2]}?newest={found[1]}"
    assert client.get(address).status_code == 204

    push_post(make_post(boris).pk, [alma.pk])
    lift_bars()

    assert "1 new post<" in client.get(address).text
