"""Whom the site suggests to follow, why, and whom it never suggests."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.services.follows import follow_user
from accounts.services.mutes import mute_user
from accounts.services.suggestions import dismiss_suggestion
from feeds.suggestions import suggestions_for
from photos.services.tag_follows import follow_tag
from tests.conftest import AsApp, AsUser
from tests.factories import make_block, make_follow, make_post, make_user

pytestmark = pytest.mark.django_db


def suggested(viewer: User) -> list[tuple[str, str, str]]:
    return [(each.person.username, each.code, each.text) for each in suggestions_for(viewer)]


def names(viewer: User) -> set[str]:
    return {each.person.username for each in suggestions_for(viewer)}


def make_poster(username: str, **fields: object) -> User:
    return make_user(username, public_post_count=1, **fields)


def test_friends_of_friends_come_first_then_the_same_tags_then_the_much_followed(alma: User) -> None:
    friends = [make_user(name) for name in ("hana", "ivan", "jo")]
    both, one = make_poster("both"), make_poster("one")
    for friend in friends:
        make_follow(alma, friend)
        make_follow(friend, both)
    make_follow(friends[1], one)
    potter = make_user("potter")
    make_post(potter, tags=("kiln",))
    make_post(potter, tags=("kiln", "clay"))
    follow_tag(alma, "kiln")
    make_poster("star", follower_count=50)

    assert suggested(alma) == [
        ("both", "mutual", "Followed by hana and 2 others"),
        ("one", "mutual", "Followed by ivan"),
        ("potter", "tag", "Posts about #kiln"),
        ("star", "popular", "Many follow them"),
    ]


def test_people_of_tags_the_viewer_uses_are_suggested(alma: User, boris: User) -> None:
    make_post(alma, tags=("kiln",))
    make_post(boris, tags=("kiln",))

    assert suggested(alma) == [("boris", "tag", "Posts about #kiln")]


@pytest.mark.parametrize("fields", [{"audience": "followers"}, {"audience": "unlisted"}, {"state": "trashed"}])
def test_post_that_is_not_for_everybody_says_nothing_about_tags(
    alma: User, boris: User, fields: dict[str, str]
) -> None:
    make_post(alma, tags=("kiln",))
    make_post(boris, tags=("kiln",), **fields)  # type: ignore[arg-type]
    make_post(boris)

    assert suggested(alma) == [("boris", "popular", "Many follow them")]


def ask(alma: User, person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_private=True)
    follow_user(alma, person)
    User.objects.filter(pk=person.pk).update(is_private=False)


NEVER: dict[str, Callable[[User, User], object]] = {
    "followed": make_follow,
    "requested": ask,
    "blocked": make_block,
    "blocker": lambda alma, person: make_block(person, alma),
    "muted in everything": lambda alma, person: mute_user(alma, person, scope="everything"),
    "dismissed": dismiss_suggestion,
    "private": lambda alma, person: User.objects.filter(pk=person.pk).update(is_private=True),
    "closed": lambda alma, person: User.objects.filter(pk=person.pk).update(is_active=False),
    "hidden": lambda alma, person: User.objects.filter(pk=person.pk).update(in_discovery=False),
    "without posts": lambda alma, person: User.objects.filter(pk=person.pk).update(public_post_count=0),
}


@pytest.mark.parametrize("how", NEVER)
def test_some_people_are_never_suggested_for_any_reason(alma: User, boris: User, how: str) -> None:
    person = make_user("person")
    make_post(person, tags=("kiln",))
    make_post(alma, tags=("kiln",))
    make_follow(alma, boris)
    make_follow(boris, person)
    assert names(alma) == {"person"}

    NEVER[how](alma, User.objects.get(pk=person.pk))

    assert names(alma) == set()


def test_mute_of_posts_alone_does_not_end_suggestions(alma: User) -> None:
    mute_user(alma, make_poster("person"))

    assert names(alma) == {"person"}


@pytest.mark.parametrize("fields", [{"hides_follows": True}, {"is_active": False}])
def test_nobody_is_named_whose_list_is_not_to_be_read(alma: User, boris: User, fields: dict[str, bool]) -> None:
    make_follow(alma, boris)
    make_follow(boris, make_poster("person"))
    User.objects.filter(pk=boris.pk).update(**fields)

    assert suggested(alma) == [("person", "popular", "Many follow them")]


def test_friend_who_is_muted_in_everything_is_not_named(alma: User, boris: User) -> None:
    make_follow(alma, boris)
    make_follow(boris, make_poster("person"))
    mute_user(alma, boris, scope="everything")

    assert suggested(alma) == [("person", "popular", "Many follow them")]


def test_visitor_gets_the_much_followed(alma: User) -> None:
    make_poster("small", follower_count=1)
    make_poster("big", follower_count=5)
    make_poster("hidden", follower_count=9, in_discovery=False)

    assert [each.person.username for each in suggestions_for(AnonymousUser())] == ["big", "small"]


@pytest.mark.parametrize("people", [1, 3])
def test_suggestions_make_two_queries_however_many_there_are(
    alma: User, boris: User, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_follow(alma, boris)
    for _ in range(people):
        make_follow(boris, make_poster(""))

    with django_assert_num_queries(2):
        suggestions_for(alma)


# --- Faces


@pytest.mark.parametrize("people", [1, 3])
def test_page_makes_the_same_queries_however_many_there_are(
    as_user: AsUser, alma: User, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(people):
        make_poster("")
    client = as_user(alma)

    with django_assert_num_queries(4):
        client.get("/people/")


def test_page_says_why_and_takes_away_whom_one_does_not_want(as_user: AsUser, alma: User) -> None:
    make_poster("person")
    client = as_user(alma)
    assert "Many follow them" in client.get("/people/").text

    response = client.post("/@person/dismiss/", {"next": "/people/"})

    assert (response.status_code, response["Location"]) == (303, "/people/")
    assert "Nobody to suggest yet" in client.get("/people/").text


def test_home_forgets_at_once_whom_one_does_not_want(as_user: AsUser, alma: User) -> None:
    make_poster("person")
    client = as_user(alma)
    assert "/@person/dismiss/" in client.get("/").text

    client.post("/@person/dismiss/")

    assert "/@person/" not in client.get("/").text


def test_dismissal_by_htmx_answers_with_nothing_in_the_place_of_the_row(as_user: AsUser, alma: User) -> None:
    make_poster("person")

    response = as_user(alma).post("/@person/dismiss/", headers={"HX-Request": "true"})

    assert (response.status_code, response.content) == (200, b"")


def test_api_lists_suggestions_with_reasons_and_forgets_one(as_app: AsApp, alma: User) -> None:
    make_poster("person")
    client = as_app(alma)

    answer = client.get("/rest/v1/suggestions").json()
    assert [(each["user"]["username"], each["reason"]) for each in answer["results"]] == [
        ("person", {"code": "popular", "text": "Many follow them"})
    ]

    assert [client.delete("/rest/v1/suggestions/person").status_code for _ in range(2)] == [204, 204]
    assert client.get("/rest/v1/suggestions").json() == {"results": [], "next": None}
