from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from photos.models import Post
from tests.factories import make_like, make_media, make_post
from tests.photos.api.test_media import problem
from tests.photos.api.test_posts import ONLY_SERVER, POST_KEYS, POSTS, WRONG_VALUES


def edit(client: Client, post: Post, body: Any) -> Any:
    return client.patch(f"{POSTS}/{post.pk}", body, content_type="application/json")


def test_post_patch_changes_what_was_sent(alma: User, as_app: Any) -> None:
    post = make_post(alma, title="Old", caption="kept", tags=("clay",))

    answer = edit(as_app(alma), post, {"title": "New", "audience": "followers", "location": {"name": "Stoke"}})

    body = answer.json()
    assert (answer.status_code, set(body), body["edited_at"] is None) == (200, POST_KEYS, False)
    assert [body[name] for name in ("title", "caption", "tags", "audience", "location")] == [
        "New",
        "kept",
        ["clay"],
        "followers",
        {"name": "Stoke", "latitude": None, "longitude": None},
    ]


def test_post_patch_location_null_takes_it_away(alma: User, as_app: Any) -> None:
    post = make_post(alma, location_name="Stoke", latitude=53.0, longitude=-2.2)

    assert edit(as_app(alma), post, {"location": None}).json()["location"] is None


def test_post_patch_of_nothing_changes_nothing(alma: User, as_app: Any) -> None:
    post = make_post(alma, title="Old")

    body = edit(as_app(alma), post, {}).json()

    assert (body["title"], body["edited_at"]) == ("Old", None)


@pytest.mark.parametrize(("words", "field"), WRONG_VALUES, ids=lambda value: str(value)[:40])
def test_post_patch_with_a_wrong_value_names_it_and_changes_nothing(
    alma: User, as_app: Any, words: dict[str, Any], field: str
) -> None:
    post = make_post(alma, title="Old")

    status, _, errors = problem(edit(as_app(alma), post, words))

    again = Post.objects.get()
    assert (status, {name.split(".0")[0] for name, _ in errors}) == (422, {field})
    assert (again.title, again.edited_at, again.audience) == ("Old", None, "public")


def test_post_patch_ignores_what_only_the_server_decides(alma: User, as_app: Any) -> None:
    post, other = make_post(alma), make_media(alma)

    edit(as_app(alma), post, {**ONLY_SERVER, "media_ids": [str(other.pk)]})

    again = Post.objects.get()
    assert (again.pk, again.author, again.state, again.like_count) == (post.pk, alma, "published", 0)
    assert (again.published_at, again.media.count()) == (post.published_at, 1)


@pytest.mark.parametrize(("method", "path"), [("PATCH", ""), ("DELETE", ""), ("POST", "/restore")])
def test_post_change_by_somebody_else_answers_as_if_it_were_not_there(
    alma: User, boris: User, as_app: Any, method: str, path: str
) -> None:
    post, app = make_post(alma, title="Hers", state="trashed" if path else "published"), as_app(boris)

    answers = [
        app.generic(method, f"{POSTS}/{post_id}{path}", b'{"title": "His"}', content_type="application/json")
        for post_id in (post.pk, 4711)
    ]

    again = Post.objects.get()
    assert [problem(each)[:2] for each in answers] == [(404, "not_found")] * 2
    assert (again.title, again.state) == ("Hers", post.state)


@pytest.mark.parametrize(("method", "path"), [("PATCH", ""), ("DELETE", ""), ("PUT", "/like"), ("DELETE", "/like")])
def test_post_change_without_a_token_or_scope_changes_nothing(
    alma: User, client: Client, as_app: Any, method: str, path: str
) -> None:
    url = f"{POSTS}/{make_post(alma, title='Old').pk}{path}"

    statuses = [each.generic(method, url, b"{}").status_code for each in (client, as_app(alma, "read"))]

    again = Post.objects.get()
    assert (statuses, again.state, again.like_count) == ([401, 403], "published", 0)


def test_post_delete_and_restore_keep_likes_words_and_address(alma: User, boris: User, as_app: Any) -> None:
    post, app = make_post(alma, title="Glaze", tags=("clay",)), as_app(alma)
    make_like(boris, post)
    before = app.get(f"{POSTS}/{post.pk}").json()

    deleted = app.delete(f"{POSTS}/{post.pk}")
    gone = app.get(f"{POSTS}/{post.pk}")
    restored = app.post(f"{POSTS}/{post.pk}/restore")

    assert (deleted.status_code, deleted.content, gone.status_code) == (204, b"", 404)
    assert (restored.status_code, restored.json()) == (200, before)


def test_post_delete_twice_is_404_the_second_time(alma: User, as_app: Any) -> None:
    url, app = f"{POSTS}/{make_post(alma).pk}", as_app(alma)

    assert [app.delete(url).status_code, app.delete(url).status_code] == [204, 404]


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", ""), ("POST", ""), ("PATCH", "/like"), ("POST", "/like"), ("GET", "/restore"), ("TRACE", "")],
)
def test_post_with_a_method_it_does_not_have_is_405(alma: User, as_app: Any, method: str, path: str) -> None:
    answer = as_app(alma).generic(method, f"{POSTS}/{make_post(alma).pk}{path}")

    assert (problem(answer)[0], "Allow" in answer) == (405, True)
