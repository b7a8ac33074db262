"""What staff may look at that is not for everybody: exactly what was reported, while they have the case in hand."""

from accounts.models import User
from accounts.roles import may_judge
from core.exceptions import NotAllowed
from moderation.access import may
from moderation.models import AuditEntry, Case
from moderation.services.audit import record
from moderation.subjects import subject_of


def may_look(staff: User, case: Case) -> bool:
    """Whether the thing of this case is open to `staff`: somebody who saw it has reported it, the case is open, and
    nobody else has it in hand. It closes with the case.
    """
    in_hand = case.state == Case.State.OPEN and case.claimed_by == staff and case.report_count > 0
    return in_hand and may(staff, "work_case") and (case.person is None or may_judge(staff, case.person))


def look(staff: User, case: Case) -> None:
    """Call it before the thing is shown: each look is written down. NotAllowed as `may_look` says."""
    if not may_look(staff, case):
        raise NotAllowed
    record(staff, AuditEntry.Verb.LOOKED, subject_of(case), label=case.label)
