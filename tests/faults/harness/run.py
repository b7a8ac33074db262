"""All rows one after the other, then quiet, then the conditions. Imported when the settings of the site are known."""

import os
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.connections import release_connection
from engines.progress import Console
from photos.models import Media
from tests.faults.harness import whole
from tests.faults.harness.batch import Batch, Row
from tests.faults.harness.conditions import Inspection, Verdict
from tests.faults.harness.ledger import Ledger
from tests.faults.harness.machine import Machine
from tests.faults.harness.objects import orphans_of
from tests.faults.harness.parts import part_rows
from tests.faults.harness.people import make_group, make_person
from tests.faults.harness.pictures import SIZES, draw
from tests.faults.harness.points import point_rows
from tests.faults.harness.settling import left_in, settle
from tests.faults.harness.shapes import learn_shapes
from tests.faults.harness.table import Line, table
from tests.faults.harness.vanishing import Vanishing

SPARE = 2  # uploads of a row beyond its faults
NEED_FINISHED = ("P13", "P14")  # these rows come first, while no picture of another row is being repaired
MOST_SHOWN = 100  # broken conditions


@dataclass
class Run:
    """`faults` for each row; `wanted` names rows by their titles or the first word of them, () is all."""

    machine: Machine
    console: Console
    folder: Path
    seed: int
    faults: int
    wanted: tuple[str, ...]

    def __post_init__(self) -> None:
        self.vanishing = Vanishing(self.machine.store)
        self.reader = make_person(self.machine.site.origin)

    def all(self) -> bool:
        """Whether nothing was lost and every condition holds; prints everything."""
        started = time.monotonic()
        shapes = learn_shapes(make_person(self.machine.site.origin), self.seed)
        ledger, batches = Ledger(self.folder / "ledger.jsonl"), []
        next_number = len(SIZES)
        rows = self._rows()
        for row in sorted(rows, key=lambda row: row.name not in NEED_FINISHED):
            batches.append(self._play(row, ledger, next_number))
            next_number += batches[-1].begun
        self.machine.store.heal()
        rest = settle(self.machine, self.console)
        self.console.say(f"Quiet {rest.seconds:.0f} s after the last row. {left_in(self.machine.temp)}")
        self.console.say(f"{rest.tried_again} pictures were given up by the worker and tried again by their owners.")
        wrong = [f"after {rest.seconds:.0f} s there are still {count} {what}" for what, count in rest.left.items()]
        lines = self._judge(batches, Inspection(self.machine, shapes), wrong)
        lines.sort(key=lambda line: [(row.name, row.how) for row in rows].index((line.name, line.how)))
        self._report(lines, wrong, time.monotonic() - started)
        return not wrong

    def _rows(self) -> list[Row]:
        rows = [*point_rows(self.vanishing, self.faults), *part_rows(self.vanishing, self.faults)]
        return [row for row in rows if not self.wanted or {row.title, row.name} & set(self.wanted)]

    def _play(self, row: Row, ledger: Ledger, first: int) -> Batch:
        release_connection()
        people = make_group(self.machine.site.origin, self.reader)
        batch = Batch(row, people, ledger, self.seed, first, self.faults + SPARE)
        batch.run(self.machine)
        trouble = ", ".join(f"{count} x {what}" for what, count in sorted(batch.trouble.items())) or "no trouble"
        seconds = time.time() - batch.began
        counts = f"{len(batch.kept)} uploads, {batch.faulted} faulted"
        self.console.say(f"{row.title:<12} {counts:<24} {seconds:5.1f} s; the apps met {trouble}")
        if batch.faulted < self.faults:
            self.console.say(f"  ! only {batch.faulted} of {self.faults} faults happened")
        return batch

    def _judge(self, batches: Sequence[Batch], inspection: Inspection, wrong: list[str]) -> list[Line]:
        """Orphans first, and what takes them away: after that everything must be whole. Adds to `wrong`."""
        self.vanishing.stop()
        orphans, missing = whole.find_orphans(self.machine.store)
        wrong += [*missing, *whole.wrong_with_reconciler(self.machine, orphans)]
        everybody = [self.reader, *(person for batch in batches for person in batch.people)]
        before = whole.errors_of(everybody)
        verdicts = inspection.run(batches)
        feed, late = whole.wrong_in_feed(self.machine, self.reader, batches)
        self.console.say(f"{late} posts came into the feed only with the hourly build.")
        wrong += [*feed, *whole.probe(self.machine.site.origin, self.reader), *self._upload_once_more()]
        errors = whole.errors_of(everybody) - before
        wrong += [f"{count} x {what} after everything was healed" for what, count in errors.items()]
        wrong += [line for batch in batches for line in self._wrong_in(batch, verdicts[batch.row.title])]
        counted = orphans_of(batches, orphans)
        for title, kinds in counted.items():
            if kinds:
                self.console.say(f"{title} left objects without a row: {dict(kinds)}")
        return [self._line(batch, verdicts[batch.row.title], counted[batch.row.title].total()) for batch in batches]

    def _wrong_in(self, batch: Batch, verdict: Verdict) -> list[str]:
        blunt = batch.trouble["503 without Retry-After"]
        left = [kept.media_id for kept in batch.kept if kept.deleted and kept.media_id not in self.vanishing.gone_at]
        return [
            *verdict.broken,
            *(f"{batch.row.title}: objects of media {media_id}, which was deleted, are left" for media_id in left),
            *([f"{batch.row.title}: {blunt} x 503 without Retry-After"] if blunt else []),
        ]

    def _upload_once_more(self) -> list[str]:
        """And everything is quiet again after it."""
        picture = draw(self.seed, 0)
        self.reader.app.keep(picture, resumable=True)
        rest = settle(self.machine, self.console)
        return [f"in the end there are {count} {what}" for what, count in rest.left.items()]

    def _line(self, batch: Batch, verdict: Verdict, orphans: int) -> Line:
        release_connection()
        ids = [int(kept.media_id) for kept in batch.kept if not kept.deleted]
        ready = Media.objects.filter(pk__in=ids).values_list("state_changed_at", flat=True)
        gone = [self.vanishing.gone_at.get(kept.media_id, 0.0) for kept in batch.kept if kept.deleted]
        ended = gone if batch.row.name == "P13" else [each.timestamp() for each in ready]
        return Line(
            name=batch.row.name,
            what=batch.row.what,
            how=batch.row.how,
            uploads=len(batch.kept),
            faulted=min(batch.faulted, len(batch.kept)),
            lost=len(verdict.lost),
            orphans=orphans,
            recovery=[max(0.0, end - batch.last_fault) for end in ended] if batch.last_fault else [],
        )

    def _report(self, lines: Sequence[Line], wrong: Sequence[str], seconds: float) -> None:
        say = self.console.say
        say(f"\n{table(lines)}\n")
        say(
            f"Seed {self.seed}; {seconds / 60:.1f} minutes, {os.cpu_count()} cores, Python {platform.python_version()}."
        )
        for line in wrong[:MOST_SHOWN]:
            say(f"! {line}")
        lost, faulted = sum(line.lost for line in lines), sum(line.faulted for line in lines)
        say(f"{lost} lost in {faulted} faulted uploads; {len(wrong)} conditions broken.")
