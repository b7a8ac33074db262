"""The rows of whole parts: a node, a server or the whole machine goes away while pictures are under way."""

import signal
from collections.abc import Callable, Iterator
from functools import partial

from redis import Redis

from tests.faults.harness.batch import LOOK_EVERY, Batch, Row, pause, until
from tests.faults.harness.machine import Machine
from tests.faults.harness.vanishing import Vanishing

MOST_ROUNDS = 6


def part_rows(vanishing: Vanishing, faults: int) -> list[Row]:
    scripts: dict[tuple[str, str], Callable[..., Iterator[None]]] = {
        ("one node", "one of three nodes of the store is killed"): _one_node,
        ("two nodes", "two of three nodes of the store are killed: reading only"): _two_nodes,
        ("flush", "FLUSHALL while pictures, and deletions, wait for the worker"): partial(_flush, vanishing),
        ("no Valkey", "Valkey is killed, and started again later"): _no_valkey,
        ("Postgres", "Postgres stops at once (immediate) and starts again"): _postgres,
        ("power cut", "every process there is is killed at once"): _power_cut,
    }
    return [Row(name, what, "", partial(script, faults), posts=_most) for (name, what), script in scripts.items()]


def _most(number: int) -> bool:
    return number % 4 != 0


def _rounds(faults: int, batch: Batch) -> Iterator[int]:
    """Numbers of rounds until enough uploads had to go through the fault."""
    batch.goes_on = True
    for number in range(MOST_ROUNDS):
        if batch.faulted >= faults:
            break
        yield number
    batch.goes_on = False


def _acknowledged(batch: Batch, more: int) -> Iterator[None]:
    """Moments until so many more uploads were acknowledged."""
    wanted = len(batch.kept) + more
    return until(lambda: len(batch.kept) >= wanted, seconds=90)


def _one_node(faults: int, machine: Machine, batch: Batch) -> Iterator[None]:
    """Every upload that is acknowledged, or begun, while the node is away counts."""
    batch.goes_on = True
    yield from _acknowledged(batch, 2)
    before = len(batch.kept)
    machine.store.stop_node(2)
    yield from _acknowledged(batch, faults)
    batch.note_fault(len(batch.kept) - before)
    machine.store.start_node(2)
    batch.goes_on = False


def _two_nodes(faults: int, machine: Machine, batch: Batch) -> Iterator[None]:
    """Each of the apps hears 503 with Retry-After, and reads what was kept before."""
    for _ in _rounds(faults, batch):
        yield from _acknowledged(batch, 4)
        refused = batch.trouble["503"]
        for number in (2, 3):
            machine.store.stop_node(number)
        held, kept = len(batch.in_hand), len(batch.kept)
        yield from until(lambda refused=refused: batch.trouble["503"] >= refused + 8, seconds=30)  # type: ignore[misc]
        if batch.trouble["503"] == refused:
            batch.problems.append("no upload was refused with two nodes away")
        first = batch.kept[0]
        original = batch.people[first.person].app.rest.call("GET", f"media/{first.media_id}/original")
        if original.status != 200:
            batch.problems.append(f"an original could not be read with two nodes away: {original.status}")
        batch.note_fault(max(held, len(batch.in_hand)) + len(batch.kept) - kept)
        for number in (2, 3):
            machine.store.start_node(number)


def _flush(vanishing: Vanishing, faults: int, machine: Machine, batch: Batch) -> Iterator[None]:
    """The worker stands still meanwhile, so that the queue is full when it is emptied."""
    for _ in _rounds(faults, batch):
        machine.pause("worker")
        yield from _acknowledged(batch, faults)
        _delete_unposted(vanishing, batch)
        batch.note_fault(batch.unfinished())
        with Redis.from_url(machine.site.environment["REDIS_URL"]) as valkey:
            valkey.flushall()
        machine.resume("worker")


def _delete_unposted(vanishing: Vanishing, batch: Batch) -> None:
    unposted = [kept for kept in batch.kept if not batch.row.posts(kept.number) and not kept.deleted]
    vanishing.remember(unposted)
    for kept in unposted:
        batch.people[kept.person].app.call("DELETE", f"media/{kept.media_id}")
        kept.deleted = True
    vanishing.watch(batch)


def _no_valkey(faults: int, machine: Machine, batch: Batch) -> Iterator[None]:
    """Uploads are acknowledged all the time; what they want of the worker stands in the outbox."""
    batch.goes_on = True
    yield from _acknowledged(batch, 2)
    machine.stop("valkey", signal.SIGKILL)
    before = len(batch.kept)
    yield from _acknowledged(batch, faults)
    batch.note_fault(len(batch.kept) - before)
    batch.goes_on = False
    if batch.faulted < faults:
        batch.problems.append(f"{batch.faulted} uploads were acknowledged without Valkey")
    machine.start("valkey")


def _postgres(faults: int, machine: Machine, batch: Batch) -> Iterator[None]:
    for _ in _rounds(faults, batch):
        yield from _acknowledged(batch, 3)
        batch.note_fault(batch.unfinished())
        machine.stop("postgres", signal.SIGQUIT)
        yield from pause(2)
        machine.start("postgres")


def _power_cut(faults: int, machine: Machine, batch: Batch) -> Iterator[None]:
    for _ in _rounds(faults, batch):
        yield from _acknowledged(batch, 6)
        batch.note_fault(batch.unfinished())
        machine.cut_power()
        yield from until(machine.is_up, every=LOOK_EVERY)
