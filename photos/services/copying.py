"""Filling one storage from another while the site runs, and giving up one that is not needed any more."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Sum

from core.deleting import forget_objects
from core.exceptions import Conflict, InvalidInput
from core.locks import try_lock
from core.storage import has_copy, media_storage
from photos.models import MaintenanceRun, Media, OriginalCopy
from photos.originals import lost_among
from photos.services.alarms import begin_run, finish_run
from photos.services.repair import Mending, make_copies
from photos.services.shelves import OTHERS, RENDITIONS, original_aliases

logger = logging.getLogger(__name__)

BATCH = 200
PATIENCE = 5  # seconds
MEMORY = 8 * 1024**2

Tell = Callable[["Progress"], None]


@dataclass(slots=True)
class Progress:
    """`left` and `left_bytes` were still to be done when the run began; a listing of keys does not know them.

    `lost` has the ids of media without any right copy: they stay as they are, and everything else can be complete.
    """

    source: str
    target: str
    began: float = field(default_factory=time.monotonic)
    done: int = 0
    done_bytes: int = 0
    failed: int = 0
    lost: list[int] = field(default_factory=list)
    left: int | None = None
    left_bytes: int = 0
    is_complete: bool = False

    def line(self) -> str:
        seconds = max(time.monotonic() - self.began, 0.001)
        rate = self.done_bytes / seconds
        line = (
            f"{self.done} done, {self.done_bytes / 1024**2:.1f} MB at {rate / 1024**2:.1f} MB/s, {self.failed} failed"
        )
        if self.lost:
            line += f", {len(self.lost)} lost"
        if self.left is None:
            return line
        rest = max(self.left - self.done - len(self.lost), 0)
        minutes = max(self.left_bytes - self.done_bytes, 0) / rate / 60 if rate else 0
        return f"{line}, {rest} to go, about {minutes:.0f} minutes"


def copy_storage(
    source: str, target: str, *, seconds: float | None = None, again: bool = False, tell: Tell = lambda progress: None
) -> Progress:
    """Give `target` what `source` has and it has not. What breaks off goes on where it was when run again.

    Originals count by their rows; with `again` those are not believed, for a disk that was replaced. Of another kind of
    storage (renditions) every key is copied. InvalidInput, before anything is copied, for an unknown alias and for
    storages of different kinds.
    """
    _check(source, target)
    _check_kinds(source, target)
    run = begin_run(MaintenanceRun.Job.COPY)
    progress = Progress(source, target)
    steps = _keys(progress) if RENDITIONS in (source, target) else _originals(progress, again=again)
    end = None if seconds is None else progress.began + seconds
    for _ in steps:
        tell(progress)
        if end is not None and time.monotonic() >= end:
            break
    else:
        progress.is_complete = progress.failed == 0
    run.repaired, run.problems = progress.done, progress.failed + len(progress.lost)
    run.checked, run.checked_bytes = run.repaired + run.problems, progress.done_bytes
    lost = [str(media_id) for media_id in progress.lost]
    run.report = {"source": source, "target": target, "complete": progress.is_complete, "lost": lost}
    finish_run(run)
    return progress


def retire_storage(alias: str, tell: Tell = lambda progress: None) -> Progress:
    """Delete copies of originals in a storage outside ORIGINAL_COPIES, each once enough others are there.

    Conflict while ORIGINAL_COPIES names it. `failed` counts originals that are not safe without it; they stay, and so
    do those that are `lost`.
    """
    _check(alias)
    if alias in settings.ORIGINAL_COPIES:
        raise Conflict(f"ORIGINAL_COPIES still names {alias}. Take it out there first.")
    progress = Progress(alias, "")
    last = 0
    while batch := list(Media.objects.filter(pk__gt=last, copies__storage=alias).order_by("pk")[:BATCH]):
        for media in batch:
            last = media.pk
            if _drop_copy(media, alias):
                progress.done += 1
                progress.done_bytes += media.bytes
            elif lost_among([media.pk]):
                progress.lost.append(media.pk)
            else:
                progress.failed += 1
            tell(progress)
    progress.is_complete = progress.failed == 0
    return progress


def _originals(progress: Progress, *, again: bool) -> Iterator[None]:
    """One step for each original, by id, so that those uploaded meanwhile come at the end."""
    wanted = _lacking(progress.target, again=again)
    totals = wanted.aggregate(left_bytes=Sum("bytes"))
    progress.left, progress.left_bytes = wanted.count(), totals["left_bytes"] or 0
    last = 0
    while batch := list(wanted.filter(pk__gt=last).order_by("pk")[:BATCH]):
        for media in batch:
            last = media.pk
            if not (again and has_copy(progress.target, media.original_key, media.bytes)):
                _copy_original(media, progress)
            yield


def _lacking(target: str, *, again: bool) -> QuerySet[Media]:
    if again:
        return Media.objects.all()
    right = OriginalCopy.objects.filter(media=OuterRef("pk"), storage=target, damaged_at=None)
    return Media.objects.filter(~Exists(right))


def _copy_original(media: Media, progress: Progress) -> None:
    mending = _make_copy(media, progress)
    if progress.target in [*mending.made, *mending.right]:
        progress.done += 1
        progress.done_bytes += media.bytes
    elif mending.lost or lost_among([media.pk]):
        progress.lost.append(media.pk)
    elif Media.objects.filter(pk=media.pk).exists():
        progress.failed += 1
        logger.error("an original could not be copied", extra={"media": media.pk})


def _make_copy(media: Media, progress: Progress) -> Mending:
    """Waits some seconds for whoever is mending this media."""
    for _ in range(PATIENCE * 10):
        with try_lock("photos.mend", media.pk) as mine:
            if mine:
                return make_copies(media, [progress.target], by="copy", prefer=progress.source)
        time.sleep(0.1)
    return Mending(later=[progress.target])


def _keys(progress: Progress) -> Iterator[None]:
    """One step for each object. An object that is deleted meanwhile is none of ours to copy."""
    for each in media_storage(progress.source).keys():  # noqa: SIM118  a listing, no mapping
        if not has_copy(progress.target, each.key, each.bytes):
            try:
                _copy_key(progress, each.key)
            except FileNotFoundError:
                continue
            progress.done += 1
            progress.done_bytes += each.bytes
        yield


def _copy_key(progress: Progress, key: str) -> None:
    target = media_storage(progress.target)
    with SpooledTemporaryFile(max_size=MEMORY) as file:
        file.writelines(media_storage(progress.source).read(key))
        file.seek(0)
        target.delete(key)
        target.save(key, File(file))


def _drop_copy(media: Media, alias: str) -> bool:
    """Whether the original is in every storage of ORIGINAL_COPIES, so that this copy could go."""
    others = settings.ORIGINAL_COPIES
    if not all(has_copy(each, media.original_key, media.bytes) for each in others):
        return False
    with transaction.atomic():
        if not Media.objects.select_for_update(no_key=True).filter(pk=media.pk).exists():
            return True
        if media.copies.filter(storage__in=others, damaged_at=None).count() < len(others):
            return False
        media.copies.filter(storage=alias).delete()
        forget_objects({alias: [media.original_key]})
    return True


def _check(*aliases: str) -> None:
    known = sorted(set(settings.STORAGES) - {"staticfiles"})
    for alias in aliases:
        if alias not in known:
            raise InvalidInput.field("storage", f"There is no storage {alias}. There are {', '.join(known)}.")
    if len(set(aliases)) != len(aliases):
        raise InvalidInput.field("storage", "Source and target are the same storage.")


def _check_kinds(source: str, target: str) -> None:
    """Originals go by their rows, renditions key by key, and only to or from a storage that has nothing else."""
    named = {*settings.ORIGINAL_COPIES, *OriginalCopy.objects.order_by().values_list("storage", flat=True).distinct()}
    homes = named.union(original_aliases())
    unused = homes - named - OTHERS
    if {source, target} <= homes or (RENDITIONS in (source, target) and {source, target} & unused):
        return
    homes &= set(settings.STORAGES)
    raise InvalidInput.field(
        "storage",
        f"{source} cannot be copied to {target}, as they hold different things. Originals can be copied between "
        f"{', '.join(sorted(homes))}; renditions to or from a new storage ({', '.join(sorted(unused)) or 'none yet'}).",
    )
