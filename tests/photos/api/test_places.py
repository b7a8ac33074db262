"""Places under /rest/v1/places."""

import pytest
from django.test import Client

from accounts.models import User
from tests.conftest import AsApp
from tests.factories import make_like, make_post
from tests.reading import ids_in, next_path, problem_of


@pytest.mark.parametrize("spelled", ["sao-paulo", "S%C3%A3o%20Paulo/"])
def test_place_says_its_name_and_how_many_posts_everybody_can_see(alma: User, spelled: str) -> None:
    make_post(alma, location_name="São Paulo")
    make_post(alma, location_name="SAO PAULO", audience="followers")

    response = Client().get(f"/rest/v1/places/{spelled}")

    assert (response.status_code, response.json()) == (
        200,
        {
            "name": "São Paulo",
            "slug": "sao-paulo",
            "url": "http://localhost:8000/places/sao-paulo/",
            "post_count": 1,
        },
    )


def test_posts_of_a_place_come_newest_first_in_pages(as_app: AsApp, alma: User, boris: User) -> None:
    posts = [make_post(alma, location_name="Porto") for _ in range(3)][::-1]
    make_like(boris, posts[0])
    client = as_app(boris)

    first = client.get("/rest/v1/places/porto/posts?limit=2")
    second = client.get(next_path(first))

    assert [ids_in(first), ids_in(second)] == [[posts[0].pk, posts[1].pk], [posts[2].pk]]
    assert [post["viewer"]["liked"] for post in first.json()["results"]] == [True, False]
    assert second.json()["next"] is None


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["", "/posts"])
@pytest.mark.parametrize("slug", ["nowhere", "-", "%00"])
def test_unknown_place_is_missing(slug: str, path: str) -> None:
    assert problem_of(Client().get(f"/rest/v1/places/{slug}{path}")) == (404, "not_found")
