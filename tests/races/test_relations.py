"""Many people, and many fingers of one person, at the same moment; every thread commits for real."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db.models import Model

from accounts.models import Block, CloseFriend, Follow, Mute, Restriction, User
from accounts.services.blocks import block_user, unblock_user
from accounts.services.close_friends import add_close_friend, remove_close_friend
from accounts.services.follows import (
    accept_follow_request,
    follow_user,
    refuse_follow_request,
    remove_follower,
    unfollow_user,
)
from accounts.services.mutes import mute_user, unmute_user
from accounts.services.profiles import set_account_private
from accounts.services.requests import accept_follow_requests
from accounts.services.restrictions import restrict_user, unrestrict_user
from core.exceptions import NotFound
from tests.factories import make_follow, make_user
from tests.parallel import together

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 50

Act = Callable[[User, User], object]


def fresh(person: User) -> User:
    """The person as each request loads them: its own object."""
    return User.objects.get(pk=person.pk)


def doing(act: Callable[[User, User], object], actor: User, target: User) -> Callable[[], object]:
    return lambda: act(fresh(actor), fresh(target))


def consistent() -> bool:
    """Whether the counters of everybody say what the rows say."""
    return all(
        (user.follower_count, user.following_count)
        == (
            Follow.objects.filter(followee=user, state="accepted").count(),
            Follow.objects.filter(follower=user, state="accepted").count(),
        )
        for user in User.objects.all()
    )


def counters(person: User) -> tuple[int, int]:
    person = fresh(person)
    return person.follower_count, person.following_count


def test_fifty_follows_of_one_person_at_once_are_one() -> None:
    alma, boris = make_user("alma"), make_user("boris")

    together([doing(follow_user, boris, alma)] * MANY)

    assert Follow.objects.count() == 1
    assert [counters(alma), counters(boris)] == [(1, 0), (0, 1)]


def test_follows_of_fifty_people_at_once_all_count() -> None:
    alma = make_user("alma")
    people = [make_user() for _ in range(MANY)]

    together([doing(follow_user, person, alma) for person in people])

    assert counters(alma) == (MANY, 0)
    assert consistent()


def test_fifty_unfollows_at_once_count_once() -> None:
    alma, boris = make_user("alma"), make_user("boris")
    make_follow(boris, alma)

    together([doing(unfollow_user, boris, alma)] * MANY)

    assert [Follow.objects.count(), counters(alma), counters(boris)] == [0, (0, 0), (0, 0)]


@pytest.mark.parametrize("end", [unfollow_user, lambda boris, alma: remove_follower(alma, boris)])
def test_follows_and_their_end_mixed_leave_the_counters_right(end: Callable[[User, User], object]) -> None:
    alma, boris = make_user("alma"), make_user("boris")

    together([doing(follow_user, boris, alma), doing(end, boris, alma)] * (MANY // 2))

    assert counters(alma) == (Follow.objects.count(), 0)
    assert consistent()


def test_two_people_who_follow_each_other_at_once_both_do() -> None:
    alma, boris = make_user("alma"), make_user("boris")

    together([doing(follow_user, alma, boris), doing(follow_user, boris, alma)] * (MANY // 2))

    assert [counters(alma), counters(boris)] == [(1, 1), (1, 1)]


def test_fifty_blocks_at_once_are_one_and_end_the_follows() -> None:
    alma, boris = make_user("alma"), make_user("boris")
    make_follow(boris, alma)
    make_follow(alma, boris)

    together([doing(block_user, alma, boris)] * MANY)

    assert [Block.objects.count(), Follow.objects.count()] == [1, 0]
    assert [counters(alma), counters(boris)] == [(0, 0), (0, 0)]


def test_two_people_who_block_each_other_at_once_both_do() -> None:
    alma, boris = make_user("alma"), make_user("boris")

    together([doing(block_user, alma, boris), doing(block_user, boris, alma)] * 10)

    assert set(Block.objects.values_list("blocker", "blocked")) == {(alma.pk, boris.pk), (boris.pk, alma.pk)}


def test_blocks_and_unblocks_mixed_leave_one_row_or_none() -> None:
    alma, boris = make_user("alma"), make_user("boris")

    together([doing(block_user, alma, boris), doing(unblock_user, alma, boris)] * (MANY // 2))

    assert Block.objects.count() <= 1


def test_mutes_and_unmutes_mixed_leave_one_row_or_none() -> None:
    alma, boris = make_user("alma"), make_user("boris")

    def mute_and_unmute() -> None:
        for _ in range(5):
            mute_user(alma, boris)
            unmute_user(alma, boris)

    together([mute_and_unmute] * 10)

    assert Mute.objects.count() <= 1


@pytest.mark.parametrize(
    ("act", "model"), [(mute_user, Mute), (add_close_friend, CloseFriend), (restrict_user, Restriction)]
)
def test_fifty_of_one_relation_at_once_are_one(act: Act, model: type[Model]) -> None:
    alma, boris = make_user("alma"), make_user("boris")

    together([doing(act, alma, boris)] * MANY)

    assert model._default_manager.count() == 1


@pytest.mark.parametrize(
    ("begin", "end", "model"),
    [(add_close_friend, remove_close_friend, CloseFriend), (restrict_user, unrestrict_user, Restriction)],
)
def test_relation_and_its_end_mixed_leave_one_row_or_none(begin: Act, end: Act, model: type[Model]) -> None:
    alma, boris = make_user("alma"), make_user("boris")

    together([doing(begin, alma, boris), doing(end, alma, boris)] * (MANY // 2))

    assert model._default_manager.count() <= 1


@pytest.mark.parametrize("turn", range(3))
def test_close_friend_and_block_at_once_never_leave_a_friend_across_the_block(turn: int) -> None:
    alma, boris = make_user("alma"), make_user("boris")

    def try_to_add() -> object:
        with suppress(NotFound):
            add_close_friend(fresh(alma), fresh(boris))
        return None

    together([try_to_add] * 10 + [doing(block_user, boris, alma)])

    assert [Block.objects.count(), CloseFriend.objects.count()] == [1, 0]


def test_many_requests_accepted_twice_at_once_count_once() -> None:
    closed = make_user("closed", is_private=True)
    people = [make_user() for _ in range(20)]
    for person in people:
        follow_user(person, closed)
    names = [person.username for person in people]

    together([lambda: accept_follow_requests(fresh(closed), names)] * 5)

    assert counters(closed) == (20, 0)
    assert consistent()


@pytest.mark.parametrize("turn", range(5))
def test_follow_and_block_at_once_never_leave_a_follow_across_the_block(turn: int) -> None:
    alma, boris = make_user("alma"), make_user("boris")

    def try_to_follow() -> object:
        try:
            return follow_user(fresh(boris), fresh(alma))
        except NotFound:
            return None

    together([try_to_follow] * 10 + [doing(block_user, alma, boris)])

    assert [Block.objects.count(), Follow.objects.count()] == [1, 0]
    assert consistent()


def test_request_accepted_fifty_times_at_once_counts_once() -> None:
    alma, boris = make_user("alma", is_private=True), make_user("boris")
    follow_user(boris, alma)

    together([doing(accept_follow_request, alma, boris)] * MANY)

    assert Follow.objects.get().state == "accepted"
    assert [counters(alma), counters(boris)] == [(1, 0), (0, 1)]


def test_requests_of_many_accepted_at_once_all_count() -> None:
    alma = make_user("alma", is_private=True)
    people = [make_user() for _ in range(20)]
    for person in people:
        follow_user(person, alma)

    together([doing(accept_follow_request, alma, person) for person in people] * 2)

    assert counters(alma) == (20, 0)
    assert consistent()


def test_request_accepted_refused_and_withdrawn_at_once_leaves_the_counters_right() -> None:
    alma, boris = make_user("alma", is_private=True), make_user("boris")
    follow_user(boris, alma)

    def accept() -> object:
        try:
            return accept_follow_request(fresh(alma), fresh(boris))
        except NotFound:
            return None

    together([accept, doing(refuse_follow_request, alma, boris), doing(unfollow_user, boris, alma)] * 10)

    assert Follow.objects.filter(state="requested").count() == 0
    assert consistent()


@pytest.mark.parametrize("turn", range(5))
def test_account_opened_while_people_ask_withdraw_and_are_accepted_leaves_nobody_waiting(turn: int) -> None:
    people = [make_user() for _ in range(6)]
    alma = make_user("alma", is_private=True)
    later = [make_user() for _ in range(6)]
    for person in (*people, *later):
        follow_user(person, alma)

    together(
        [
            lambda: set_account_private(fresh(alma), is_private=False),
            *[doing(unfollow_user, person, alma) for person in (*people[:2], *later[:2])],
            *[doing(follow_user, person, alma) for person in (*people, *later)],
            *[doing(follow_user, alma, person) for person in (*people, *later)],
        ]
    )

    assert Follow.objects.filter(state="requested").count() == 0
    assert consistent()
