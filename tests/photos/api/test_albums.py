"""Albums of the API."""

import pytest
from django.test import Client

from accounts.models import User
from core.ids import to_code
from photos.models import Album
from tests.conftest import AsApp
from tests.factories import make_album, make_follow, make_post
from tests.reading import ids_in, next_path, problem_of

JSON = "application/json"


def test_album_is_made_with_posts_and_told_to_its_owner_whole(as_app: AsApp, alma: User) -> None:
    post = make_post(alma, audience="only_me")
    body = {"title": " Ferry ", "text": "Rain.", "audience": "followers", "posts": [str(post.pk)]}

    answer = as_app(alma, "write").post("/rest/v1/albums", body, JSON)

    told = answer.json()
    album = Album.objects.get()
    assert answer.status_code == 201
    assert told["url"].endswith(f"/albums/{to_code(album.pk)}/")
    assert told["cover_url"].startswith("http")
    assert told["owner"]["username"] == "alma"
    assert {name: told[name] for name in ("title", "text", "audience", "post_count", "cover_post_id", "viewer")} == {
        "title": "Ferry",
        "text": "Rain.",
        "audience": "followers",
        "post_count": 1,
        "cover_post_id": str(post.pk),
        "viewer": {"can_edit": True, "can_download": True},
    }


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "title"),
        ({"title": "a", "posts": ["7"]}, "posts"),
        ({"title": "a", "audience": "x"}, "audience"),
        ({"title": "a" * 121}, "title"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_field(
    as_app: AsApp, alma: User, body: dict[str, object], field: str
) -> None:
    answer = as_app(alma, "write").post("/rest/v1/albums", body, JSON)

    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (422, [field])
    assert Album.objects.exists() is False


def test_albums_of_a_person_are_those_that_lists_may_show_the_viewer(as_app: AsApp, alma: User, boris: User) -> None:
    make_follow(boris, alma)
    shown = make_post(alma, downloads=True)
    albums = [make_album(alma, shown, audience=audience) for audience in ("public", "unlisted", "followers", "only_me")]

    first = as_app(boris, "read").get("/rest/v1/users/alma/albums?limit=1")
    second = as_app(boris, "read").get(next_path(first))
    own = as_app(alma, "read").get("/rest/v1/albums")

    assert [*ids_in(first), *ids_in(second)] == [albums[2].pk, albums[0].pk]
    assert first.json()["results"][0]["viewer"] == {"can_edit": False, "can_download": True}
    assert ids_in(own) == [album.pk for album in reversed(albums)]


def test_posts_of_an_album_come_in_its_order_for_anybody_who_may_open_it(client: Client, alma: User) -> None:
    hidden, *posts = make_post(alma, audience="followers"), make_post(alma), make_post(alma)
    album = make_album(alma, hidden, *reversed(posts))

    first = client.get(f"/rest/v1/albums/{album.pk}/posts?limit=1")
    second = client.get(next_path(first))

    assert [*ids_in(first), *ids_in(second)] == [post.pk for post in reversed(posts)]
    assert client.get(f"/rest/v1/albums/{album.pk}").json()["post_count"] == 2


def test_album_is_changed_filled_ordered_and_deleted(as_app: AsApp, alma: User) -> None:
    one, two, three = (make_post(alma) for _ in range(3))
    album = make_album(alma, one)
    client, address = as_app(alma, "read", "write"), f"/rest/v1/albums/{album.pk}"

    client.post(f"{address}/posts", {"posts": [str(two.pk), str(three.pk)]}, JSON)
    client.put(f"{address}/posts", {"posts": [str(three.pk)]}, JSON)
    ordered = ids_in(client.get(f"{address}/posts"))
    changed = client.patch(address, {"title": "Rain", "cover": str(two.pk)}, JSON).json()
    client.delete(f"{address}/posts/{one.pk}")
    client.put(f"{address}/posts/{one.pk}")
    refilled = ids_in(client.get(f"{address}/posts"))
    deleted = client.delete(address)

    assert ordered == [three.pk, one.pk, two.pk]
    assert (changed["title"], changed["cover_post_id"]) == ("Rain", str(two.pk))
    assert refilled == [three.pk, two.pk, one.pk]
    assert (deleted.status_code, Album.objects.exists()) == (204, False)


def test_posts_of_others_and_covers_from_outside_are_refused(as_app: AsApp, alma: User, boris: User) -> None:
    foreign, outside = make_post(boris), make_post(alma)
    album = make_album(alma)
    client, address = as_app(alma, "write"), f"/rest/v1/albums/{album.pk}"

    answers = [
        client.post(f"{address}/posts", {"posts": [str(foreign.pk)]}, JSON),
        client.put(f"{address}/posts", {"posts": [str(outside.pk)]}, JSON),
        client.patch(address, {"cover": str(outside.pk)}, JSON),
        client.put(f"{address}/posts/{foreign.pk}"),
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 404]
    assert (album.items.exists(), problem_of(answers[3])) == (False, (404, "not_found"))


def test_sensitive_cover_has_no_address(as_app: AsApp, alma: User) -> None:
    album = make_album(alma, make_post(alma, sensitive=True))

    told = as_app(alma, "read").get(f"/rest/v1/albums/{album.pk}").json()

    assert (told["cover_url"], told["cover_post_id"]) == (None, str(album.items.get().post_id))
