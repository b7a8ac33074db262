from collections.abc import Iterable

from core.exceptions import Unavailable
from core.ids import to_code
from core.media_urls import StoredFile
from core.storage import has_copy, is_resting
from photos.imaging.formats import FORMATS
from photos.models import Media, OriginalCopy, StorageAlarm


def original_file(media: Media) -> StoredFile:
    """The original, from the first copy that is whole, as a download under a name of ours. Needs `copies` loaded.

    Copies known to be damaged are never given. Unavailable when no other answers, `original_lost` when none is left.
    """
    suffix = next(each.suffix for each in FORMATS if each.content_type == media.content_type)
    for copy in sorted((copy for copy in media.copies.all() if copy.damaged_at is None), key=_rank):
        if has_copy(copy.storage, media.original_key, media.bytes):
            return StoredFile(copy.storage, media.original_key, media.content_type, f"{to_code(media.pk)}{suffix}")
    if lost_among([media.pk]):
        message = "No right copy of this original is left; the operator was alarmed."
        raise Unavailable(message, code="original_lost", retry_after=0)
    raise Unavailable("The original cannot be read at the moment. It is kept in several places; please try again.")


def lost_among(media_ids: Iterable[int]) -> set[int]:
    """Those of these media of which no right copy was left when somebody last looked."""
    lost = StorageAlarm.objects.filter(kind=StorageAlarm.Kind.LOST, settled_at=None, media__in=list(media_ids))
    return {alarm.media_id for alarm in lost if alarm.media_id is not None}


def _rank(copy: OriginalCopy) -> tuple[bool, int]:
    """One in a storage that was away a moment ago is asked when nothing else is left."""
    return is_resting(copy.storage), copy.pk
