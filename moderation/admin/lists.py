from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.admin import ReadOnlyAdmin
from moderation.models import AuditEntry, Decision


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """All that was decided. A decision is undone on the page of its case, or of its person."""

    list_display = ("about", "action", "reason", "by", "created_at", "undone_at", "due_at", "desk")
    list_filter = ("action", "created_at", ("undone_at", admin.EmptyFieldListFilter))
    list_select_related = ("by", "person")
    search_fields = ("person__username",)
    search_help_text = "The beginning of a username, or the id of a decision."
    people = ("person", "by")
    fields = (
        "kind", "label", "action", "reason", "note", "by", "created_at", "due_at", "carried_out_at", "undone_at",
        "undone_by", "undo_reason",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description="about", ordering="id")
    def about(self, decision: Decision) -> str:
        return decision.label or "a deleted account"

    @admin.display(description="")
    def desk(self, decision: Decision) -> SafeString | str:
        return desk_link(decision)


@admin.register(AuditEntry)
class AuditAdmin(ReadOnlyAdmin):
    """What staff did, for good."""

    list_display = ("created_at", "actor_name", "verb", "what", "about", "reason")
    list_filter = ("verb", "created_at")
    search_fields = ("person__username", "actor__username")
    search_help_text = "The beginning of a username, of who did it or to whom, or the id of a line."
    people = ("actor", "person")
    fields = (
        "created_at", "actor_name", "verb", "what", "target_kind", "target_id", "label", "reason", "request_id",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description="about")
    def about(self, entry: AuditEntry) -> str:
        return entry.label or "a deleted account"


def desk_link(decision: Decision) -> SafeString | str:
    """To where it can be undone."""
    if decision.case_id is not None:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:moderation_case_change", args=[decision.case_id]), "Case"
        )
    if decision.person_id is None:
        return ""
    page = reverse("admin:moderation_member_change", args=[decision.person_id])
    return format_html('<a href="{}">{}</a>', page, "Person")
