from collections.abc import Callable

import pytest
from pytest_django import Settings

from accounts.models import Follow, User
from accounts.services.follows import (
    accept_follow_request,
    follow_user,
    refuse_follow_request,
    remove_follower,
    unfollow_user,
)
from core.exceptions import InvalidInput, NotFound, RateLimited
from tests.accounts.conftest import News
from tests.conftest import Settled
from tests.factories import make_block, make_follow, make_user


def counts(*people: User) -> list[tuple[int, int]]:
    """(followers, following) of each, as the database has them."""
    return [User.objects.values_list("follower_count", "following_count").get(pk=each.pk) for each in people]


def follows() -> list[tuple[str, str, str]]:
    return list(Follow.objects.order_by("id").values_list("follower__username", "followee__username", "state"))


@pytest.fixture
def closed(db: None) -> User:
    return make_user("closed", is_private=True)


def test_follow_of_an_open_account_counts_and_is_told(alma: User, boris: User, news: News, settled: Settled) -> None:
    with settled():
        follow = follow_user(alma, boris)

    assert follow.state == "accepted"
    assert follows() == [("alma", "boris", "accepted")]
    assert counts(alma, boris) == [(0, 1), (1, 0)]
    assert news == [("user_followed", {"follower_id": alma.pk, "followee_id": boris.pk})]


def test_follow_twice_changes_nothing_the_second_time(alma: User, boris: User, news: News, settled: Settled) -> None:
    with settled():
        first = follow_user(alma, boris)
        second = follow_user(alma, boris)

    assert (second.pk, len(news)) == (first.pk, 1)
    assert counts(alma, boris) == [(0, 1), (1, 0)]


def test_follow_of_a_private_account_is_a_request(alma: User, closed: User, news: News, settled: Settled) -> None:
    with settled():
        follow_user(alma, closed)
        follow_user(alma, closed)

    assert follows() == [("alma", "closed", "requested")]
    assert counts(alma, closed) == [(0, 0), (0, 0)]
    assert news == []


def test_follow_of_oneself_is_refused(alma: User) -> None:
    with pytest.raises(InvalidInput) as refused:
        follow_user(alma, alma)

    assert (refused.value.code, follows()) == ("follow_self", [])


@pytest.mark.parametrize("turned", [False, True])
def test_follow_with_a_block_between_is_of_nobody(alma: User, boris: User, turned: bool) -> None:
    make_block(*((boris, alma) if turned else (alma, boris)))

    with pytest.raises(NotFound):
        follow_user(alma, boris)

    assert (follows(), counts(alma, boris)) == ([], [(0, 0), (0, 0)])


def test_follow_of_a_closed_account_is_of_nobody(alma: User, boris: User) -> None:
    User.objects.filter(pk=boris.pk).update(is_active=False)

    with pytest.raises(NotFound):
        follow_user(alma, boris)

    assert follows() == []


def test_follow_sees_that_the_account_was_made_private_meanwhile(alma: User, boris: User) -> None:
    User.objects.filter(pk=boris.pk).update(is_private=True)

    assert follow_user(alma, boris).state == "requested"


def test_follow_beyond_the_limit_is_refused(alma: User, boris: User, carla: User, settings: Settings) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "follow": (1, 3600)}
    follow_user(alma, boris)

    with pytest.raises(RateLimited):
        follow_user(alma, carla)

    assert follows() == [("alma", "boris", "accepted")]


@pytest.mark.parametrize("end", [unfollow_user, lambda one, other: remove_follower(other, one)])
def test_end_of_a_follow_counts_and_is_told_once(
    alma: User, boris: User, news: News, settled: Settled, end: Callable[[User, User], None]
) -> None:
    make_follow(alma, boris)
    make_follow(boris, alma)

    with settled():
        end(alma, boris)
        end(alma, boris)

    assert follows() == [("boris", "alma", "accepted")]
    assert counts(alma, boris) == [(1, 0), (0, 1)]
    assert news == [("user_unfollowed", {"follower_id": alma.pk, "followee_id": boris.pk})]


def test_request_taken_back_leaves_nothing(alma: User, closed: User, news: News, settled: Settled) -> None:
    follow_user(alma, closed)

    with settled():
        unfollow_user(alma, closed)

    assert (follows(), counts(alma, closed), news) == ([], [(0, 0), (0, 0)], [])


def test_request_that_is_accepted_counts_and_is_told_once(
    alma: User, closed: User, news: News, settled: Settled
) -> None:
    follow_user(alma, closed)

    with settled():
        accept_follow_request(closed, alma)
        accept_follow_request(closed, alma)

    assert follows() == [("alma", "closed", "accepted")]
    assert counts(alma, closed) == [(0, 1), (1, 0)]
    assert news == [("user_followed", {"follower_id": alma.pk, "followee_id": closed.pk})]


def test_request_that_was_never_made_cannot_be_accepted(alma: User, closed: User) -> None:
    with pytest.raises(NotFound):
        accept_follow_request(closed, alma)

    assert follows() == []


def test_request_cannot_be_accepted_by_who_made_it(alma: User, closed: User) -> None:
    follow_user(alma, closed)

    with pytest.raises(NotFound):
        accept_follow_request(alma, closed)

    assert follows() == [("alma", "closed", "requested")]


def test_request_that_is_refused_leaves_nothing(alma: User, closed: User, news: News, settled: Settled) -> None:
    follow_user(alma, closed)

    with settled():
        refuse_follow_request(closed, alma)
        refuse_follow_request(closed, alma)

    assert (follows(), news) == ([], [])


def test_refusing_somebody_who_follows_already_changes_nothing(alma: User, boris: User) -> None:
    make_follow(alma, boris)

    refuse_follow_request(boris, alma)

    assert (follows(), counts(alma, boris)) == ([("alma", "boris", "accepted")], [(0, 1), (1, 0)])
