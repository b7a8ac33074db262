from typing import Any, ClassVar

from django.contrib.admin.options import ModelAdmin
from django.db.models import Prefetch
from django.db.models.expressions import Combinable
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.media_urls import PRIVATE_SECONDS, media_url
from photos.models import Media, Rendition

SQUARES = Prefetch(
    "renditions", queryset=Rendition.objects.filter(name="square", content_type="image/jpeg"), to_attr="squares"
)


def thumbnail(media: Media | None) -> SafeString | str:
    """The square of a media loaded with SQUARES."""
    squares: list[Rendition] = getattr(media, "squares", [])
    if media is None or not squares:
        return "-"
    url = media_url("renditions", squares[0].key, content_type="image/jpeg", seconds=PRIVATE_SECONDS)
    return format_html('<img src="{}" alt="{}" width="64" height="64">', url, media.alt_text)


class ReadOnlyAdmin(ModelAdmin[Any]):
    """Rows that only services may make; staff look, search and filter."""

    ordering: ClassVar[tuple[str | Combinable, ...]] = ("-id",)
    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
