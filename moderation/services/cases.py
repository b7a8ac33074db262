"""Working on cases: who has one in hand, what staff write about it, how it ends."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.roles import may_judge
from core.exceptions import Conflict, InvalidInput, NotAllowed
from core.models import new_id
from core.text import clean_lines
from moderation.access import check_staff
from moderation.models import AuditEntry, Case, Note
from moderation.models.cases import NOTE_LENGTH
from moderation.services.audit import record
from moderation.subjects import subject_of

Verb = AuditEntry.Verb


def claim_case(staff: User, case: Case) -> Case:
    """Take an open case in hand. Conflict when somebody else has it, or it is settled."""
    _check_worker(staff, case)
    with transaction.atomic():
        free = Case.objects.filter(pk=case.pk, state=Case.State.OPEN, claimed_by=None)
        if free.update(claimed_by=staff, claimed_at=timezone.now()):
            record(staff, Verb.CLAIMED, subject_of(case), label=case.label)
        else:
            _check_in_hand(staff, case)
    return _refreshed(case)


def release_case(staff: User, case: Case) -> Case:
    """Let others have it. Who has it does that, and who may judge them, as somebody may be away."""
    check_staff(staff, "work_case")
    with transaction.atomic():
        locked = Case.objects.select_for_update(no_key=True, of=("self",)).select_related("claimed_by").get(pk=case.pk)
        holder = locked.claimed_by
        if holder is not None and locked.state == Case.State.OPEN:
            if holder.pk != staff.pk and not may_judge(staff, holder):
                raise NotAllowed(f"@{holder.username} has this case.")
            Case.objects.filter(pk=case.pk).update(claimed_by=None, claimed_at=None)
            record(staff, Verb.RELEASED, subject_of(case), label=case.label)
    return _refreshed(case)


def write_note(staff: User, case: Case, text: str) -> Note:
    """For other staff alone. InvalidInput for no words, or too many."""
    check_staff(staff, "work_case")
    words = clean_note(text)
    if not words:
        raise InvalidInput.field("text", "Write something.", code="required")
    with transaction.atomic():
        note = Note.objects.create(id=new_id(case.pk), case=case, author=staff, text=words)
        record(staff, Verb.NOTED, subject_of(case), label=case.label)
    return note


def settle_case(staff: User, case: Case, outcome: str) -> None:
    """Call it in the transaction of the decision: only one gets through. Conflict for all others."""
    now = timezone.now()
    mine = Case.objects.filter(Q(claimed_by=None) | Q(claimed_by=staff), pk=case.pk, state=Case.State.OPEN)
    if not mine.update(state=Case.State.SETTLED, settled_at=now, outcome=outcome, claimed_by=staff):
        _check_in_hand(staff, case)
        raise Conflict("This case is settled.", code="settled")


def clean_note(text: str) -> str:
    words = clean_lines(text.replace("\x00", ""))
    if len(words) > NOTE_LENGTH:
        raise InvalidInput.field("note", f"A note may have {NOTE_LENGTH} signs.", code="too_long")
    return words


def _check_worker(staff: User, case: Case) -> None:
    check_staff(staff, "work_case", about=case.person)


def _check_in_hand(staff: User, case: Case) -> None:
    """Conflict unless `staff` has this case in hand, open."""
    now = Case.objects.select_related("claimed_by").get(pk=case.pk)
    if now.state != Case.State.OPEN:
        raise Conflict("Somebody else has settled this case meanwhile.", code="settled")
    if now.claimed_by is not None and now.claimed_by.pk != staff.pk:
        raise Conflict(f"@{now.claimed_by.username} has this case in hand.", code="claimed")


def _refreshed(case: Case) -> Case:
    case.refresh_from_db(fields=["state", "claimed_by", "claimed_at", "settled_at", "outcome"])
    return case
