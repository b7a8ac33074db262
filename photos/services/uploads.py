"""Accepting a file: check, store every copy, verify, and only then say yes."""

import base64
import binascii
import hashlib
import logging
from typing import IO

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import User
from core import rate_limits
from core.events import enqueue
from core.exceptions import InvalidInput, Unavailable, UnsupportedFile, UploadTooLarge
from core.models import new_id
from core.storage import delete_everywhere, has_copy, random_key, read_chunks, store_copy, store_original
from photos.imaging.formats import FORMATS, Format, describe_stranger, is_complete, sniff_format
from photos.imaging.header import Header, UnreadableImage, read_header
from photos.models import Media, OriginalCopy, Post
from photos.services.drafts import clean_alt_text

logger = logging.getLogger(__name__)

MAX_SIDE = 32_000  # AVIF as browsers read it holds little more


def accept_upload(
    actor: User, file: IO[bytes], *, size: int, alt_text: str = "", digest: str = ""
) -> tuple[Media, bool]:
    """Keep `file` (of `size` bytes) for `actor`; returns its Media and whether it is new.

    When this returns, the bytes are in every copy and verified. The same bytes give the same Media again. Raises
    UploadTooLarge, UnsupportedFile, InvalidInput (empty, damaged, too many pixels, wrong `digest`) or Unavailable;
    then nothing is kept. `digest` is the value of a Content-Digest header, or "".
    """
    alt_text = clean_alt_text(alt_text)
    rate_limits.allow("upload", str(actor.pk))
    format, header = check_file(file, size)
    sha256 = _sha256(file)
    _check_digest(digest, sha256)
    known = find_same_bytes(actor, sha256)
    if known is not None:
        _mend_copies(known, file)
        return known, False
    key = random_key(format.suffix)
    copies = store_original(file, key=key, sha256=sha256, size=size)
    media = Media(
        id=new_id(actor.pk),
        owner=actor,
        original_key=key,
        sha256=sha256,
        bytes=size,
        content_type=format.content_type,
        width=header.width,
        height=header.height,
        taken_at=header.taken_at,
        camera=header.camera,
        alt_text=alt_text,
    )
    kept = None
    try:
        with transaction.atomic():
            kept = _insert(actor, media, copies)
    except BaseException:
        if kept is None or not _may_be_kept(key):
            delete_everywhere(copies, key)
        raise
    if kept is not media:
        delete_everywhere(copies, key)
    return kept, kept is media


def _may_be_kept(key: str) -> bool:
    """Whether a row names this original after a commit whose answer was lost; True when nobody can be asked."""
    try:
        return Media.objects.filter(original_key=key).exists()
    except DatabaseError:
        return True


def _mend_copies(media: Media, file: IO[bytes]) -> None:
    """Before saying that these bytes are kept: store again what is not there whole. Unavailable if no copy is."""
    missing = [alias for alias in settings.ORIGINAL_COPIES if not has_copy(alias, media.original_key, media.bytes)]
    none_left = len(missing) == len(settings.ORIGINAL_COPIES)
    for alias in missing:
        logger.error("a copy is missing", extra={"media": media.pk, "storage": alias})
        try:
            store_copy(alias, file, key=media.original_key, sha256=media.sha256, size=media.bytes)
        except Unavailable:
            if none_left:
                raise
            continue
        none_left = False
        now = timezone.now()
        OriginalCopy.objects.update_or_create(media=media, storage=alias, defaults={"verified_at": now})


def check_file(file: IO[bytes], size: int) -> tuple[Format, Header]:
    """Format and header of a picture we take; raises what is wrong with any other file. Decodes nothing."""
    if size == 0:
        raise InvalidInput.field("file", "The file is empty.", code="empty")
    if size > settings.UPLOAD_MAX_BYTES:
        raise UploadTooLarge(f"The file is larger than {settings.UPLOAD_MAX_BYTES // 1024**2} MB.")
    file.seek(0)
    head = file.read(64)
    format = sniff_format(head)
    if format is None:
        taken = ", ".join(each.name for each in FORMATS)
        raise UnsupportedFile(f"This is {describe_stranger(head)}. Pictures can be {taken}.")
    try:
        header = read_header(file, format)
    except UnreadableImage as error:
        raise InvalidInput.field("file", error.detail, code=error.code) from error
    if header.width * header.height > settings.UPLOAD_MAX_PIXELS:
        most = settings.UPLOAD_MAX_PIXELS // 1_000_000
        raise InvalidInput.field("file", f"The picture has more than {most} million pixels.", code="too_many_pixels")
    if max(header.width, header.height) > MAX_SIDE:
        message = f"The picture is longer than {MAX_SIDE} pixels on one side."
        raise InvalidInput.field("file", message, code="too_many_pixels")
    file.seek(0)
    if not is_complete(file, format, size):
        raise InvalidInput.field("file", "The file stops early. Please send it again.", code="truncated")
    return format, header


def find_same_bytes(actor: User, sha256: str) -> Media | None:
    """What `actor` sent before with these bytes and can still use or see: not failed, not in the trash."""
    same = Media.objects.filter(owner=actor, sha256=sha256).exclude(state=Media.State.FAILED)
    return same.exclude(post__state=Post.State.TRASHED).order_by("id").first()


def _insert(actor: User, media: Media, copies: list[str]) -> Media:
    """`media` with its copy rows, or the one that a parallel request with the same bytes has just inserted."""
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    known = find_same_bytes(actor, media.sha256)
    if known is not None:
        return known
    now = timezone.now()
    media.state_changed_at = now
    media.save(force_insert=True)
    OriginalCopy.objects.bulk_create(OriginalCopy(media=media, storage=alias, verified_at=now) for alias in copies)
    enqueue("photos.process_media", media_id=media.pk)
    return media


def _sha256(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in read_chunks(file):
        digest.update(chunk)
    return digest.hexdigest()


def _check_digest(header: str, sha256: str) -> None:
    """Compare with `Content-Digest: sha-256=:<base64>:` when the client sent it, alone or among other kinds."""
    for member in header.split(","):
        name, _, value = member.strip().partition("=")
        if name == "sha-256" and _decode_digest(value) != sha256:
            message = "What arrived is not what was sent. Please send it again."
            raise InvalidInput.field("file", message, code="digest")


def _decode_digest(value: str) -> str:
    """The hexadecimal form of `:<base64>:`; "" when it is nothing of the kind."""
    try:
        return base64.b64decode(value.strip(":"), validate=True).hex()
    except (binascii.Error, ValueError):
        return ""
