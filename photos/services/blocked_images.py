"""Pictures that staff do not take: the list of them, and what happens when one of them comes."""

import shutil
import tempfile
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.storage import storages
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.hits import note_hits
from core.exceptions import InvalidInput, NotAllowed
from photos.imaging.darkroom import DecoderDied, develop_safely
from photos.imaging.errors import UnreadableImage
from photos.imaging.formats import Format
from photos.likenesses import forget_likenesses, to_column
from photos.models import BlockedImage, Media
from photos.services.checking import check_file
from photos.signals import blocked_picture_found

CODE = "blocked_picture"
WORDS = "The people who run this site do not take this picture. It is not published. If it is a mistake, write to them."
MOST_DISTANCE = 16


def note_blocked(media: Media, entry: int) -> None:
    """Call inside the transaction that refuses `media` because it is like this entry: it is counted, and staff told."""
    note_hits(BlockedImage, [entry])
    blocked_picture_found.send(sender=None, media_id=media.pk, image_id=entry)


def block_picture(staff: User, media: Media, *, reason: str = "", distance: int = 10) -> BlockedImage:
    """Put a picture that was sent here on the list, as it is shown; of a film its poster.

    InvalidInput for one that is of one colour, or cannot be read. NotAllowed for who is not staff.
    """
    if media.likeness is not None:
        return _add(staff, media.likeness, reason=reason, distance=distance, media_id=media.pk)
    with storages["renditions"].open(_shown_key(media)) as file:
        value = likeness_of_file(file)
    return _add(staff, value, reason=reason, distance=distance, media_id=media.pk)


def block_sample(staff: User, file: IO[bytes], *, reason: str = "", distance: int = 10) -> BlockedImage:
    """Put the picture in a file on the list. The file is not kept. InvalidInput as above."""
    _require_staff(staff)
    return _add(staff, likeness_of_file(file), reason=reason, distance=distance, media_id=None)


def unblock_pictures(staff: User, ids: list[int]) -> int:
    """Take entries off the list; returns how many."""
    _require_staff(staff)
    with transaction.atomic():
        deleted, _rows = BlockedImage.objects.filter(pk__in=ids).delete()
        forget_likenesses()
    return deleted


def set_distance(staff: User, image: BlockedImage) -> None:
    """Save an entry that staff have changed."""
    _require_staff(staff)
    _check_distance(image.distance)
    with transaction.atomic():
        image.save()
        forget_likenesses()


def likeness_of_file(file: IO[bytes]) -> int:
    """As a column. InvalidInput for what is no picture, and for a picture that is of one colour."""
    with tempfile.NamedTemporaryFile(prefix="sample-") as copy:
        shutil.copyfileobj(file, copy)
        copy.flush()
        checked = check_file(copy, copy.tell(), photos_only=True)
        found = _develop(Path(copy.name), checked.format)
    if not found:
        raise InvalidInput.field("file", _("There is nothing in this picture to know it by."), code="picture_flat")
    return to_column(found[-1])


def _develop(path: Path, format: Format) -> tuple[int, ...]:
    try:
        made = develop_safely(
            str(path),
            format,
            max_pixels=settings.PHOTO_MAX_PIXELS,
            seconds=settings.DEVELOP_SECONDS,
            memory=settings.DEVELOP_MEMORY,
        )
    except (UnreadableImage, DecoderDied) as error:
        raise InvalidInput.field("file", _("This picture cannot be read."), code="damaged") from error
    return made.likenesses


def _add(staff: User, value: int, *, reason: str, distance: int, media_id: int | None) -> BlockedImage:
    """One entry for each likeness: adding it again widens what there is."""
    _require_staff(staff)
    _check_distance(distance)
    with transaction.atomic():
        image, is_new = BlockedImage.objects.get_or_create(
            likeness=value,
            defaults={"reason": reason, "distance": distance, "media_id": media_id, "added_by": staff},
        )
        if not is_new and image.distance < distance:
            image.distance = distance
            image.save(update_fields=["distance"])
        forget_likenesses()
    return image


def _check_distance(distance: int) -> None:
    if not 0 <= distance <= MOST_DISTANCE:
        message = _("Between 0 and %d.") % MOST_DISTANCE
        raise InvalidInput.field("distance", message, code="out_of_range")


def _shown_key(media: Media) -> str:
    """The widest JPEG of up to 1280 pixels; InvalidInput when nothing was ever made of it."""
    jpegs = media.renditions.filter(content_type="image/jpeg", width__lte=1280).exclude(name="square")
    key = jpegs.order_by("-width").values_list("key", flat=True).first()
    if key is None:
        raise InvalidInput(_("There is nothing to see of this picture."), code="not_ready")
    return str(key)


def _require_staff(staff: User) -> None:
    if not (staff.is_staff and staff.is_active):
        raise NotAllowed
