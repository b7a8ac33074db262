from django.contrib import admin
from django.contrib.admin.options import TabularInline
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from photos.admin.base import SQUARES, ReadOnlyAdmin, thumbnail
from photos.models import Like, Media, Post, Tag
from photos.services.trash import restore_post, trash_post


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
