"""The sets of what a person has marked are complete or not there."""

import time
from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from core.ready import store, take_leases
from core.valkey import valkey
from photos.models import Post
from photos.ready import sets
from photos.ready.sets import LIKES, SAVES, ReadySet
from photos.services.likes import like_post, unlike_post
from photos.services.saves import save_post, unsave_post
from tests.away import take_valkey_away
from tests.conftest import Settled
from tests.factories import make_post, make_user

Change = Callable[[User, int], Post]
BOTH = pytest.mark.parametrize(
    ("marks", "mark", "unmark"),
    [(LIKES, like_post, unlike_post), (SAVES, save_post, unsave_post)],
    ids=["likes", "saves"],
)


def kept(marks: ReadySet, user: User) -> set[int] | None:
    """None when the set is not there."""
    members = valkey().smembers(marks.key(user.pk))
    return {int(member) for member in members} - {0} if members else None


@BOTH
def test_load_makes_the_whole_set_ready(
    alma: User,
    boris: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    marks: ReadySet,
    mark: Change,
    unmark: Change,
) -> None:
    posts = [make_post(alma) for _ in range(2)]
    for post in posts:
        mark(boris, post.pk)

    with django_assert_num_queries(1):
        loaded = marks.load(boris.pk)

    assert (loaded, kept(marks, boris)) == (True, {post.pk for post in posts})
    assert 0 < valkey().ttl(marks.key(boris.pk)) <= 3600


@BOTH
def test_set_of_somebody_who_has_marked_nothing_is_empty(
    alma: User, marks: ReadySet, mark: Change, unmark: Change
) -> None:
    assert (marks.load(alma.pk), kept(marks, alma)) == (True, set())


@BOTH
def test_too_many_are_not_kept_and_not_asked_for_again(
    alma: User,
    boris: User,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
    marks: ReadySet,
    mark: Change,
    unmark: Change,
) -> None:
    monkeypatch.setattr(sets, "MOST_KEPT", 1)
    for _ in range(2):
        mark(boris, make_post(alma).pk)

    with django_assert_num_queries(1):
        answers = [marks.load(boris.pk) for _ in range(2)]

    assert (answers, kept(marks, boris)) == ([False, False], None)


def test_load_with_valkey_away_is_false(alma: User, settings: Settings) -> None:
    take_valkey_away(settings)

    assert LIKES.load(alma.pk) is False


@BOTH
def test_marking_and_taking_it_back_change_the_set_that_is_there(
    alma: User, boris: User, settled: Settled, marks: ReadySet, mark: Change, unmark: Change
) -> None:
    one, other = make_post(alma), make_post(alma)
    marks.load(boris.pk)

    with settled():
        mark(boris, one.pk)
        mark(boris, other.pk)
        unmark(boris, one.pk)

    assert kept(marks, boris) == {other.pk}


@BOTH
def test_marking_does_not_begin_a_set(
    alma: User, boris: User, settled: Settled, marks: ReadySet, mark: Change, unmark: Change
) -> None:
    with settled():
        mark(boris, make_post(alma).pk)

    assert kept(marks, boris) is None


@BOTH
def test_set_read_before_a_mark_is_not_stored_after_it(
    alma: User, boris: User, settled: Settled, marks: ReadySet, mark: Change, unmark: Change
) -> None:
    leases = take_leases([marks.key(boris.pk)])

    with settled():
        mark(boris, make_post(alma).pk)

    assert store({marks.key(boris.pk): [0]}, leases, seconds=60) == 0


@pytest.mark.django_db(transaction=True)
def test_mark_that_valkey_cannot_be_told_is_known_once_it_is_back(settings: Settings) -> None:
    boris, post = make_user("boris"), make_post(make_user("alma"))
    SAVES.load(boris.pk)
    there = settings.CACHES
    take_valkey_away(settings)
    save_post(boris, post.pk)

    settings.CACHES = there

    end = time.monotonic() + 10
    while kept(SAVES, boris) is not None and time.monotonic() < end:
        time.sleep(0.02)
    assert kept(SAVES, boris) is None
