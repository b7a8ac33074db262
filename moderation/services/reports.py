"""Reporting: what somebody sees and finds wrong is put before staff."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.access import get_named_user_for
from accounts.models import User
from accounts.newcomers import allow_person
from core.exceptions import InvalidInput
from core.models import new_id
from core.text import clean_lines
from moderation.models import Case, Category, Report
from moderation.models.cases import NOTE_LENGTH
from moderation.subjects import Subject, of_comment, of_person, of_post
from photos.access import get_comment_for, get_published_post_for


def report_post(actor: User, post_id: int, *, category: str, note: str = "") -> Report:
    """NotFound when the post is not theirs to see; for the rest, see `_report`."""
    return _report(actor, of_post(get_published_post_for(actor, post_id)), category, note)


def report_comment(actor: User, comment_id: int, *, category: str, note: str = "") -> Report:
    return _report(actor, of_comment(get_comment_for(actor, comment_id)), category, note)


def report_person(actor: User, username: str, *, category: str, note: str = "") -> Report:
    return _report(actor, of_person(get_named_user_for(actor, username)), category, note)


def report_by_house(subject: Subject, note: str) -> Report:
    """Put before staff what the lists of the site have met. It is nobody's report, and opens nothing that is hidden."""
    words = note[:NOTE_LENGTH]
    with transaction.atomic():
        case = open_case(subject)
        said = Report.objects.filter(case=case, reporter=None, note=words).first()
        row = {"case": case, "category": Category.OTHER, "note": words}
        return said or Report.objects.create(id=new_id(case.pk), **row)


def _report(actor: User, subject: Subject, category: str, note: str) -> Report:
    """The report of `actor` in the open case of this thing; said again, it stays the one report, in the new words.

    InvalidInput for what is one's own, an unknown category or a note that is too long; RateLimited.
    """
    allow_person("report", actor)
    if subject.person is None or subject.person.pk == actor.pk:
        raise InvalidInput(_("You cannot report yourself."), code="report_self")
    words = {"category": _clean_category(category), "note": _clean_note(note)}
    with transaction.atomic():
        case = open_case(subject)
        row = Report(id=new_id(actor.pk), case=case, reporter=actor, **words)
        Report.objects.bulk_create([row], ignore_conflicts=True)
        report = Report.objects.get(reporter=actor, case=case)
        if report.pk == row.pk:
            Case.objects.filter(pk=case.pk).update(report_count=F("report_count") + 1)
        elif (report.category, report.note) != (words["category"], words["note"]):
            report.category, report.note = words["category"], words["note"]
            report.save(update_fields=["category", "note"])
    return report


def open_case(subject: Subject) -> Case:
    """The open case of this thing, locked, made if there is none. Call it in a transaction."""
    case = None
    while case is None:  # one that is being settled is not open any more once the lock is had
        owner = subject.person.pk if subject.person else None
        Case.objects.bulk_create([Case(id=new_id(owner), label=subject.label, **subject.keys)], ignore_conflicts=True)
        same = Case.objects.filter(state=Case.State.OPEN, **subject.keys)
        case = same.select_for_update(no_key=True, of=("self",)).first()
    return case


def _clean_category(category: str) -> str:
    if category not in Category.values:
        raise InvalidInput.field("category", _("Choose what is wrong with it."), code="category_unknown")
    return category


def _clean_note(note: str) -> str:
    words = clean_lines(note.replace("\x00", ""))
    if len(words) > NOTE_LENGTH:
        message = _("The note may have %(most)d signs.") % {"most": NOTE_LENGTH}
        raise InvalidInput.field("note", message, code="too_long")
    return words
