from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from core.ids import to_code
from photos.models import Media, Post
from tests.factories import make_block, make_follow, make_like, make_media, make_post, make_user
from tests.photos.api.test_media import MEDIA_KEYS, problem

POSTS = "/rest/v1/posts"
OWNER_ONLY = {"failure", "sha256", "bytes", "post_id", "created_at", "receipt", "progress", "recipe"}
POST_KEYS = {
    *("id", "code", "url", "author", "title", "caption", "caption_html", "tags", "mentions", "location", "audience"),
    *("sensitive", "spoiler", "media", "people", "comments", "like_count", "comment_count", "viewer", "licence"),
    "state",
    *("published_at", "edited_at"),
}
USER_KEYS = {
    *("id", "username", "display_name", "bio", "pronouns", "website", "links", "location", "avatar", "header"),
    "is_private",
    *("follower_count", "following_count", "post_count", "relationship", "created_at"),
}
WRONG_BODIES = {
    "nothing": b"",
    "broken": b'{"media_ids": [',
    "NaN": b'{"media_ids": [], "location": {"latitude": NaN}}',
    "infinity": b'{"location": {"latitude": 1e999}}',
    "a number of 400 digits": b'{"media_ids": [1' + b"0" * 400 + b"]}",
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "latin-1": '{"title": "ü"}'.encode("latin-1"),
    "lone surrogate": b'{"title": "\\ud800"}',
    "byte order mark": b'\xef\xbb\xbf{"title": "a"}',
}
WRONG_VALUES: list[tuple[dict[str, Any], str]] = [
    ({"title": "x" * 121}, "title"),
    ({"title": None}, "title"),
    ({"title": {"a": 1}}, "title"),
    ({"title": "a\u0000b"}, "title"),
    ({"caption": "x" * 2201}, "caption"),
    ({"caption": "x" * 200_000}, "caption"),
    ({"tags": "kiln"}, "tags"),
    ({"tags": [None]}, "tags"),
    ({"tags": ["two words"]}, "tags"),
    ({"tags": [f"t{n}" for n in range(31)]}, "tags"),
    ({"tags": {"a": 1}}, "tags"),
    ({"location": {"name": "x" * 101}}, "location.name"),
    ({"publish_at": "2030-01-01T00:00:00Z"}, "publish_at"),
    ({"location": {"latitude": 91, "longitude": 0}}, "location.latitude"),
    ({"location": {"latitude": "nan", "longitude": 0}}, "location.latitude"),
    ({"location": {"latitude": 1}}, "location"),
    ({"location": [1, 2]}, "location"),
    ({"location": "Stoke"}, "location"),
    ({"audience": "everybody"}, "audience"),
    ({"audience": None}, "audience"),
    ({"sensitive": "perhaps"}, "sensitive"),
    ({"sensitive": None}, "sensitive"),
    ({"spoiler": "x" * 101}, "spoiler"),
    ({"comments": "none"}, "comments"),
    ({"downloads": 7}, "downloads"),
    ({"licence": "mine"}, "licence"),
]
ONLY_SERVER = {
    "id": "1",
    "author": "4711",
    "author_id": "4711",
    "state": "trashed",
    "like_count": 99,
    "comment_count": 99,
    "created_at": "2020-01-01T00:00:00Z",
    "published_at": "2020-01-01T00:00:00Z",
    "is_staff": True,
    "role": "admin",
}


def create(client: Client, body: Any, **headers: str) -> Any:
    return client.post(POSTS, body, content_type="application/json", headers=headers)


def raw(client: Client, body: bytes, content_type: str = "application/json") -> Any:
    return client.generic("POST", POSTS, body, content_type=content_type)


def test_posts_post_answers_201_with_the_whole_post(alma: User, as_app: Any) -> None:
    media = make_media(alma)

    answer = create(
        as_app(alma),
        {
            "media_ids": [str(media.pk)],
            "title": "Glaze",
            "caption": "By @boris, #Kiln\n<b>",
            "tags": ["Clay"],
            "location": {"name": "Stoke", "latitude": 53.0, "longitude": -2.2},
            "audience": "unlisted",
            "sensitive": True,
            "spoiler": "A burn",
            "comments": "off",
            "downloads": True,
            "licence": "cc0",
        },
    )

    body, post = answer.json(), Post.objects.get()
    assert (answer.status_code, set(body), set(body["author"])) == (201, POST_KEYS, USER_KEYS)
    assert [set(each) for each in body["media"]] == [MEDIA_KEYS - OWNER_ONLY]
    assert {name: value for name, value in body.items() if name not in ("author", "media", "published_at")} == {
        "id": str(post.pk),
        "code": to_code(post.pk),
        "url": f"http://localhost:8000/p/{to_code(post.pk)}/",
        "title": "Glaze",
        "caption": "By @boris, #Kiln\n<b>",
        "caption_html": body["caption_html"],
        "tags": ["clay", "kiln"],
        "mentions": ["boris"],
        "location": {"name": "Stoke", "latitude": 53.0, "longitude": -2.2},
        "audience": "unlisted",
        "sensitive": True,
        "spoiler": "A burn",
        "people": [],
        "comments": "off",
        "like_count": 0,
        "comment_count": 0,
        "viewer": {"liked": False, "saved": False, "can_edit": True, "can_comment": False, "can_download": True},
        "licence": "cc0",
        "state": "published",
        "edited_at": None,
    }
    assert "&lt;b&gt;" in body["caption_html"]
    assert (post.comments, post.downloads) == ("off", True)


def test_posts_post_of_pictures_alone_takes_the_defaults(alma: User, as_app: Any) -> None:
    body = create(as_app(alma), {"media_ids": [str(make_media(alma, state="received").pk)]}).json()

    said = (
        "title",
        "caption",
        "tags",
        "location",
        "audience",
        "sensitive",
        "spoiler",
        "licence",
        "state",
        "published_at",
    )
    assert [body[name] for name in said] == ["", "", [], None, "public", False, "", "all_rights", "publishing", None]


def test_posts_post_takes_ids_as_numbers_too(alma: User, as_app: Any) -> None:
    assert create(as_app(alma), {"media_ids": [make_media(alma).pk]}).status_code == 201


@pytest.mark.parametrize(("words", "field"), WRONG_VALUES, ids=lambda value: str(value)[:40])
def test_posts_post_with_a_wrong_value_names_it_and_writes_nothing(
    alma: User, as_app: Any, words: dict[str, Any], field: str
) -> None:
    media = make_media(alma)

    status, _, errors = problem(create(as_app(alma), {"media_ids": [str(media.pk)], **words}))

    media.refresh_from_db()
    assert (status, {name.split(".0")[0] for name, _ in errors}) == (422, {field})
    assert (media.post, Post.objects.count()) == (None, 0)


@pytest.mark.parametrize(
    "media_ids",
    [None, "", [], {}, "1", ["a"], [1.5], [True], [None], [[1]], [-1], ["9" * 40], ["4711"], ["1", "1"], ["\u0661"]],
    ids=lambda value: str(value)[:20],
)
def test_posts_post_with_media_ids_that_are_none_writes_nothing(alma: User, as_app: Any, media_ids: Any) -> None:
    status, _, errors = problem(create(as_app(alma), {"media_ids": media_ids}))

    assert (status, {name.partition(".")[0] for name, _ in errors}) == (422, {"media_ids"})
    assert Post.objects.count() == 0


def test_posts_post_without_media_ids_names_the_field(alma: User, as_app: Any) -> None:
    assert problem(create(as_app(alma), {"title": "x"})) == (422, "invalid", [("media_ids", "required")])


def test_posts_post_with_media_of_somebody_else_answers_as_if_there_were_none(
    alma: User, boris: User, as_app: Any
) -> None:
    foreign, app = make_media(alma), as_app(boris)

    answers = [problem(create(app, {"media_ids": [media_id]})) for media_id in (str(foreign.pk), "4711")]

    foreign.refresh_from_db()
    assert answers == [(422, "invalid", [("media_ids", "not_found")])] * 2
    assert (foreign.post, Post.objects.count()) == (None, 0)


@pytest.mark.parametrize("body", WRONG_BODIES.values(), ids=WRONG_BODIES)
def test_posts_post_of_what_is_no_json_is_400_and_writes_nothing(alma: User, as_app: Any, body: bytes) -> None:
    answer = raw(as_app(alma), body)

    assert (problem(answer)[0] in (400, 422), Post.objects.count()) == (True, 0)


@pytest.mark.parametrize("body", [b"null", b"1", b'"x"', b"[]", b"true", b"[[]]"])
def test_posts_post_of_json_that_is_no_object_is_422(alma: User, as_app: Any, body: bytes) -> None:
    assert (problem(raw(as_app(alma), body))[0], Post.objects.count()) == (422, 0)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json; charset=utf-16",
        "application/json; charset=latin-1",
        "text/plain",
        "application/xml",
        "",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ],
)
def test_posts_post_of_another_content_type_is_415(alma: User, as_app: Any, content_type: str) -> None:
    answer = raw(as_app(alma), b'{"media_ids": []}', content_type)

    assert (problem(answer)[0], Post.objects.count()) == (415, 0)


def test_posts_post_of_more_than_a_megabyte_is_413(alma: User, as_app: Any) -> None:
    assert problem(raw(as_app(alma), b'{"title": "' + b"x" * 1024**2 + b'"}'))[:2] == (413, "too_large")


def test_posts_post_ignores_what_only_the_server_decides(alma: User, as_app: Any) -> None:
    answer = create(as_app(alma), {**ONLY_SERVER, "media_ids": [str(make_media(alma).pk)]})

    post = Post.objects.get()
    assert answer.status_code == 201
    assert (post.author, post.state, post.like_count, post.comment_count) == (alma, "published", 0, 0)
    assert (post.pk == 1, post.created_at.year == 2020, User.objects.get().is_staff) == (False, False, False)


def test_posts_post_with_an_idempotency_key_makes_one_post(alma: User, as_app: Any) -> None:
    app, body = as_app(alma), {"media_ids": [str(make_media(alma).pk)]}

    first, again = create(app, body, **{"Idempotency-Key": "k"}), create(app, body, **{"Idempotency-Key": "k"})

    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert Post.objects.count() == 1


def test_posts_post_with_an_idempotency_key_of_another_body_is_409(alma: User, as_app: Any) -> None:
    app, body = as_app(alma), {"media_ids": [str(make_media(alma).pk)]}
    create(app, body, **{"Idempotency-Key": "k"})

    answer = create(app, {**body, "title": "x"}, **{"Idempotency-Key": "k"})

    assert problem(answer) == (409, "idempotency_key_reused", [])
    assert Post.objects.get().title == ""


def test_posts_post_with_the_idempotency_key_of_somebody_else_is_ones_own(alma: User, boris: User, as_app: Any) -> None:
    for person in (alma, boris):
        body = {"media_ids": [str(make_media(person).pk)]}
        assert create(as_app(person), body, **{"Idempotency-Key": "k"}).status_code == 201

    assert [post.author for post in Post.objects.order_by("id")] == [alma, boris]


def test_post_get_of_a_public_post_needs_no_token(alma: User, client: Client) -> None:
    post = make_post(alma)

    body = client.get(f"{POSTS}/{post.pk}").json()

    assert set(body) == POST_KEYS
    assert body["viewer"] == {
        "liked": False,
        "saved": False,
        "can_edit": False,
        "can_comment": False,
        "can_download": False,
    }


def test_post_get_tells_the_viewer_how_they_stand_to_it(alma: User, boris: User, as_app: Any) -> None:
    post = make_post(alma, downloads=True)
    make_like(boris, post)
    make_follow(boris, alma)

    body = as_app(boris).get(f"{POSTS}/{post.pk}").json()

    assert (body["viewer"]["liked"], body["viewer"]["can_download"], body["like_count"]) == (True, True, 1)
    assert body["author"]["relationship"]["following"] is True


def test_post_get_tells_nobody_the_owner_only_part_of_its_media(alma: User, as_app: Any) -> None:
    post = make_post(alma)

    (media,) = as_app(alma).get(f"{POSTS}/{post.pk}").json()["media"]

    assert set(media) == MEDIA_KEYS - OWNER_ONLY


@pytest.mark.parametrize(
    ("audience", "seen_by"),
    [
        ("public", {"nobody", "stranger", "follower", "author"}),
        ("unlisted", {"nobody", "stranger", "follower", "author"}),
        ("followers", {"follower", "author"}),
        ("only_me", {"author"}),
    ],
)
@pytest.mark.parametrize("private", [False, True])
def test_post_get_is_for_its_audience(
    alma: User, boris: User, carla: User, as_app: Any, client: Client, audience: str, seen_by: set[str], private: bool
) -> None:
    make_follow(boris, alma)
    User.objects.filter(pk=alma.pk).update(is_private=private)
    blocked = make_user("dora")
    make_block(alma, blocked)
    url = f"{POSTS}/{make_post(alma, audience=audience).pk}"

    askers: dict[str, Any] = {
        "nobody": client,
        "stranger": carla,
        "follower": boris,
        "author": alma,
        "blocked": blocked,
    }
    got = {name: (who if name == "nobody" else as_app(who)).get(url).status_code for name, who in askers.items()}

    expected = seen_by - ({"nobody", "stranger"} if private else set())
    assert got == {name: 200 if name in expected else 404 for name in askers}


@pytest.mark.parametrize("state", ["publishing", "trashed"])
def test_post_get_of_a_post_that_is_not_out_is_404_for_others(
    alma: User, boris: User, as_app: Any, client: Client, state: str
) -> None:
    url = f"{POSTS}/{make_post(alma, state=state).pk}"

    assert [asker.get(url).status_code for asker in (client, as_app(boris))] == [404, 404]
    assert as_app(alma).get(url).status_code == (200 if state == "publishing" else 404)


def test_post_addresses_answer_the_same_with_a_trailing_slash(alma: User, client: Client) -> None:
    url = f"{POSTS}/{make_post(alma).pk}"

    assert client.get(f"{url}/").json() == client.get(url).json()


def test_post_get_honours_if_none_match(alma: User, client: Client) -> None:
    url = f"{POSTS}/{make_post(alma).pk}"

    again = client.get(url, headers={"If-None-Match": client.get(url)["ETag"]})

    assert (again.status_code, again.content) == (304, b"")


def test_media_of_a_post_is_still_reached_by_its_owner(alma: User, as_app: Any) -> None:
    post = make_post(alma)

    body = as_app(alma).get(f"/rest/v1/media/{post.media.get().pk}").json()

    assert (body["post_id"], Media.objects.count()) == (str(post.pk), 1)
