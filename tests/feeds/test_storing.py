import time
from typing import cast

import pytest

from core.valkey import valkey
from feeds.storing import FEEDS_A_CALL, READERS, READERS_KEPT_SECONDS, read_seen, replace_many
from feeds.timeline import (
    FEED_KEEP_SECONDS,
    SNAPSHOT_SECONDS,
    Timeline,
    drop_timeline,
    new_build_id,
    pack,
    push_post,
    read_timeline,
    valkey_clock,
    write_timeline,
)

OLD = Timeline(1000, 1000, [3, 2, 1])


def let_read(*user_ids: int, seconds_ago: float = 0) -> None:
    valkey().zadd(READERS, {str(user_id): time.time() - seconds_ago for user_id in user_ids})


def replace(user_id: int, post_ids: list[int], *, since: int | None = None) -> int:
    """As a build does that has read posts up to `since`, or now."""
    moment = valkey_clock() if since is None else since
    return replace_many([(user_id, pack(Timeline(new_build_id(), moment, post_ids)))])


def posts_of(user_id: int) -> list[int] | None:
    timeline = read_timeline(user_id)
    return list(timeline.post_ids) if timeline else None


def snapshots(user_id: int) -> list[bytes]:
    return cast("list[bytes]", valkey().keys(f"feed:{user_id}:*"))


@pytest.mark.parametrize("number", [0, 1, FEEDS_A_CALL, FEEDS_A_CALL + 1])
def test_feeds_of_any_number_of_people_are_replaced(number: int) -> None:
    rows = [(person, pack(Timeline(7, 5, [person]))) for person in range(1, number + 1)]

    assert replace_many(rows) == number

    assert [read_timeline(person) for person, _ in rows] == [Timeline(7, 5, [person]) for person, _ in rows]


def test_feed_is_kept_for_its_time() -> None:
    replace(1, [5])

    assert FEED_KEEP_SECONDS - 5 < valkey().ttl("feed:1") <= FEED_KEEP_SECONDS


def test_feed_replaced_leaves_no_snapshot_for_who_does_not_read() -> None:
    write_timeline(1, OLD)
    let_read(1, seconds_ago=SNAPSHOT_SECONDS + 120)

    replace(1, [4])

    assert (posts_of(1), snapshots(1)) == ([4], [])


def test_feed_replaced_leaves_a_snapshot_for_who_read_lately() -> None:
    write_timeline(1, OLD)
    let_read(1, seconds_ago=SNAPSHOT_SECONDS - 60)

    replace(1, [4])

    assert read_timeline(1, OLD.build_id) == OLD
    (key,) = snapshots(1)
    assert SNAPSHOT_SECONDS - 5 < valkey().ttl(key) <= SNAPSHOT_SECONDS


def test_first_feed_of_a_reader_leaves_no_snapshot() -> None:
    let_read(1)

    replace(1, [4])

    assert (posts_of(1), snapshots(1)) == ([4], [])


@pytest.mark.parametrize("reads", [True, False])
def test_post_pushed_since_the_posts_were_read_stays_in_front(reads: bool) -> None:
    write_timeline(1, OLD)
    since = valkey_clock()
    push_post(9, [1])
    if reads:
        let_read(1)

    replace(1, [4, 3], since=since)

    assert posts_of(1) == [9, 4, 3]


def test_post_pushed_before_the_posts_were_read_has_the_place_the_build_gives_it() -> None:
    write_timeline(1, OLD)
    push_post(9, [1])
    time.sleep(0.005)

    replace(1, [4, 9, 3])
    push_post(8, [2])

    assert posts_of(1) == [4, 9, 3]


def test_feed_dropped_since_the_posts_were_read_is_not_brought_back() -> None:
    write_timeline(1, OLD)
    since = valkey_clock()
    drop_timeline(1)

    assert replace(1, [4], since=since) == 0

    assert posts_of(1) is None


def test_feed_dropped_before_the_posts_were_read_is_built() -> None:
    write_timeline(1, OLD)
    drop_timeline(1)
    time.sleep(0.005)

    assert replace(1, [4]) == 1

    assert posts_of(1) == [4]


def test_feed_built_on_the_spot_since_the_posts_were_read_stays() -> None:
    since = valkey_clock()
    newer = Timeline(since + 50, since + 50, [8, 7])
    write_timeline(1, newer)

    assert replace(1, [4], since=since) == 0

    assert read_timeline(1) == newer


def test_people_are_each_on_their_own_in_one_call() -> None:
    for person in (1, 2, 3):
        write_timeline(person, OLD)
    since = valkey_clock()
    drop_timeline(1)
    let_read(2)
    rows = [(person, pack(Timeline(new_build_id(), since, [person]))) for person in (1, 2, 3, 4)]

    assert replace_many(rows) == 3

    assert [posts_of(person) for person in (1, 2, 3, 4)] == [None, [2], [3], [4]]
    assert [len(snapshots(person)) for person in (1, 2, 3, 4)] == [0, 1, 0, 0]


def test_seen_posts_are_read_of_people_who_read_lately() -> None:
    write_timeline(1, Timeline(1, 1, [5, 4, 3], [True, False, True]))
    write_timeline(2, Timeline(1, 1, [5, 4], [True, True]))
    write_timeline(3, Timeline(1, 1, [5, 4]))
    let_read(1, 3, 4)
    let_read(2, seconds_ago=READERS_KEPT_SECONDS + 60)

    found = read_seen([1, 2, 3, 4, 5])

    assert {person: posts.tolist() for person, posts in found.items()} == {1: [5, 3]}


def test_seen_posts_of_a_feed_that_was_dropped_are_still_known() -> None:
    write_timeline(7, Timeline(1000, 1000, [3, 2, 1], [True, False, True]))
    let_read(7)

    drop_timeline(7)

    assert {user_id: sorted(seen.tolist()) for user_id, seen in read_seen([7]).items()} == {7: [1, 3]}


def test_seen_posts_of_nobody_are_nothing() -> None:
    assert read_seen([]) == {}


def test_seen_posts_of_more_people_than_a_call_takes_are_read() -> None:
    people = range(1, FEEDS_A_CALL + 3)
    for person in people:
        write_timeline(person, Timeline(1, 1, [person], [True]))
    let_read(*people)

    assert {person: posts.tolist() for person, posts in read_seen(list(people)).items()} == {
        person: [person] for person in people
    }
