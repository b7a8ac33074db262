from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from photos.models import Like, Post
from tests.factories import make_block, make_like, make_post
from tests.photos.api.test_media import problem
from tests.photos.api.test_posts import POST_KEYS, POSTS, USER_KEYS


def test_trash_lists_only_ones_own_deleted_posts(alma: User, boris: User, as_app: Any) -> None:
    mine = make_post(alma, state="trashed")
    make_post(alma)
    make_post(boris, state="trashed")

    body = as_app(alma).get("/rest/v1/trash").json()

    assert (set(body), body["next"]) == ({"results", "next"}, None)
    assert [(each["id"], each["state"], set(each)) for each in body["results"]] == [
        (str(mine.pk), "trashed", POST_KEYS)
    ]


def test_trash_without_a_token_is_401(client: Client, db: None) -> None:
    assert problem(client.get("/rest/v1/trash"))[0] == 401


def test_trash_pages_meet_every_post_once(alma: User, as_app: Any) -> None:
    posts, app, seen = [make_post(alma, state="trashed") for _ in range(5)], as_app(alma), []
    url: str | None = "/rest/v1/trash?limit=2"

    while url:
        answer = app.get(url)
        seen += [each["id"] for each in answer.json()["results"]]
        url = answer.json()["next"]
        assert answer.get("Link") == (f'<{url}>; rel="next"' if url else None)

    assert seen == [str(post.pk) for post in reversed(posts)]


@pytest.mark.parametrize("cursor", ["x", "bGlrZXMuMQ", "%00", "ü", "a" * 5000, "dHJhc2guLTE", "../..", "' OR 1=1"])
@pytest.mark.parametrize("path", ["/rest/v1/trash", "likes"])
def test_list_with_an_unknown_cursor_is_400(alma: User, as_app: Any, path: str, cursor: str) -> None:
    url = f"{POSTS}/{make_post(alma).pk}/likes" if path == "likes" else path
    if path == "likes" and cursor == "bGlrZXMuMQ":
        cursor = "dHJhc2guMQ"

    answer = as_app(alma).get(url, {"cursor": cursor})

    assert problem(answer) == (400, "cursor_unknown", [])


@pytest.mark.parametrize(("limit", "count"), [("1000000000", 100), ("9" * 400, 100), ("0", 1), ("-5", 1), ("", 20)])
def test_list_with_any_limit_gives_one_to_a_hundred(alma: User, as_app: Any, limit: str, count: int) -> None:
    Post.objects.bulk_create(Post(id=number, author=alma, state="trashed") for number in range(1, 104))

    answer = as_app(alma).get("/rest/v1/trash", {"limit": limit})

    assert (answer.status_code, len(answer.json()["results"])) == (200, count)


@pytest.mark.parametrize("limit", ["ten", "1.5", "1e3", "\u0661", "1 ", "--1"])
def test_list_with_a_limit_that_is_no_number_is_400(alma: User, as_app: Any, limit: str) -> None:
    assert problem(as_app(alma).get("/rest/v1/trash", {"limit": limit})) == (400, "limit_invalid", [])


def test_like_put_and_delete_may_be_repeated(alma: User, boris: User, as_app: Any) -> None:
    url, app = f"{POSTS}/{make_post(alma).pk}/like", as_app(boris)

    answers = [app.put(url), app.put(url), app.delete(url), app.delete(url)]

    assert [set(each.json()) for each in answers] == [POST_KEYS] * 4
    found = [(each.status_code, each.json()["like_count"], each.json()["viewer"]["liked"]) for each in answers]
    assert found == [(200, 1, True), (200, 1, True), (200, 0, False), (200, 0, False)]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_like_of_a_hidden_post_answers_as_if_it_were_not_there(
    alma: User, boris: User, as_app: Any, method: str
) -> None:
    hidden, app = make_post(alma, audience="only_me"), as_app(boris)

    answers = [app.generic(method, f"{POSTS}/{post_id}/like") for post_id in (hidden.pk, 4711)]

    assert [problem(each)[:2] for each in answers] == [(404, "not_found")] * 2
    assert Like.objects.count() == 0


def test_likes_lists_people_newest_first_without_blocked_ones(
    alma: User, boris: User, carla: User, as_app: Any
) -> None:
    post = make_post(alma)
    for person in (alma, boris, carla):
        make_like(person, post)
    make_block(alma, carla)

    body = as_app(alma).get(f"{POSTS}/{post.pk}/likes").json()

    assert (set(body), [set(each) for each in body["results"]]) == ({"results", "next"}, [USER_KEYS, USER_KEYS])
    assert [each["username"] for each in body["results"]] == ["boris", "alma"]


def test_likes_of_a_hidden_post_are_404(alma: User, boris: User, as_app: Any) -> None:
    assert as_app(boris).get(f"{POSTS}/{make_post(alma, audience='only_me').pk}/likes").status_code == 404
