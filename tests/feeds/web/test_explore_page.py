"""Explore as a page, for people and visitors."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from core.valkey import valkey
from feeds.services.explore import refresh_explore
from feeds.web.explore import WALL_PAGE
from tests.away import take_valkey_away
from tests.conftest import AsUser
from tests.factories import make_follow, make_post, make_user
from tests.reading import posts_on

HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize("address", ["/explore/", "/explore/?range=day", "/explore/?range=week", "/explore/?range=all"])
def test_explore_shows_public_pictures_to_visitors(as_user: AsUser, alma: User, address: str) -> None:
    post = make_post(alma)

    response = as_user(None).get(address)

    assert (response.status_code, posts_on(response)) == (200, {post.pk})
    assert "End of roll" in response.text


def test_pages_of_explore_together_are_all_its_posts_once(as_user: AsUser, db: None) -> None:
    posts = {make_post(make_user()).pk for _ in range(WALL_PAGE + 2)}
    client = as_user(None)
    first = client.get("/explore/")

    second = client.get(first.context["next_url"], headers=HTMX)

    assert [len(posts_on(first)), len(posts_on(second))] == [WALL_PAGE, 2]
    assert posts_on(first) | posts_on(second) == posts
    assert [b"<html" in first.content, b"<html" in second.content] == [True, False]
    assert ["End of roll" in first.text, "End of roll" in second.text] == [False, True]


@pytest.mark.parametrize(("name", "ways"), [("day", ["?range=week", "/search/"]), ("all", ["/search/"])])
def test_end_of_explore_leads_on(as_user: AsUser, alma: User, name: str, ways: list[str]) -> None:
    make_post(alma)

    end = as_user(None).get(f"/explore/?range={name}", headers=HTMX).text.split("End of roll")[1]

    assert re.findall('href="([^"]+)"', end) == ways


def test_who_pages_on_through_a_list_that_is_gone_is_led_to_the_newer_one(as_user: AsUser, db: None) -> None:
    for _ in range(WALL_PAGE + 2):
        make_post(make_user())
    client = as_user(None)
    next_url = client.get("/explore/?range=week").context["next_url"]
    valkey().flushdb()

    page, part = client.get(next_url), client.get(next_url, headers=HTMX)

    assert (page.status_code, page["Location"]) == (303, "/explore/?range=week")
    assert (part.status_code, 'href="?range=week"' in part.text) == (200, True)


def test_explore_says_when_older_pictures_follow(as_user: AsUser, alma: User) -> None:
    make_post(alma, at=timezone.now() - timedelta(days=3))

    pages = {name: as_user(None).get(f"/explore/?range={name}").text for name in ("day", "week")}

    assert ["so older pictures follow" in pages[name] for name in ("day", "week")] == [True, False]


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["range=month", "range=", "range=%00", "cursor=x"])
def test_explore_refuses_what_it_does_not_know(as_user: AsUser, query: str) -> None:
    assert as_user(None).get(f"/explore/?{query}").status_code == 400


def test_explore_shows_the_tags_of_the_day_and_people_not_followed_yet(
    as_user: AsUser, alma: User, boris: User, carla: User
) -> None:
    make_post(boris, tags=("kiln",))
    make_post(carla)
    make_follow(alma, boris)

    response = as_user(alma).get("/explore/")

    assert response.context["tags"] == ["kiln"]
    assert 'href="/tags/kiln/"' in response.text
    assert [person.username for person in response.context["people"]] == ["carla"]
    assert [person.username for person in as_user(None).get("/explore/").context["people"]] == ["boris", "carla"]


@pytest.mark.parametrize(("person", "action"), [("alma", "Post a picture"), ("", "Sign up")])
def test_explore_of_an_empty_site_invites(as_user: AsUser, alma: User, person: str, action: str) -> None:
    response = as_user(alma if person else None).get("/explore/")

    assert "No pictures yet. Be the first." in response.text
    assert action in response.text


def test_visitors_are_led_to_explore_unless_it_is_closed(as_user: AsUser, settings: Settings, alma: User) -> None:
    client = as_user(None)
    assert 'href="/explore/"' in client.get("/").text

    settings.EXPLORE_OPEN = False

    assert 'href="/explore/"' not in client.get("/").text
    response = client.get("/explore/?range=week")
    assert (response.status_code, response["Location"]) == (302, "/login/?next=%2Fexplore%2F%3Frange%3Dweek")
    assert as_user(alma).get("/explore/").status_code == 200


def test_explore_is_answered_while_valkey_is_away(as_user: AsUser, settings: Settings, alma: User) -> None:
    post = make_post(alma, tags=("kiln",))
    take_valkey_away(settings)

    response = as_user(None).get("/explore/")

    assert (posts_on(response), response.context["tags"]) == ({post.pk}, ["kiln"])


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_explore_takes_the_same_queries_however_many_posts(
    as_user: AsUser, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _ in range(count):
        make_post(make_user(), tags=("kiln",))
    refresh_explore()
    client = as_user(None)
    client.get("/explore/")

    with django_assert_num_queries(4):
        client.get("/explore/")
