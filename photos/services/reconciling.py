"""Comparing storages with the database both ways: objects that no row names, and rows whose object has gone."""

import logging
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from itertools import groupby

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from core.events import enqueue
from core.exceptions import Conflict
from core.locks import try_lock
from core.storage import StoredObject, media_storage
from photos.models import MaintenanceRun, Media, OriginalCopy
from photos.originals import lost_among
from photos.services.alarms import ORPHANS, Kind, begin_run, finish_run, open_alarm, settle_storage
from photos.services.shelves import CHUNK, Shelf, all_shelves, named_keys

logger = logging.getLogger(__name__)

ORPHAN_DAYS = 7  # an upload or a rendition has its row long before
EXAMPLES = 100
MOST_ORPHANS = 100_000  # of one storage in one run; the next run takes the others
MOST_COPIES = 1000  # that one run has made; the scrub makes the others
PIECE = 20_000  # objects that are compared at once, or as many as one prefix has
PREFIXES = 64
_OURS = re.compile(r"[0-9a-f]{2}/[0-9a-f]{38}(\.[a-z0-9]{1,8})?")
_PREFIXES = [f"{number:02x}" for number in range(256)]

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """`act` False only looks. With `careful` a storage of which a tenth would go keeps everything, and says so."""

    act: bool = False
    older_than: timedelta = timedelta(days=ORPHAN_DAYS)
    careful: bool = True


@dataclass(slots=True)
class Findings:
    """About one storage. `young` objects may still get their row; `foreign` ones have names that are none of ours.

    `lost` copies belong to originals of which no right copy is left; nothing here can mend them.
    """

    objects: int = 0
    bytes: int = 0
    orphans: int = 0
    orphan_bytes: int = 0
    deleted: int = 0
    young: int = 0
    foreign: int = 0
    missing: int = 0
    lost: int = 0
    unfinished_deleted: int = 0
    problem: str = ""
    orphan_examples: list[str] = field(default_factory=list)
    missing_examples: list[str] = field(default_factory=list)


def reconcile(plan: Plan, tell: Tell = lambda line: None) -> MaintenanceRun:
    """Look through every storage; with `plan.act` mend what is missing and delete what nobody needs.

    `report` of the run has `acted`, `storages` (Findings by alias), and `copies_to_make`. Conflict while another
    process is doing it.
    """
    with try_lock("photos.reconcile", 0) as mine:
        if not mine:
            raise Conflict("The storages are being compared already.")
        run = begin_run(MaintenanceRun.Job.RECONCILE)
        storages = {}
        for shelf in all_shelves():
            storages[shelf.alias] = findings = _Comparison(shelf, plan).run()
            tell(f"{shelf.alias}: {_words(findings)}")
        copies = _ask_for_copies(plan)
        tell(f"{copies} originals are not in every storage of ORIGINAL_COPIES")
        run.checked = sum(each.objects for each in storages.values())
        run.checked_bytes = sum(each.bytes for each in storages.values())
        run.problems = copies + sum(each.orphans + each.missing + bool(each.problem) for each in storages.values())
        run.report = {
            "acted": plan.act,
            "storages": {alias: asdict(each) for alias, each in storages.items()},
            "copies_to_make": copies,
        }
        finish_run(run)
    return run


class _Comparison:
    """One storage against its rows, piece by piece, so that memory stays small."""

    def __init__(self, shelf: Shelf, plan: Plan) -> None:
        self.shelf, self.plan, self.findings = shelf, plan, Findings()
        self.storage = media_storage(shelf.alias)
        self.before = timezone.now() - plan.older_than
        self.orphans: list[str] = []

    def run(self) -> Findings:
        if self.shelf.is_empty():
            self._alarm("nothing of what was there is there")
            return self.findings
        try:
            self._look_through()
            self.findings.lost = _count_lost(self.shelf.alias)
            if self.plan.act:
                self._delete_orphans()
                self.findings.unfinished_deleted = self.storage.sweep_unfinished(self.before)
                settle_storage(self.shelf.alias, by="reconcile")
        except DatabaseError:
            raise
        except Exception as error:  # each backend raises its own
            logger.exception("a storage cannot be compared", extra={"storage": self.shelf.alias})
            self._alarm(f"it does not answer: {error}")
        return self.findings

    def _look_through(self) -> None:
        unseen = dict.fromkeys(_PREFIXES)
        prefixes: list[str] = []
        found: dict[str, StoredObject] = {}
        for prefix, objects in groupby(self.storage.keys(), key=lambda each: each.key[:2]):
            unseen.pop(prefix, None)
            prefixes.append(prefix)
            found.update((each.key, each) for each in objects)
            if len(found) >= PIECE or len(prefixes) >= PREFIXES:
                self._compare(prefixes, found)
                prefixes, found = [], {}
        prefixes.extend(unseen)
        for start in range(0, len(prefixes), PREFIXES):
            self._compare(prefixes[start : start + PREFIXES], found)
            found = {}

    def _compare(self, prefixes: list[str], found: dict[str, StoredObject]) -> None:
        """All objects with these prefixes against all rows with them."""
        rows = self.shelf.rows(prefixes)
        self.findings.objects += len(found)
        self.findings.bytes += sum(each.bytes for each in found.values())
        nameless = [key for key in found if key not in rows]
        named = named_keys(nameless)
        for key in nameless:
            if key not in named:
                self._sort_out(found[key])
        gone = [key for key in rows if key not in found and not self.storage.exists(key)]
        if gone:
            self._put_right(prefixes, gone)

    def _sort_out(self, each: StoredObject) -> None:
        if not _OURS.fullmatch(each.key):
            self.findings.foreign += 1
        elif each.modified_at > self.before:
            self.findings.young += 1
        else:
            self.findings.orphans += 1
            self.findings.orphan_bytes += each.bytes
            _show(self.findings.orphan_examples, each.key)
            if len(self.orphans) < MOST_ORPHANS:
                self.orphans.append(each.key)

    def _put_right(self, prefixes: list[str], gone: list[str]) -> None:
        """Once for each row, if it still names the object: it may have been deleted since we looked."""
        rows = self.shelf.rows(prefixes)
        still = {key: rows[key] for key in gone if key in rows}
        self.findings.missing += len(still)
        for key in still:
            _show(self.findings.missing_examples, key)
        if self.plan.act:
            for row_id in dict.fromkeys(still.values()):
                self.shelf.put_right(row_id)

    def _delete_orphans(self) -> None:
        """Without so many orphans that rather the database is an old or empty one."""
        if self.plan.careful and len(self.orphans) > max(100, self.findings.objects // 10):
            self.findings.problem = f"{self.findings.orphans} objects without a row are too many to delete unasked"
            logger.error("too many objects without a row", extra={"storage": self.shelf.alias})
            open_alarm(Kind.UNREADABLE, self.shelf.alias, key=ORPHANS, detail=self.findings.problem)
            return
        settle_storage(self.shelf.alias, key=ORPHANS, by="reconcile")
        for start in range(0, len(self.orphans), CHUNK):
            chunk = self.orphans[start : start + CHUNK]
            named = named_keys(chunk)
            for key in chunk:
                if key not in named:
                    self.storage.delete(key)
                    self.findings.deleted += 1

    def _alarm(self, why: str) -> None:
        self.findings.problem = why
        if self.plan.act:
            open_alarm(Kind.UNREADABLE, self.shelf.alias, detail=why)


def _count_lost(alias: str) -> int:
    """Copies there, known to be no good, of originals that are lost."""
    is_lost = {"media__alarms__kind": Kind.LOST, "media__alarms__settled_at": None}
    return OriginalCopy.objects.filter(storage=alias, damaged_at__isnull=False, **is_lost).distinct().count()


def _ask_for_copies(plan: Plan) -> int:
    """How many media lack a row for a storage in ORIGINAL_COPIES; with `plan.act` the first of them are mended.

    Those of which no right copy is left do not count.
    """
    wanted, incomplete, last = len(settings.ORIGINAL_COPIES), 0, 0
    while ids := list(Media.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        last = ids[-1]
        copies = OriginalCopy.objects.filter(media__in=ids, storage__in=settings.ORIGINAL_COPIES)
        known = Counter(copies.values_list("media_id", flat=True))
        lacking = [media_id for media_id in ids if known[media_id] < wanted]
        lost = lost_among(lacking)
        for media_id in lacking:
            if media_id not in lost:
                incomplete += 1
                if plan.act and incomplete <= MOST_COPIES:
                    enqueue("photos.mend_copies", media_id=media_id)
    return incomplete


def _show(examples: list[str], key: str) -> None:
    if len(examples) < EXAMPLES:
        examples.append(key)


def _words(findings: Findings) -> str:
    if findings.problem:
        return findings.problem
    lost = f"; {findings.lost} copies of lost originals" if findings.lost else ""
    return (
        f"{findings.objects} objects, {findings.bytes / 1024**2:.1f} MB; {findings.orphans} without a row "
        f"({findings.deleted} deleted, {findings.young} too young to tell, {findings.foreign} not ours); "
        f"{findings.missing} rows without an object{lost}"
    )
