from typing import Any

from django.contrib import admin
from django.db.models import Case as DbCase
from django.db.models import When
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accounts.roles import may_judge
from core.admin import ReadOnlyAdmin
from core.web.redirects import see_other
from moderation.access import get_appeal_for, may
from moderation.admin.cases import say
from moderation.admin.desk import staff_of
from moderation.admin.forms import AnswerForm, filled, id_in
from moderation.admin.lists import desk_link
from moderation.models import Appeal
from moderation.services.appeals import answer_appeal


@admin.register(Appeal)
class AppealAdmin(ReadOnlyAdmin):
    """What people say against decisions: open first, the oldest on top."""

    list_display = ("about", "decided", "state", "created_at", "answered_by")
    list_filter = ("state", "created_at")
    list_select_related = ("decision", "answered_by")
    search_fields = ("decision__person__username",)
    search_help_text = "A username, or the id of an appeal."
    people = ("decision__person",)
    ordering = (DbCase(When(state=Appeal.State.OPEN, then=0), default=1), "id")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = get_appeal_for(request.user, id_in(object_id))
        if request.method == "POST":
            say(request, lambda: _answer(request, row))
            return see_other(request.path)
        return TemplateResponse(request, "admin/moderation/appeal.html", self._context(request, row))

    def _context(self, request: HttpRequest, row: Appeal) -> dict[str, Any]:
        staff, person = staff_of(request), row.decision.person
        answers = may(staff, "answer_appeal") and person is not None and may_judge(staff, person)
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Appeal: {row.decision.label}",
            "appeal": row,
            "decision": row.decision,
            "desk": desk_link(row.decision),
            "may_answer": answers and row.state == Appeal.State.OPEN,
            "is_own": row.decision.by_id == staff.pk,
        }

    @admin.display(description="about", ordering="id")
    def about(self, row: Appeal) -> str:
        return row.decision.label or "a deleted account"

    @admin.display(description="decision")
    def decided(self, row: Appeal) -> str:
        return str(row.decision.get_action_display())


def _answer(request: HttpRequest, row: Appeal) -> object:
    form = filled(AnswerForm(request.POST))
    grant = form.cleaned_data["grant"] == "1"
    return answer_appeal(staff_of(request), row, is_granted=grant, answer=form.cleaned_data["answer"])
