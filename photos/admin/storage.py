from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.options import ModelAdmin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.admin import ReadOnlyAdmin
from core.events import enqueue
from core.sizes import size_text
from photos.models import MaintenanceRun, OriginalCopy, StorageAlarm


def media_link(media_id: int | None) -> SafeString | str:
    if media_id is None:
        return "-"
    return format_html('<a href="{}">{}</a>', reverse("admin:photos_media_change", args=[media_id]), media_id)


class _Open(SimpleListFilter):
    """Alarms that nothing has put right yet."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [("open", "Open"), ("settled", "Settled")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        return queryset.filter(settled_at__isnull=self.value() == "open")


class _Damaged(SimpleListFilter):
    title = "bytes"
    parameter_name = "bytes"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [("wrong", "Missing or changed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.exclude(damaged_at=None) if self.value() == "wrong" else queryset


@admin.register(StorageAlarm)
class StorageAlarmAdmin(ReadOnlyAdmin):
    """What is wrong now comes first."""

    list_display = ("kind", "storage", "picture", "detail", "found_at", "settled_at", "settled_by")
    list_filter = (_Open, "kind", "found_at")
    search_fields = ("storage", "key")
    ordering = (F("settled_at").desc(nulls_first=True), "-found_at")
    actions = ("check_now",)

    @admin.display(description="media")
    def picture(self, alarm: StorageAlarm) -> SafeString | str:
        return media_link(alarm.media_id)

    @admin.action(description="Check this copy now")
    def check_now(self, request: HttpRequest, queryset: QuerySet[StorageAlarm]) -> None:
        ids = set(queryset.exclude(media=None).values_list("media", flat=True))
        for media_id in ids:
            enqueue("photos.check_copies", media_id=media_id)
        if queryset.filter(media=None).exists():
            enqueue("photos.scrub")
        self.message_user(request, "The checks are queued. An alarm is settled once what it is about is right.")


@admin.register(OriginalCopy)
class OriginalCopyAdmin(ReadOnlyAdmin):
    """The copy that was not read for longest comes first."""

    list_display = ("picture", "storage", "size", "verified_at", "damaged_at")
    list_filter = (_Damaged, "verified_at")
    list_select_related = ("media",)
    search_fields = ("=storage",)
    ordering = ("verified_at",)
    actions = ("check_now",)

    @admin.display(description="media")
    def picture(self, copy: OriginalCopy) -> SafeString | str:
        return media_link(copy.media_id)

    @admin.display(description="size")
    def size(self, copy: OriginalCopy) -> str:
        return size_text(copy.media.bytes)

    @admin.action(description="Check the copies of these originals now")
    def check_now(self, request: HttpRequest, queryset: QuerySet[OriginalCopy]) -> None:
        ids = set(queryset.values_list("media", flat=True))
        for media_id in ids:
            enqueue("photos.check_copies", media_id=media_id)
        self.message_user(request, "The checks are queued.")


@admin.register(MaintenanceRun)
class MaintenanceRunAdmin(ReadOnlyAdmin):
    list_display = ("job", "started_at", "finished_at", "checked", "read_bytes", "problems", "repaired")
    list_filter = ("job", "started_at")
    search_fields = ("job",)

    @admin.display(description="read")
    def read_bytes(self, run: MaintenanceRun) -> str:
        return size_text(run.checked_bytes)
