"""How a viewer stands to others: the same by itself and as part of another query."""

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from accounts.models import Follow, User
from accounts.services.blocks import block_user
from accounts.services.close_friends import add_close_friend
from accounts.services.follows import follow_user
from accounts.standings import STRANGERS, Relationship, Standing, known_standings, standing_in, standings, with_standing
from tests.factories import make_block, make_follow, make_mute, make_user

NONE = Relationship(following=False, requested=False, followed_by=False, blocking=False, muting=False)


def test_standings_are_those_of_the_viewer(alma: User) -> None:
    people = {name: make_user(name) for name in ("followed", "follower", "blocked", "muted", "stranger", "friend")}
    people["asked"] = make_user("asked", is_private=True)
    make_follow(alma, people["followed"])
    make_follow(people["follower"], alma)
    make_block(alma, people["blocked"])
    make_mute(alma, people["muted"])
    follow_user(alma, people["asked"])
    add_close_friend(alma, people["friend"])

    known = standings(alma, [alma.pk, *(each.pk for each in people.values())])

    assert {name: known[each.pk].relationship for name, each in people.items()} == {
        "followed": Relationship(True, False, False, False, False),
        "follower": Relationship(False, False, True, False, False),
        "blocked": Relationship(False, False, False, True, False),
        "muted": Relationship(False, False, False, False, True),
        "stranger": NONE,
        "friend": Relationship(False, False, False, False, False, close_friend=True),
        "asked": Relationship(False, True, False, False, False),
    }
    assert known[alma.pk] == STRANGERS


def test_standing_does_not_show_what_the_other_did_to_the_viewer(alma: User, boris: User) -> None:
    User.objects.filter(pk=alma.pk).update(is_private=True)
    follow_user(boris, alma)
    make_mute(boris, alma)
    make_block(boris, alma)

    assert standings(alma, [boris.pk])[boris.pk].relationship == NONE


def test_close_friend_is_told_apart_from_whom_one_has_made_one(alma: User, boris: User) -> None:
    add_close_friend(boris, alma)

    assert standings(alma, [boris.pk]) == {boris.pk: Standing(NONE, is_close=True)}


def test_people_hidden_by_a_block_are_counted(alma: User, boris: User, carla: User) -> None:
    for follower, followee in ((carla, boris), (boris, carla), (alma, boris)):
        make_follow(follower, followee)
    block_user(carla, alma)
    alma.refresh_from_db()

    assert standings(alma, [boris.pk])[boris.pk] == Standing(
        Relationship(True, False, False, False, False), hidden_followers=1, hidden_following=1
    )


def test_people_carry_the_standing_they_were_loaded_with(
    alma: User, boris: User, carla: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_follow(alma, boris)
    make_follow(carla, boris)
    follows = with_standing(Follow.objects.filter(followee=boris).select_related("follower"), alma, person="follower")

    people = list(with_standing(User.objects.order_by("id"), alma))
    found = {row.follower_id: standing_in(row, alma, row.follower_id) for row in follows}

    expected = standings(alma, [person.pk for person in people])
    with django_assert_num_queries(0):
        known = known_standings(alma, people)
    assert known == expected
    assert found == {pk: expected[pk] for pk in (alma.pk, carla.pk)}


@pytest.mark.parametrize("people", [1, 3])
def test_standings_take_one_query_however_many_people(
    alma: User, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ids = [make_user().pk for _ in range(people)]

    with django_assert_num_queries(1):
        standings(alma, ids)


def test_standings_of_nobody_and_to_nobody_are_none(
    alma: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        found = [standings(AnonymousUser(), [1]), standings(alma, []), standings(alma, [alma.pk])]

    assert found == [{1: STRANGERS}, {}, {alma.pk: STRANGERS}]
