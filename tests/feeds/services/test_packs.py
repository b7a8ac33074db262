import threading
from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.services.blocks import block_user, unblock_user
from accounts.services.follows import accept_follow_request, follow_user, unfollow_user
from accounts.services.mutes import mute_user, unmute_user
from feeds.models import FollowPack
from feeds.services import packs
from feeds.services.packs import changed_people, fresh_packs, mark_liked, mark_stale, pack_people
from photos.services.likes import like_post
from tests.conftest import Settled
from tests.factories import make_follow, make_like, make_post, make_user
from tests.parallel import together


def packed(person: User) -> dict[int, int]:
    """Whom the pack of this person names as it is kept, with the closeness of each."""
    pack = FollowPack.objects.get(pk=person.pk)
    return dict(zip(np.frombuffer(pack.followees, dtype=">i8").tolist(), bytes(pack.closeness), strict=True))


def pack_times(people: list[int]) -> int:
    """How many packs are made anew when these are wanted."""
    before = dict(FollowPack.objects.values_list("pk", "packed_at"))
    fresh_packs(people)
    return sum(before.get(person) != at for person, at in FollowPack.objects.values_list("pk", "packed_at"))


def is_stale(person: User) -> bool:
    pack = FollowPack.objects.get(pk=person.pk)
    return pack.version != pack.packed_version


def make_packs(*people: User) -> None:
    fresh_packs([person.pk for person in people])


def test_pack_has_the_people_followed_with_their_closeness(alma: User, boris: User, carla: User) -> None:
    for person in (boris, carla):
        make_follow(alma, person)
    for _ in range(3):
        make_like(alma, make_post(boris))
    make_packs(alma, boris)

    assert [packed(alma), packed(boris)] == [{boris.pk: 3, carla.pk: 0}, {}]


def test_pack_names_people_in_rising_order(alma: User) -> None:
    people = [make_user() for _ in range(9)]
    for person in people:
        make_follow(alma, person)
    make_packs(alma)

    assert fresh_packs([alma.pk]).followees.tolist() == sorted(person.pk for person in people)


def test_packs_of_many_are_one_after_the_other(alma: User, boris: User, carla: User) -> None:
    make_follow(alma, carla)
    make_follow(carla, alma)
    make_follow(carla, boris)
    make_packs(alma, boris, carla)

    found = fresh_packs([carla.pk, alma.pk, boris.pk, 12345])

    followees = {alma.pk: [carla.pk], boris.pk: [], carla.pk: sorted([alma.pk, boris.pk])}
    people = sorted(followees)
    assert (found.people, found.sizes.tolist()) == (people, [len(followees[person]) for person in people])
    assert found.followees.tolist() == [each for person in people for each in followees[person]]


def test_pack_leaves_out_closed_accounts_and_their_own_people(alma: User, boris: User) -> None:
    make_follow(alma, boris)
    User.objects.filter(pk=boris.pk).update(is_active=False)
    make_packs(alma, boris)

    assert packed(alma) == {}
    assert fresh_packs([boris.pk]).people == []
    assert not FollowPack.objects.filter(pk=boris.pk, packed_at__isnull=False).exists()


def test_every_change_of_relations_makes_the_packs_of_both_stale(alma: User, boris: User) -> None:
    User.objects.filter(pk=boris.pk).update(is_private=True)
    boris.refresh_from_db()
    follow_user(alma, boris)
    changes: list[tuple[Callable[..., object], User, User, dict[int, int]]] = [
        (accept_follow_request, boris, alma, {boris.pk: 0}),
        (mute_user, alma, boris, {}),
        (unmute_user, alma, boris, {boris.pk: 0}),
        (unfollow_user, alma, boris, {}),
    ]

    for change, actor, target, expected in changes:
        make_packs(alma, boris)
        change(actor, target)
        assert is_stale(alma)
        make_packs(alma)
        assert packed(alma) == expected


@pytest.mark.parametrize("blocks_first", [True, False])
def test_block_in_either_direction_empties_the_packs(alma: User, boris: User, blocks_first: bool) -> None:
    make_follow(alma, boris)
    make_packs(alma, boris)

    block_user(*((alma, boris) if blocks_first else (boris, alma)))

    assert [is_stale(alma), is_stale(boris)] == [True, True]
    make_packs(alma, boris)
    assert packed(alma) == {}


def test_end_of_a_block_makes_the_packs_stale(alma: User, boris: User) -> None:
    block_user(alma, boris)
    make_packs(alma, boris)

    unblock_user(alma, boris)

    assert [is_stale(alma), is_stale(boris)] == [True, True]


def test_change_that_is_rolled_back_leaves_the_pack_right(alma: User, boris: User) -> None:
    make_packs(alma)

    with pytest.raises(RuntimeError), transaction.atomic():
        follow_user(alma, boris)
        raise RuntimeError

    assert not is_stale(alma)


def test_marking_counts_every_change(alma: User) -> None:
    for _ in range(3):
        mark_stale([alma.pk])

    assert FollowPack.objects.get(pk=alma.pk).version == 3


def test_marking_somebody_who_is_gone_is_nothing(db: None) -> None:
    mark_stale([12345])

    assert not FollowPack.objects.exists()


def test_like_makes_a_right_pack_stale_once(settled: Settled, alma: User, boris: User) -> None:
    make_follow(alma, boris)
    make_packs(alma)
    before = FollowPack.objects.get(pk=alma.pk).version
    for post in [make_post(boris) for _ in range(3)]:
        with settled():
            like_post(alma, post.pk)

    assert FollowPack.objects.get(pk=alma.pk).version == before + 1
    make_packs(alma)
    assert packed(alma) == {boris.pk: 3}


def test_like_of_somebody_without_a_pack_makes_none(alma: User) -> None:
    mark_liked(alma.pk)

    assert not FollowPack.objects.exists()


def test_right_packs_are_not_made_again(alma: User, boris: User) -> None:
    make_packs(alma, boris)
    mark_stale([alma.pk])

    assert pack_times([alma.pk, boris.pk]) == 1


def test_old_packs_are_made_again_a_share_at_a_time(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(packs, "OLD_SHARE", 4)
    people = [make_user().pk for _ in range(8)]
    fresh_packs(people)
    FollowPack.objects.update(packed_at=timezone.now() - timedelta(hours=25))

    assert [pack_times(people) for _ in range(4)] == [3, 3, 2, 0]


def test_pack_made_from_what_a_change_has_overtaken_is_refused(alma: User, boris: User) -> None:
    make_packs(alma)
    version = FollowPack.objects.get(pk=alma.pk).version
    follow_user(alma, boris)

    assert pack_people([alma.pk], [version]) == 0

    assert is_stale(alma)


@pytest.mark.django_db(transaction=True)
def test_pack_under_change_is_left_without_waiting_and_stays_stale() -> None:
    alma, boris = make_user("alma"), make_user("boris")
    mark_stale([alma.pk])
    changing, go_on = threading.Event(), threading.Event()

    def follow_slowly() -> None:
        with transaction.atomic():
            follow_user(alma, boris)
            changing.set()
            go_on.wait(30)
        connection.close()

    thread = threading.Thread(target=follow_slowly)
    thread.start()
    changing.wait(30)
    fresh_packs([alma.pk])
    stale_meanwhile = is_stale(alma)
    go_on.set()
    thread.join()

    assert stale_meanwhile
    make_packs(alma)
    assert packed(alma) == {boris.pk: 0}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(5))
def test_follows_and_packing_at_once_end_with_a_right_pack_or_a_stale_one(turn: int) -> None:
    alma, others = make_user("alma"), [make_user() for _ in range(12)]
    mark_stale([alma.pk])

    together(
        [lambda other=other: follow_user(alma, other) for other in others]
        + [lambda: [fresh_packs([alma.pk, *(other.pk for other in others)]) for _ in range(4)]] * 4
    )

    assert is_stale(alma) or len(packed(alma)) == 12
    make_packs(alma)
    assert len(packed(alma)) == 12


def test_people_whose_relations_change_after_reading_are_told(alma: User, boris: User, carla: User) -> None:
    make_packs(alma, boris, carla)
    found = fresh_packs([alma.pk, boris.pk, carla.pk])
    follow_user(alma, boris)
    make_packs(alma)

    assert sorted(changed_people(found)) == sorted([alma.pk, boris.pk])
