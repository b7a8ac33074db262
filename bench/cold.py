"""The first feed after an absence, nothing of it in Valkey: built on the spot while its person waits."""

import os
import time
from collections.abc import Callable
from statistics import quantiles

import numpy as np
from django.db import connection

from bench.copying import Column, copy_rows
from bench.graph import make_graph, make_people
from bench.tables import print_table
from core.valkey import valkey
from feeds.services.build import build_timeline
from feeds.services.home import feed_page

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "100000"))
FOLLOWS = (50, 200, 1000, 5000)
READERS = 200  # for each number of follows
HEADS = ("follows", "what", "p50 ms", "p99 ms", "slowest ms")
PAGE = 20
JOINED = 800_000_000_000_000  # in 2025, in microseconds since 2000


def main() -> None:
    graph = make_graph(PEOPLE)
    readers = {follows: make_readers(number, follows) for number, follows in enumerate(FOLLOWS, 1)}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_follow")
    rows: list[list[object]] = []
    for follows, people in readers.items():
        build_timeline(people[0])
        rows.append([follows, "the build alone", *percentiles([timed(build_timeline, person) for person in people])])
        rows.append([follows, f"page of {PAGE}", *percentiles([read_again(person) for person in people])])
        rows.append([follows, f"page of {PAGE}, its cards made too", *percentiles([read_first(one) for one in people])])
    title = f"First feed after an absence: {PEOPLE:,} people, {graph.posts:,} posts, {READERS} readers of each kind"
    print_table(title, HEADS, rows)


def make_readers(sequence: int, follows: int) -> list[int]:
    """New people who follow so many others each, mostly those who post much."""
    chance = np.random.default_rng(follows)
    readers = make_people(chance, READERS, sequence=sequence)
    with connection.cursor() as cursor:
        cursor.execute("SELECT author_id FROM photos_post GROUP BY 1 ORDER BY count(*) DESC, 1")
        authors = np.array([row[0] for row in cursor.fetchall()])
    weights = 1 / (np.arange(len(authors)) + 20.0)
    shares = weights / weights.sum()
    followees = np.concatenate([chance.choice(authors, follows, replace=False, p=shares) for _ in readers])
    amount = len(followees)
    columns: dict[str, Column] = {
        "id": np.arange(amount) + (sequence << 40),
        "follower_id": np.repeat(readers, follows),
        "followee_id": followees,
        "created_at": np.full(amount, JOINED),
        "state": b"accepted",
    }
    copy_rows("accounts_follow", columns)
    return [int(reader) for reader in readers]


def read_again(person_id: int) -> float:
    """Milliseconds of a page when all that is kept for this person has gone, and the cards have not."""
    read_page(person_id)
    for name in ("feed", "sources", "mutuals", "close", "likes", "saves"):
        valkey().delete(f"{name}:{person_id}")
    return timed(read_page, person_id)


def read_first(person_id: int) -> float:
    """Milliseconds of a page when Valkey is empty."""
    valkey().flushdb()
    return timed(read_page, person_id)


def read_page(person_id: int) -> None:
    page = feed_page(person_id, ranking="top", cursor="", limit=PAGE, kind="j")
    if len(page.items) != PAGE:
        raise RuntimeError(f"{len(page.items)} posts")


def timed(act: Callable[[int], object], person_id: int) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    act(person_id)
    return (time.perf_counter() - started) * 1000


def percentiles(taken: list[float]) -> list[float]:
    cuts = quantiles(taken, n=100, method="inclusive")
    return [cuts[49], cuts[98], max(taken)]
