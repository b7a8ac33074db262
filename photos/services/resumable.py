"""Files that come in over several requests: whatever has arrived is kept, and any process can go on from there.

Each piece is an object of its own in the storage `uploads`. It counts from the moment when the row of the upload moves
on by its length; whoever comes second with the same place loses, and removes what it has stored.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Count, Sum
from django.utils import timezone

from accounts.models import User
from core.exceptions import Conflict, InvalidInput, RateLimited, Unavailable, UploadTooLarge
from core.faults import fault
from core.models import new_id
from core.sizes import size_text
from core.storage import delete_everywhere, random_key, save_bytes
from photos.models import Upload, UploadPart
from photos.services.drafts import clean_alt_text
from photos.services.quota import check_room

STORAGE = "uploads"
LIFETIME = timedelta(hours=24)  # from the last byte on
MAX_OPEN = 100  # of one person


@dataclass(frozen=True, slots=True)
class Described:
    """What the client says about a file before it sends it. `sha256` is in hexadecimal or ""."""

    metadata: str = ""
    alt_text: str = ""
    sha256: str = ""


def create_upload(actor: User, *, size: int, described: Described, way: str = Upload.Way.TUS, key: str = "") -> Upload:
    """Room for a file of `size` bytes that is still to come.

    InvalidInput, UploadTooLarge, QuotaExceeded (unfinished uploads count with their whole size) or RateLimited (too
    many unfinished ones).
    """
    if size == 0:
        raise InvalidInput.field("file", "The file is empty.", code="empty")
    if size > settings.UPLOAD_MAX_BYTES:
        raise UploadTooLarge(f"The file is larger than {size_text(settings.UPLOAD_MAX_BYTES)}.")
    alt_text = clean_alt_text(described.alt_text)
    now = timezone.now()
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        still_open = Upload.objects.filter(owner=actor, state=Upload.State.OPEN, expires_at__gt=now)
        known = still_open.aggregate(number=Count("id"), declared=Sum("bytes"))
        if known["number"] >= MAX_OPEN:
            message = f"{MAX_OPEN} uploads are open already. Finish or delete some of them first."
            raise RateLimited(message, code="too_many_uploads", retry_after=60)
        check_room(actor, size + (known["declared"] or 0))
        return Upload.objects.create(
            id=new_id(actor.pk),
            owner=actor,
            way=way,
            bytes=size,
            metadata=described.metadata,
            alt_text=alt_text,
            sha256=described.sha256,
            key=key,
            expires_at=now + LIFETIME,
        )


def keep_pieces(upload: Upload, pieces: Iterable[bytes]) -> Upload:
    """Add `pieces` at the end of what is there; returns the upload as it then is.

    Each piece is kept before the next one is taken. Conflict when somebody else has added meanwhile, Unavailable when
    a piece cannot be stored; the pieces before it stay.
    """
    for piece in pieces:
        _keep_piece(upload, piece)
    upload.refresh_from_db()
    return upload


def _keep_piece(upload: Upload, piece: bytes) -> None:
    fault("P2" if upload.offset else "P1")
    key = random_key("")
    try:
        save_bytes(STORAGE, key, piece)
    except Exception as error:
        delete_everywhere([STORAGE], key)
        message = "The bytes could not be stored. What was sent before is kept; please go on from there."
        raise Unavailable(message) from error
    moved = False
    try:
        moved = _move_on(upload, key, len(piece))
    finally:
        if not moved and not _may_be_kept(key):
            delete_everywhere([STORAGE], key)
    if not moved:
        raise Conflict("Somebody else goes on with this upload. Ask where it is and go on from there.", code="offset")


def _move_on(upload: Upload, key: str, size: int) -> bool:
    """Whether the row stood where we believed it to; then it has moved on, and the part belongs to it."""
    start, expires_at = upload.offset, timezone.now() + LIFETIME
    with transaction.atomic():
        here = Upload.objects.filter(pk=upload.pk, owner=upload.owner_id, state=Upload.State.OPEN, offset=start)
        if not here.update(offset=start + size, expires_at=expires_at):
            return False
        UploadPart.objects.create(upload=upload, offset=start, bytes=size, key=key)
    upload.offset, upload.expires_at = start + size, expires_at
    return True


def _may_be_kept(key: str) -> bool:
    """Whether a row names this part after a commit whose answer was lost; True when nobody can be asked."""
    try:
        return UploadPart.objects.filter(key=key).exists()
    except DatabaseError:
        return True
