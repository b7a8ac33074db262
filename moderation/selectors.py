"""What people read of reports and decisions that are theirs."""

from django.db.models import Exists, OuterRef

from accounts.models import User
from core.paging import Page, page_by_id
from moderation.models import Action, Case, Decision, Report
from moderation.models.cases import GONE
from moderation.subjects import Subject


def open_report_of(actor: User, subject: Subject) -> Report | None:
    """What `actor` has reported of this thing, while staff have not decided."""
    open_cases = Case.objects.filter(state=Case.State.OPEN, pk=OuterRef("case"), **subject.keys)
    return Report.objects.filter(Exists(open_cases), reporter=actor).first()


def reports_page(actor: User, *, cursor: str, limit: int) -> Page[Report]:
    """What `actor` has reported, with the cases."""
    own = Report.objects.filter(reporter=actor).select_related("case")
    return page_by_id(own, kind="reports", cursor=cursor, limit=limit)


def outcome_of(report: Report) -> str:
    """What whoever reported may know of what came of it; the report is loaded with its case."""
    if report.case.state == Case.State.OPEN:
        return "open"
    return {Action.DISMISS.value: "no_rule_broken", GONE: "gone"}.get(report.case.outcome, "action_taken")


def notices_page(person: User, *, cursor: str, limit: int) -> Page[Decision]:
    """What staff have decided about `person`, with appeals."""
    told = Decision.objects.filter(person=person).exclude(action=Action.DISMISS).select_related("appeal")
    return page_by_id(told, kind="notices", cursor=cursor, limit=limit)
