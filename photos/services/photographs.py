"""A photograph's renditions, made in a child process that may die without harm."""

import logging
from pathlib import Path

from django.conf import settings

from photos.imaging.darkroom import DecoderDied, develop_safely
from photos.imaging.formats import Format, format_of
from photos.imaging.header import UnreadableImage
from photos.imaging.render import Development
from photos.models import Media
from photos.services.derived import Derived, DerivedFile

logger = logging.getLogger(__name__)


def derive_photo(media: Media, path: Path) -> Derived:
    """Develop the original at `path` with the recipe of `media`. UnreadableImage when it cannot be."""
    format = format_of(media.content_type)
    try:
        development = _develop(path, format, media)
    except DecoderDied:
        logger.warning("a decoder died", extra={"media": media.pk})
        development = _develop_once_more(path, format, media)
    return Derived(
        development.width,
        development.height,
        development.blurhash,
        development.placeholder,
        tuple(
            DerivedFile(each.name, each.content_type, each.width, each.height, each.data)
            for each in development.renditions
        ),
        likenesses=development.likenesses,
    )


def _develop(path: Path, format: Format, media: Media) -> Development:
    return develop_safely(
        str(path),
        format,
        max_pixels=settings.PHOTO_MAX_PIXELS,
        recipe=media.recipe,
        focus=(media.focus_x, media.focus_y),
        seconds=settings.DEVELOP_SECONDS,
        memory=settings.DEVELOP_MEMORY,
    )


def _develop_once_more(path: Path, format: Format, media: Media) -> Development:
    """A second death is the fault of the file: trying it for ever would keep others from the worker."""
    try:
        return _develop(path, format, media)
    except DecoderDied as error:
        detail = "The picture cannot be developed: its decoder breaks. The original is kept."
        raise UnreadableImage("decoder_died", detail) from error
