"""GET /rest/v1/explore."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from tests.conftest import AsApp
from tests.factories import make_like, make_post, make_user
from tests.reading import ids_in, next_path, problem_of


@pytest.mark.parametrize("slash", ["", "/"])
def test_explore_answers_posts_to_anybody(alma: User, slash: str) -> None:
    post = make_post(alma)

    response = Client().get(f"/rest/v1/explore{slash}")

    body = response.json()
    assert (response.status_code, ids_in(response), body["next"]) == (200, [post.pk], None)
    assert {name: body[name] for name in ("range", "widened_to")} == {"range": "day", "widened_to": None}
    assert body["built_at"].endswith("Z")


def test_posts_of_explore_are_the_same_objects_as_those_of_their_author(as_app: AsApp, alma: User, boris: User) -> None:
    make_like(boris, make_post(alma))
    client = as_app(boris)

    explored = client.get("/rest/v1/explore").json()["results"]

    assert explored == client.get("/rest/v1/users/alma/posts").json()["results"]
    assert explored[0]["viewer"]["liked"] is True


@pytest.mark.django_db
def test_pages_of_explore_together_are_all_posts_once() -> None:
    posts = [make_post(make_user()).pk for _ in range(5)][::-1]
    found, path = [], "/rest/v1/explore?range=week&limit=2"
    while path:
        response = Client().get(path)
        found += ids_in(response)
        path = next_path(response)

    assert found == posts


def test_wider_range_that_older_posts_come_from_is_named(alma: User) -> None:
    make_post(alma, at=timezone.now() - timedelta(days=3))

    assert Client().get("/rest/v1/explore?range=day").json()["widened_to"] == "week"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("range=month", "range_unknown"),
        ("range=", "range_unknown"),
        ("cursor=x", "cursor_unknown"),
        ("limit=x", "limit_invalid"),
    ],
)
def test_what_explore_does_not_know_is_named(query: str, code: str) -> None:
    assert problem_of(Client().get(f"/rest/v1/explore?{query}")) == (400, code)


def test_explore_closed_to_visitors_needs_a_token(as_app: AsApp, settings: Settings, alma: User) -> None:
    settings.EXPLORE_OPEN = False
    post = make_post(alma)

    assert problem_of(Client().get("/rest/v1/explore")) == (401, "not_signed_in")
    assert ids_in(as_app(alma).get("/rest/v1/explore")) == [post.pk]
