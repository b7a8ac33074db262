"""Judging copies of an original, and making those that are missing or wrong from one that is right."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.deleting import forget_objects
from core.events import enqueue_later
from core.exceptions import Unavailable
from core.locks import try_lock
from core.storage import has_copy, is_resting, note_away, read_digest, store_copy
from photos.models import Media, OriginalCopy
from photos.services.alarms import Kind, open_alarm, settle_copy
from photos.services.fetching import original_on_disk

logger = logging.getLogger(__name__)

LONGEST_WAIT = 6 * 3600
WITNESSES = 3


class Verdict(Enum):
    RIGHT = "right"
    MISSING = "missing"
    DAMAGED = "damaged"
    UNREADABLE = "unreadable"


@dataclass(slots=True)
class Mending:
    """Aliases that were right, whose copy was made, or that must be tried again; `lost` when no copy is right."""

    right: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    later: list[str] = field(default_factory=list)
    lost: bool = False


def mend_copies(media_id: int, *, by: str = "repair") -> Mending:
    """Give every storage in ORIGINAL_COPIES a right copy. Does nothing while another process is doing it."""
    with try_lock("photos.mend", media_id) as mine:
        media = Media.objects.filter(pk=media_id).first()
        if not mine or media is None:
            return Mending()
        right = set(media.copies.filter(damaged_at=None).values_list("storage", flat=True))
        wanted = [alias for alias in settings.ORIGINAL_COPIES if alias not in right]
        return make_copies(media, wanted, by=by)


def mend_until_right(media_id: int, attempt: int = 0) -> None:
    """Mend, and come back later for storages that are away."""
    if mend_copies(media_id).later:
        wait = min(60 * 2 ** min(attempt, 16), LONGEST_WAIT)
        enqueue_later("photos.mend_copies", seconds=wait, media_id=media_id, attempt=attempt + 1)


def make_copies(media: Media, aliases: Iterable[str], *, by: str, prefer: str = "") -> Mending:
    """A right copy in each of `aliases`, read from the storage `prefer` if that has one. Hold the lock of the media.

    What turns out to be right is left alone.
    """
    mending, wrong = Mending(), []
    for alias in aliases:
        if is_resting(alias):
            mending.later.append(alias)
            continue
        verdict = inspect_copy(media, alias)
        if verdict is Verdict.RIGHT:
            note_right(media, alias, by=by)
            mending.right.append(alias)
        elif verdict is Verdict.UNREADABLE and not answers(alias, besides=media.pk):
            mending.later.append(alias)
        else:
            wrong.append(alias)
    if wrong:
        _copy_to(media, wrong, mending, by=by, prefer=prefer)
    return mending


def inspect_copy(media: Media, alias: str) -> Verdict:
    """Read the whole copy and compare."""
    try:
        found = read_digest(alias, media.original_key)
    except FileNotFoundError:
        return Verdict.MISSING
    except Exception as error:  # noqa: BLE001  each backend raises its own
        logger.warning("a copy cannot be read", extra={"storage": alias, "media": media.pk, "error": str(error)})
        return Verdict.UNREADABLE
    return Verdict.RIGHT if found == (media.bytes, media.sha256) else Verdict.DAMAGED


def answers(alias: str, *, besides: int = 0) -> bool:
    """Whether a storage gives any of the copies that were found right there last; those of media `besides` aside."""
    return any(_witnesses(alias, besides))


def is_empty(alias: str, *, besides: int = 0) -> bool:
    """Whether a storage has none of several copies that were right there: a disk that is not mounted, a new bucket."""
    seen = _witnesses(alias, besides)
    return len(seen) == WITNESSES and not any(seen)


def note_right(media: Media, alias: str, *, by: str) -> bool:
    """The bytes of this copy have just been read and are right. Of a media that was deleted meanwhile they go."""
    with transaction.atomic():
        if not _locked(media).exists():
            forget_objects({alias: [media.original_key]})
            return False
        right = {"verified_at": timezone.now(), "damaged_at": None}
        OriginalCopy.objects.update_or_create(media_id=media.pk, storage=alias, defaults=right)
        settle_copy(media.pk, alias, by=by)
    return True


def note_wrong(media: Media, alias: str, verdict: Verdict) -> bool:
    """Remember that a copy is no good. False when it does not count any more, as the media is being deleted."""
    kind = Kind.MISSING if verdict is Verdict.MISSING else Kind.DAMAGED
    with transaction.atomic():
        list(_locked(media))
        known = OriginalCopy.objects.filter(media=media.pk, storage=alias).update(damaged_at=timezone.now())
        if known:
            open_alarm(kind, alias, media=media)
    return bool(known)


def _copy_to(media: Media, aliases: list[str], mending: Mending, *, by: str, prefer: str) -> None:
    """Copies from one that is right into storages where it is not."""
    try:
        with original_on_disk(media, prefer=prefer) as path, path.open("rb") as source:
            for alias in aliases:
                try:
                    store_copy(alias, source, key=media.original_key, sha256=media.sha256, size=media.bytes)
                except Unavailable as error:
                    note_away(alias, error)
                    mending.later.append(alias)
                    continue
                if note_right(media, alias, by=by):
                    mending.made.append(alias)
    except FileNotFoundError:
        _give_up(media, mending, aliases)


def _give_up(media: Media, mending: Mending, aliases: list[str]) -> None:
    """No copy gave the right bytes: lost, unless a storage that is away may still have them. Deletes nothing."""
    verdicts = {alias: inspect_copy(media, alias) for alias in media.copies.values_list("storage", flat=True)}
    if Verdict.UNREADABLE in verdicts.values() or Verdict.RIGHT in verdicts.values():
        mending.later.extend(aliases)
        return
    for alias, verdict in verdicts.items():
        note_wrong(media, alias, verdict)
    with transaction.atomic():
        if _locked(media).exists():
            mending.lost = True
            open_alarm(Kind.LOST, "", media=media, detail=f"no right copy in {', '.join(sorted(verdicts))}")


def _locked(media: Media) -> QuerySet[Media]:
    """The row of the media, which is not deleted before the transaction ends; nothing when it is gone."""
    return Media.objects.select_for_update(no_key=True).filter(pk=media.pk)


def _witnesses(alias: str, besides: int) -> list[bool]:
    """For each of the copies that were right there last: is it there now?"""
    last = OriginalCopy.objects.filter(storage=alias, damaged_at=None).exclude(media=besides)
    return [
        not is_resting(alias) and has_copy(alias, copy.media.original_key, copy.media.bytes)
        for copy in last.select_related("media").order_by("-verified_at")[:WITNESSES]
    ]
