"""Files that go straight to the object store: a presigned address before, a look at every byte after."""

import hashlib
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from core.exceptions import Conflict, InvalidInput, Unavailable
from core.s3_uploads import PresignedPut, presign_put, takes_direct_uploads
from core.storage import media_storage, random_key
from photos.models import Upload
from photos.services.finishing import Write, accept_into, look_again, refuse, temporary_file
from photos.services.resumable import STORAGE, Described, create_upload

ADDRESS_LIFE = timedelta(hours=1)


def begin_direct(actor: User, *, size: int, sha256: str, alt_text: str = "") -> Upload:
    """Room for a file that its sender puts into the store. Conflict when files can only be sent to us."""
    if not takes_direct_uploads(STORAGE):
        message = "Files cannot be sent straight to the store here. Send them to /rest/v1/uploads or /rest/v1/media."
        raise Conflict(message, code="direct_not_available")
    described = Described(alt_text=alt_text, sha256=sha256)
    return create_upload(actor, size=size, described=described, way=Upload.Way.DIRECT, key=random_key(""))


def address_of(upload: Upload) -> tuple[PresignedPut, datetime]:
    """Where to send the bytes of a direct upload, and until when."""
    seconds = int(ADDRESS_LIFE.total_seconds())
    put = presign_put(STORAGE, upload.key, size=upload.bytes, sha256=upload.sha256, seconds=seconds)
    return put, timezone.now() + ADDRESS_LIFE


def finish_direct(upload: Upload) -> Upload:
    """Keep or refuse what was put into the store; once that is decided it stays so.

    Conflict when nothing is there, Unavailable when the store is away; then the upload stays open.
    """
    if upload.state != Upload.State.OPEN:
        return upload
    with temporary_file(upload) as file:
        try:
            size, sha256 = _fetch(upload, file.write)
        except FileNotFoundError:
            look_again(upload)
            if upload.state == Upload.State.OPEN:
                raise Conflict("The store has no such file yet. Send it first.", code="not_received") from None
            return upload
        if (size, sha256) == (upload.bytes, upload.sha256):
            accept_into(upload, file)
        else:
            message = "What arrived is not what was announced. Please begin again."
            refuse(upload, InvalidInput.field("file", message, code="digest"))
    return upload


def _fetch(upload: Upload, write: Write) -> tuple[int, str]:
    """Copy the object; returns its length and SHA-256. No more than was announced is read. FileNotFoundError."""
    digest, size = hashlib.sha256(), 0
    try:
        for chunk in media_storage(STORAGE).read(upload.key, 0, upload.bytes + 1):
            digest.update(chunk)
            size += len(chunk)
            write(chunk)
    except FileNotFoundError:
        raise
    except Exception as error:
        message = "The store cannot be read at the moment. What you sent there is kept; please try again."
        raise Unavailable(message) from error
    return size, digest.hexdigest()
