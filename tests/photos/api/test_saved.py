"""Saving and collections through the API."""

import pytest
from django.test import Client

from accounts.models import User
from core.ids import to_code
from photos.models import Collection, Post
from photos.services.collections import add_to_collection, create_collection
from tests.conftest import AsApp
from tests.factories import make_block, make_follow, make_post, make_save
from tests.photos.api.test_media import problem
from tests.reading import ids_in, next_path

POSTS, SHELVES, SAVED = "/rest/v1/posts", "/rest/v1/collections", "/rest/v1/saved"
JSON = "application/json"


def test_save_put_and_delete_may_be_repeated_and_answer_the_post(alma: User, boris: User, as_app: AsApp) -> None:
    url, app = f"{POSTS}/{make_post(alma).pk}/save", as_app(boris)

    answers = [app.put(url), app.put(url), app.delete(url), app.delete(url)]

    assert [(each.status_code, each.json()["viewer"]["saved"]) for each in answers] == [
        (200, True),
        (200, True),
        (200, False),
        (200, False),
    ]


def test_saved_is_told_to_who_saved_it_alone_and_counted_for_nobody(alma: User, boris: User, as_app: AsApp) -> None:
    post = make_post(alma)
    before = as_app(alma).get(f"{POSTS}/{post.pk}").json()

    make_save(boris, post)

    assert as_app(alma).get(f"{POSTS}/{post.pk}").json() == before
    assert as_app(boris).get(f"{POSTS}/{post.pk}").json()["viewer"]["saved"] is True


@pytest.mark.parametrize("path", ["feed", "users/alma/posts", "tags/kiln/posts", "saved"])
def test_every_list_says_what_is_saved(alma: User, boris: User, as_app: AsApp, path: str) -> None:
    make_follow(boris, alma)
    make_save(boris, make_post(alma, tags=("kiln",)))
    app = as_app(boris)

    for _ in ("made ready", "ready"):
        results = app.get(f"/rest/v1/{path}").json()["results"]
        assert [each.get("post", each)["viewer"]["saved"] for each in results] == [True]


def test_feed_forgets_what_is_saved_no_longer(alma: User, boris: User, as_app: AsApp) -> None:
    make_follow(boris, alma)
    post, app = make_post(alma), as_app(boris)
    found = []

    for change in (app.get, app.put, app.delete):
        change(f"{POSTS}/{post.pk}/save") if change != app.get else None
        found.append([each["post"]["viewer"]["saved"] for each in app.get("/rest/v1/feed").json()["results"]])

    assert found == [[False], [True], [False]]


def test_saved_pages_meet_every_post_once_newest_save_first(alma: User, boris: User, as_app: AsApp) -> None:
    posts = [make_post(alma) for _ in range(5)]
    for post in reversed(posts):
        make_save(boris, post)
    app, seen, url = as_app(boris), [], f"{SAVED}?limit=2"

    while url:
        answer = app.get(url)
        seen += ids_in(answer)
        url = next_path(answer)

    assert seen == [post.pk for post in posts]


def test_collection_is_made_read_renamed_and_deleted(alma: User, as_app: AsApp) -> None:
    app = as_app(alma)

    made = app.post(SHELVES, {"name": "  Light  I like "}, JSON)
    url = f"{SHELVES}/{made.json()['id']}"
    renamed = app.patch(url, {"name": "Dark"}, JSON)
    read = app.get(url)
    deleted = app.delete(url)

    assert (made.status_code, made.json()["name"], made.json()["post_count"]) == (201, "Light I like", 0)
    assert (renamed.json(), read.json()["name"], deleted.status_code) == (read.json(), "Dark", 204)
    assert read.json()["url"].endswith(f"/saved/{to_code(int(made.json()['id']))}/")
    assert Collection.objects.exists() is False


def test_same_key_makes_one_collection(alma: User, as_app: AsApp) -> None:
    app = as_app(alma)

    answers = [app.post(SHELVES, {"name": "Light"}, JSON, headers={"Idempotency-Key": "a"}) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert Collection.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "code"), [("light", "taken"), (" ", "blank"), ("a" * 61, "too_long"), (7, "invalid"), (None, "null")]
)
def test_collection_with_a_name_that_cannot_be_used_is_422(alma: User, as_app: AsApp, name: object, code: str) -> None:
    create_collection(alma, "Light")

    status, _, fields = problem(as_app(alma).post(SHELVES, {"name": name}, JSON))

    assert (status, fields) == (422, [("name", code)])


def test_post_goes_into_a_collection_and_out_and_stays_saved(alma: User, boris: User, as_app: AsApp) -> None:
    post, shelf, app = make_post(alma), create_collection(boris, "Light"), as_app(boris)
    url = f"{SHELVES}/{shelf.pk}/posts/{post.pk}"

    counts = [change(url).json()["post_count"] for change in (app.put, app.put)]
    inside = ids_in(app.get(f"{SAVED}?collection={shelf.pk}"))
    counts += [change(url).json()["post_count"] for change in (app.delete, app.delete)]

    assert (counts, inside) == ([1, 1, 0, 0], [post.pk])
    assert (ids_in(app.get(f"{SAVED}?collection={shelf.pk}")), ids_in(app.get(SAVED))) == ([], [post.pk])


def test_cover_is_a_square_of_what_came_last_unless_it_is_sensitive(alma: User, boris: User, as_app: AsApp) -> None:
    post, shelf = make_post(alma), create_collection(boris, "Light")
    add_to_collection(boris, shelf.pk, post.pk)
    covers = [as_app(boris).get(f"{SHELVES}/{shelf.pk}").json()["cover_url"]]

    Post.objects.filter(pk=post.pk).update(sensitive=True)

    covers.append(as_app(boris).get(SHELVES).json()["results"][0]["cover_url"])
    assert [bool(cover) for cover in covers] == [True, False]


@pytest.mark.parametrize("collection", ["1", "x", "-1", "9" * 40])
def test_saved_of_a_collection_that_is_not_there_is_404(alma: User, as_app: AsApp, collection: str) -> None:
    assert problem(as_app(alma).get(SAVED, {"collection": collection})) == (404, "not_found", [])


def test_saved_posts_across_a_block_are_gone(alma: User, boris: User, as_app: AsApp) -> None:
    make_save(boris, make_post(alma))

    make_block(alma, boris)

    assert ids_in(as_app(boris).get(SAVED)) == []


@pytest.mark.parametrize("url", [SAVED, SHELVES])
def test_what_is_saved_needs_a_token(client: Client, db: None, url: str) -> None:
    assert problem(client.get(url))[0] == 401
