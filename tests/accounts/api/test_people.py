import base64

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import Follow, User
from accounts.services.follows import follow_user
from tests.accounts.api.expected import JSON, NOBODY, me, person, relations
from tests.away import take_valkey_away
from tests.conftest import AsApp, AsUser
from tests.factories import make_block, make_follow, make_mute, make_user
from tests.reading import problem_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(db: None) -> User:
    return make_user("closed", is_private=True)


# --- /me ---


def test_me_is_the_person_with_the_address_only_they_may_know(as_app: AsApp, alma: User) -> None:
    response = as_app(alma).get("/rest/v1/me")

    assert (response.status_code, response.json()) == (200, me(alma))


def test_me_is_edited_in_what_is_sent(as_app: AsApp, alma: User) -> None:
    sent = {"display_name": " Alma B. ", "website": "https://alma.example.org", "is_private": True, "show_camera": True}

    response = as_app(alma).patch("/rest/v1/me", sent, content_type=JSON)

    changed = {"display_name": "Alma B.", "website": "https://alma.example.org", "is_private": True}
    assert (response.status_code, response.json()) == (200, me(alma, **changed, show_camera=True))
    assert User.objects.values_list("is_private", "show_camera").get() == (True, True)


@pytest.mark.parametrize("field", ["show_camera", "tags_in_latest", "approves_tags"])
@pytest.mark.parametrize("is_on", [True, False])
def test_switch_of_me_is_set_by_itself(as_app: AsApp, alma: User, field: str, is_on: bool) -> None:
    User.objects.filter(pk=alma.pk).update(**{field: not is_on})

    response = as_app(alma).patch("/rest/v1/me", {field: is_on}, content_type=JSON)

    assert (response.status_code, response.json()) == (200, me(alma, **{field: is_on}))
    assert User.objects.values_list(field, flat=True).get() == is_on


@pytest.mark.parametrize(("sent", "status"), [("following", 200), ("nobody", 200), ("friends", 422), (True, 422)])
def test_who_may_tag_me_is_one_of_a_few(as_app: AsApp, alma: User, sent: object, status: int) -> None:
    response = as_app(alma).patch("/rest/v1/me", {"tags_from": sent}, content_type=JSON)

    assert response.status_code == status
    assert User.objects.get().tags_from == (sent if status == 200 else "everyone")


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
        ({"show_camera": None}, "show_camera"),
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

    assert as_app(alma).get("/rest/v1/mutes").json() == {"results": [], "next": None, "mutes": []}


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
    ("path", "queries"), [("users/alma/followers", 2), ("users/alma/following", 2), ("blocks", 2), ("mutes", 2)]
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


@pytest.mark.parametrize("relation", ["block", "mute"])
def test_relation_can_be_undone_after_the_other_has_blocked_me(
    as_app: AsApp, alma: User, boris: User, relation: str
) -> None:
    app = as_app(alma)
    app.put(f"/rest/v1/users/boris/{relation}")
    make_block(boris, alma)

    undone = app.delete(f"/rest/v1/users/boris/{relation}")

    assert (undone.status_code, app.delete(f"/rest/v1/users/boris/{relation}").status_code) == (200, 404)


def test_me_links_are_set_and_read_by_others(as_app: AsApp, alma: User, boris: User) -> None:
    sent = as_app(alma).patch("/rest/v1/me", {"links": ["a.example"]}, content_type=JSON)
    refused = as_app(alma).patch("/rest/v1/me", {"links": ["a.example"] * 5}, content_type=JSON)

    assert (sent.status_code, refused.status_code) == (200, 422)
    assert as_app(boris).get("/rest/v1/users/alma").json()["links"] == ["https://a.example"]


@pytest.mark.parametrize(
    ("typed", "status", "kept"),
    [
        ("example.org/nia", 200, "https://example.org/nia"),
        ("http://example.org", 200, "http://example.org"),
        ("", 200, ""),
        ("ftp://example.org", 422, ""),
        ("https://good.example.org@evil.example.org", 422, ""),
        ("javascript:alert(1)", 422, ""),
        ("https://[", 422, ""),
    ],
)
def test_me_website_gets_its_scheme_and_only_honest_ones_are_kept(
    as_app: AsApp, alma: User, typed: str, status: int, kept: str
) -> None:
    response = as_app(alma).patch("/rest/v1/me", {"website": typed}, content_type="application/json")

    alma.refresh_from_db()
    assert (response.status_code, alma.website) == (status, kept)
