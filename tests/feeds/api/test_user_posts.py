"""GET /rest/v1/users/{username}/posts."""

import pytest
from django.test import Client

from accounts.models import User
from core.paging import encode_cursor
from tests.conftest import AsApp
from tests.factories import make_block, make_follow, make_post
from tests.reading import ids_in, next_path, problem_of

POSTS = "/rest/v1/users/alma/posts"


def test_posts_of_a_person_are_newest_first_and_the_same_as_alone(alma: User) -> None:
    posts = [make_post(alma) for _ in range(2)]

    answer = Client().get(POSTS).json()

    singles = [Client().get(f"/rest/v1/posts/{post.pk}").json() for post in reversed(posts)]
    assert answer == {"results": [{**post, "people": None} for post in singles], "next": None}


def test_pages_together_are_all_posts_once_while_new_ones_come(alma: User) -> None:
    posts = [make_post(alma).pk for _ in range(5)]
    found: list[int] = []
    address = f"{POSTS}?limit=2"
    while address:
        response = Client().get(address)
        found += ids_in(response)
        address = next_path(response)
        make_post(alma)

    assert found == posts[::-1]


def test_own_posts_include_those_developing_and_for_nobody_else(as_app: AsApp, alma: User) -> None:
    posts = [make_post(alma, audience=audience).pk for audience in ("public", "unlisted", "followers", "only_me")]
    posts.append(make_post(alma, state="publishing").pk)

    assert ids_in(as_app(alma).get(POSTS)) == posts[::-1]


def test_posts_of_a_private_account_are_for_followers(as_app: AsApp, alma: User, boris: User, carla: User) -> None:
    User.objects.filter(pk=alma.pk).update(is_private=True)
    make_follow(boris, alma)
    post = make_post(alma)

    assert ids_in(as_app(boris).get(POSTS)) == [post.pk]
    assert as_app(carla).get(POSTS).json() == Client().get(POSTS).json() == {"results": [], "next": None}


@pytest.mark.django_db
def test_posts_of_nobody_are_404() -> None:
    assert problem_of(Client().get("/rest/v1/users/nobody/posts")) == (404, "not_found")


def test_posts_of_somebody_who_blocked_the_viewer_are_404(as_app: AsApp, alma: User, boris: User) -> None:
    make_post(alma)
    make_block(alma, boris)

    assert problem_of(as_app(boris).get(POSTS)) == (404, "not_found")


@pytest.mark.parametrize("cursor", ["x", "%00", encode_cursor("latest", 1), encode_cursor("profile", 1, 2)])
def test_cursor_that_is_none_is_refused(alma: User, cursor: str) -> None:
    assert problem_of(Client().get(f"{POSTS}?cursor={cursor}")) == (400, "cursor_unknown")
