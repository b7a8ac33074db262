"""The files of a new post: those kept by an earlier try or by the upload page, and those that came with the form."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.web.decorators import SignedInRequest
from core.exceptions import AppError, FieldError, InvalidInput, Unavailable
from core.sizes import size_text
from core.web.uploads import too_large_files
from photos.cards import PictureCard, picture_card
from photos.imaging.formats import PHOTO_FORMATS, VIDEO_FORMATS
from photos.models import Media
from photos.services.drafts import clean_alt_text
from photos.services.posts import describe_media
from photos.services.uploads import accept_upload


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that is kept and in no post yet, as the form shows it again."""

    media: Media
    name: str
    alt: str

    @property
    def picture(self) -> PictureCard:
        return picture_card(self.media)


@dataclass(slots=True)
class Picked:
    """`media_ids` in the order of the post, whoever owns them; `kept` those of them that are free and the person's own.

    `refused` are names of files with the reason; nothing of those is kept.
    """

    media_ids: list[int] = field(default_factory=list)
    kept: list[KeptFile] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def pick_files(request: SignedInRequest, media_ids: Sequence[int], files: "Sequence[UploadedFile[Any]]") -> Picked:
    """Keep what can be kept of `files`, behind the media named already."""
    names = {media_id: request.POST.get(f"name_{media_id}", "")[:200] for media_id in media_ids}
    refused = [(name, too_large_text()) for name in too_large_files(request)]
    for file in files:
        try:
            media = _keep(request.user, file, names)
        except Unavailable:
            raise
        except AppError as error:
            refused.append((file.name or "", error.detail))
        else:
            names[media.pk] = file.name or ""
    return Picked(list(names), _kept(request.user, names, request.POST), refused)


def _keep(actor: User, file: "UploadedFile[Any]", others: Collection[int]) -> Media:
    if len(others) >= settings.POST_MAX_ITEMS:
        raise InvalidInput(_("A post has %d pictures at most.") % settings.POST_MAX_ITEMS)
    media, _is_new = accept_upload(actor, file, size=file.size or 0)
    if media.pk in others:
        raise InvalidInput(_("The same file is there twice."))
    return media


def describe_kept(actor: User, picked: Picked) -> None:
    """Keep the words written beside each file; no words leave what was said before."""
    for item in picked.kept:
        if item.alt.strip() and item.alt.strip() != item.media.alt_text:
            describe_media(actor, item.media, alt_text=item.alt)


def check_descriptions(picked: Picked) -> None:
    """InvalidInput that says which description cannot be kept."""
    problems = []
    for number, item in enumerate(picked.kept, 1):
        try:
            clean_alt_text(item.alt)
        except InvalidInput as error:
            problems.append(FieldError("files", error.code, _("Picture %d: ") % number + error.detail))
    if problems:
        raise InvalidInput(problems[0].message, errors=problems)


def upload_limits() -> dict[str, object]:
    """What the page of a new post says about files, and what its script checks before sending."""
    return {
        "max_items": settings.POST_MAX_ITEMS,
        "photo_max": settings.PHOTO_MAX_BYTES,
        "photo_max_text": size_text(settings.PHOTO_MAX_BYTES),
        "photo_pixels": settings.PHOTO_MAX_PIXELS,
        "photo_megapixels": settings.PHOTO_MAX_PIXELS // 1_000_000,
        "photo_formats": ", ".join(each.name for each in PHOTO_FORMATS),
        "video_max": settings.VIDEO_MAX_BYTES,
        "video_max_text": size_text(settings.VIDEO_MAX_BYTES),
        "video_seconds": settings.VIDEO_MAX_SECONDS,
        "video_minutes": settings.VIDEO_MAX_SECONDS // 60,
        "video_formats": ", ".join(each.name for each in VIDEO_FORMATS),
    }


def too_large_text() -> str:
    return _("The file is larger than %s.") % size_text(settings.UPLOAD_MAX_BYTES)


def _kept(actor: User, names: dict[int, str], sent: QueryDict) -> list[KeptFile]:
    own = Media.objects.filter(owner=actor, post=None, pk__in=names).prefetch_related("renditions").in_bulk()
    return [KeptFile(own[pk], name, sent.get(f"alt_{pk}", own[pk].alt_text)) for pk, name in names.items() if pk in own]
