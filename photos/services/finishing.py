"""The end of an upload over several requests: the whole file goes through the same door as every other.

An upload stays open until its file is kept or refused, so whoever comes next (the client, or the hourly task) ends what
was broken off. Ending twice gives the same media, for the same bytes do.
"""

import base64
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import IO

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.connections import release_connection
from core.deleting import forget_objects
from core.exceptions import (
    AppError,
    Conflict,
    InvalidInput,
    NotFound,
    QuotaExceeded,
    RateLimited,
    Unavailable,
    UnsupportedFile,
    UploadTooLarge,
)
from core.faults import fault
from core.storage import media_storage
from photos.models import Media, Upload, UploadPart
from photos.services.resumable import STORAGE
from photos.services.uploads import accept_upload

logger = logging.getLogger(__name__)

REMEMBERED = timedelta(days=7)  # how long an ended upload can still be asked after
_REFUSALS = {each.status: each for each in (UploadTooLarge, UnsupportedFile, InvalidInput)}

Write = Callable[[bytes], object]


def finish_upload(upload: Upload) -> Upload:
    """Keep or refuse the file of an upload that has all its bytes; of any other nothing changes.

    Unavailable or RateLimited leave it open, to be finished later. Conflict when stored bytes have gone: the upload
    then stands where they are missing.
    """
    if upload.state != Upload.State.OPEN or upload.offset < upload.bytes:
        return upload
    fault("P3")
    with temporary_file(upload) as file:
        if _assemble(upload, file.write):
            accept_into(upload, file)
    return upload


def accept_into(upload: Upload, file: IO[bytes]) -> None:
    """Give the whole file to `accept_upload`, and end the upload with what it says."""
    digest = f"sha-256=:{base64.b64encode(bytes.fromhex(upload.sha256)).decode()}:" if upload.sha256 else ""
    try:
        media, _is_new = accept_upload(upload.owner, file, size=upload.bytes, alt_text=upload.alt_text, digest=digest)
    except (Unavailable, RateLimited):
        raise
    except AppError as error:
        refuse(upload, error)
        return
    _end(upload, Upload.State.FINISHED, media=media, offset=upload.bytes)


def refuse(upload: Upload, error: AppError) -> None:
    """End the upload with this answer, for good."""
    _end(
        upload,
        Upload.State.REFUSED,
        refusal_status=error.status,
        refusal_code=error.code,
        refusal_detail=error.detail[:300],
    )


def refusal(upload: Upload) -> AppError:
    """The error that ended a refused upload."""
    code, detail = upload.refusal_code, upload.refusal_detail
    if code == QuotaExceeded.code:
        return QuotaExceeded(detail)
    if upload.refusal_status == InvalidInput.status:
        return InvalidInput.field("file", detail, code=code)
    return _REFUSALS.get(upload.refusal_status, Conflict)(detail, code=code)


def terminate_upload(upload: Upload, *, expired_by: datetime | None = None) -> None:
    """Forget an upload and its bytes (if it has `expired_by` then); a media that was made of it stays."""
    found = Upload.objects.filter(pk=upload.pk)
    with transaction.atomic():
        locked = (found.filter(expires_at__lt=expired_by) if expired_by else found).select_for_update().first()
        if locked is not None:
            _drop_bytes(locked)
            locked.delete()


def _end(upload: Upload, state: str, *, media: Media | None = None, **more: object) -> None:
    """One of several that end an upload at once does it; afterwards `upload` is as the row is."""
    with transaction.atomic():
        still_open = Upload.objects.filter(pk=upload.pk, state=Upload.State.OPEN)
        until = timezone.now() + REMEMBERED
        if still_open.update(state=state, media=media, expires_at=until, **more):
            _drop_bytes(upload)
    look_again(upload)


def look_again(upload: Upload) -> None:
    """What the row says by now. NotFound when its owner has deleted it meanwhile."""
    try:
        upload.refresh_from_db()
    except Upload.DoesNotExist:
        raise NotFound from None


def _drop_bytes(upload: Upload) -> None:
    _delete_parts(upload.parts.all())
    if upload.key:
        forget_objects({STORAGE: [upload.key]})


def _delete_parts(parts: "QuerySet[UploadPart]") -> None:
    """Rows now, their objects by a task: a storage that is away does not keep them for ever."""
    keys = list(parts.values_list("key", flat=True))
    parts.delete()
    forget_objects({STORAGE: keys})


@contextmanager
def temporary_file(upload: Upload) -> Iterator[TemporaryUploadedFile]:
    """A file with a name on the disk, gone afterwards."""
    file = TemporaryUploadedFile(f"{upload.pk}.upload", "application/octet-stream", upload.bytes, None)
    try:
        yield file
    finally:
        file.close()


def _assemble(upload: Upload, write: Write) -> bool:
    """Write every part in order; False when somebody else has ended the upload meanwhile.

    Conflict when a part is not there whole, Unavailable when the storage is away.
    """
    parts = list(upload.parts.order_by("offset"))
    release_connection()
    end = 0
    for part in parts:
        if part.offset != end or _copy(part, write) != part.bytes:
            break
        end += part.bytes
    return end == upload.bytes or _go_back(upload, end)


def _copy(part: UploadPart, write: Write) -> int:
    """How many bytes there were."""
    size = 0
    try:
        for chunk in media_storage(STORAGE).read(part.key):
            write(chunk)
            size += len(chunk)
    except FileNotFoundError:
        return 0
    except Exception as error:
        message = "What was sent is kept, but cannot be read at the moment. Please try again."
        raise Unavailable(message) from error
    return size


def _go_back(upload: Upload, offset: int) -> bool:
    """The bytes from `offset` on must be sent again: Conflict. False when the upload is not open any more."""
    with transaction.atomic():
        full = Upload.objects.filter(pk=upload.pk, state=Upload.State.OPEN, offset=upload.bytes)
        moved = full.update(offset=offset)
        if moved:
            _delete_parts(upload.parts.filter(offset__gte=offset))
    look_again(upload)
    if upload.state != Upload.State.OPEN:
        return False
    logger.error("parts of an upload are missing", extra={"upload": upload.pk, "offset": offset})
    message = "Some of the bytes must be sent again. Ask where the upload is and go on from there."
    raise Conflict(message, code="offset")
