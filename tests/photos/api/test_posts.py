from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core.ids import to_code
from photos.models import Like, Media, Post
from tests.factories import make_block, make_follow, make_like, make_media, make_post, make_user
from tests.photos.api.test_media import MEDIA_KEYS, problem

POSTS = "/rest/v1/posts"
OWNER_ONLY = {"failure", "sha256", "bytes", "post_id", "created_at", "receipt"}
POST_KEYS = {
    *("id", "code", "url", "author", "title", "caption", "caption_html", "tags", "mentions", "location", "audience"),
    *("sensitive", "spoiler", "media", "like_count", "comment_count", "viewer", "licence", "state"),
    *("published_at", "edited_at"),
}
USER_KEYS = {
    *("id", "username", "display_name", "bio", "pronouns", "website", "location", "avatar", "is_private"),
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
    ({"location": {"name": "x" * 101}}, "location_name"),
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


def edit(client: Client, post: Post, body: Any) -> Any:
    return client.patch(f"{POSTS}/{post.pk}", body, content_type="application/json")


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


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", ""), ("POST", ""), ("PATCH", "/like"), ("POST", "/like"), ("GET", "/restore"), ("TRACE", "")],
)
def test_post_with_a_method_it_does_not_have_is_405(alma: User, as_app: Any, method: str, path: str) -> None:
    answer = as_app(alma).generic(method, f"{POSTS}/{make_post(alma).pk}{path}")

    assert (problem(answer)[0], "Allow" in answer) == (405, True)


def test_post_addresses_answer_the_same_with_a_trailing_slash(alma: User, client: Client) -> None:
    url = f"{POSTS}/{make_post(alma).pk}"

    assert client.get(f"{url}/").json() == client.get(url).json()


def test_post_get_honours_if_none_match(alma: User, client: Client) -> None:
    url = f"{POSTS}/{make_post(alma).pk}"

    again = client.get(url, headers={"If-None-Match": client.get(url)["ETag"]})

    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("count", [1, 3])
def test_trash_takes_the_same_queries_for_one_post_and_three(alma: User, as_app: Any, count: int) -> None:
    app = as_app(alma)
    app.get("/rest/v1/trash")
    for _ in range(count):
        make_post(alma, state="trashed", pictures=count, tags=("clay", "kiln"))

    with CaptureQueriesContext(connection) as queries:
        app.get("/rest/v1/trash")

    assert len(queries) == 6


@pytest.mark.parametrize("count", [1, 3])
def test_likes_take_the_same_queries_for_one_person_and_three(alma: User, as_app: Any, count: int) -> None:
    app, post = as_app(alma), make_post(alma)
    url = f"{POSTS}/{post.pk}/likes"
    for _ in range(count):
        make_like(make_user(), post)
    app.get(url)

    with CaptureQueriesContext(connection) as queries:
        app.get(url)

    assert len(queries) == 7


@pytest.mark.parametrize("count", [1, 3])
def test_post_get_takes_the_same_queries_for_one_picture_and_three(alma: User, as_app: Any, count: int) -> None:
    app, url = as_app(alma), f"{POSTS}/{make_post(alma, pictures=count, tags=('clay',)).pk}"
    app.get(url)

    with CaptureQueriesContext(connection) as queries:
        app.get(url)

    assert len(queries) == 6


def test_instance_tells_anybody_what_it_allows(client: Client, db: None) -> None:
    answer = client.get("/rest/v1/instance")

    body = answer.json()
    assert (answer.status_code, set(body)) == (200, {"name", "version", "limits", "features", "rules"})
    assert body["limits"] == {
        "formats": ["image/jpeg", "image/png", "image/gif", "image/webp", "image/tiff", "image/avif", "image/heic"],
        "max_bytes": 100 * 1024**2,
        "max_pixels": 100_000_000,
        "max_items": 20,
        "title_length": 120,
        "caption_length": 2200,
        "alt_text_length": 1000,
        "tags": 30,
        "tag_length": 64,
    }
    assert body["features"]["audiences"] == ["public", "unlisted", "followers", "only_me"]


def test_media_of_a_post_is_still_reached_by_its_owner(alma: User, as_app: Any) -> None:
    post = make_post(alma)

    body = as_app(alma).get(f"/rest/v1/media/{post.media.get().pk}").json()

    assert (body["post_id"], Media.objects.count()) == (str(post.pk), 1)
