"""What the search suggests while somebody types."""

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from feeds.services.suggest_words import Suggestions, suggest
from tests.factories import make_block, make_post, make_user


def told(found: Suggestions) -> tuple[list[str], list[str], list[tuple[str, str]]]:
    return [person.username for person in found.people], list(found.tags), list(found.places)


@pytest.fixture
def world(alma: User) -> User:
    """Everything begins with por."""
    portia = make_user("portia")
    make_post(portia, tags=("portrait", "porto"), location_name="Porto")
    make_post(portia, tags=("portal",), location_name="Portofino", audience="only_me")
    return portia


ALL = (["portia"], ["porto", "portrait"], [("porto", "Porto")])


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("por", ALL),
        ("POR", ALL),
        ("@por", (ALL[0], [], [])),
        ("from:por", (ALL[0], [], [])),
        ("#por", ([], ALL[1], [])),
        ("tag:por", ([], ALL[1], [])),
        ('place:"por', ([], [], ALL[2])),
        ("xyz", ([], [], [])),
        ("@", ([], [], [])),
        ("  ", ([], [], [])),
        ("%_\\'\\0", ([], [], [])),
    ],
)
def test_suggestions_begin_as_typed(
    world: User, typed: str, found: tuple[list[str], list[str], list[tuple[str, str]]]
) -> None:
    assert told(suggest(AnonymousUser(), typed)) == found


def test_nobody_is_suggested_across_a_block(world: User, boris: User) -> None:
    make_block(world, boris)

    assert told(suggest(boris, "por")) == ([], [], [])


@pytest.mark.parametrize("count", [1, 3])
def test_suggestions_take_the_same_queries(
    alma: User, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        make_post(make_user(f"por{number}"), tags=(f"por{number}",), location_name=f"Por {number}")

    with django_assert_num_queries(5):
        found = suggest(alma, "por")

    assert [len(each) for each in told(found)] == [count] * 3


def test_limit_is_of_each_sort(world: User) -> None:
    assert [len(each) for each in told(suggest(world, "por", 1))] == [1, 1, 1]
