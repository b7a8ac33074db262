"""Tags under /rest/v1/tags."""

import pytest
from django.test import Client

from accounts.models import User
from photos.models import TagFollow
from tests.conftest import AsApp
from tests.factories import make_like, make_post
from tests.reading import ids_in, next_path, problem_of


def tag(name: str, post_count: int, following: bool | None) -> dict[str, object]:
    return {
        "name": name,
        "url": f"http://localhost:8000/tags/{name}/",
        "post_count": post_count,
        "following": following,
    }


@pytest.mark.parametrize("slash", ["", "/"])
def test_tag_says_how_many_posts_everybody_can_see(alma: User, slash: str) -> None:
    make_post(alma, tags=("kiln",))
    make_post(alma, tags=("kiln",), audience="followers")

    response = Client().get(f"/rest/v1/tags/Kiln{slash}")

    assert (response.status_code, response.json()) == (200, tag("kiln", 1, None))


def test_posts_of_a_tag_come_newest_first_in_pages(as_app: AsApp, alma: User, boris: User) -> None:
    posts = [make_post(alma, tags=("kiln",)) for _ in range(3)][::-1]
    make_like(boris, posts[0])
    client = as_app(boris)

    first = client.get("/rest/v1/tags/kiln/posts?limit=2")
    second = client.get(next_path(first))

    assert [ids_in(first), ids_in(second)] == [[posts[0].pk, posts[1].pk], [posts[2].pk]]
    assert [post["viewer"]["liked"] for post in first.json()["results"]] == [True, False]
    assert second.json()["next"] is None


def test_posts_of_a_tag_are_the_same_objects_as_those_of_their_author(as_app: AsApp, alma: User, boris: User) -> None:
    make_post(alma, tags=("kiln",))
    client = as_app(boris)

    assert (
        client.get("/rest/v1/tags/kiln/posts").json()["results"]
        == client.get("/rest/v1/users/alma/posts").json()["results"]
    )


def test_tag_is_followed_and_left(as_app: AsApp, alma: User, boris: User) -> None:
    make_post(alma, tags=("kiln",))
    client = as_app(boris)

    answers = [
        client.put("/rest/v1/tags/kiln/follow"),
        client.put("/rest/v1/tags/kiln/follow"),
        client.get("/rest/v1/tags/kiln"),
        client.delete("/rest/v1/tags/kiln/follow"),
        client.delete("/rest/v1/tags/kiln/follow"),
    ]

    assert [answer.status_code for answer in answers] == [200] * 5
    assert [answer.json()["following"] for answer in answers] == [True, True, True, False, False]
    assert not TagFollow.objects.exists()


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize(("scopes", "status"), [(("read", "write"), 403), ((), 401)])
def test_following_a_tag_needs_the_scope_follow(
    as_app: AsApp, alma: User, boris: User, method: str, scopes: tuple[str, ...], status: int
) -> None:
    make_post(alma, tags=("kiln",))
    client = as_app(boris, *scopes) if scopes else Client()

    response = client.generic(method, "/rest/v1/tags/kiln/follow")

    assert response.status_code == status
    assert not TagFollow.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["", "/posts"])
@pytest.mark.parametrize("name", ["nothing", "a-b", "%00"])
def test_unknown_tag_is_missing(name: str, path: str) -> None:
    assert problem_of(Client().get(f"/rest/v1/tags/{name}{path}")) == (404, "not_found")
