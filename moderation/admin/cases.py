from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST

from core.admin import ReadOnlyAdmin
from core.exceptions import AppError, NotFound
from core.web.redirects import see_other
from moderation.access import get_case_for, get_decision_for, may
from moderation.admin.desk import desk_page, get_subject, staff_of
from moderation.admin.forms import BulkForm, DecisionForm, NoteForm, UndoForm, filled, id_in
from moderation.models import Action, Case, Category, Report
from moderation.services.cases import claim_case, release_case, write_note
from moderation.services.decisions import decide, dismiss_case, undo_decision
from moderation.subjects import Subject, subject_of

Done = Callable[[], object]


class CategoryFilter(admin.SimpleListFilter):
    title = "category"
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return Category.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        if self.value() not in Category.values:
            return queryset
        return queryset.filter(Exists(Report.objects.filter(case=OuterRef("pk"), category=self.value())))


class HandFilter(admin.SimpleListFilter):
    title = "in whose hands"
    parameter_name = "hand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("mine", "Mine"), ("nobody", "Nobody's"), ("others", "Somebody else's")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        match self.value():
            case "mine":
                return queryset.filter(claimed_by=request.user.pk)
            case "nobody":
                return queryset.filter(claimed_by=None)
            case "others":
                return queryset.exclude(claimed_by=None).exclude(claimed_by=request.user.pk)
        return queryset


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    """The queue: what is open first, the oldest on top. What staff do here, they do through the services."""

    list_display = ("name", "kind", "report_count", "categories", "opened_at", "claimed_by", "result")
    list_filter = ("state", HandFilter, "kind", CategoryFilter, "opened_at")
    list_select_related = ("person", "claimed_by")
    search_fields = ("person__username",)
    search_help_text = "A username, or the id of a case."
    people = ("person",)
    ordering = ("state", "id")
    action_form = BulkForm
    actions = ("claim", "release", "dismiss", "settle")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        kinds = Report.objects.only("case_id", "category").order_by("pk")
        return super().get_queryset(request).prefetch_related(Prefetch("reports", queryset=kinds))

    def has_work_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "work_case")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        is_clear = request.GET.get("state__exact") == "open" and not Case.objects.filter(state="open").exists()
        title = "Queue clear" if is_clear else "Cases"
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:case_id>/do/<slug:what>/", wrap(self.do), name="moderation_case_do"),
            path("about/<slug:kind>/<int:thing_id>/", wrap(self.about), name="moderation_case_about"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        case = get_case_for(request.user, id_in(object_id))
        return desk_page(request, self.admin_site, subject_of(case), case)

    @method_decorator(require_POST)
    def do(self, request: HttpRequest, case_id: int, what: str) -> HttpResponse:
        """One thing done with a case; what is wrong with it is said on the page of the case."""
        staff, case = staff_of(request), get_case_for(request.user, case_id)
        deeds: dict[str, Done] = {
            "claim": lambda: claim_case(staff, case),
            "release": lambda: release_case(staff, case),
            "note": lambda: write_note(staff, case, filled(NoteForm(request.POST)).cleaned_data["text"]),
            "decide": lambda: _decide(request, subject_of(case), case),
            "undo": lambda: _undo(request),
        }
        if what not in deeds:
            raise NotFound
        say(request, deeds[what])
        return see_other(reverse("admin:moderation_case_change", args=[case_id]))

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def about(self, request: HttpRequest, kind: str, thing_id: int) -> HttpResponse:
        """Deciding about something that nobody has reported."""
        subject = get_subject(staff_of(request), kind, thing_id)
        if request.method != "POST":
            return desk_page(request, self.admin_site, subject)
        say(request, lambda: act_about(request, subject))
        return see_other(request.path)

    @admin.display(description="about", ordering="id")
    def name(self, case: Case) -> str:
        return str(case) or "a deleted account"

    @admin.display(description="why")
    def categories(self, case: Case) -> str:
        return ", ".join(dict.fromkeys(str(report.get_category_display()) for report in case.reports.all()))

    @admin.display(description="outcome", ordering="state")
    def result(self, case: Case) -> SafeString | str:
        if case.state == Case.State.OPEN:
            return format_html("<b>{}</b>", "open")
        return str(Action(case.outcome).label) if case.outcome in Action.values else case.outcome

    @admin.action(description="Take in hand", permissions=["work"])
    def claim(self, request: HttpRequest, queryset: QuerySet[Case]) -> None:
        self._each(request, queryset, lambda case: claim_case(staff_of(request), case), "taken in hand")

    @admin.action(description="Let others have them", permissions=["work"])
    def release(self, request: HttpRequest, queryset: QuerySet[Case]) -> None:
        self._each(request, queryset, lambda case: release_case(staff_of(request), case), "released")

    @admin.action(description="Settle: no rule broken", permissions=["work"])
    def dismiss(self, request: HttpRequest, queryset: QuerySet[Case]) -> None:
        self._each(request, queryset, lambda case: dismiss_case(staff_of(request), case), "settled")

    @admin.action(description="Settle with what is chosen here", permissions=["work"])
    def settle(self, request: HttpRequest, queryset: QuerySet[Case]) -> None:
        deed, reason = request.POST.get("deed", ""), request.POST.get("words", "").strip()
        reason = reason or request.POST.get("rule", "")

        def settle_one(case: Case) -> object:
            return decide(staff_of(request), deed, subject_of(case), reason=reason, case=case)

        self._each(request, queryset, settle_one, "settled")

    def _each(self, request: HttpRequest, queryset: QuerySet[Case], act: Callable[[Case], object], done: str) -> None:
        """Each by itself: what one refuses does not keep the others back."""
        problems, count = set(), 0
        for case in queryset.select_related("person", "post", "comment", "claimed_by"):
            try:
                act(case)
                count += 1
            except AppError as error:
                problems.add(error.detail)
        for problem in sorted(problems):
            self.message_user(request, problem, messages.ERROR)
        self.message_user(request, f"{count} {done}.", messages.SUCCESS if count else messages.WARNING)


def say(request: HttpRequest, act: Done) -> None:
    """Do it, and say what came of it on the next page."""
    try:
        act()
    except AppError as error:
        messages.error(request, error.detail)
    else:
        messages.success(request, "Done.")


def act_about(request: HttpRequest, subject: Subject) -> object:
    """Without a case: decide, or undo a decision that the form names."""
    return _undo(request) if "decision" in request.POST else _decide(request, subject)


def _decide(request: HttpRequest, subject: Subject, case: Case | None = None) -> object:
    form = filled(DecisionForm(request.POST))
    note = form.cleaned_data["note"]
    if form.cleaned_data["action"] == Action.DISMISS and case is not None:
        return dismiss_case(staff_of(request), case, note=note)
    return decide(staff_of(request), form.cleaned_data["action"], subject, reason=form.reason, note=note, case=case)


def _undo(request: HttpRequest) -> object:
    form = filled(UndoForm(request.POST))
    decision = get_decision_for(request.user, id_in(request.POST.get("decision", "")))
    return undo_decision(staff_of(request), decision, reason=form.cleaned_data["reason"])
