"""What should lie in each storage by the rows of the database, and what to do about a row whose object has gone."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from operator import or_

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from core.deleting import forget_objects
from core.events import enqueue
from core.storage import has_copy
from photos.models import Media, OriginalCopy, Rendition, Upload, UploadPart
from photos.services.queueing import develop_again
from photos.services.repair import WITNESSES, Verdict, is_empty, note_wrong

RENDITIONS = "renditions"
UPLOADS = "uploads"
OTHERS = {"default", "exports", "staticfiles", RENDITIONS, UPLOADS}
CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Shelf:
    """One storage. `rows` gives for some prefixes each key that should be there, and the id that `put_right` takes."""

    alias: str
    rows: Callable[[Sequence[str]], dict[str, int]]
    is_empty: Callable[[], bool]
    put_right: Callable[[int], None]


def all_shelves() -> Iterator[Shelf]:
    for alias in original_aliases():
        yield Shelf(alias, partial(_originals, alias), partial(is_empty, alias), partial(_mend, alias))
    yield Shelf(RENDITIONS, _renditions, _is_without_squares, _develop_again)
    yield Shelf(UPLOADS, _parts, lambda: False, _go_back)


def original_aliases() -> list[str]:
    """Storages in ORIGINAL_COPIES, and others that may still have originals of before."""
    return [*settings.ORIGINAL_COPIES, *sorted(set(settings.STORAGES) - set(settings.ORIGINAL_COPIES) - OTHERS)]


def named_keys(keys: Sequence[str]) -> set[str]:
    """Those of `keys` that some row names as whatever: two storages may well share a place."""
    found: set[str] = set()
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        found.update(Media.objects.filter(original_key__in=chunk).values_list("original_key", flat=True))
        found.update(Rendition.objects.filter(key__in=chunk).values_list("key", flat=True))
        found.update(UploadPart.objects.filter(key__in=chunk).values_list("key", flat=True))
        direct = Upload.objects.filter(state=Upload.State.OPEN, key__in=chunk)
        found.update(direct.values_list("key", flat=True))
    return found


def _begins(field: str, prefixes: Sequence[str]) -> Q:
    return reduce(or_, (Q(**{f"{field}__startswith": prefix}) for prefix in prefixes))


def _originals(alias: str, prefixes: Sequence[str]) -> dict[str, int]:
    """Copies known to be no good are the work of the scrub."""
    named = _begins("media__original_key", prefixes)
    copies = OriginalCopy.objects.filter(named, storage=alias, damaged_at=None)
    return dict(copies.values_list("media__original_key", "media_id"))


def _mend(alias: str, media_id: int) -> None:
    media = Media.objects.filter(pk=media_id).first()
    if media is not None and note_wrong(media, alias, Verdict.MISSING):
        enqueue("photos.mend_copies", media_id=media_id)


def _renditions(prefixes: Sequence[str]) -> dict[str, int]:
    return dict(Rendition.objects.filter(_begins("key", prefixes)).values_list("key", "media_id"))


def _is_without_squares() -> bool:
    """Whether the newest pictures have no square: not one that was lost, but a disk that is not mounted."""
    squares = Rendition.objects.filter(name="square", content_type="image/jpeg").order_by("-pk")[:WITNESSES]
    there = [has_copy(RENDITIONS, square.key, square.bytes) for square in squares]
    return len(there) == WITNESSES and not any(there)


def _develop_again(media_id: int) -> None:
    """What waits or is being developed already gets new files anyway."""
    with transaction.atomic():
        ready = Media.objects.select_for_update(no_key=True).filter(pk=media_id, state=Media.State.READY).first()
        if ready is not None:
            develop_again(ready)


def _parts(prefixes: Sequence[str]) -> dict[str, int]:
    parts = UploadPart.objects.filter(_begins("key", prefixes), upload__state=Upload.State.OPEN)
    return dict(parts.values_list("key", "pk"))


def _go_back(part_id: int) -> None:
    """The bytes from this part on must be sent again: the client is told so when it asks where its upload stands."""
    with transaction.atomic():
        part = UploadPart.objects.filter(pk=part_id).first()
        if part is None:
            return
        upload = Upload.objects.select_for_update(no_key=True).get(pk=part.upload_id)
        if upload.state == Upload.State.OPEN:
            later = upload.parts.filter(offset__gte=part.offset)
            keys = list(later.values_list("key", flat=True))
            later.delete()
            Upload.objects.filter(pk=upload.pk).update(offset=part.offset)
            forget_objects({UPLOADS: keys})
