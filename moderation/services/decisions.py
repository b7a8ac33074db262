"""Deciding, and taking a decision back: each with its reason, a line of the audit, and a word to whom it concerns."""

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import User
from core.exceptions import Conflict, InvalidInput
from core.models import new_id
from moderation.access import check_staff
from moderation.models import Action, AuditEntry, Case, Decision
from moderation.services.actions import DEEDS, stop_deletion
from moderation.services.audit import record
from moderation.services.cases import clean_note, settle_case
from moderation.services.telling import tell_decision, tell_reporters, tell_undone
from moderation.subjects import Subject, subject_of
from photos.services.removals import clean_reason

Verb = AuditEntry.Verb


def decide(
    staff: User, action: str, subject: Subject, *, reason: str = "", note: str = "", case: Case | None = None
) -> Decision:
    """Do `action` about the subject, for the rule `reason`, which its person reads; `note` is for staff alone.

    With a case it is settled, and who reported hears of it. Conflict when somebody else was quicker, NotAllowed without
    the right or about somebody not below `staff`, InvalidInput without a reason or for what does not fit the subject.
    """
    deed = DEEDS.get(action)
    if deed is None or subject.kind not in deed.kinds:
        raise InvalidInput.field("action", "That cannot be done here.", code="action_unknown")
    check_staff(staff, deed.permission, about=subject.person)
    rule, words = clean_reason(reason), clean_note(note)
    with transaction.atomic():
        if case is not None:
            settle_case(staff, case, action)
        _check_not_twice(action, subject)
        data = dict(deed.do(staff, subject, rule))
        decision = _keep(staff, action, subject, case=case, reason=rule, note=words, data=data)
        tell_decision(decision)
        if case is not None:
            tell_reporters(case)
    return decision


def dismiss_case(staff: User, case: Case, *, note: str = "") -> Decision:
    """Settle a case as no rule is broken. Its person hears nothing, who reported does."""
    subject = subject_of(case)
    check_staff(staff, "work_case", about=subject.person)
    words = clean_note(note)
    with transaction.atomic():
        settle_case(staff, case, Action.DISMISS)
        decision = _keep(staff, Action.DISMISS, subject, case=case, reason="", note=words, data={})
        tell_reporters(case)
    return decision


def undo_decision(staff: User, decision: Decision, *, reason: str, is_told: bool = True) -> Decision:
    """Make it as it was before, unless another decision keeps it so. Its person is told, but without `is_told`.

    Conflict when it is undone already, or was a deletion that has been done. A case that was dismissed is open again.
    """
    subject = subject_of(decision)
    is_deletion = decision.action == Action.DELETE
    check_staff(staff, "delete_for_good" if is_deletion else "decide", about=subject.person)
    words = clean_reason(reason)
    with transaction.atomic():
        now = {"undone_at": timezone.now(), "undone_by": staff, "undo_reason": words}
        if not Decision.objects.filter(pk=decision.pk, undone_at=None, carried_out_at=None).update(**now):
            raise Conflict("This decision is undone already, or cannot be undone any more.", code="undone")
        decision.refresh_from_db()
        _restore(staff, decision, subject)
        record(staff, Verb.UNDID, subject, what=decision.action, reason=words, label=decision.label)
        if is_told and decision.action != Action.DISMISS:
            tell_undone(decision)
    return decision


def _check_not_twice(action: str, subject: Subject) -> None:
    """One deletion is enough, and each has a day of its own."""
    same = Decision.objects.filter(action=action, undone_at=None, **subject.keys)
    if action == Action.DELETE and same.exists():
        raise Conflict("It is to be deleted already.", code="deleted_already")


def _keep(
    staff: User, action: str, subject: Subject, *, case: Case | None, data: dict[str, object], **words: str
) -> Decision:
    """`words` are the reason and the note."""
    due = parse_datetime(str(data.get("due", "")))
    decision = Decision.objects.create(
        id=new_id(subject.person.pk if subject.person else None),
        case=case,
        action=action,
        label=subject.label or (case.label if case else ""),
        by=staff,
        data=data,
        due_at=due,
        **words,
        **subject.keys,
    )
    record(staff, Verb.DECIDED, subject, what=action, reason=decision.reason, label=decision.label)
    return decision


def _restore(staff: User, decision: Decision, subject: Subject) -> None:
    """As it was before; where a later decision keeps it so, that one takes over what there was before this one."""
    if decision.action == Action.DISMISS:
        _open_again(decision, subject)
        return
    if decision.action == Action.DELETE:
        stop_deletion(subject, decision.data)
    if decision.data.get("was", True):
        return
    deed = DEEDS[decision.action]
    standing = Decision.objects.filter(deed.same(subject), undone_at=None).exclude(pk=decision.pk)
    heir = standing.select_for_update(of=("self",)).order_by("pk").first()
    if heir is None:
        deed.undo(staff, subject, decision.data)
    else:
        heir.data = {**heir.data, "was": False}
        heir.save(update_fields=["data"])


def _open_again(decision: Decision, subject: Subject) -> None:
    """A newer case of the same thing takes its place."""
    if subject.thing is not None and decision.case is not None and not _is_open(subject):
        again = {"state": Case.State.OPEN, "settled_at": None, "outcome": "", "claimed_by": None, "claimed_at": None}
        Case.objects.filter(pk=decision.case.pk, state=Case.State.SETTLED).update(**again)


def _is_open(subject: Subject) -> bool:
    return Case.objects.filter(state=Case.State.OPEN, **subject.keys).exists()
