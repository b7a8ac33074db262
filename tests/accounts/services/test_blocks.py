import pytest

from accounts.models import Block, Follow, Mute, User
from accounts.services.blocks import block_user, unblock_user
from accounts.services.follows import follow_user
from accounts.services.mutes import mute_user, unmute_user
from core.exceptions import InvalidInput
from tests.accounts.conftest import News
from tests.conftest import Settled
from tests.factories import make_block, make_follow, make_user


def blocks() -> list[tuple[str, str]]:
    return list(Block.objects.order_by("id").values_list("blocker__username", "blocked__username"))


def mutes() -> list[tuple[str, str]]:
    return list(Mute.objects.order_by("id").values_list("muter__username", "muted__username"))


def test_block_ends_follows_both_ways_and_is_told(alma: User, boris: User, news: News, settled: Settled) -> None:
    make_follow(alma, boris)
    make_follow(boris, alma)

    with settled():
        block_user(alma, boris)

    counters = User.objects.order_by("username").values_list("follower_count", "following_count")
    assert (blocks(), Follow.objects.count(), list(counters)) == ([("alma", "boris")], 0, [(0, 0), (0, 0)])
    assert news == [
        ("user_unfollowed", {"follower_id": alma.pk, "followee_id": boris.pk}),
        ("user_unfollowed", {"follower_id": boris.pk, "followee_id": alma.pk}),
        ("user_blocked", {"blocker_id": alma.pk, "blocked_id": boris.pk}),
    ]


def test_block_ends_a_request_of_either(alma: User, boris: User) -> None:
    User.objects.update(is_private=True)
    follow_user(alma, boris)
    follow_user(boris, alma)

    block_user(alma, boris)

    assert (blocks(), Follow.objects.count()) == ([("alma", "boris")], 0)


def test_block_twice_and_back_leaves_nothing(alma: User, boris: User) -> None:
    block_user(alma, boris)
    block_user(alma, boris)
    assert blocks() == [("alma", "boris")]

    unblock_user(alma, boris)
    unblock_user(alma, boris)
    assert blocks() == []


def test_block_of_the_other_is_not_lifted_by_me(alma: User, boris: User) -> None:
    make_block(boris, alma)

    unblock_user(alma, boris)

    assert blocks() == [("boris", "alma")]


def test_block_of_oneself_is_refused(alma: User) -> None:
    with pytest.raises(InvalidInput) as refused:
        block_user(alma, alma)

    assert (refused.value.code, blocks()) == ("block_self", [])


def test_unblock_does_not_bring_follows_back(alma: User, boris: User) -> None:
    make_follow(alma, boris)
    block_user(alma, boris)

    unblock_user(alma, boris)

    assert Follow.objects.count() == 0


def test_mute_is_told_and_leaves_the_follow(alma: User, boris: User, news: News, settled: Settled) -> None:
    make_follow(alma, boris)

    with settled():
        mute_user(alma, boris)

    assert (mutes(), Follow.objects.count()) == ([("alma", "boris")], 1)
    assert ("user_muted", {"muter_id": alma.pk, "muted_id": boris.pk}) in news


def test_mute_twice_and_back_leaves_nothing(alma: User, boris: User) -> None:
    mute_user(alma, boris)
    mute_user(alma, boris)
    assert mutes() == [("alma", "boris")]

    unmute_user(alma, boris)
    unmute_user(alma, boris)
    assert mutes() == []


def test_mute_of_oneself_is_refused(alma: User) -> None:
    with pytest.raises(InvalidInput) as refused:
        mute_user(alma, alma)

    assert (refused.value.code, mutes()) == ("mute_self", [])


def test_block_touches_nobody_else(alma: User, boris: User) -> None:
    other = make_user("other")
    make_follow(other, boris)

    block_user(alma, boris)

    assert list(Follow.objects.values_list("follower__username", "followee__username")) == [("other", "boris")]
