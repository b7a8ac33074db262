from typing import Any, ClassVar

from django.contrib.admin.options import ModelAdmin
from django.db.models import Prefetch, Q
from django.db.models.expressions import Combinable
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.querysets import Viewer
from core.media_urls import PRIVATE_SECONDS, media_url
from photos.models import Media, Post, Rendition
from photos.querysets import PostQuerySet

SQUARES = Prefetch(
    "renditions", queryset=Rendition.objects.filter(name="square", content_type="image/jpeg"), to_attr="squares"
)


def thumbnail(media: Media | None, *, is_shown: bool) -> SafeString | str:
    """The square of a media loaded with SQUARES, or a word in its place where staff are not shown it."""
    squares: list[Rendition] = getattr(media, "squares", [])
    if media is None or not squares:
        return "-"
    if not is_shown:
        return format_html("<em>{}</em>", "private")
    url = media_url("renditions", squares[0].key, content_type="image/jpeg", seconds=PRIVATE_SECONDS)
    return format_html('<img src="{}" alt="{}" width="64" height="64">', url, media.alt_text)


def previewed_posts(staff: Viewer, posts: PostQuerySet) -> PostQuerySet:
    """Those of the posts whose pictures and words staff may look at: what they would see as anybody, and what they have
    removed that was open to everybody, to decide whether it comes back.
    """
    removed = Post.objects.filter(
        state=Post.State.REMOVED, audience__in=["public", "unlisted"], author__is_private=False, author__is_active=True
    )
    seen = Post.objects.visible_to(staff)
    return posts.filter(Q(pk__in=seen.values("pk")) | Q(pk__in=removed.values("pk")))


class ReadOnlyAdmin(ModelAdmin[Any]):
    """Rows that only services may make; staff look, search and filter, but not by what is in `private` columns."""

    private: ClassVar[tuple[str, ...]] = ()

    ordering: ClassVar[tuple[str | Combinable, ...]] = ("-id",)
    show_full_result_count = False
    list_per_page = 50

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup.partition("__")[0] not in self.private and super().lookup_allowed(lookup, value, request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
