"""The rows of the fault points: at each of them a process raises, waits or dies, again and again."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

from django.utils import timezone

from core.connections import release_connection
from core.events import queue_now
from core.faults import POINTS
from photos.models import Post
from tests.faults.harness.batch import LOOK_EVERY, Batch, Row, until
from tests.faults.harness.ledger import Kept
from tests.faults.harness.machine import Machine
from tests.faults.harness.vanishing import Vanishing

HOWS = ("raise", "delay", "kill")
DELAY = 2.0  # seconds
LONG_DELAY = 35.0  # longer than a worker may be silent before another one takes over what it has
LONG_AT = ("P4", "P7")
STRAGGLERS_BY = 90.0
TRASHED = timedelta(days=365)

Condition = Callable[[], bool]


def point_rows(vanishing: Vanishing, faults: int) -> list[Row]:
    """One for each point and each way to break; those that need finished pictures first upload them."""
    scripts: dict[str, Callable[..., Iterator[None]]] = {"P13": partial(_delete, vanishing), "P14": _develop_again}
    return [
        Row(
            point,
            what,
            how,
            partial(scripts.get(point, _upload), point, how, faults),
            posts=_some if point == "P13" else _all,
        )
        for point, what in POINTS.items()
        for how in HOWS
        if point.startswith("P")  # those of uploads
    ]


def _all(number: int) -> bool:
    return True


def _some(number: int) -> bool:
    return number % 3 != 0


def _upload(point: str, how: str, faults: int, machine: Machine, batch: Batch) -> Iterator[None]:
    """One order for each picture that is begun."""
    return _break(machine, batch, point, how, faults, lambda: batch.done and not batch.untried())


def _develop_again(point: str, how: str, faults: int, machine: Machine, batch: Batch) -> Iterator[None]:
    """Every picture gets a recipe that turns it."""
    yield from until(lambda: batch.done and not batch.unfinished(), every=LOOK_EVERY)
    for kept in batch.kept:
        batch.people[kept.person].app.call("PATCH", f"media/{kept.media_id}", {"recipe": {"rotate": 90}})
        kept.turned = True
    yield from _break(machine, batch, point, how, faults, lambda: not batch.untried())


def _delete(vanishing: Vanishing, point: str, how: str, faults: int, machine: Machine, batch: Batch) -> Iterator[None]:
    """Pictures without a post are deleted at once; posts go to the trash and are purged, two restored meanwhile."""
    yield from until(lambda: batch.done and not batch.unfinished(), every=LOOK_EVERY)
    vanishing.remember(batch.kept)
    posted = [kept for kept in batch.kept if kept.post_id]
    for kept in posted:
        batch.people[kept.person].app.call("DELETE", f"posts/{kept.post_id}")
    release_connection()
    ids = [int(kept.post_id) for kept in posted]
    Post.objects.filter(pk__in=ids).update(trashed_at=timezone.now() - TRASHED)
    for kept in batch.kept:
        if not kept.post_id:
            batch.people[kept.person].app.call("DELETE", f"media/{kept.media_id}")
    queue_now("photos.purge_trash")
    restored = {kept.post_id for kept in posted[-2:] if _restore(batch, kept)}
    for kept in batch.kept:
        kept.deleted = not kept.post_id or kept.post_id not in restored
    vanishing.watch(batch)
    yield from _break(machine, batch, point, how, faults, lambda: vanishing.all_gone(batch))


def _restore(batch: Batch, kept: Kept) -> bool:
    """False when it was purged already."""
    answer = batch.people[kept.person].app.rest.call("POST", f"posts/{kept.post_id}/restore")
    return answer.status < 300


def _break(machine: Machine, batch: Batch, point: str, how: str, faults: int, is_over: Condition) -> Iterator[None]:
    """Give orders, one at a time and not more than pictures were begun, until enough were obeyed or it is over."""
    given, seen, over, look_at = 0, 0, 0.0, 0.0
    while seen < faults and not (over and time.monotonic() > over):
        obeyed = given - machine.orders.stands(point)
        if obeyed > seen:
            batch.note_fault(obeyed - seen)
            seen = obeyed
        if obeyed == given < min(batch.begun, faults):
            machine.orders.give(point, how, LONG_DELAY if given == 1 and point in LONG_AT else DELAY)
            given += 1
        if not over and time.monotonic() > look_at:
            look_at = time.monotonic() + LOOK_EVERY
            over = time.monotonic() + 1 if is_over() else 0.0
        yield
    machine.orders.take_back(point)
