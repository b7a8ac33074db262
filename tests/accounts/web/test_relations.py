"""Pages of muting, restricting, close friends, and many requests at once."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import CloseFriend, Follow, Mute, Restriction, User
from accounts.services.follows import follow_user
from tests.accounts.web.test_people import follows, listed
from tests.conftest import AsUser
from tests.factories import (
    make_block,
    make_close_friend,
    make_follow,
    make_mute,
    make_mute_over,
    make_restriction,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("seconds", "hours"), [("3600", 1), ("86400", 24), ("604800", 168), ("2592000", 720)])
def test_mute_lasts_as_long_as_chosen(as_user: AsUser, alma: User, boris: User, seconds: str, hours: int) -> None:
    response = as_user(alma).post("/@boris/mute/", {"scope": "everything", "seconds": seconds})

    mute = Mute.objects.get()
    assert (response.status_code, response["Location"]) == (303, "/@boris/")
    assert mute.until is not None
    assert abs(mute.until - timezone.now() - timedelta(hours=hours)) < timedelta(minutes=1)
    assert (mute.muter, mute.muted, mute.scope) == (alma, boris, "everything")


def test_mute_for_good_is_shown_and_ended(as_user: AsUser, alma: User, boris: User) -> None:
    client = as_user(alma)
    client.post("/@boris/mute/", {"scope": "posts", "seconds": "0"})

    assert "Muted now: Posts · for good." in client.get("/@boris/mute/").text
    assert listed(client.get("/settings/muted/").text) == ["boris"]

    response = client.post("/@boris/mute/", {"on": "0", "next": "/settings/muted/"})
    assert (response["Location"], Mute.objects.count()) == ("/settings/muted/", 0)


@pytest.mark.parametrize("sent", [{}, {"scope": "posts", "seconds": "17"}, {"scope": "x", "seconds": "0"}])
def test_mute_that_was_not_offered_is_refused_beside_the_field(
    as_user: AsUser, alma: User, boris: User, sent: dict[str, str]
) -> None:
    response = as_user(alma).post("/@boris/mute/", sent)

    assert (response.status_code, Mute.objects.count()) == (422, 0)


def test_mute_that_is_over_is_not_listed_and_not_shown(as_user: AsUser, alma: User, boris: User) -> None:
    make_mute_over(alma, boris)
    client = as_user(alma)

    assert listed(client.get("/settings/muted/").text) == []
    assert "Muted now" not in client.get("/@boris/mute/").text
    assert "Muted: change" not in client.get("/@boris/menu/").text


def test_muted_person_cannot_tell(as_user: AsUser, alma: User, boris: User) -> None:
    client = as_user(boris)
    before = [client.get(path).status_code for path in ("/@alma/", "/@alma/menu/", "/settings/muted/")]
    make_mute(alma, boris)

    assert [client.get(path).status_code for path in ("/@alma/", "/@alma/menu/", "/settings/muted/")] == before
    assert "mute" not in client.get("/@alma/").text.lower()


def test_restriction_asks_first_is_listed_and_lifted(as_user: AsUser, alma: User, boris: User) -> None:
    client = as_user(alma)
    assert "Restrict boris?" in client.get("/@boris/restrict/").text

    client.post("/@boris/restrict/", {"on": "1"})
    assert listed(client.get("/settings/restricted/").text) == ["boris"]
    assert "Stop restricting boris?" in client.get("/@boris/restrict/").text

    client.post("/@boris/restrict/", {"on": "0"})
    assert Restriction.objects.count() == 0


def test_close_friends_are_found_added_and_removed(as_user: AsUser, alma: User, boris: User, carla: User) -> None:
    make_follow(alma, boris)
    client = as_user(alma)
    assert listed(client.get("/settings/close-friends/?q=bor").text) == ["boris"]
    assert listed(client.get("/settings/close-friends/?q=car").text) == []
    assert listed(client.get("/settings/close-friends/?q=@Carla").text) == ["carla"]

    client.post("/@boris/close-friend/", {"on": "1"})
    assert listed(client.get("/settings/close-friends/").text) == ["boris"]
    assert list(CloseFriend.objects.values_list("owner", "friend")) == [(alma.pk, boris.pk)]

    response = client.post("/@boris/close-friend/", {"on": "0"})
    assert (response["Location"], CloseFriend.objects.count()) == ("/settings/close-friends/", 0)


def test_people_to_add_leave_out_blocked_and_closed_ones(as_user: AsUser, alma: User) -> None:
    people = [make_user(name) for name in ("boa", "bob", "bod")]
    for person in people:
        make_follow(person, alma)
    make_block(alma, people[0])
    make_block(people[1], alma)
    User.objects.filter(pk=people[2].pk).update(is_active=False)

    assert listed(as_user(alma).get("/settings/close-friends/?q=bo").text) == []


@pytest.mark.parametrize(
    ("sent", "left"),
    [
        ({"do": "accept", "usernames": ["a1", "other"]}, [("a1", "accepted"), ("a2", "requested")]),
        ({"do": "refuse", "usernames": ["a1"]}, [("a2", "requested")]),
        ({"do": "accept-all", "shown": ["a1", "a2"]}, [("a1", "accepted"), ("a2", "accepted")]),
        ({"do": "accept"}, [("a1", "requested"), ("a2", "requested")]),
    ],
)
def test_many_requests_are_answered_at_once(
    as_user: AsUser, alma: User, sent: dict[str, object], left: list[tuple[str, str]]
) -> None:
    User.objects.filter(pk=alma.pk).update(is_private=True)
    alma.refresh_from_db()
    for name in ("a1", "a2"):
        follow_user(make_user(name), alma)
    make_user("other")

    response = as_user(alma).post("/activity/requests/", sent)

    assert (response.status_code, response["Location"]) == (303, "/activity/")
    assert [(follower, state) for follower, _, state in follows()] == left


def test_more_answers_at_once_than_a_hundred_are_refused(as_user: AsUser, alma: User) -> None:
    names = [f"person{number}" for number in range(101)]

    assert as_user(alma).post("/activity/requests/", {"do": "accept", "usernames": names}).status_code == 422


def test_requests_sent_are_listed_and_taken_back(as_user: AsUser, alma: User, boris: User) -> None:
    User.objects.filter(pk=boris.pk).update(is_private=True)
    client = as_user(alma)
    client.post("/@boris/follow/", {"on": "1"})
    assert listed(client.get("/activity/sent/").text) == ["boris"]

    client.post("/@boris/follow/", {"on": "0", "next": "/activity/sent/"})

    assert (listed(client.get("/activity/sent/").text), Follow.objects.count()) == ([], 0)


def test_search_and_pages_of_a_list_work_together(as_user: AsUser, alma: User) -> None:
    for number in range(25):
        make_follow(make_user(f"zoë{number}".replace("ë", "e"), display_name="Zoë Núñez"), alma)
    make_follow(make_user("other"), alma)
    client = as_user(alma)

    page = client.get("/@alma/followers/?q=nunez+zoe")
    rest = client.get(page.text.split('hx-get="')[1].split('"')[0].replace("&amp;", "&"))

    expected = list(Follow.objects.order_by("-id").values_list("follower__username", flat=True))[1:]
    assert (listed(page.text), listed(rest.text)) == (expected[:20], expected[20:])
    assert listed(client.get("/@alma/followers/?q=nobody").text) == []


@pytest.mark.parametrize("typed", ["%00", "%25", "'", "x" * 10_000, "%F0%9F%98%80", "%ED%A0%80"])
def test_search_for_anything_is_no_error(as_user: AsUser, alma: User, typed: str) -> None:
    paths = ("/@alma/followers/", "/settings/close-friends/", "/settings/muted/", "/settings/blocked/")

    assert [as_user(alma).get(f"{path}?q={typed}").status_code for path in paths] == [200] * 4


@pytest.mark.parametrize("people", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/settings/muted/", 3),
        ("/settings/restricted/", 3),
        ("/settings/close-friends/?q=person", 7),
        ("/activity/sent/", 3),
        ("/@alma/followers/?q=person", 5),
    ],
)
def test_list_makes_the_same_queries_however_many_there_are(
    as_user: AsUser, alma: User, people: int, path: str, queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(people):
        person = make_user(f"person{number}")
        make_follow(person, alma)
        make_mute(alma, person)
        make_restriction(alma, person)
        make_close_friend(alma, person)
    for number in range(people):
        follow_user(alma, make_user(f"closed{number}", is_private=True))
    client = as_user(alma)

    with django_assert_num_queries(queries):
        client.get(path)


@pytest.mark.parametrize(
    "path",
    ["/settings/muted/", "/settings/restricted/", "/settings/close-friends/", "/activity/sent/", "/people/"],
)
def test_empty_list_says_what_it_is(as_user: AsUser, alma: User, path: str) -> None:
    assert as_user(alma).get(path).status_code == 200
    assert as_user(None).get(path).status_code == 302
