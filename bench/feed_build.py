"""The hourly build on generated sites: feeds a second of one core against the bare arrays, a whole run, memory.

BENCH_PEOPLE names the sizes: BENCH_PEOPLE=1000000 bin/bench feed_build
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from statistics import median
from typing import cast

import numpy as np
from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from bench.cpu import cpu_clock
from bench.graph import Graph, make_graph
from bench.tables import print_table
from core.valkey import valkey
from feeds.models import FeedChunk, FeedRun
from feeds.services.batch import Batch, build_feeds, find_authors
from feeds.services.chunks import build_people
from feeds.services.packs import fresh_packs
from feeds.services.refresh import refresh_feeds
from feeds.services.scores import Ints
from feeds.services.window import Window, load_window
from feeds.timeline import feed_key

SIZES = [int(size) for size in os.environ.get("BENCH_PEOPLE", "10000,100000").split(",")]
SAMPLE = 5000  # people of a chunk
ROUNDS = 5
LENGTH = 500
WORKERS = 2
TABLES = ("accounts_user", "accounts_follow", "photos_post", "photos_like", "feeds_followpack", "feeds_feedrun")


@dataclass(frozen=True)
class Bare:
    """What the floor starts from: where the keys of the followees of each person are in the window."""

    people: list[int]
    starts: Ints
    counts: Ints
    edges: list[int]  # of each person among the followees


def main() -> None:
    sites, speeds, runs = [], [], []
    for size in SIZES:
        empty()
        graph = make_graph(size, heavy=min(SAMPLE, size // 10))
        sites.append(site_row(graph))
        started = time.perf_counter()
        window = load_window()
        loaded = time.perf_counter() - started
        speeds += [
            row
            for name, ids in (("typical", graph.people), ("heavy", graph.heavy))
            for row in speed_rows(name, ids, window)
        ]
        runs.append([f"{size:,}", loaded, *run_row(), feed_bytes(graph.people)])
        print_tables(sites, speeds, runs)
    empty()


def print_tables(*tables: list[list[object]]) -> None:
    """All sizes so far, so that those are there when a larger one is stopped."""
    sites, speeds, runs = tables
    print_table("Generated sites", ("people", "heavy", "follows", "posts", "seconds", "GB of disk"), sites)
    speed_heads = ("graph", "what", "candidates", "us a feed", "feeds/s", "CPU us, all parts", "of the floor")
    print_table(f"Chunks of {SAMPLE} people, one core; medians of {ROUNDS}", speed_heads, speeds)
    run_heads = ("people", "window s", "first run s", "next run s", "us of a worker", "bytes a feed")
    print_table(f"A whole run, {WORKERS} worker processes; the first packs the follows of everybody", run_heads, runs)


def empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
    valkey().flushdb()


def site_row(graph: Graph) -> list[object]:
    amounts = [f"{number:,}" for number in (len(graph.people), len(graph.heavy), graph.follows, graph.posts)]
    return [*amounts, graph.seconds, graph.disk_bytes / 1e9]


def speed_rows(name: str, ids: Ints, window: Window) -> list[list[object]]:
    """The product's chunk and the floors, alternating."""
    people = ids[:SAMPLE].tolist()
    packs = fresh_packs(people)
    starts, counts = find_authors(window, packs.followees)
    bare = Bare(people, starts, counts, [0, *np.cumsum(packs.sizes).tolist()])
    batch = Batch(window, LENGTH, 2)
    ways: dict[str, Callable[[], object]] = {
        "bare numpy": lambda: build_bare(bare, window),
        "bare numpy and SETs in pipelines": lambda: write_bare(build_bare(bare, window)),
        "the batch without reading and writing": lambda: list(build_feeds(batch, packs, {}, 1)),
        "the product's chunk, packs read, feeds written": lambda: build_people(people, window),
    }
    taken = measure(ways, len(people))
    candidates = int(counts.sum()) // len(people)
    floors = {2: "bare numpy", 3: "bare numpy and SETs in pipelines"}
    rows: list[list[object]] = []
    for number, (way, (micros, cpu)) in enumerate(taken.items()):
        ratio = taken[floors[number]][0] / micros if number in floors else ""
        rows.append([f"{name}, {window_size(window)}", way, candidates, micros, 1e6 / micros, cpu, ratio])
    return rows


def window_size(window: Window) -> str:
    return f"{len(window.post_ids) / 1000:,.0f} k posts"


def measure(ways: dict[str, Callable[[], object]], feeds: int) -> dict[str, tuple[float, float]]:
    """Of each way the microseconds a feed: on the clock, and of processors in all parts together."""
    clock = cpu_clock()
    rounds: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for number in range(ROUNDS + 1):
        for way, run in ways.items():
            before, own, started = clock(), time.process_time(), time.perf_counter()
            run()
            took, mine = time.perf_counter() - started, time.process_time() - own
            others = clock().since(before, feeds)
            if number:
                cpu = mine / feeds * 1e6 + (others.postgres + others.valkey) * 1000
                rounds[way].append((took / feeds * 1e6, cpu))
    return {way: (median(each[0] for each in all_), median(each[1] for each in all_)) for way, all_ in rounds.items()}


def build_bare(bare: Bare, window: Window) -> list[tuple[int, bytes]]:
    """The least a build can do: gather the keys, partition those of each person, look up the ids."""
    rows = []
    for first in range(0, len(bare.people), 100):
        last = min(first + 100, len(bare.people))
        some = slice(bare.edges[first], bare.edges[last])
        starts, counts = bare.starts[some], bare.counts[some]
        ends = np.cumsum(counts)
        index = np.repeat(starts - ends + counts, counts)
        index += np.arange(len(index))
        keys = window.keys[index]
        behind = np.concatenate(([0], ends))
        edges = behind[np.array(bare.edges[first : last + 1]) - bare.edges[first]].tolist()
        for person, (start, end) in zip(bare.people[first:last], pairwise(edges), strict=True):
            own = keys[start:end]
            if len(own) > LENGTH:
                own.partition(LENGTH - 1)
                own = own[:LENGTH]
            own.sort()
            rows.append((person, window.post_ids[own & window.mask].tobytes()))
    return rows


def write_bare(rows: list[tuple[int, bytes]]) -> None:
    for start in range(0, len(rows), 250):
        pipeline = valkey().pipeline(transaction=False)
        for person, value in rows[start : start + 250]:
            pipeline.set(feed_key(person), value, ex=172_800)
        pipeline.execute()


def run_row() -> list[float]:
    """Seconds of the first run and of the next one, and what a feed of the latter costs a worker."""
    first, second = whole_run(1), whole_run(2)
    people = FeedRun.objects.latest("hour").people
    chunks = FeedChunk.objects.filter(run=FeedRun.objects.latest("hour"))
    busy = chunks.aggregate(busy=Sum("milliseconds"))["busy"] or 0
    return [first, second, busy * 1000 / people]


def whole_run(number: int) -> float:
    """Seconds from the scheduler's call until the run is finished by WORKERS processes."""
    started = time.perf_counter()
    refresh_feeds(timezone.now() + timedelta(hours=number))
    run = FeedRun.objects.latest("hour")
    chunks = list(FeedChunk.objects.filter(run=run).order_by("first_id").values_list("pk", flat=True))
    workers = [
        subprocess.Popen([sys.executable, "-m", "bench.chunk_worker", *map(str, chunks[worker::WORKERS])])
        for worker in range(WORKERS)
    ]
    statuses = [worker.wait() for worker in workers]
    if any(statuses):
        raise RuntimeError("a worker failed")
    run.refresh_from_db()
    if run.finished_at is None or run.built != run.people:
        raise RuntimeError(f"{run.built} of {run.people} feeds were built")
    return time.perf_counter() - started


def feed_bytes(people: Ints) -> float:
    """What a feed of so many people takes in Valkey, everything of a key included."""
    sample = np.random.default_rng(2).choice(people, min(1000, len(people)), replace=False)
    sizes = [cast(int, valkey().memory_usage(feed_key(int(person)))) for person in sample]
    return sum(sizes) / len(sizes)
