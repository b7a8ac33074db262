"""An appeal: said once by whom a decision is about, answered once by staff."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.exceptions import Conflict, InvalidInput
from core.models import new_id
from core.text import clean_lines
from moderation.access import check_staff
from moderation.models import Appeal, AuditEntry, Decision
from moderation.models.decisions import APPEAL_LENGTH
from moderation.services.audit import record
from moderation.services.decisions import undo_decision
from moderation.services.telling import tell_answer
from moderation.subjects import subject_of


def appeal(decision: Decision, text: str) -> Appeal:
    """Say that `decision`, which its person has found through `get_notice_for`, is wrong.

    InvalidInput without words, or with too many; Conflict the second time, and when it does not stand any more.
    """
    words = _clean_words(text, "text")
    with transaction.atomic():
        locked = Decision.objects.select_for_update(no_key=True, of=("self",)).get(pk=decision.pk)
        if not locked.can_undo:
            raise Conflict(_("This decision does not stand any more."), code="undone")
        row = Appeal(id=new_id(locked.person_id), decision=locked, text=words)
        Appeal.objects.bulk_create([row], ignore_conflicts=True)
        kept = Appeal.objects.get(decision=locked)
        if kept.pk != row.pk:
            raise Conflict(_("You have appealed already. One appeal is looked at."), code="appealed")
    return kept


def answer_appeal(staff: User, row: Appeal, *, is_granted: bool, answer: str) -> Appeal:
    """Grant it, which undoes the decision, or let that stand; its person reads the answer. Conflict the second time."""
    decision = row.decision
    check_staff(staff, "answer_appeal", about=decision.person)
    words = _clean_words(answer, "answer")
    state = Appeal.State.GRANTED if is_granted else Appeal.State.REFUSED
    now = {"state": state, "answer": words, "answered_by": staff, "answered_at": timezone.now()}
    with transaction.atomic():
        if not Appeal.objects.filter(pk=row.pk, state=Appeal.State.OPEN).update(**now):
            raise Conflict("Somebody else has answered this appeal meanwhile.", code="answered")
        if is_granted and decision.stands:
            undo_decision(staff, decision, reason="Appeal granted.", is_told=False)
        row.refresh_from_db()
        what = AuditEntry.Verb.ANSWERED
        record(staff, what, subject_of(decision), what=state, reason=words[:1000], label=decision.label)
        tell_answer(row)
    return row


def _clean_words(text: str, field: str) -> str:
    words = clean_lines(text.replace("\x00", ""))
    if not words:
        raise InvalidInput.field(field, _("Please write something."), code="required")
    if len(words) > APPEAL_LENGTH:
        message = _("This may have %(most)d signs.") % {"most": APPEAL_LENGTH}
        raise InvalidInput.field(field, message, code="too_long")
    return words
