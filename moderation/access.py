"""One gate per noun, and what staff may do."""

from accounts.models import User
from accounts.querysets import Viewer
from accounts.roles import may_judge
from core.exceptions import NotAllowed, NotFound
from moderation.models import Action, Appeal, Case, Decision

THINGS = ("person", "post", "comment")


def may(viewer: Viewer, permission: str) -> bool:
    """Whether `viewer` is one of the staff, with this permission of the app."""
    return viewer.is_active and viewer.is_staff and viewer.has_perm(f"moderation.{permission}")


def check_staff(staff: User, permission: str, *, about: User | None = None) -> None:
    """NotAllowed without the permission, and where `about` is not below `staff`."""
    if not may(staff, permission):
        raise NotAllowed
    if about is not None and not may_judge(staff, about):
        raise NotAllowed("Nobody decides about themselves, or about staff of the same rank or above.")


def get_case_for(staff: Viewer, case_id: int) -> Case:
    """A case with what it is about, for who works on cases; else NotFound."""
    case = Case.objects.select_related(*THINGS, "claimed_by").filter(pk=case_id).first()
    if case is None or not may(staff, "view_case"):
        raise NotFound
    return case


def get_decision_for(staff: Viewer, decision_id: int) -> Decision:
    """A decision with what it is about, for staff; else NotFound."""
    decision = Decision.objects.select_related(*THINGS).filter(pk=decision_id).first()
    if decision is None or not may(staff, "view_decision"):
        raise NotFound
    return decision


def get_appeal_for(staff: Viewer, appeal_id: int) -> Appeal:
    things = [f"decision__{name}" for name in THINGS]
    appeal = Appeal.objects.select_related("decision", *things).filter(pk=appeal_id).first()
    if appeal is None or not may(staff, "view_appeal"):
        raise NotFound
    return appeal


def get_notice_for(viewer: User, decision_id: int) -> Decision:
    """A decision about `viewer`, as they are told of it, with what it is about and the appeal; else NotFound."""
    told = Decision.objects.filter(person=viewer.pk, pk=decision_id).exclude(action=Action.DISMISS)
    decision = told.select_related(*THINGS, "appeal").first()
    if decision is None:
        raise NotFound
    return decision
