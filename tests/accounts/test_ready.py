"""What is kept ready about people, and that it dies with every change."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from accounts.ready import (
    HAS_BLOCKS,
    RELATIONS_SECONDS,
    TOMBSTONE,
    change_counts,
    fill_people,
    load_relations,
    mutuals_key,
    person_facts,
    person_key,
    sources_key,
)
from accounts.services.blocks import block_user, unblock_user
from accounts.services.closing import close_account, reopen_account, reopen_pass, suspend_account
from accounts.services.follows import follow_user, unfollow_user
from accounts.services.mutes import mute_user, unmute_user
from accounts.services.profiles import edit_profile, set_account_private, set_avatar
from core.ready import Key, store, take_leases
from core.valkey import valkey
from tests.away import take_valkey_away
from tests.conftest import AsUser, Settled
from tests.factories import PASSWORD, make_block, make_follow, make_mute, make_user

Relations = tuple[set[int] | None, set[int] | None]


def members(key: Key) -> set[int] | None:
    """None when the set is not there; without the 0 that each has."""
    found = valkey().smembers(key)
    return {int(each) for each in found} - {0} if found else None


def relations(user: User) -> Relations:
    """Sources and mutuals that are kept."""
    return members(sources_key(user.pk)), members(mutuals_key(user.pk))


def kept(user: User) -> Any:
    """The facts of the person that are kept."""
    return valkey().get(person_key(user.pk))


# --- Relations


def test_load_relations_knows_whom_to_read_and_who_reads_back(
    alma: User, boris: User, carla: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_follow(alma, boris)
    make_follow(alma, carla)
    make_follow(carla, alma)
    valkey().flushdb()

    with django_assert_num_queries(3):
        load_relations(alma.pk)

    assert relations(alma) == ({boris.pk, carla.pk}, {carla.pk})
    assert 0 < valkey().ttl(sources_key(alma.pk)) <= RELATIONS_SECONDS


def test_load_relations_of_somebody_who_follows_nobody_are_empty_sets(alma: User) -> None:
    load_relations(alma.pk)

    assert relations(alma) == (set(), set())


@pytest.mark.parametrize(
    "hide",
    [
        make_mute,
        make_block,
        lambda alma, boris: make_block(boris, alma),
        unfollow_user,
    ],
    ids=["muted", "blocked", "blocked by", "unfollowed"],
)
def test_load_relations_leaves_out_whom_the_person_does_not_read(
    alma: User, boris: User, hide: Callable[[User, User], object]
) -> None:
    make_follow(alma, boris)
    hide(alma, boris)
    valkey().flushdb()

    load_relations(alma.pk)

    assert relations(alma) in ((set(), set()), ({HAS_BLOCKS}, set()))


def test_load_relations_is_for_no_longer_than_the_next_mute_even_if_all_are_muted(alma: User, boris: User) -> None:
    make_follow(alma, boris)
    mute_user(alma, boris, until=timezone.now() + timedelta(minutes=1))
    valkey().flushdb()

    load_relations(alma.pk)

    assert relations(alma) == (set(), set())
    assert 0 < valkey().ttl(sources_key(alma.pk)) <= 60


def test_load_relations_leaves_out_who_was_only_asked(alma: User) -> None:
    follow_user(alma, make_user("private", is_private=True))
    valkey().flushdb()

    load_relations(alma.pk)

    assert relations(alma) == (set(), set())


def test_load_relations_keeps_a_closed_account_for_its_return(alma: User, boris: User) -> None:
    make_follow(alma, boris)
    suspend_account(boris)
    valkey().flushdb()

    load_relations(alma.pk)

    assert relations(alma) == ({boris.pk}, set())


@pytest.mark.parametrize("change", [follow_user, block_user, unblock_user, mute_user, unmute_user])
def test_change_of_relations_forgets_them_before_the_commit(
    alma: User, boris: User, change: Callable[[User, User], object]
) -> None:
    load_relations(alma.pk)
    leases = take_leases([sources_key(alma.pk)])

    change(alma, boris)

    assert relations(alma) == (None, None)
    assert store({sources_key(alma.pk): [0, boris.pk]}, leases, seconds=60) == 0


def test_block_forgets_the_relations_of_both(alma: User, boris: User) -> None:
    for person in (alma, boris):
        load_relations(person.pk)

    block_user(alma, boris)

    assert (relations(alma), relations(boris)) == ((None, None), (None, None))


def test_load_relations_with_valkey_away_does_nothing(alma: User, settings: Settings) -> None:
    there = settings.CACHES
    take_valkey_away(settings)

    load_relations(alma.pk)

    settings.CACHES = there
    assert relations(alma) == (None, None)


# --- People


def test_fill_people_writes_the_facts(
    alma: User, boris: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    User.objects.filter(pk=alma.pk).update(
        follower_count=1, following_count=2, public_post_count=3, follower_post_count=4
    )
    User.objects.filter(pk=boris.pk).update(is_private=True)

    with django_assert_num_queries(1):
        fill_people([alma.pk, boris.pk])

    (_, *of_alma), (_, *of_boris) = (kept(person).split(b" ") for person in (alma, boris))
    assert (of_alma, of_boris) == (
        [b"o", b"1", b"2", b"3", b"4", b"0", b"s"],
        [b"p", b"0", b"0", b"0", b"0", b"0", b"s"],
    )


def test_versions_of_the_same_person_are_different(alma: User) -> None:
    assert person_facts(alma) != person_facts(alma)


def test_who_is_closed_or_gone_is_a_tombstone(alma: User) -> None:
    User.objects.filter(pk=alma.pk).update(is_active=False)

    fill_people([alma.pk, 4711])

    assert (kept(alma), valkey().get(person_key(4711))) == (TOMBSTONE, TOMBSTONE)
    assert 0 < valkey().ttl(person_key(alma.pk)) <= 600


def test_fill_people_with_valkey_away_does_nothing(alma: User, settings: Settings) -> None:
    there = settings.CACHES
    take_valkey_away(settings)

    fill_people([alma.pk])

    settings.CACHES = there
    assert kept(alma) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda alma: edit_profile(alma, {"bio": "Potter"}),
        lambda alma: edit_profile(alma, {"show_camera": True}),
        lambda alma: set_account_private(alma, True),
        lambda alma: set_avatar(alma.pk, "aa/bb.jpg"),
        suspend_account,
        lambda alma: close_account(alma, password=PASSWORD, address="192.0.2.7"),
    ],
    ids=["bio", "camera", "private", "avatar", "suspended", "closed"],
)
def test_change_of_a_person_forgets_the_facts_before_the_commit(alma: User, change: Callable[[User], object]) -> None:
    fill_people([alma.pk])
    leases = take_leases([person_key(alma.pk)])

    change(alma)

    assert (kept(alma), store({person_key(alma.pk): b"old"}, leases, seconds=60)) == (None, 0)


def test_reopened_account_is_known_again_at_once(alma: User, settled: Settled) -> None:
    with settled():
        close_account(alma, password=PASSWORD, address="192.0.2.7")
    fill_people([alma.pk])
    closed = kept(alma)

    reopen_account(reopen_pass(User.objects.get(pk=alma.pk)))

    assert (closed, kept(alma)) == (TOMBSTONE, None)


@pytest.mark.parametrize(
    "fields", [{"username": "alma.new"}, {"is_active": ""}, {"is_private": "on"}, {"bio": "Potter"}]
)
def test_change_in_the_admin_forgets_the_facts(alma: User, as_user: AsUser, fields: dict[str, str]) -> None:
    client = as_user(make_user("root", is_staff=True, is_superuser=True))
    fill_people([alma.pk])
    form = {"username": "alma", "email": "alma@example.org", "is_active": "on", "display_name": "", **fields}
    sent = {name: value for name, value in form.items() if name != "is_active" or value}

    response = client.post(f"/admin/accounts/user/{alma.pk}/change/", sent)

    assert (response.status_code, kept(alma)) == (302, None)


def test_block_taken_away_in_the_admin_forgets_the_relations(alma: User, boris: User, as_user: AsUser) -> None:
    block = make_block(alma, boris)
    for person in (alma, boris):
        load_relations(person.pk)
    client = as_user(make_user("root", is_staff=True, is_superuser=True))

    response = client.post(f"/admin/accounts/block/{block.pk}/delete/", {"post": "yes"})

    assert (response.status_code, relations(alma), relations(boris)) == (302, (None, None), (None, None))


# --- Counts


def test_follow_changes_the_counts_and_keeps_the_version(alma: User, boris: User, settled: Settled) -> None:
    fill_people([alma.pk, boris.pk])
    before = [kept(person).split(b" ")[0] for person in (alma, boris)]

    with settled():
        make_follow(alma, boris)

    assert [kept(person) for person in (alma, boris)] == [
        before[0] + b" o 0 1 0 0 0 s",
        before[1] + b" o 1 0 0 0 0 s",
    ]


def test_counts_go_no_lower_than_none(alma: User, settled: Settled) -> None:
    fill_people([alma.pk])

    with settled():
        change_counts(alma.pk, followers=-1, following=2, public_posts=3, follower_posts=4)

    assert kept(alma).split(b" ")[2:] == [b"0", b"2", b"3", b"4", b"0", b"s"]


def test_counts_keep_the_time_of_the_facts(alma: User, settled: Settled) -> None:
    fill_people([alma.pk])
    valkey().expire(person_key(alma.pk), 100)

    with settled():
        change_counts(alma.pk, followers=1)

    assert 0 < valkey().ttl(person_key(alma.pk)) <= 100


@pytest.mark.parametrize("text", [None, TOMBSTONE])
def test_counts_of_facts_that_are_not_there_change_nothing(alma: User, settled: Settled, text: bytes | None) -> None:
    if text:
        valkey().set(person_key(alma.pk), text)

    with settled():
        change_counts(alma.pk, followers=1)

    assert kept(alma) == text


def test_facts_read_before_a_count_are_not_stored_after_it(alma: User, settled: Settled) -> None:
    leases = take_leases([person_key(alma.pk)])

    with settled():
        change_counts(alma.pk, followers=1)

    assert store({person_key(alma.pk): b"old"}, leases, seconds=60) == 0


def test_counting_leaves_the_bar_of_a_change_alone(alma: User, settled: Settled) -> None:
    edit_profile(alma, {"bio": "Potter"})  # in a transaction that does not end

    with settled():
        change_counts(alma.pk, followers=1)

    assert take_leases([person_key(alma.pk)]) == {}
