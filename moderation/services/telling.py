"""What people are told: who a decision is about, and who reported something. Never who reported, or who decided."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.signals import person_told
from core.exceptions import NotFound
from core.mail import send_mail_later
from moderation.access import get_notice_for
from moderation.models import Action, Appeal, Case, Decision, Report

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PASS_DAYS = 180  # how long the address in a mail opens a notice without a log-in
_SALT = "moderation.notice"

WORDS: dict[tuple[str, str], "StrOrPromise"] = {
    (Action.WARN, "post"): gettext_lazy("You are warned for a post of yours."),
    (Action.WARN, "comment"): gettext_lazy("You are warned for a comment of yours."),
    (Action.WARN, "person"): gettext_lazy("You are warned."),
    (Action.MARK_SENSITIVE, "post"): gettext_lazy("A post of yours was marked as sensitive: it is covered at first."),
    (Action.HIDE, "post"): gettext_lazy("A post of yours was taken off the site."),
    (Action.HIDE, "comment"): gettext_lazy("A comment of yours was taken off the site."),
    (Action.DELETE, "post"): gettext_lazy("A post of yours was taken off the site and will be deleted for good."),
    (Action.DELETE, "comment"): gettext_lazy("A comment of yours was taken off the site and will be deleted for good."),
    (Action.DELETE, "person"): gettext_lazy("Your account was suspended and will be deleted for good."),
}
OF_ACCOUNT: dict[str, "StrOrPromise"] = {
    Action.LIMIT: gettext_lazy("Your account was limited: who does not follow you is not shown you unasked."),
    Action.FREEZE: gettext_lazy("Your account was frozen: you can read, but not post, like or say anything."),
    Action.SUSPEND: gettext_lazy("Your account was suspended: nobody sees it, and you cannot log in."),
}


def words_of(decision: Decision) -> str:
    """What happened, as its person reads it."""
    return str(WORDS.get((decision.action, decision.kind)) or OF_ACCOUNT[decision.action])


def tell_decision(decision: Decision) -> None:
    """By a line among their activity and by mail, which leads to the notice without a log-in."""
    _tell(decision, words_of(decision), "moderation_decision")


def tell_undone(decision: Decision) -> None:
    _tell(decision, _("Taken back: %(what)s") % {"what": words_of(decision)}, "moderation_undone")


def tell_answer(appeal: Appeal) -> None:
    granted = appeal.state == Appeal.State.GRANTED
    text = _("Your appeal was granted.") if granted else _("Your appeal was looked at, and the decision stays.")
    _tell(appeal.decision, text, "moderation_answer", granted=granted, answer=appeal.answer)


def tell_reporters(case: Case) -> None:
    """Everybody who has reported it, once: that something was done, or that no rule is broken; not what, or to whom."""
    text = outcome_words(case.pk)
    waiting = Report.objects.filter(case=case, told_at=None).exclude(reporter=None)
    for report in waiting.select_for_update(of=("self",)).order_by("pk"):
        person_told.send(sender=None, user_id=report.reporter_id, text=text, address=reverse("moderation:reports"))
    waiting.update(told_at=timezone.now())


def outcome_words(case_id: int) -> str:
    dismissed = Case.objects.filter(pk=case_id, outcome=Action.DISMISS).exists()
    if dismissed:
        return _("We looked at what you reported and found no rule broken.")
    return _("We looked at what you reported and took action.")


def notice_pass(decision: Decision) -> str:
    """Opens this one notice for PASS_DAYS, without a log-in."""
    return signing.dumps([decision.pk, decision.person_id], salt=_SALT)


def noticed(ticket: str) -> Decision:
    """The decision that a `notice_pass` opens; else NotFound."""
    try:
        decision_id, user_id = signing.loads(ticket, salt=_SALT, max_age=PASS_DAYS * 24 * 3600)
    except (signing.BadSignature, ValueError) as error:
        raise NotFound from error
    return get_notice_for(User(pk=user_id), decision_id)


def _tell(decision: Decision, text: str, mail: str, **words: object) -> None:
    person = decision.person
    if person is None:
        return
    address = reverse("moderation:notice", args=[decision.pk])
    person_told.send(sender=None, user_id=person.pk, text=text, address=address)
    context = {
        "user": person,
        "decision": decision,
        "what": words_of(decision),
        "url": settings.ORIGIN + reverse("moderation:notice-open", args=[notice_pass(decision)]),
        **words,
    }
    send_mail_later(mail, to=person.email, context=context)
