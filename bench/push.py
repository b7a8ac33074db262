"""A new post reaching its author's followers: microseconds a follower, and what a hot author costs instead."""

import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import cast

from bench.tables import print_table
from core.valkey import valkey
from feeds.services.hot import announce_hot
from feeds.storing import replace_many
from feeds.timeline import Timeline, new_build_id, pack, push_post, valkey_clock

FOLLOWERS = (10, 1_000, 100_000)
LENGTH = 500
ROUNDS = 7
HEADS = ("followers", "way", "ms a post", "us a follower", "Valkey us a follower", "posts/s")


def main() -> None:
    rows = []
    for followers in FOLLOWERS:
        valkey().flushdb()
        fill(followers)
        rows.append(row(followers, "pushed into every feed", partial(push, followers)))
        rows.append(row(followers, "of a hot author: announced", announce))
    valkey().flushdb()
    print_table(f"One new post, feeds of {LENGTH} posts; medians of {ROUNDS}", HEADS, rows)


def fill(people: int) -> None:
    """A full feed for each of so many people, numbered from 1."""
    value = pack(Timeline(new_build_id(), valkey_clock(), [post_id(-number) for number in range(1, LENGTH + 1)]))
    for start in range(1, people + 1, 10_000):
        replace_many([(person, value) for person in range(start, min(start + 10_000, people + 1))])


def post_id(number: int) -> int:
    return (1 << 57) + number


def push(followers: int, number: int) -> None:
    push_post(post_id(number), range(1, followers + 1))


def announce(number: int) -> None:
    announce_hot(1, post_id(number))


def row(followers: int, way: str, act: Callable[[int], object]) -> list[object]:
    taken, inside = [], []
    for number in range(1, ROUNDS + 2):
        before, started = valkey_seconds(), time.perf_counter()
        act(number)
        took = time.perf_counter() - started
        if number > 1:
            taken.append(took)
            inside.append(valkey_seconds() - before)
    took = median(taken)
    each = took / followers * 1e6
    return [f"{followers:,}", way, took * 1000, each, median(inside) / followers * 1e6, 1 / took]


def valkey_seconds() -> float:
    """Seconds of its processor so far."""
    used = cast("dict[str, float]", valkey().info("cpu"))
    return used["used_cpu_user"] + used["used_cpu_sys"]
