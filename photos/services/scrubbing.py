"""Reading stored originals again, the longest unread first, and putting right what is not as it was."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from core.locks import try_lock
from photos.models import MaintenanceRun, OriginalCopy
from photos.services.alarms import Kind, begin_run, finish_run, open_alarm
from photos.services.repair import Verdict, answers, inspect_copy, is_empty, mend_copies, note_right, note_wrong

BATCH = 100
DAMAGED_EACH_RUN = 50

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which copies, and for how long: `seconds` None is until every one was read once."""

    seconds: float | None = None
    storage: str = ""
    media_id: int | None = None

    def copies(self) -> QuerySet[OriginalCopy]:
        copies = OriginalCopy.objects.select_related("media")
        if self.storage:
            copies = copies.filter(storage=self.storage)
        return copies if self.media_id is None else copies.filter(media=self.media_id)


@dataclass(slots=True)
class _State:
    run: MaintenanceRun
    tell: Tell
    lost: set[int] = field(default_factory=set)
    unreadable: set[str] = field(default_factory=set)


def scrub(scope: Scope, tell: Tell = lambda line: None) -> MaintenanceRun:
    """Read copies and compare; mend at once what is missing or wrong. Several may run at a time.

    `report` of the run has `lost` (ids of media without any right copy, as text), `unreadable` (aliases) and
    `complete` (whether every copy of the scope was read).
    """
    state = _State(begin_run(MaintenanceRun.Job.SCRUB), tell)
    end = None if scope.seconds is None else time.monotonic() + scope.seconds
    complete = True
    damaged = list(scope.copies().exclude(damaged_at=None).order_by("damaged_at", "pk")[:DAMAGED_EACH_RUN])
    for copy in _in_turn(_oldest_first(scope.copies(), state), iter(damaged)):
        _look_at(copy, state)
        if end is not None and time.monotonic() >= end:
            complete = False
            break
    state.run.report = {
        "lost": sorted(map(str, state.lost)),
        "unreadable": sorted(state.unreadable),
        "complete": complete,
    }
    finish_run(state.run)
    return state.run


def _in_turn(*sources: Iterator[OriginalCopy]) -> Iterator[OriginalCopy]:
    """One of each, as long as there are any."""
    for together in zip_longest(*sources):
        yield from (copy for copy in together if copy is not None)


def _oldest_first(copies: QuerySet[OriginalCopy], state: _State) -> Iterator[OriginalCopy]:
    """Each copy that is thought right and was not read since the run began."""
    started, last = state.run.started_at, (datetime.min.replace(tzinfo=state.run.started_at.tzinfo), 0)
    while True:
        after = Q(verified_at__gt=last[0]) | Q(verified_at=last[0], pk__gt=last[1])
        due = copies.filter(after, damaged_at=None, verified_at__lt=started).exclude(storage__in=state.unreadable)
        batch = list(due.order_by("verified_at", "pk")[:BATCH])
        if not batch:
            return
        _make_missing(batch, state)
        for copy in batch:
            last = (copy.verified_at, copy.pk)
            if copy.storage not in state.unreadable:
                yield copy


def _look_at(copy: OriginalCopy, state: _State) -> None:
    with try_lock("photos.scrub", copy.pk) as mine:
        same = OriginalCopy.objects.filter(pk=copy.pk, verified_at=copy.verified_at, damaged_at=copy.damaged_at)
        if not mine or not same.exists():  # somebody else reads it or has just read it, or it is deleted
            return
        verdict = inspect_copy(copy.media, copy.storage)
        state.run.checked += 1
        if verdict is Verdict.RIGHT:
            state.run.checked_bytes += copy.media.bytes
            note_right(copy.media, copy.storage, by="scrub")
            state.tell(f"{copy}: right")
        elif _is_away(copy, verdict):
            _give_up_storage(copy.storage, verdict, state)
        else:
            _put_right(copy, verdict, state)


def _is_away(copy: OriginalCopy, verdict: Verdict) -> bool:
    """Whether it is the storage that is not there, rather than this one copy."""
    if verdict is Verdict.UNREADABLE:
        return not answers(copy.storage, besides=copy.media_id)
    return verdict is Verdict.MISSING and is_empty(copy.storage, besides=copy.media_id)


def _give_up_storage(storage: str, verdict: Verdict, state: _State) -> None:
    """One alarm for all its copies, and no more of them in this run: nothing is copied to a disk not mounted."""
    if storage in state.unreadable:
        return
    state.unreadable.add(storage)
    state.run.problems += 1
    why = "it does not answer" if verdict is Verdict.UNREADABLE else "nothing of what was there is there"
    open_alarm(Kind.UNREADABLE, storage, detail=why)
    state.tell(f"{storage} cannot be read: {why}")


def _put_right(copy: OriginalCopy, verdict: Verdict, state: _State) -> None:
    if not note_wrong(copy.media, copy.storage, verdict):
        return
    state.run.problems += 1
    mending = mend_copies(copy.media_id)
    state.run.repaired += len(mending.made)
    if mending.lost:
        state.lost.add(copy.media_id)
    outcome = "no copy is right" if mending.lost else "repaired" if copy.storage in mending.made else "to be repaired"
    state.tell(f"{copy}: {verdict.value}, {outcome}")


def _make_missing(batch: list[OriginalCopy], state: _State) -> None:
    """Copies that should exist by ORIGINAL_COPIES and that no row knows of."""
    media = {copy.media_id for copy in batch}
    known = set(OriginalCopy.objects.filter(media__in=media).values_list("media_id", "storage"))
    wanted = {alias for alias in settings.ORIGINAL_COPIES if alias not in state.unreadable}
    for media_id in sorted(media):
        if any((media_id, alias) not in known for alias in wanted):
            made = mend_copies(media_id).made
            state.run.repaired += len(made)
            if made:
                state.tell(f"{media_id}: copied to {', '.join(made)}")


def progress(run: MaintenanceRun) -> str:
    """What a run has done so far, in one line."""
    seconds = max(((run.finished_at or timezone.now()) - run.started_at).total_seconds(), 0.001)
    rate = run.checked_bytes / 1024**2 / seconds
    return (
        f"{run.checked} copies read, {run.checked_bytes / 1024**2:.1f} MB at {rate:.1f} MB/s, "
        f"{run.problems} wrong, {run.repaired} made"
    )
