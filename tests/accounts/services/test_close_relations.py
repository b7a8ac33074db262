"""Close friends and restrictions: lists of one person that nobody else knows of."""

from collections.abc import Callable

import pytest

from accounts.models import CloseFriend, Restriction, User
from accounts.ready import load_relations, sources_key
from accounts.services.blocks import block_user
from accounts.services.close_friends import add_close_friend, remove_close_friend
from accounts.services.restrictions import restrict_user, unrestrict_user
from core.exceptions import InvalidInput, NotFound
from core.valkey import valkey
from tests.conftest import Settled
from tests.factories import make_block, make_close_friend, make_restriction

Act = Callable[[User, User], None]


def rows() -> list[tuple[str, str]]:
    friends = CloseFriend.objects.values_list("owner__username", "friend__username")
    return [*friends, *Restriction.objects.values_list("owner__username", "restricted__username")]


@pytest.mark.parametrize(("begin", "end"), [(add_close_friend, remove_close_friend), (restrict_user, unrestrict_user)])
def test_relation_is_made_once_and_ended_as_often_as_one_likes(begin: Act, end: Act, alma: User, boris: User) -> None:
    begin(alma, boris)
    begin(alma, boris)
    assert rows() == [("alma", "boris")]

    end(boris, alma)
    assert rows() == [("alma", "boris")]

    end(alma, boris)
    end(alma, boris)
    assert rows() == []


@pytest.mark.parametrize("begin", [add_close_friend, restrict_user])
def test_relation_to_oneself_is_refused(begin: Act, alma: User) -> None:
    with pytest.raises(InvalidInput):
        begin(alma, alma)

    assert rows() == []


@pytest.mark.parametrize("begin", [add_close_friend, restrict_user])
@pytest.mark.parametrize("turn", [0, 1])
def test_relation_across_a_block_is_not_found(begin: Act, alma: User, boris: User, turn: int) -> None:
    make_block(*((alma, boris) if turn else (boris, alma)))

    with pytest.raises(NotFound):
        begin(alma, boris)

    assert rows() == []


def test_block_ends_close_friendship_and_restriction_both_ways(alma: User, boris: User, carla: User) -> None:
    for owner, other in [(alma, boris), (boris, alma), (alma, carla)]:
        make_close_friend(owner, other)
        make_restriction(owner, other)

    block_user(alma, boris)

    assert rows() == [("alma", "carla"), ("alma", "carla")]


@pytest.mark.parametrize("change", [add_close_friend, remove_close_friend])
def test_change_of_the_list_makes_the_sets_of_both_anew(change: Act, alma: User, boris: User, settled: Settled) -> None:
    load_relations(alma.pk)
    load_relations(boris.pk)

    with settled():
        change(alma, boris)

    assert [valkey().exists(sources_key(each.pk)) for each in (alma, boris)] == [0, 0]
