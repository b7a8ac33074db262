"""Reading feeds of many people through granian, against floors in the same run and beside the way of a tutorial.

The goals: the API at 0.8 of F, the page at 0.6 of the fragments (docs/performance.md).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

import orjson
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.cpu import CpuTime, cpu_clock
from bench.floor import API_POSTS, GAP, keep_bytes, keep_cards, keep_token
from bench.load import Generator, Run, load_generator
from bench.readers import Reader, make_readers
from bench.site import PORT, send
from bench.tables import print_table
from core.ids import from_code
from core.valkey import valkey

ROUNDS = 5
SECONDS = 1.2  # of each run
CLIENTS = (1, 32)
SATURATION = 0.7
HEADS = ("view", "clients", "requests/s", "p50 ms", "p99 ms", "server", "Postgres", "Valkey", "of the floor")
API, PAGE = f"/rest/v1/feed?limit={API_POSTS}", "/"
_ARTICLE = re.compile(rb'<article class="frame" id="p-([0-9A-Za-z]+)".*?</article>', re.DOTALL)

People = list[dict[str, str]]


@dataclass(frozen=True)
class Target:
    """One address that is read over and over, by many people in turn."""

    name: str
    path: str
    people: People
    method: str = "GET"


@dataclass(frozen=True)
class Round:
    """One run and the CPU time it took, in milliseconds a request."""

    run: Run
    cpu: CpuTime


def main() -> None:
    readers = make_readers()
    programs = [{"Authorization": f"Bearer {reader.token}"} for reader in readers]
    browsers = [{"Cookie": f"session={reader.session}; csrf={'a' * 32}"} for reader in readers]
    make_floors(readers, programs, browsers)
    tutorial = [Target("a tutorial, rows fetched ahead", "/bench/toy/prefetched", browsers)]
    tutorial.append(Target("a tutorial, row by row", "/bench/toy/each", browsers))
    tables = {
        "API, 20 posts": [
            Target("F: ready cards, token, likes", "/bare/bench/floor/feed", programs),
            Target("API", API, programs),
            Target("constant bytes", "/bare/bench/feed.json", programs),
            *tutorial,
        ],
        "Page, 8 posts": [
            Target("fragments, session, likes", "/bare/bench/floor/page", browsers),
            Target("page", PAGE, browsers),
            Target("constant bytes", "/bare/bench/feed.html", browsers),
        ],
    }
    with load_generator(PORT) as generator:
        for title, targets in tables.items():
            compare_all(generator, title, targets)
    print_costs([("API", API, programs[0]), ("page", PAGE, browsers[0])])


def make_floors(readers: list[Reader], programs: People, browsers: People) -> None:
    """Read each feed until all of it is ready, and keep what was answered as the cards of the floors."""
    json_cards: dict[int, bytes] = {}
    html_cards: dict[int, bytes] = {}
    for reader, program, browser in zip(readers, programs, browsers, strict=True):
        for _ in range(3):
            feed, page = send("GET", API, program), send("GET", PAGE, browser)
        json_cards |= {int(each["post"]["id"]): _json_card(each) for each in orjson.loads(feed)["results"]}
        html_cards |= {from_code(match[1].decode()): _html_card(match[0]) for match in _ARTICLE.finditer(page)}
        keep_token(reader.token, reader.user_id)
    keep_cards("j", json_cards)
    keep_cards("h", html_cards)
    articles = list(_ARTICLE.finditer(page))
    keep_bytes("feed.json", feed)
    keep_bytes("feed.html", page)
    keep_bytes("before.html", page[: articles[0].start()])
    keep_bytes("behind.html", page[articles[-1].end() :])
    print(f"{len(readers)} readers; API {len(feed) / 1000:.0f} kB, page {len(page) / 1000:.0f} kB; CPU in ms a request")


def _json_card(entry: dict[str, Any]) -> bytes:
    entry["post"]["viewer"]["liked"] = None
    return orjson.dumps(entry).replace(b'"liked":null', b'"liked":' + GAP)


def _html_card(article: bytes) -> bytes:
    return re.sub(rb'name="on" value="[01]"', b'name="on" value="' + GAP + b'"', article)


def compare_all(generator: Generator, title: str, targets: list[Target]) -> None:
    """The floor is the first of `targets`, the product the second."""
    floor, ours = targets[:2]
    rows = []
    for clients in CLIENTS:
        rounds = measure(generator, targets, clients)
        rows += [[name, clients, *summary(each), ratio(each, rounds[floor.name])] for name, each in rounds.items()]
    print_table(title, HEADS, rows)
    rate = SATURATION * median(each.run.rate for each in rounds[ours.name])
    runs = [
        generator.run(ours.path, ours.people, clients=CLIENTS[-1], seconds=SECONDS, rate=rate) for _ in range(ROUNDS)
    ]
    p50, p99 = (median(run.percentile(share) for run in runs) * 1000 for share in (0.5, 0.99))
    print(f"{ours.name} at {SATURATION:.0%} of saturation, {rate:,.0f}/s: p50 {p50:.1f} ms, p99 {p99:.1f} ms")


def measure(generator: Generator, targets: list[Target], clients: int) -> dict[str, list[Round]]:
    """Each target in turn, ROUNDS times."""
    clock = cpu_clock()
    rounds: dict[str, list[Round]] = {target.name: [] for target in targets}
    for target in targets:
        generator.run(target.path, target.people, clients=clients, seconds=0.5, method=target.method)  # warms up
    for _ in range(ROUNDS):
        for target in targets:
            rounds[target.name].append(run_once(generator, target, clients, clock))
    return rounds


def run_once(generator: Generator, target: Target, clients: int, clock: Callable[[], CpuTime]) -> Round:
    before = clock()
    run = generator.run(target.path, target.people, clients=clients, seconds=SECONDS, method=target.method)
    return Round(run, clock().since(before, len(run.latencies)))


def summary(rounds: list[Round]) -> list[float]:
    return [
        median(each.run.rate for each in rounds),
        median(each.run.percentile(0.5) for each in rounds) * 1000,
        median(each.run.percentile(0.99) for each in rounds) * 1000,
        median(each.cpu.server for each in rounds),
        median(each.cpu.postgres for each in rounds),
        median(each.cpu.valkey for each in rounds),
    ]


def ratio(theirs: list[Round], floor: list[Round]) -> float:
    """How many times the floor's rate this one's is, round by round; the median."""
    return median(mine.run.rate / each.run.rate for mine, each in zip(theirs, floor, strict=True))


def print_costs(pages: list[tuple[str, str, dict[str, str]]]) -> None:
    """Counted in this process, so the same on every machine."""
    rows = []
    for name, path, headers in pages:
        client = Client(headers={**headers, "Host": "localhost"})
        client.get(path)
        before = trips()
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        rows.append([name, len(queries), trips() - before - 1])
    print_table("Counted, everything ready", ("view", "SQL queries", "Valkey round trips"), rows)


def trips() -> int:
    """How often the server has read from its connections so far; asking is one more."""
    return int(valkey().info("stats")["total_reads_processed"])
