import base64
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import Block, Follow, Mute, User
from accounts.services.follows import follow_user
from accounts.services.tokens import create_token
from core.times import iso_utc
from tests.away import take_valkey_away
from tests.conftest import AsApp, AsUser
from tests.factories import PASSWORD, make_block, make_follow, make_mute, make_user
from tests.reading import problem_of

pytestmark = pytest.mark.django_db

JSON = "application/json"
NOBODY = {
    "following": False,
    "requested": False,
    "followed_by": False,
    "blocking": False,
    "muting": False,
    "close_friend": False,
}


def person(user: User, **changes: Any) -> dict[str, Any]:
    """The whole `User` of the contract for somebody about whom nothing special is known."""
    return {
        "id": str(user.pk),
        "username": user.username,
        "display_name": "",
        "bio": "",
        "pronouns": "",
        "website": "",
        "location": "",
        "avatar": None,
        "is_private": False,
        "follower_count": 0,
        "following_count": 0,
        "post_count": 0,
        "relationship": None,
        "created_at": iso_utc(user.created_at),
        **changes,
    }


def relations() -> tuple[int, int, int]:
    return Follow.objects.count(), Block.objects.count(), Mute.objects.count()


@pytest.fixture
def closed(db: None) -> User:
    return make_user("closed", is_private=True)


# --- POST /accounts ---


def test_account_is_made_and_answered(client: Client) -> None:
    sent = {"username": "Alma", "email": "alma@example.org", "password": PASSWORD, "display_name": "Alma B."}

    response = client.post("/rest/v1/accounts", sent, content_type=JSON)

    user = User.objects.get()
    assert (response.status_code, response.json()) == (201, person(user, display_name="Alma B."))
    assert user.check_password(PASSWORD)
    assert client.cookies == {}


def test_account_ignores_what_is_not_the_clients_to_say(client: Client) -> None:
    sent = {"username": "alma", "email": "alma@example.org", "password": PASSWORD}
    extra = {
        "id": 1,
        "is_staff": True,
        "is_superuser": True,
        "follower_count": 9,
        "is_active": False,
        "avatar_key": "x",
    }

    client.post("/rest/v1/accounts", {**sent, **extra}, content_type=JSON)

    user = User.objects.get()
    assert (user.pk == 1, user.is_staff, user.is_superuser, user.follower_count, user.is_active, user.avatar_key) == (
        *(False, False, False, 0, True, ""),
    )


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({}, ["username", "email", "password"]),
        ({"username": "al ma", "email": "x", "password": "short"}, ["username", "email", "password"]),
        ({"username": None, "email": [], "password": {}}, ["username", "email", "password"]),
        ({"username": "a\x00b", "email": "a@example.org", "password": PASSWORD}, ["username"]),
        ({"username": "x" * 101, "email": "a@example.org", "password": PASSWORD}, ["username"]),
        ({"username": "alma", "email": "a@" + "x" * 255 + ".org", "password": PASSWORD}, ["email"]),
        ({"username": "alma", "email": "a@example.org", "password": "x" * 5001}, ["password"]),
        ([], [""]),
        ('"alma"', [""]),
    ],
)
def test_account_with_something_wrong_names_each_field(client: Client, sent: object, fields: list[str]) -> None:
    response = client.post("/rest/v1/accounts", sent, content_type=JSON)

    assert (response.status_code, [each["field"] for each in response.json()["errors"]]) == (422, fields)
    assert User.objects.count() == 0


def test_account_where_sign_up_is_closed_is_refused(client: Client, settings: Settings) -> None:
    settings.SIGNUP_OPEN = False

    assert problem_of(client.post("/rest/v1/accounts", {}, content_type=JSON)) == (403, "sign_up_closed")


def test_account_with_valkey_away_is_refused_for_a_moment(client: Client, settings: Settings) -> None:
    take_valkey_away(settings)

    response = client.post("/rest/v1/accounts", {}, content_type=JSON)

    assert (problem_of(response), response["Retry-After"]) == ((503, "unavailable"), "10")


@pytest.mark.parametrize(
    ("body", "content_type", "answer"),
    [
        (b"{", JSON, (400, "parse_error")),
        (b'{"username": NaN}', JSON, (400, "parse_error")),
        (b"[" * 100_000, JSON, (400, "parse_error")),
        (b"username=alma", "application/x-www-form-urlencoded", (415, "unsupported_media_type")),
        (b'{"username": "alma"}', "text/plain", (415, "unsupported_media_type")),
        (b"{}", "application/json; charset=utf-16", (415, "unsupported_media_type")),
        (b" " * (1024**2 + 1), JSON, (413, "too_large")),
    ],
)
def test_body_that_cannot_be_read_is_refused(
    client: Client, body: bytes, content_type: str, answer: tuple[int, str]
) -> None:
    assert problem_of(client.post("/rest/v1/accounts", body, content_type=content_type)) == answer


# --- Who calls ---


CALLS = [
    ("get", "/rest/v1/me"),
    ("patch", "/rest/v1/me"),
    ("get", "/rest/v1/follow-requests"),
    ("get", "/rest/v1/blocks"),
    ("get", "/rest/v1/mutes"),
    *[(method, f"/rest/v1/users/boris/{what}") for what in ("follow", "block", "mute") for method in ("put", "delete")],
    ("put", "/rest/v1/follow-requests/boris"),
    ("delete", "/rest/v1/follow-requests/boris"),
    ("delete", "/rest/v1/followers/boris"),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_call_without_a_token_is_refused(client: Client, boris: User, method: str, path: str) -> None:
    response = getattr(client, method)(path)

    assert problem_of(response) == (401, "not_authenticated")
    assert response["WWW-Authenticate"] == 'Bearer realm="rest"'
    assert relations() == (0, 0, 0)


@pytest.mark.parametrize(
    "header", ["Bearer cst_x", "Bearer", "Bearer  ", "Basic YTpi", "cst_x", "Bearer cst_ä", "Token x y"]
)
@pytest.mark.parametrize("path", ["/rest/v1/me", "/rest/v1/users/boris"])
def test_call_with_a_wrong_token_is_refused_even_where_none_is_needed(
    client: Client, boris: User, path: str, header: str
) -> None:
    response = client.get(path, headers={"Authorization": header})

    assert problem_of(response) == (401, "token_invalid")


@pytest.mark.parametrize(
    ("method", "path", "needed"),
    [
        (method, path, "read" if method == "get" else "write" if path.endswith("/me") else "follow")
        for method, path in CALLS
    ],
)
def test_call_with_a_token_that_lacks_its_scope_is_refused(
    as_app: AsApp, alma: User, boris: User, method: str, path: str, needed: str
) -> None:
    others = [scope for scope in ("read", "write", "follow", "push") if scope != needed]

    response = getattr(as_app(alma, *others), method)(path)

    assert problem_of(response) == (403, "scope_missing")
    assert relations() == (0, 0, 0)


def test_token_in_the_address_is_not_looked_at(client: Client, alma: User) -> None:
    _, text = create_token(alma, scopes=["read"])

    assert client.get(f"/rest/v1/me?token={text}&access_token={text}").status_code == 401


def test_session_reads_without_and_writes_with_its_csrf_token(alma: User, boris: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alma)
    client.get("/settings/profile/")
    secret = client.cookies["csrf"].value

    assert client.get("/rest/v1/me").status_code == 200
    assert problem_of(client.put("/rest/v1/users/boris/follow")) == (403, "permission_denied")
    assert relations() == (0, 0, 0)
    assert client.put("/rest/v1/users/boris/follow", headers={"X-CSRFToken": secret}).status_code == 200


# --- /me ---


def test_me_is_the_person_with_the_address_only_they_may_know(as_app: AsApp, alma: User) -> None:
    response = as_app(alma).get("/rest/v1/me")

    assert (response.status_code, response.json()) == (200, {**person(alma), "email": "alma@example.org"})


def test_me_is_edited_in_what_is_sent(as_app: AsApp, alma: User) -> None:
    sent = {"display_name": " Alma B. ", "website": "https://alma.example.org", "is_private": True}

    response = as_app(alma).patch("/rest/v1/me", sent, content_type=JSON)

    changed = {"display_name": "Alma B.", "website": "https://alma.example.org", "is_private": True}
    assert (response.status_code, response.json()) == (200, {**person(alma, **changed), "email": "alma@example.org"})
    assert User.objects.get().is_private


def test_me_ignores_what_is_not_the_clients_to_say(as_app: AsApp, alma: User) -> None:
    client = as_app(alma)
    before = User.objects.values().get()

    extra = {"id": "1", "username": "root", "email": "x@example.org", "is_staff": True, "is_superuser": True}
    more = {"follower_count": 9, "own_post_count": 9, "avatar_key": "x", "created_at": "2020-01-01", "password": "x"}
    response = client.patch("/rest/v1/me", {**extra, **more, "is_active": False}, content_type=JSON)

    assert (response.status_code, User.objects.values().get()) == (200, before)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"bio": "x" * 501}, "bio"),
        ({"display_name": "x" * 65}, "display_name"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"is_private": "perhaps"}, "is_private"),
        ({"bio": None}, "bio"),
        ({"location": ["Porto"]}, "location"),
    ],
)
def test_me_with_something_wrong_names_the_field_and_changes_nothing(
    as_app: AsApp, alma: User, sent: dict[str, object], field: str
) -> None:
    before = User.objects.values().get()

    response = as_app(alma).patch("/rest/v1/me", {"pronouns": "she", **sent}, content_type=JSON)

    assert (response.status_code, {each["field"] for each in response.json()["errors"]}) == (422, {field})
    assert User.objects.values().get() == before


# --- /users/{username} ---


def test_person_is_shown_to_everybody_without_the_address(
    as_user: AsUser, as_app: AsApp, alma: User, boris: User
) -> None:
    anonymous = as_user(None).get("/rest/v1/users/Boris").json()
    signed_in = as_app(alma).get("/rest/v1/users/boris").json()

    assert (anonymous, signed_in) == (person(boris), person(boris, relationship=NOBODY))


def test_person_shows_how_the_viewer_stands_to_them(as_app: AsApp, alma: User, boris: User) -> None:
    make_follow(alma, boris)
    make_follow(boris, alma)
    make_mute(alma, boris)

    shown = as_app(alma).get("/rest/v1/users/boris").json()["relationship"]

    assert shown == {**NOBODY, "following": True, "followed_by": True, "muting": True}


def test_person_with_a_picture_has_its_whole_address(client: Client, settings: Settings) -> None:
    make_user("alma", avatar_key="ab/cd.jpg")

    avatar = client.get("/rest/v1/users/alma").json()["avatar"]

    assert avatar.pop("url").startswith(f"{settings.ORIGIN}/media/renditions/ab/cd.jpg?e=")
    assert avatar == {"width": 320, "height": 320}


@pytest.mark.parametrize("path", ["", "/followers", "/following"])
def test_person_who_is_missing_closed_or_blocks_the_viewer_is_missing_in_the_same_words(
    as_app: AsApp, alma: User, path: str
) -> None:
    make_user("gone", is_active=False)
    make_block(make_user("hater"), alma)
    client = as_app(alma)

    answers = [client.get(f"/rest/v1/users/{name}{path}") for name in ("nobody", "gone", "hater")]

    bodies = [{**each.json(), "request_id": ""} for each in answers]
    assert [each.status_code for each in answers] == [404] * 3
    assert bodies == [bodies[0]] * 3


@pytest.mark.parametrize("what", ["follow", "block", "mute"])
@pytest.mark.parametrize("name", ["nobody", "gone", "hater"])
def test_relation_to_who_is_missing_closed_or_blocks_the_viewer_is_missing(
    as_app: AsApp, alma: User, what: str, name: str
) -> None:
    make_user("gone", is_active=False)
    make_block(make_user("hater"), alma)

    response = as_app(alma).put(f"/rest/v1/users/{name}/{what}")

    assert (problem_of(response), relations()) == ((404, "not_found"), (0, 1, 0))


# --- Relations ---


@pytest.mark.parametrize(
    ("what", "flag", "before", "after"),
    [
        ("follow", "following", (0, 0, 0), (1, 0, 0)),
        ("block", "blocking", (0, 0, 0), (0, 1, 0)),
        ("mute", "muting", (0, 0, 0), (0, 0, 1)),
    ],
)
def test_relation_is_made_and_ended_as_often_as_one_likes(
    as_app: AsApp, alma: User, boris: User, what: str, flag: str, before: tuple[int, ...], after: tuple[int, ...]
) -> None:
    client, path = as_app(alma), f"/rest/v1/users/boris/{what}"

    made = [client.put(path).json() for _ in range(2)]
    assert (made, relations()) == ([{"relationship": {**NOBODY, flag: True}}] * 2, after)

    ended = [client.delete(path).json() for _ in range(2)]
    assert (ended, relations()) == ([{"relationship": NOBODY}] * 2, before)


@pytest.mark.parametrize("what", ["follow", "block", "mute"])
def test_relation_to_oneself_is_refused(as_app: AsApp, alma: User, what: str) -> None:
    response = as_app(alma).put(f"/rest/v1/users/alma/{what}")

    assert (problem_of(response), relations()) == ((422, f"{what}_self"), (0, 0, 0))


def test_follow_of_a_private_account_is_requested_and_answered(as_app: AsApp, alma: User, closed: User) -> None:
    asking, asked = as_app(alma), as_app(closed)

    assert asking.put("/rest/v1/users/closed/follow").json() == {"relationship": {**NOBODY, "requested": True}}
    assert [each["username"] for each in asked.get("/rest/v1/follow-requests").json()["results"]] == ["alma"]

    assert asked.put("/rest/v1/follow-requests/alma").json() == {"relationship": {**NOBODY, "followed_by": True}}
    assert asking.get("/rest/v1/users/closed").json()["relationship"] == {**NOBODY, "following": True}
    assert asked.get("/rest/v1/follow-requests").json()["results"] == []


def test_request_is_refused_without_a_trace(as_app: AsApp, alma: User, closed: User) -> None:
    follow_user(alma, closed)

    response = as_app(closed).delete("/rest/v1/follow-requests/alma")

    assert (response.status_code, response.json(), relations()) == (200, {"relationship": NOBODY}, (0, 0, 0))


@pytest.mark.parametrize("method", ["put", "delete"])
def test_request_to_somebody_else_is_out_of_reach(
    as_app: AsApp, alma: User, closed: User, carla: User, method: str
) -> None:
    follow_user(alma, closed)

    getattr(as_app(carla), method)("/rest/v1/follow-requests/alma")
    getattr(as_app(alma), method)("/rest/v1/follow-requests/closed")

    assert Follow.objects.get().state == "requested"


def test_request_that_was_not_made_cannot_be_accepted(as_app: AsApp, alma: User, closed: User) -> None:
    response = as_app(closed).put("/rest/v1/follow-requests/alma")

    assert (problem_of(response), relations()) == ((404, "not_found"), (0, 0, 0))


def test_follower_is_removed_by_the_person_followed_only(as_app: AsApp, alma: User, boris: User, carla: User) -> None:
    make_follow(alma, boris)

    as_app(carla).delete("/rest/v1/followers/alma")
    assert relations() == (1, 0, 0)

    response = as_app(boris).delete("/rest/v1/followers/alma")
    assert (response.status_code, response.json(), relations()) == (200, {"relationship": NOBODY}, (0, 0, 0))


# --- Lists ---


@pytest.mark.parametrize("page", ["followers", "following"])
def test_lists_of_a_private_account_are_for_its_followers(
    as_user: AsUser, as_app: AsApp, alma: User, boris: User, closed: User, page: str
) -> None:
    make_follow(alma, closed)

    clients = [as_user(None), as_app(boris), as_app(alma), as_app(closed)]

    assert [each.get(f"/rest/v1/users/closed/{page}").status_code for each in clients] == [404, 404, 200, 200]


def test_own_lists_of_blocks_and_mutes_are_ones_own(as_app: AsApp, alma: User, boris: User, carla: User) -> None:
    make_block(alma, boris)
    make_mute(alma, carla)
    make_mute(boris, alma)
    client = as_app(alma)

    blocked, muted = (client.get(f"/rest/v1/{page}").json()["results"] for page in ("blocks", "mutes"))

    assert blocked == [person(boris, relationship={**NOBODY, "blocking": True})]
    assert muted == [person(carla, relationship={**NOBODY, "muting": True})]


def test_list_of_mutes_does_not_give_away_who_blocks_the_viewer(as_app: AsApp, alma: User, boris: User) -> None:
    make_mute(alma, boris)
    make_block(boris, alma)

    assert as_app(alma).get("/rest/v1/mutes").json() == {"results": [], "next": None}


def test_list_comes_in_pages_with_a_link_to_the_next(client: Client, alma: User, settings: Settings) -> None:
    for _ in range(5):
        make_follow(make_user(), alma)

    seen, path, links = [], "/rest/v1/users/alma/followers?limit=2&x=%26", []
    while path:
        response = client.get(path)
        seen.append([each["username"] for each in response.json()["results"]])
        following = response.json()["next"]
        links.append(response.get("Link") == (f'<{following}>; rel="next"' if following else None))
        path = following.removeprefix(settings.ORIGIN) if following else ""

    expected = list(Follow.objects.order_by("-id").values_list("follower__username", flat=True))
    assert seen == [expected[:2], expected[2:4], expected[4:]]
    assert links == [True, True, True]


def test_next_page_is_an_address_of_this_site_whatever_the_host(client: Client, alma: User, settings: Settings) -> None:
    for _ in range(2):
        make_follow(make_user(), alma)
    settings.ALLOWED_HOSTS = ["*"]

    following = client.get("/rest/v1/users/alma/followers?limit=1", headers={"Host": "evil.example.org"}).json()["next"]

    assert following.startswith(f"{settings.ORIGIN}/rest/v1/users/alma/followers?limit=1&cursor=")


@pytest.mark.parametrize(("limit", "length"), [("1", 1), ("0", 1), ("-7", 1), ("3", 3), ("1000000000", 3), ("", 3)])
def test_limit_is_kept_in_bounds(client: Client, alma: User, limit: str, length: int) -> None:
    for _ in range(3):
        make_follow(make_user(), alma)

    assert len(client.get(f"/rest/v1/users/alma/followers?limit={limit}").json()["results"]) == length


FOREIGN = base64.urlsafe_b64encode(b"following.5").decode().rstrip("=")


@pytest.mark.parametrize(
    ("query", "code"),
    [("limit=ten", "limit_invalid"), ("cursor=x", "cursor_unknown"), (f"cursor={FOREIGN}", "cursor_unknown")],
)
def test_list_with_a_wrong_limit_or_cursor_is_refused(client: Client, alma: User, query: str, code: str) -> None:
    assert problem_of(client.get(f"/rest/v1/users/alma/followers?{query}")) == (400, code)


@pytest.mark.parametrize("people", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"), [("users/alma/followers", 8), ("users/alma/following", 8), ("blocks", 6), ("mutes", 6)]
)
def test_list_makes_the_same_queries_however_many_people(
    as_user: AsUser,
    alma: User,
    boris: User,
    path: str,
    queries: int,
    people: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(people):
        other = make_user()
        make_follow(other, alma)
        make_follow(alma, other)
        make_block(boris, make_user())
        make_mute(boris, make_user())
    client = as_user(boris)

    with django_assert_num_queries(queries):
        client.get(f"/rest/v1/{path}")


# --- Every call ---


@pytest.mark.parametrize(
    "path", ["me", "users/boris", "users/boris/followers", "follow-requests", "blocks", "mutes", "nothing"]
)
def test_address_with_a_slash_at_its_end_answers_the_same(as_app: AsApp, alma: User, boris: User, path: str) -> None:
    client = as_app(alma)

    without, with_slash = client.get(f"/rest/v1/{path}"), client.get(f"/rest/v1/{path}/")

    assert without.status_code == with_slash.status_code
    assert {**without.json(), "request_id": ""} == {**with_slash.json(), "request_id": ""}


def test_every_answer_says_what_is_left_of_the_limit(as_app: AsApp, alma: User, settings: Settings) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "API": (3, 300)}
    client = as_app(alma)

    answers = [client.get(path) for path in ("/rest/v1/me", "/rest/v1/users/nobody", "/rest/v1/me", "/rest/v1/me")]

    assert [each.status_code for each in answers] == [200, 404, 200, 429]
    assert [each["RateLimit-Remaining"] for each in answers] == ["2", "1", "0", "0"]
    assert {each["RateLimit-Limit"] for each in answers} == {"3"}
    assert answers[-1]["Retry-After"] == answers[-1]["RateLimit-Reset"]


def test_api_with_valkey_away_still_answers(as_app: AsApp, alma: User, settings: Settings) -> None:
    client = as_app(alma)
    take_valkey_away(settings)

    response = client.get("/rest/v1/me")

    assert (response.status_code, response["RateLimit-Remaining"]) == (200, "3000")


@pytest.mark.parametrize("header", [{"X-HTTP-Method-Override": "DELETE"}, {"Accept": "text/html"}])
def test_headers_that_ask_for_something_else_change_nothing(
    as_app: AsApp, alma: User, boris: User, header: dict[str, str]
) -> None:
    response = as_app(alma).put("/rest/v1/users/boris/follow?format=html&_method=delete", headers=header)

    assert (response.status_code, response["Content-Type"], relations()) == (200, JSON, (1, 0, 0))
