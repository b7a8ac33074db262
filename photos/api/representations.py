"""Media as the API writes them for their owner; what everybody may know is in `photos.representations`."""

from typing import Any

from core.times import iso_utc
from photos.models import Media, Post
from photos.representations import represent_media
from photos.services.receipts import receipt_of


def represent_own_media(media: Media, post: Post | None = None) -> dict[str, Any]:
    """All of a media, for its owner. Needs `renditions` and `copies` loaded."""
    failed = media.state == Media.State.FAILED
    return {
        **represent_media(media, post, own=True),
        "progress": media.progress,
        "recipe": media.recipe,
        "failure": {"code": media.failure_code, "detail": media.failure_detail} if failed else None,
        "sha256": media.sha256,
        "bytes": media.bytes,
        "post_id": str(media.post_id) if media.post_id else None,
        "created_at": iso_utc(media.created_at),
        "receipt": represent_receipt(media),
    }


def represent_receipt(media: Media) -> dict[str, Any]:
    """What this installation vouches for: these bytes, in these places. Needs `copies` loaded."""
    return receipt_of(media)
