from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.admin import ReadOnlyAdmin, TabularInline
from feeds.models import FeedChunk, FeedRun


class FeedChunkInline(TabularInline[FeedChunk, FeedRun]):
    model = FeedChunk
    fields = ("first_id", "last_id", "people", "state", "attempts", "queued_at", "claimed_at", "milliseconds")
    readonly_fields = fields
    ordering = ("first_id",)
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(FeedRun)
class FeedRunAdmin(ReadOnlyAdmin):
    """How far each hour's build is; the newest first."""

    list_display = ("hour", "state", "progress", "people", "built", "started_at", "took")
    list_filter = ("hour",)
    search_fields = ("=pk",)
    search_help_text = "The number of a run."
    ordering = ("-hour",)
    inlines = (FeedChunkInline,)
    fields = ("hour", "state", "progress", "people", "built", "started_at", "finished_at", "superseded_at", "took")
    readonly_fields = fields

    @admin.display(description="state")
    def state(self, run: FeedRun) -> str:
        if run.finished_at:
            return "finished"
        return "superseded" if run.superseded_at else "under way"

    @admin.display(description="progress")
    def progress(self, run: FeedRun) -> SafeString:
        return format_html('<progress max="{}" value="{}"></progress> {} %', *self._parts(run))

    @admin.display(description="took")
    def took(self, run: FeedRun) -> str:
        end = run.finished_at or run.superseded_at or timezone.now()
        return f"{(end - run.started_at).total_seconds():.0f} s"

    def _parts(self, run: FeedRun) -> tuple[int, int, int]:
        """People, feeds built, and these in percent; a run without people is done."""
        most = max(run.people, 1)
        built = most if run.finished_at else run.built
        return most, built, min(built * 100 // most, 100)
