from core.exceptions import Unavailable
from core.ids import to_code
from core.media_urls import StoredFile
from core.storage import has_copy, is_resting
from photos.imaging.formats import FORMATS
from photos.models import Media, OriginalCopy


def original_file(media: Media) -> StoredFile:
    """The original, from the first copy that is whole, as a download under a name of ours. Needs `copies` loaded."""
    suffix = next(each.suffix for each in FORMATS if each.content_type == media.content_type)
    for copy in sorted(media.copies.all(), key=_rank):
        if has_copy(copy.storage, media.original_key, media.bytes):
            return StoredFile(copy.storage, media.original_key, media.content_type, f"{to_code(media.pk)}{suffix}")
    raise Unavailable("The original cannot be read at the moment. It is kept in several places; please try again.")


def _rank(copy: OriginalCopy) -> tuple[bool, bool, int]:
    """The best copy to read comes first; one that is no good, or away, is asked when nothing else is left."""
    return is_resting(copy.storage), copy.damaged_at is not None, copy.pk
