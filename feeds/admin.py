from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import User
from core.admin import ReadOnlyAdmin, TabularInline, is_id
from core.exceptions import NotFound
from feeds.models import Feed, FeedChunk, FeedRun
from feeds.services.inspecting import note_look
from feeds.web.inspecting import look_context


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


@admin.register(Feed)
class FeedAdmin(ReadOnlyAdmin):
    """Whose feed to look into. Each look is in the log; nothing here can be filtered by what is nobody's business."""

    list_display = ("username", "display_name", "following_count", "tags_in_latest", "last_seen_at")
    search_fields = ("username",)
    search_help_text = "The beginning of a username, or the id of a person."
    list_filter = ("is_active",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Feed], search_term: str
    ) -> tuple[QuerySet[Feed], bool]:
        term = search_term.replace("\x00", "").strip().lower().removeprefix("@")
        wanted = Q(username__startswith=term) | (Q(pk=int(term)) if is_id(term) else Q())
        return queryset.filter(wanted), False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup.partition("__")[0] in self.list_filter

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("feeds.inspect_feed")

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("feeds.inspect_feed")

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What the person sees, in place of a form."""
        if not self.has_view_permission(request) or object_id is None or request.method == "POST":
            raise PermissionDenied
        person = self.get_object(request, unquote(object_id))
        if person is None:
            raise NotFound
        looked = look_context(request, person)
        note_look(cast(User, request.user), person, looked["told"])
        context = {**self.admin_site.each_context(request), "opts": self.opts, "original": person, **looked}
        return TemplateResponse(request, "admin/feeds/feed/look.html", context)
