from typing import Any

from django.contrib import admin
from django.contrib.admin.options import ModelAdmin, TabularInline
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.media_urls import PRIVATE_SECONDS, media_url
from photos.models import Like, Media, OriginalCopy, Post, Rendition, Tag
from photos.services.trash import restore_post, trash_post

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

    ordering = ("-id",)
    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class MediaInline(TabularInline[Media, Post]):
    model = Media
    extra = 0
    can_delete = False
    show_change_link = True
    fields = readonly_fields = ("position", "state", "width", "height", "bytes", "alt_text")

    def has_add_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return False


@admin.register(Post)
class PostAdmin(ReadOnlyAdmin):
    list_display = ("picture", "__str__", "author", "audience", "state", "like_count", "created_at", "published_at")
    list_display_links = ("picture", "__str__")
    list_filter = ("state", "audience", "sensitive", "created_at")
    list_select_related = ("author",)
    search_fields = ("title", "caption", "author__username")
    inlines = (MediaInline,)
    actions = ("move_to_trash", "bring_back")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        media = Media.objects.order_by("position", "id").prefetch_related(SQUARES)
        return Post.objects.prefetch_related(Prefetch("media", queryset=media))

    @admin.display(description="")
    def picture(self, post: Post) -> SafeString | str:
        return thumbnail(next(iter(post.media.all()), None))

    @admin.action(description="Move to the trash")
    def move_to_trash(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        for post in queryset.select_related("author"):
            trash_post(post.author, post)

    @admin.action(description="Bring back from the trash")
    def bring_back(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        for post in queryset.select_related("author"):
            restore_post(post.author, post)


class CopyInline(TabularInline[OriginalCopy, Media]):
    model = OriginalCopy
    extra = 0
    can_delete = False
    fields = readonly_fields = ("storage", "verified_at")


class RenditionInline(TabularInline[Rendition, Media]):
    model = Rendition
    extra = 0
    can_delete = False
    fields = readonly_fields = ("name", "content_type", "width", "height", "bytes")


@admin.register(Media)
class MediaAdmin(ReadOnlyAdmin):
    list_display = (
        "picture",
        "id",
        "owner",
        "state",
        "content_type",
        "width",
        "height",
        "bytes",
        "failure_code",
        "created_at",
    )
    list_display_links = ("picture", "id")
    list_filter = ("state", "content_type", "failure_code", "created_at")
    list_select_related = ("owner",)
    search_fields = ("owner__username", "sha256", "alt_text")
    inlines = (CopyInline, RenditionInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Media]:
        return Media.objects.prefetch_related(SQUARES)

    @admin.display(description="")
    def picture(self, media: Media) -> SafeString | str:
        return thumbnail(media)


@admin.register(Like)
class LikeAdmin(ReadOnlyAdmin):
    list_display = ("user", "post", "created_at")
    list_select_related = ("user", "post")
    search_fields = ("user__username", "post__title")


@admin.register(Tag)
class TagAdmin(ReadOnlyAdmin):
    list_display = ("name", "created_at")
    search_fields = ("name",)
    ordering = ("name",)
