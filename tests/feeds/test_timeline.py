"""The store of feeds, against the real Valkey."""

import struct
from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from core.valkey import valkey
from feeds.timeline import (
    FOLLOWERS_A_CALL,
    SLACK,
    SNAPSHOT_SECONDS,
    Timeline,
    drop_timeline,
    new_build_id,
    push_post,
    read_timeline,
    write_timeline,
)

KEY = "feed:7"
OLD, NEW = 1_700_000_000_000, 1_700_003_600_000
DAY = 24 * 3600


def packed(*numbers: int) -> bytes:
    return struct.pack(f">{len(numbers)}Q", *numbers)


def test_feed_is_kept_as_build_id_and_posts_of_eight_bytes_each() -> None:
    write_timeline(7, Timeline(OLD, [2**62, 5]))

    assert valkey().get(KEY) == OLD.to_bytes(8, "big") + (2**62).to_bytes(8, "big") + (5).to_bytes(8, "big")


@pytest.mark.parametrize("count", [0, 1, 500])
def test_feed_takes_eight_bytes_and_eight_for_each_post(count: int) -> None:
    write_timeline(7, Timeline(OLD, range(1, count + 1)))

    assert valkey().strlen(KEY) == 8 + 8 * count


@pytest.mark.parametrize("post_ids", [[], [1], [3, 1, 2], [2**63 - 1, 0]])
def test_feed_reads_back_as_it_was_written(post_ids: list[int]) -> None:
    write_timeline(7, Timeline(OLD, post_ids))

    assert read_timeline(7) == Timeline(OLD, post_ids)


def test_feed_of_somebody_without_one_is_none() -> None:
    write_timeline(70, Timeline(OLD, [1]))

    assert read_timeline(7) is None
    assert read_timeline(7, OLD) is None


def test_feed_is_forgotten_after_the_days_of_an_active_person(settings: Settings) -> None:
    settings.FEED_ACTIVE_DAYS = 3

    write_timeline(7, Timeline(OLD, [1]))

    assert valkey().ttl(KEY) == pytest.approx(3 * DAY, abs=5)


def test_built_at_is_the_moment_in_the_build_id() -> None:
    assert Timeline(OLD, []).built_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def test_new_build_id_is_now_in_milliseconds() -> None:
    before = datetime.now(UTC).timestamp()

    assert new_build_id() / 1000 == pytest.approx(before, abs=5)


# --- Snapshots


def test_replaced_feed_is_still_there_under_its_build_id() -> None:
    write_timeline(7, Timeline(OLD, [1, 2]))

    write_timeline(7, Timeline(NEW, [3]))

    assert read_timeline(7) == Timeline(NEW, [3])
    assert read_timeline(7, NEW) == Timeline(NEW, [3])
    assert read_timeline(7, OLD) == Timeline(OLD, [1, 2])


def test_feed_replaced_twice_is_there_under_both_build_ids() -> None:
    for build_id in (OLD, NEW, NEW + 1):
        write_timeline(7, Timeline(build_id, [build_id]))

    assert [read_timeline(7, build_id) for build_id in (OLD, NEW)] == [Timeline(OLD, [OLD]), Timeline(NEW, [NEW])]


def test_dropped_feed_is_gone_but_still_there_under_its_build_id() -> None:
    write_timeline(7, Timeline(OLD, [1, 2]))

    drop_timeline(7)

    assert valkey().exists(KEY) == 0
    assert read_timeline(7) is None
    assert read_timeline(7, OLD) == Timeline(OLD, [1, 2])


def test_drop_of_a_feed_that_is_not_there_leaves_nothing_behind() -> None:
    drop_timeline(7)

    assert valkey().keys("feed:*") == []


def test_snapshot_lives_for_its_two_hours_and_no_longer() -> None:
    write_timeline(7, Timeline(OLD, [1]))
    write_timeline(7, Timeline(NEW, [2]))
    snapshot = f"{KEY}:{OLD:016x}"

    assert valkey().ttl(snapshot) == pytest.approx(SNAPSHOT_SECONDS, abs=5)
    valkey().pexpireat(snapshot, 1)
    assert read_timeline(7, OLD) is None


def test_snapshot_has_the_posts_that_were_pushed_before_it_was_replaced() -> None:
    write_timeline(7, Timeline(OLD, [1]))
    push_post(2, [7])

    write_timeline(7, Timeline(NEW, [3]))

    assert read_timeline(7, OLD) == Timeline(OLD, [2, 1])


def test_unknown_build_id_is_none_beside_a_feed() -> None:
    write_timeline(7, Timeline(OLD, [1]))

    assert read_timeline(7, OLD + 1) is None


# --- Push


def test_pushed_post_stands_in_front_and_the_build_id_stays() -> None:
    write_timeline(7, Timeline(OLD, [1, 2]))

    assert push_post(9, [7]) == 1

    assert valkey().get(KEY) == packed(OLD, 9, 1, 2)


def test_post_pushed_twice_is_there_once() -> None:
    write_timeline(7, Timeline(OLD, [1]))

    assert [push_post(9, [7]), push_post(9, [7])] == [1, 0]

    assert read_timeline(7) == Timeline(OLD, [9, 1])


@pytest.mark.parametrize("place", [0, 1, 2])
def test_post_that_the_build_has_already_is_not_pushed(place: int) -> None:
    write_timeline(7, Timeline(OLD, [11, 12, 13]))

    assert push_post(11 + place, [7]) == 0

    assert read_timeline(7) == Timeline(OLD, [11, 12, 13])


STRADDLED = 0x0102030405060708


@pytest.mark.parametrize(
    "post_ids",
    [
        pytest.param([0x0000000001020304, 0x0506070800000000], id="across two posts"),
        pytest.param([0x0000000000000001, 0x0203040506070800], id="one byte in the first"),
        pytest.param([0x0001020304050607, 0x0800000000000000], id="one byte in the second"),
    ],
)
def test_bytes_of_a_post_across_two_others_do_not_count_as_known(post_ids: list[int]) -> None:
    write_timeline(7, Timeline(OLD, post_ids))

    assert push_post(STRADDLED, [7]) == 1

    assert read_timeline(7) == Timeline(OLD, [STRADDLED, *post_ids])


@pytest.mark.parametrize(
    ("known", "before"),
    [
        pytest.param(STRADDLED, [0x0000000001020304, 0x0506070800000000], id="once across, once for real"),
        pytest.param(0x0101010101010101, [0x0001010101010101], id="overlapping"),
        pytest.param(0x0101010101010101, [0x0000000001010101, 0x0101010100000001], id="overlapping twice"),
        pytest.param(256, [0, 1, 0], id="zeros"),
    ],
)
def test_known_post_behind_such_bytes_is_found(known: int, before: list[int]) -> None:
    write_timeline(7, Timeline(OLD, [*before, known]))

    assert push_post(known, [7]) == 0

    assert read_timeline(7) == Timeline(OLD, [*before, known])


def test_build_id_with_the_bytes_of_a_post_does_not_count_as_known() -> None:
    write_timeline(7, Timeline(OLD, [1]))

    assert push_post(OLD, [7]) == 1

    assert read_timeline(7) == Timeline(OLD, [OLD, 1])


@pytest.mark.parametrize(
    ("before", "after"),
    [([], [9]), ([1, 2], [9, 1, 2]), ([1, 2, 3], [9, 1, 2]), ([1, 2, 3, 4, 5], [9, 1, 2])],
    ids=["empty", "one short", "full", "longer than now allowed"],
)
def test_push_trims_to_the_length_of_feeds_and_the_slack(
    settings: Settings, before: list[int], after: list[int]
) -> None:
    settings.FEED_LENGTH = 3 - SLACK
    write_timeline(7, Timeline(OLD, before))

    push_post(9, [7])

    assert valkey().get(KEY) == packed(OLD, *after)


def test_push_does_not_create_a_feed() -> None:
    assert push_post(9, [7]) == 0

    assert valkey().keys("*") == []


def test_push_to_nobody_does_nothing() -> None:
    write_timeline(7, Timeline(OLD, [1]))

    assert push_post(9, []) == 0

    assert read_timeline(7) == Timeline(OLD, [1])


def test_push_does_not_lengthen_the_life_of_a_feed() -> None:
    write_timeline(7, Timeline(OLD, [1]))
    valkey().expire(KEY, 100)

    push_post(9, [7])

    assert 90 <= int(valkey().ttl(KEY)) <= 100


def test_push_leaves_snapshots_as_they_were() -> None:
    write_timeline(7, Timeline(OLD, [1]))
    write_timeline(7, Timeline(NEW, [2]))

    push_post(9, [7])

    assert read_timeline(7, OLD) == Timeline(OLD, [1])


def test_push_reaches_all_of_more_followers_than_fit_in_one_call() -> None:
    people = range(1, 2 * FOLLOWERS_A_CALL + 2)
    valkey().mset({f"feed:{person}": packed(OLD, 1) for person in people})

    assert push_post(9, people) == len(people)

    assert set(valkey().mget([f"feed:{person}" for person in people])) == {packed(OLD, 9, 1)}
