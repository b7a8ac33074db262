"""What is kept of an account that is deleted for good: what was done and when, but not to whom, and no words."""

from django.db.models import Q
from django.utils import timezone

from moderation.models import Appeal, AuditEntry, Case, Decision, Note, Report
from moderation.models.cases import GONE


def forget_person(user_id: int) -> None:
    """Call it in the transaction that deletes the account, before it does."""
    Report.objects.filter(reporter=user_id).update(note="")
    Report.objects.filter(case__person=user_id).update(note="")
    Note.objects.filter(Q(case__person=user_id) | Q(author=user_id)).update(text="")
    Appeal.objects.filter(decision__person=user_id).delete()
    Appeal.objects.filter(answered_by=user_id).update(answer="")
    about = Decision.objects.filter(person=user_id)
    about.filter(due_at__isnull=False, kind="person", undone_at=None).update(carried_out_at=timezone.now())
    about.update(label="", reason="", note="", undo_reason="", data={})
    Case.objects.filter(person=user_id, state=Case.State.OPEN).update(
        state=Case.State.SETTLED, settled_at=timezone.now(), outcome=GONE
    )
    Case.objects.filter(person=user_id).update(label="")
    AuditEntry.objects.forget_person(user_id)
