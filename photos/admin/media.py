from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString

from accounts.models import User
from core.admin import ReadOnlyAdmin, TabularInline
from core.events import enqueue
from core.exceptions import AppError
from photos.admin.base import SQUARES, shown_to, thumbnail
from photos.models import Media, OriginalCopy, Rendition
from photos.overview import read_overview
from photos.services.blocked_images import block_picture
from photos.services.queueing import develop_again


class CopyInline(TabularInline[OriginalCopy, Media]):
    model = OriginalCopy
    extra = 0
    can_delete = False
    fields = readonly_fields = ("storage", "verified_at", "damaged_at")


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
        "kind",
        "state",
        "content_type",
        "width",
        "height",
        "bytes",
        "failure_code",
        "created_at",
    )
    list_display_links = ("picture", "id")
    list_filter = ("kind", "state", "content_type", "failure_code", "created_at")
    list_select_related = ("owner",)
    search_fields = ("owner__username", "sha256")
    private = (
        "alt_text",
        "original_key",
        "placeholder",
        "blurhash",
        "likeness",
        "camera",
    )  # originals are never linked
    exclude = (*private, "post")  # which goes by its title
    readonly_fields = ("post_id",)
    inlines = (CopyInline, RenditionInline)
    actions = ("develop_failed_again", "check_copies_now", "block_pictures")
    change_list_template = "admin/photos/media/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Media]:
        return Media.objects.prefetch_related(SQUARES).annotate(is_shown=shown_to(request.user, "post"))

    @admin.display(description="")
    def picture(self, media: Media) -> SafeString | str:
        return thumbnail(media, is_shown=bool(getattr(media, "is_shown", None)))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), "overview": read_overview()})

    @admin.action(description="Develop again what has failed")
    def develop_failed_again(self, request: HttpRequest, queryset: QuerySet[Media]) -> None:
        with transaction.atomic():
            failed = queryset.prefetch_related(None).filter(state=Media.State.FAILED).select_for_update(no_key=True)
            again = list(failed.order_by("pk"))
            for media in again:
                develop_again(media)
        self.message_user(request, f"{len(again)} queued; only what has failed is developed again.")

    @admin.action(description="Block these pictures: nothing that looks like them is taken")
    def block_pictures(self, request: HttpRequest, queryset: QuerySet[Media]) -> None:
        if not request.user.has_perm("photos.add_blockedimage"):
            raise PermissionDenied
        for media in queryset:
            try:
                image = block_picture(cast(User, request.user), media)
            except AppError as error:
                self.message_user(request, f"{media}: {error.detail}", messages.ERROR)
            else:
                self.log_change(request, media, f"Blocked as {image}.")
                self.message_user(request, f"{media} is blocked. Why can be said in the list of blocked images.")

    @admin.action(description="Check the copies of the original now")
    def check_copies_now(self, request: HttpRequest, queryset: QuerySet[Media]) -> None:
        ids = list(queryset.values_list("pk", flat=True))
        for media_id in ids:
            enqueue("photos.check_copies", media_id=media_id)
        self.message_user(request, f"{len(ids)} checks are queued. What is wrong shows among the storage alarms.")
