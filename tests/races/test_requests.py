"""Fifty requests of one person, or one of each of many, at the same moment, through the pages and the API."""

from collections.abc import Callable
from copy import copy

import pytest
from django.test import Client

from accounts.models import Follow, User
from core.ids import to_code
from photos.models import Like, Post
from tests.conftest import AsApp, AsUser
from tests.factories import make_post, make_user
from tests.parallel import together

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 50


def sending(client: Client, method: str, path: str) -> Callable[[], int]:
    """The request from a client of its own, as another tab sends it; its status."""

    def send() -> int:
        answer = copy(client).generic(method, path)
        status: int = answer.status_code
        return status

    return send


def counters() -> tuple[int, int]:
    return Post.objects.get().like_count, User.objects.get(username="alma").follower_count


def test_fifty_requests_of_one_person_are_one_like_and_one_follow(as_app: AsApp, as_user: AsUser) -> None:
    alma, boris = make_user("alma"), make_user("boris")
    post = make_post(alma)
    app, browser = as_app(boris), as_user(boris)
    likes = [
        sending(app, "PUT", f"/rest/v1/posts/{post.pk}/like"),
        sending(browser, "POST", f"/p/{to_code(post.pk)}/like/"),
    ]
    follows = [sending(app, "PUT", "/rest/v1/users/alma/follow"), sending(browser, "POST", "/@alma/follow/")]

    statuses = [together(jobs * (MANY // 2)) for jobs in (likes, follows)]

    assert [set(each) for each in statuses] == [{200, 303}, {200, 303}]
    assert (Like.objects.count(), Follow.objects.count(), counters()) == (1, 1, (1, 1))


def test_requests_of_fifty_people_all_count(as_app: AsApp) -> None:
    alma = make_user("alma")
    post = make_post(alma)
    apps = [as_app(make_user()) for _ in range(MANY)]

    together([sending(app, "PUT", f"/rest/v1/posts/{post.pk}/like") for app in apps])
    together([sending(app, "PUT", "/rest/v1/users/alma/follow") for app in apps])

    assert (Like.objects.count(), Follow.objects.count(), counters()) == (MANY, MANY, (MANY, MANY))
