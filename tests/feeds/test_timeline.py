"""The store of feeds, against the real Valkey."""

import struct
import time
from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from core.valkey import valkey
from feeds.timeline import (
    FEED_KEEP_SECONDS,
    FOLLOWERS_A_CALL,
    SNAPSHOT_SECONDS,
    Timeline,
    drop_timeline,
    drop_without,
    new_build_id,
    pack,
    push_post,
    read_timeline,
    replace_packed,
    unpack,
    valkey_clock,
    write_timeline,
)

KEY = "feed:7"
OLD, NEW = 1_700_000_000_000, 1_700_003_600_000


def packed(build_id: int, *entries: int) -> bytes:
    return struct.pack(f">{len(entries) + 3}Q", build_id, 0, 0, *entries)


def line(build_id: int, *post_ids: int, pulled_until: int = 0) -> Timeline:
    return Timeline(build_id, pulled_until, list(post_ids))


def note_reading(seconds_ago: float = 0) -> None:
    """The person has asked for a page, as the program that reads notes it."""
    valkey().zadd("feeds:readers", {"7": time.time() - seconds_ago})


def test_feed_is_kept_as_a_header_and_posts_of_eight_bytes_each() -> None:
    write_timeline(7, Timeline(OLD, NEW, [2**62, 5], [False, True]))

    assert valkey().get(KEY) == struct.pack(">5Q", OLD, NEW, 0, 2**62, 5 + 2**63)


@pytest.mark.parametrize(("count", "size"), [(0, 24), (1, 32), (500, 4024)])
def test_feed_takes_twenty_four_bytes_and_eight_for_each_post(count: int, size: int) -> None:
    write_timeline(7, line(OLD, *range(1, count + 1)))

    assert valkey().strlen(KEY) == size


@pytest.mark.parametrize("post_ids", [[], [1], [3, 1, 2], [2**63 - 1, 0]])
def test_feed_reads_back_as_it_was_written(post_ids: list[int]) -> None:
    write_timeline(7, line(OLD, *post_ids))

    assert read_timeline(7) == line(OLD, *post_ids)


def test_posts_that_were_seen_read_back_as_seen() -> None:
    timeline = Timeline(OLD, NEW, [2**63 - 1, 5, 6], [True, False, True])

    assert unpack(pack(timeline)) == timeline


def test_seen_must_be_said_of_every_post_or_of_none() -> None:
    with pytest.raises(ValueError, match="shorter"):
        pack(Timeline(OLD, NEW, [1, 2], [True]))


def test_feed_of_somebody_without_one_is_none() -> None:
    write_timeline(70, line(OLD, 1))

    assert read_timeline(7) is None
    assert read_timeline(7, OLD) is None


def test_feed_is_forgotten_after_two_days() -> None:
    write_timeline(7, line(OLD, 1))

    assert valkey().ttl(KEY) == pytest.approx(FEED_KEEP_SECONDS, abs=5)


def test_built_at_is_the_moment_in_the_build_id() -> None:
    assert line(OLD).built_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize("clock", [new_build_id, valkey_clock])
def test_clocks_are_in_milliseconds(clock: object) -> None:
    assert clock() / 1000 == pytest.approx(datetime.now(UTC).timestamp(), abs=5)  # type: ignore[operator]


# --- Snapshots


def test_feed_replaced_for_a_reader_is_still_there_under_its_build_id() -> None:
    write_timeline(7, line(OLD, 1, 2))
    note_reading()

    write_timeline(7, line(NEW, 3))

    assert read_timeline(7) == line(NEW, 3)
    assert read_timeline(7, NEW) == line(NEW, 3)
    assert read_timeline(7, OLD) == line(OLD, 1, 2)


@pytest.mark.parametrize("seconds_ago", [None, SNAPSHOT_SECONDS + 90], ids=["never", "long ago"])
def test_feed_that_nobody_is_reading_leaves_nothing_when_it_is_replaced(seconds_ago: float | None) -> None:
    write_timeline(7, line(OLD, 1))
    if seconds_ago is not None:
        note_reading(seconds_ago)

    write_timeline(7, line(NEW, 3))

    assert valkey().keys("feed:*") == [KEY.encode()]


def test_feed_of_somebody_else_reading_leaves_nothing() -> None:
    write_timeline(70, line(OLD, 1))
    note_reading()

    write_timeline(70, line(NEW, 3))

    assert valkey().keys("feed:*") == [b"feed:70"]


def test_feed_replaced_twice_is_there_under_both_build_ids() -> None:
    note_reading()
    for build_id in (OLD, NEW, NEW + 1):
        write_timeline(7, line(build_id, build_id))

    assert [read_timeline(7, build_id) for build_id in (OLD, NEW)] == [line(OLD, OLD), line(NEW, NEW)]


def test_dropped_feed_is_gone_but_still_there_under_its_build_id() -> None:
    write_timeline(7, line(OLD, 1, 2))
    note_reading()

    drop_timeline(7)

    assert valkey().exists(KEY) == 0
    assert read_timeline(7) is None
    assert read_timeline(7, OLD) == line(OLD, 1, 2)


def test_drop_of_a_feed_that_is_not_there_leaves_nothing_behind() -> None:
    drop_timeline(7)

    assert valkey().keys("feed:*") == []


def test_drop_forgets_several_feeds_and_no_other() -> None:
    for person in (7, 8, 9):
        write_timeline(person, line(OLD, 1))

    drop_timeline(7, 9)

    assert valkey().keys("feed:*") == [b"feed:8"]


def test_drop_without_a_post_leaves_the_feeds_that_have_it_seen_or_not() -> None:
    for person, seen in ((7, False), (8, True)):
        write_timeline(person, Timeline(OLD, 0, [1, 5], [False, seen]))
    write_timeline(9, line(OLD, 1))

    assert drop_without(5, [7, 8, 9, 10]) == 1

    assert sorted(valkey().keys("feed:*")) == [b"feed:7", b"feed:8"]


def test_snapshot_lives_for_its_two_hours_and_no_longer() -> None:
    write_timeline(7, line(OLD, 1))
    note_reading()
    write_timeline(7, line(NEW, 2))
    snapshot = f"{KEY}:{OLD:016x}"

    assert valkey().ttl(snapshot) == pytest.approx(SNAPSHOT_SECONDS, abs=5)
    valkey().pexpireat(snapshot, 1)
    assert read_timeline(7, OLD) is None


def test_snapshot_is_the_feed_as_it_was_last_read() -> None:
    write_timeline(7, line(OLD, 1))
    note_reading()
    push_post(2, [7])

    write_timeline(7, line(NEW, 3))

    assert read_timeline(7, OLD) == line(OLD, 1)


def test_unknown_build_id_is_none_beside_a_feed() -> None:
    write_timeline(7, line(OLD, 1))

    assert read_timeline(7, OLD + 1) is None


# --- Builds that others overtake


def test_posts_pushed_after_a_build_began_stay_in_front_of_its_feed() -> None:
    write_timeline(7, line(OLD, 1, 2))
    began = valkey_clock() - 1
    push_post(8, [7])
    push_post(9, [7])

    write_timeline(7, line(NEW, 3, 9, pulled_until=began))

    assert read_timeline(7) == line(NEW, 8, 3, 9, pulled_until=began)


def test_posts_pushed_before_a_build_began_are_what_the_build_says() -> None:
    write_timeline(7, line(OLD, 1, 2))
    push_post(8, [7])

    write_timeline(7, line(NEW, 3, pulled_until=valkey_clock() + 1000))

    assert [read_timeline(7) and list(read_timeline(7).post_ids)] == [[3]]  # type: ignore[union-attr]


def test_late_pushes_do_not_make_a_feed_longer_than_allowed(settings: Settings) -> None:
    settings.FEED_LENGTH = 2
    write_timeline(7, line(OLD, 1, 2))
    push_post(8, [7])

    write_timeline(7, line(NEW, 3, 4, 5, 6))

    assert read_timeline(7) == line(NEW, 8, 3, 4, 5)


def test_feed_under_a_lease_is_kept_while_the_lease_stands() -> None:
    valkey().set("lease:feed:7", b"mine")

    assert replace_packed([(7, packed(OLD, 1))], lease=b"mine") == 1

    assert read_timeline(7) == line(OLD, 1)
    assert valkey().exists("lease:feed:7") == 0


@pytest.mark.parametrize(
    "overtake", [lambda: drop_timeline(7), lambda: push_post(9, [7])], ids=["dropped", "pushed to"]
)
def test_feed_that_was_overtaken_while_it_was_built_is_not_kept(overtake: object) -> None:
    valkey().set("lease:feed:7", b"mine")
    overtake()  # type: ignore[operator]

    assert replace_packed([(7, packed(OLD, 1))], lease=b"mine") == 0

    assert read_timeline(7) is None


# --- Push


def test_pushed_post_stands_in_front_and_the_rest_stays() -> None:
    write_timeline(7, line(OLD, 1, 2))

    assert push_post(9, [7]) == 1

    assert read_timeline(7) == line(OLD, 9, 1, 2)


def test_post_pushed_last_stands_first() -> None:
    write_timeline(7, line(OLD, 1))

    push_post(9, [7])
    push_post(8, [7])

    assert read_timeline(7) == line(OLD, 8, 9, 1)


def test_post_pushed_again_and_again_is_there_once() -> None:
    write_timeline(7, line(OLD, 1))

    for post_id in (9, 9, 8, 9):
        push_post(post_id, [7])

    assert sorted(read_timeline(7).post_ids) == [1, 8, 9]  # type: ignore[union-attr]


@pytest.mark.parametrize("seen", [False, True])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_post_that_the_feed_has_already_stays_where_it_is(place: int, seen: bool) -> None:
    timeline = Timeline(OLD, 0, [11, 12, 13], [seen, not seen, seen])
    write_timeline(7, timeline)

    push_post(11 + place, [7])

    assert read_timeline(7) == timeline


STRADDLED = 0x0102030405060708


@pytest.mark.parametrize(
    "post_ids",
    [
        pytest.param([0x0000000001020304, 0x0506070800000000], id="across two posts"),
        pytest.param([0x0000000000000001, 0x0203040506070800], id="one byte in the first"),
        pytest.param([0x0001020304050607, 0x0800000000000000], id="one byte in the second"),
    ],
)
def test_bytes_of_a_post_across_two_others_do_not_count_as_the_post(post_ids: list[int]) -> None:
    write_timeline(7, line(OLD, *post_ids))

    assert [drop_without(STRADDLED, [7]), read_timeline(7)] == [1, None]


@pytest.mark.parametrize(
    ("known", "before"),
    [
        pytest.param(STRADDLED, [0x0000000001020304, 0x0506070800000000], id="once across, once for real"),
        pytest.param(0x0101010101010101, [0x0001010101010101], id="overlapping"),
        pytest.param(0x0101010101010101, [0x0000000001010101, 0x0101010100000001], id="overlapping twice"),
        pytest.param(256, [0, 1, 0], id="zeros"),
    ],
)
def test_post_behind_such_bytes_is_found(known: int, before: list[int]) -> None:
    write_timeline(7, line(OLD, *before, known))

    assert drop_without(known, [7]) == 0

    assert read_timeline(7) == line(OLD, *before, known)


def test_build_id_with_the_bytes_of_a_post_does_not_count_as_known() -> None:
    write_timeline(7, line(OLD, 1))

    assert push_post(OLD, [7]) == 1

    assert read_timeline(7) == line(OLD, OLD, 1)


def test_push_leaves_what_was_seen_as_seen_and_is_not_itself() -> None:
    write_timeline(7, Timeline(OLD, NEW, [1, 2], [True, False]))

    push_post(9, [7])

    assert read_timeline(7) == Timeline(OLD, NEW, [9, 1, 2], [False, True, False])


def test_no_more_posts_wait_for_a_reader_than_a_feed_may_have(settings: Settings) -> None:
    settings.FEED_LENGTH = 2
    write_timeline(7, line(OLD, 1))

    for post_id in range(10, 20):
        push_post(post_id, [7])

    assert read_timeline(7) == line(OLD, 19, 18, 17, 16, 1)


def test_push_does_not_create_a_feed() -> None:
    assert push_post(9, [7]) == 0

    assert valkey().keys("feed:*") == []


def test_push_to_nobody_does_nothing() -> None:
    write_timeline(7, line(OLD, 1))

    assert push_post(9, []) == 0

    assert read_timeline(7) == line(OLD, 1)


def test_push_does_not_lengthen_the_life_of_a_feed_and_does_not_outlive_it_by_much() -> None:
    write_timeline(7, line(OLD, 1))
    valkey().expire(KEY, 100)

    push_post(9, [7])

    assert 90 <= int(valkey().ttl(KEY)) <= 100
    assert valkey().ttl("pushed:7") == pytest.approx(FEED_KEEP_SECONDS, abs=5)


def test_push_leaves_snapshots_as_they_were() -> None:
    write_timeline(7, line(OLD, 1))
    note_reading()
    write_timeline(7, line(NEW, 2))

    push_post(9, [7])

    assert read_timeline(7, OLD) == line(OLD, 1)


def test_push_reaches_all_of_more_followers_than_fit_in_one_call() -> None:
    people = range(1, 2 * FOLLOWERS_A_CALL + 2)
    valkey().mset({f"feed:{person}": packed(OLD, 1) for person in people})

    assert push_post(9, people) == len(people)

    assert all(read_timeline(person) == line(OLD, 9, 1) for person in people)
