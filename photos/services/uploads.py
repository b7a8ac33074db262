"""Accepting a file: check, store enough copies, verify them, and only then say yes."""

import base64
import binascii
import hashlib
import logging
from functools import partial
from typing import IO

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import User
from core import rate_limits
from core.connections import release_connection
from core.events import enqueue
from core.exceptions import InvalidInput, QuotaExceeded, Unavailable
from core.faults import fault
from core.models import new_id
from core.storage import (
    delete_everywhere,
    is_resting,
    note_away,
    random_key,
    read_chunks,
    read_digest,
    store_copy,
    store_original,
)
from photos.models import Media, OriginalCopy, Post
from photos.services.checking import Checked, check_file
from photos.services.drafts import clean_alt_text
from photos.services.queueing import queue_development
from photos.services.quota import check_room
from photos.services.repair import note_right

logger = logging.getLogger(__name__)


def accept_upload(
    actor: User, file: IO[bytes], *, size: int, alt_text: str = "", digest: str = "", photos_only: bool = False
) -> tuple[Media, bool]:
    """Keep `file` (of `size` bytes) for `actor`; returns its Media and whether it is new.

    When this returns, the bytes are in ORIGINAL_QUORUM copies and verified. The same bytes give the same Media again.
    Raises UploadTooLarge, UnsupportedFile, InvalidInput (empty, damaged, too many pixels, too long, wrong `digest`),
    QuotaExceeded or Unavailable; then nothing is kept. `digest` is the value of a Content-Digest header, or "".
    """
    alt_text = clean_alt_text(alt_text)
    rate_limits.allow("upload", str(actor.pk))
    checked = check_file(file, size, photos_only=photos_only)
    sha256 = sha256_of(file)
    _check_digest(digest, sha256)
    known = find_same_bytes(actor, sha256)
    if known is not None and _is_kept(known, file):
        return known, False
    _check_room_early(actor, size, sha256)
    media = _new_media(actor, checked, size=size, sha256=sha256, alt_text=alt_text)
    release_connection()
    copies = store_original(file, key=media.original_key, sha256=sha256, size=size)
    kept = _keep(actor, media, copies)
    return kept, kept is media


def find_same_bytes(actor: User, sha256: str) -> Media | None:
    """What `actor` sent before with these bytes and can still use or see: not failed, not in the trash."""
    same = Media.objects.filter(owner=actor, sha256=sha256).exclude(state=Media.State.FAILED)
    return same.exclude(post__state=Post.State.TRASHED).order_by("id").first()


def sha256_of(file: IO[bytes]) -> str:
    """Of the whole file, in hexadecimal."""
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in read_chunks(file):
        digest.update(chunk)
    return digest.hexdigest()


def _check_room_early(actor: User, size: int, sha256: str) -> None:
    """Before anything is stored. The same bytes, sent twice at once, may have taken the room themselves."""
    try:
        check_room(actor, size)
    except QuotaExceeded:
        if find_same_bytes(actor, sha256) is None:
            raise


def _new_media(actor: User, checked: Checked, *, size: int, sha256: str, alt_text: str) -> Media:
    return Media(
        id=new_id(actor.pk),
        owner=actor,
        kind=checked.format.kind,
        original_key=random_key(checked.format.suffix),
        sha256=sha256,
        bytes=size,
        content_type=checked.format.content_type,
        width=checked.width,
        height=checked.height,
        original_width=checked.width,
        original_height=checked.height,
        duration=checked.duration,
        taken_at=checked.taken_at,
        camera=checked.camera,
        alt_text=alt_text,
    )


def _keep(actor: User, media: Media, copies: list[str]) -> Media:
    """Insert the rows of a stored original. Whatever goes wrong, no object stays behind that no row names."""
    kept = None
    try:
        fault("P4")
        with transaction.atomic():
            kept = _insert(actor, media, copies)
    except BaseException:
        if kept is None or not _may_be_kept(media.original_key):
            delete_everywhere(copies, media.original_key)
        raise
    if kept is not media:
        delete_everywhere(copies, media.original_key)
    return kept


def _insert(actor: User, media: Media, copies: list[str]) -> Media:
    """`media` with its copy rows, or the one that a parallel request with the same bytes has just inserted."""
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    known = find_same_bytes(actor, media.sha256)
    if known is not None:
        return known
    check_room(actor, media.bytes)
    now = timezone.now()
    media.state_changed_at = now
    media.save(force_insert=True)
    OriginalCopy.objects.bulk_create(OriginalCopy(media=media, storage=alias, verified_at=now) for alias in copies)
    transaction.on_commit(partial(fault, "P5"))
    queue_development(media.pk, media.kind)
    if len(copies) < len(settings.ORIGINAL_COPIES):
        enqueue("photos.mend_copies", media_id=media.pk)
    transaction.on_commit(partial(fault, "P6"))
    return media


def _may_be_kept(key: str) -> bool:
    """Whether a row names this original after a commit whose answer was lost; True when nobody can be asked."""
    try:
        return Media.objects.filter(original_key=key).exists()
    except DatabaseError:
        return True


def _is_kept(media: Media, file: IO[bytes]) -> bool:
    """Whether these bytes are kept as `media`; False when it was just being deleted. Unavailable as below."""
    try:
        _put_back_copies(media, file)
    except Unavailable:
        if Media.objects.filter(pk=media.pk).exists():
            raise
        return False
    return True


def _put_back_copies(media: Media, file: IO[bytes]) -> None:
    """Before saying that these bytes are kept: store again what is not whole. Unavailable below ORIGINAL_QUORUM."""
    there = 0
    for alias in settings.ORIGINAL_COPIES:
        if not _is_whole(alias, media):
            logger.error("a copy is not right", extra={"media": media.pk, "storage": alias})
            try:
                store_copy(alias, file, key=media.original_key, sha256=media.sha256, size=media.bytes)
            except Unavailable:
                continue
        there += note_right(media, alias, by="upload")
    if there < settings.ORIGINAL_QUORUM:
        raise Unavailable("The file could not be stored safely. Please send it again.")


def _is_whole(alias: str, media: Media) -> bool:
    """Whether this storage gives the right bytes now."""
    if is_resting(alias):
        return False
    try:
        return read_digest(alias, media.original_key) == (media.bytes, media.sha256)
    except FileNotFoundError:
        return False
    except Exception as error:  # noqa: BLE001  each backend raises its own
        note_away(alias, error)
        return False


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
