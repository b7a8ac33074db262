"""Muting, restricting, close friends, many requests and searching through the API."""

from datetime import timedelta

import orjson
import pytest
from django.utils import timezone

from accounts.models import CloseFriend, Follow, Mute, Restriction, User
from accounts.services.follows import follow_user
from core.times import iso_utc
from tests.accounts.api.expected import JSON, NOBODY, person
from tests.conftest import AsApp
from tests.factories import make_close_friend, make_follow, make_restriction, make_user

pytestmark = pytest.mark.django_db


def test_mute_has_scope_and_end_and_is_replaced(as_app: AsApp, alma: User, boris: User) -> None:
    client, path = as_app(alma), "/rest/v1/users/boris/mute"
    until = iso_utc(timezone.now() + timedelta(days=3))
    muted = {**NOBODY, "muting": True}

    answers = [client.put(path, body, JSON).json() for body in ({}, {"scope": "everything", "until": until})]
    listed = client.get("/rest/v1/mutes").json()["mutes"]

    assert answers == [
        {"relationship": muted, "mute": {"scope": "posts", "until": None}},
        {"relationship": muted, "mute": {"scope": "everything", "until": until}},
    ]
    assert listed == [{"username": "boris", "scope": "everything", "until": until}]
    assert client.delete(path).json() == {"relationship": NOBODY, "mute": None}


def test_mute_for_seconds_ends_then(as_app: AsApp, alma: User, boris: User) -> None:
    as_app(alma).put("/rest/v1/users/boris/mute", {"seconds": 60}, JSON)

    until = Mute.objects.get().until
    assert until is not None
    assert timedelta(seconds=50) < until - timezone.now() <= timedelta(seconds=60)


@pytest.mark.parametrize(
    "body",
    [
        {"scope": "stories"},
        {"seconds": 0},
        {"seconds": -1},
        {"seconds": 10**12},
        {"until": "soon"},
        {"until": "2020-01-01T00:00:00Z"},
        {"until": "9999-01-01T00:00:00Z"},
        {"until": "2027-01-01T00:00:00Z", "seconds": 5},
        {"seconds": "5"},
        None,
        [],
    ],
)
def test_mute_that_makes_no_sense_is_refused(as_app: AsApp, alma: User, boris: User, body: object) -> None:
    response = as_app(alma).put("/rest/v1/users/boris/mute", orjson.dumps(body), JSON)

    assert (response.status_code, Mute.objects.count()) == (422, 0)


def test_restriction_is_made_listed_and_ended(as_app: AsApp, alma: User, boris: User) -> None:
    client, path = as_app(alma), "/rest/v1/users/boris/restrict"

    assert [client.put(path).json() for _ in range(2)] == [{"relationship": NOBODY, "restricting": True}] * 2
    assert client.get("/rest/v1/restrictions").json()["results"] == [person(boris, relationship=NOBODY)]
    assert client.delete(path).json() == {"relationship": NOBODY, "restricting": False}
    assert Restriction.objects.count() == 0


def test_close_friend_is_made_listed_and_ended(as_app: AsApp, alma: User, boris: User) -> None:
    client, path = as_app(alma), "/rest/v1/close-friends/boris"
    close = {**NOBODY, "close_friend": True}

    assert [client.put(path).json() for _ in range(2)] == [{"relationship": close}] * 2
    assert client.get("/rest/v1/close-friends").json()["results"] == [person(boris, relationship=close)]
    assert client.delete(path).json() == {"relationship": NOBODY}
    assert CloseFriend.objects.count() == 0


def test_lists_of_one_person_are_nobody_elses(as_app: AsApp, alma: User, boris: User) -> None:
    make_close_friend(alma, boris)
    make_restriction(alma, boris)
    client = as_app(boris)

    assert [client.get(f"/rest/v1/{page}").json()["results"] for page in ("close-friends", "restrictions")] == [[], []]
    assert client.get("/rest/v1/users/alma").json()["relationship"] == NOBODY


@pytest.mark.parametrize("path", ["users/boris/mute", "users/boris/restrict", "close-friends/boris"])
def test_relation_needs_the_scope_follow(as_app: AsApp, alma: User, boris: User, path: str) -> None:
    client = as_app(alma, "read", "write")

    assert [getattr(client, method)(f"/rest/v1/{path}").status_code for method in ("put", "delete")] == [403, 403]


def test_many_requests_are_accepted_and_refused_by_name(as_app: AsApp, alma: User, boris: User, carla: User) -> None:
    closed = make_user("closed", is_private=True)
    for each in (alma, boris):
        follow_user(each, closed)
    client, path = as_app(closed), "/rest/v1/follow-requests"

    accepted = client.put(path, {"usernames": ["alma", "carla", "nobody"]}, JSON).json()
    refused = client.delete(path, {"usernames": ["alma", "boris"]}, JSON).json()

    assert (accepted, refused) == ({"accepted": ["alma"]}, {"refused": ["boris"]})
    assert list(Follow.objects.values_list("follower", "state")) == [(alma.pk, "accepted")]


@pytest.mark.parametrize("body", [{}, {"usernames": "alma"}, {"usernames": ["x"] * 101}, {"usernames": [{}]}, []])
def test_many_requests_by_a_body_that_is_none_are_refused(as_app: AsApp, alma: User, body: object) -> None:
    assert as_app(alma).put("/rest/v1/follow-requests", body, JSON).status_code == 422


def test_requests_sent_are_listed(as_app: AsApp, alma: User) -> None:
    follow_user(alma, make_user("closed", is_private=True))

    results = as_app(alma).get("/rest/v1/follow-requests?direction=sent").json()["results"]

    assert [each["username"] for each in results] == ["closed"]


@pytest.mark.parametrize("direction", ["back", "", "SENT"])
def test_requests_in_no_direction_are_refused(as_app: AsApp, alma: User, direction: str) -> None:
    response = as_app(alma).get(f"/rest/v1/follow-requests?direction={direction}")

    assert (response.status_code, response.json()["code"]) == (400, "direction_unknown")


@pytest.mark.parametrize("which", ["followers", "following"])
def test_search_goes_with_pages(as_app: AsApp, alma: User, boris: User, which: str) -> None:
    for number in range(5):
        each = make_user(f"jose{number}", display_name="José")
        make_follow(*((each, alma) if which == "followers" else (alma, each)))
    make_follow(*((boris, alma) if which == "followers" else (alma, boris)))
    client, path, seen = as_app(boris), f"/rest/v1/users/alma/{which}?q=jose&limit=2", []

    while path:
        answer = client.get(path).json()
        seen += [each["username"] for each in answer["results"]]
        path = answer["next"] and answer["next"].partition("8000")[2]

    assert seen == [f"jose{number}" for number in (4, 3, 2, 1, 0)]
