"""Reading a feed of 20 posts through granian, against a Django view that answers the same bytes, alternating."""

from dataclasses import dataclass
from statistics import median

from bench.content import make_reader
from bench.cpu import CpuTime, cpu_clock
from bench.floor import keep_bytes
from bench.load import Generator, Run, load_generator
from bench.site import PORT, send
from bench.tables import print_table

ROUNDS = 5
SECONDS = 1.2  # of each run
CLIENTS = (1, 16)
HEADS = ("view", "clients", "requests/s", "p50 ms", "p99 ms", "server", "Postgres", "Valkey", "times the feed")


@dataclass(frozen=True)
class Target:
    """One address that is read over and over."""

    name: str
    path: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Round:
    """One run and the CPU time it took, in milliseconds a request."""

    run: Run
    cpu: CpuTime


def main() -> None:
    reader = make_reader()
    api = Target("API, 20 posts", "/rest/v1/feed?limit=20", {"Authorization": f"Bearer {reader.token}"})
    page = Target("HTML page, 8 posts", "/", {"Cookie": f"session={reader.session}"})
    with load_generator(PORT) as generator:
        for target, file in ((api, "feed.json"), (page, "feed.html")):
            body = send("GET", target.path, target.headers)
            keep_bytes(file, body)
            floors = [
                Target("same bytes, same middleware", f"/bench/{file}", target.headers),
                Target("same bytes, no middleware", f"/bare/bench/{file}", target.headers),
            ]
            rows = [row for clients in CLIENTS for row in compare(generator, [target, *floors], clients)]
            print_table(f"{target.name}: {len(body) / 1000:.0f} kB; CPU in ms a request", HEADS, rows)


def compare(generator: Generator, targets: list[Target], clients: int) -> list[list[object]]:
    """A row for each target, the first being what its floors behind it are compared with; medians of all rounds."""
    clock = cpu_clock()
    rounds: dict[str, list[Round]] = {target.name: [] for target in targets}
    for target in targets:
        generator.run(target.path, target.headers, clients=clients, seconds=0.5)  # warms up
    for _ in range(ROUNDS):
        for target in targets:
            before = clock()
            run = generator.run(target.path, target.headers, clients=clients, seconds=SECONDS)
            rounds[target.name].append(Round(run, clock().since(before, len(run.latencies))))
    ours = rounds[targets[0].name]
    return [[name, clients, *summary(each), ratio(ours, each)] for name, each in rounds.items()]


def summary(rounds: list[Round]) -> list[float]:
    return [
        median(each.run.rate for each in rounds),
        median(each.run.percentile(0.5) for each in rounds) * 1000,
        median(each.run.percentile(0.99) for each in rounds) * 1000,
        median(each.cpu.server for each in rounds),
        median(each.cpu.postgres for each in rounds),
        median(each.cpu.valkey for each in rounds),
    ]


def ratio(ours: list[Round], floor: list[Round]) -> float:
    """How many times our rate the floor's is, round by round; the median."""
    return median(theirs.run.rate / mine.run.rate for mine, theirs in zip(ours, floor, strict=True))
