"""What each action does and how it is taken back: a pair of functions each.

The first gives what taking it back needs, as JSON: `was` says that it was so before. The second is only called when
nothing else keeps it so (`moderation.services.decisions`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import User
from accounts.services import standing
from accounts.services.closing import plan_deletion, unplan_deletion, was_suspended
from core.exceptions import InvalidInput
from moderation.models import Action, Case
from moderation.subjects import Subject
from photos.models import Comment, Post
from photos.services.comment_removals import reinstate_comment, remove_comment
from photos.services.marking import mark_sensitive, unmark_sensitive
from photos.services.removals import reinstate_post, remove_post

Data = Mapping[str, Any]
Kind = Case.Kind
POST, COMMENT, PERSON = Kind.POST, Kind.COMMENT, Kind.PERSON


@dataclass(frozen=True, slots=True)
class Deed:
    """`same`: of all decisions about the thing or the person, those that keep it as this one does."""

    do: Callable[[User, Subject, str], Data]
    undo: Callable[[User, Subject, Data], None]
    kinds: frozenset[str]
    same: Callable[[Subject], Q] = lambda subject: Q(pk=None)
    permission: str = "decide"


def warn(staff: User, subject: Subject, rule: str) -> Data:
    """Its person is told, and nothing else happens."""
    return {}


def unwarn(staff: User, subject: Subject, data: Data) -> None:
    """It no longer counts."""


def mark_post(staff: User, subject: Subject, rule: str) -> Data:
    post = _post(subject)
    was = post.sensitive_by_staff
    mark_sensitive(staff, post)
    return {"was": was}


def unmark_post(staff: User, subject: Subject, data: Data) -> None:
    if subject.post is not None:
        unmark_sensitive(staff, subject.post)


def hide(staff: User, subject: Subject, rule: str) -> Data:
    if subject.kind == COMMENT:
        comment = _comment(subject)
        was = comment.state == Comment.State.REMOVED
        remove_comment(staff, comment, reason=rule)
    else:
        post = _post(subject)
        was = post.state == Post.State.REMOVED
        remove_post(staff, post, reason=rule)
    return {"was": was}


def show(staff: User, subject: Subject, data: Data) -> None:
    if subject.comment is not None:
        reinstate_comment(staff, subject.comment)
    if subject.post is not None:
        reinstate_post(staff, subject.post)


def limit(staff: User, subject: Subject, rule: str) -> Data:
    person = _person(subject)
    was = person.limited_at is not None
    standing.limit_account(staff, person)
    return {"was": was}


def unlimit(staff: User, subject: Subject, data: Data) -> None:
    standing.unlimit_account(staff, _person(subject))


def freeze(staff: User, subject: Subject, rule: str) -> Data:
    person = _person(subject)
    was = person.frozen_at is not None
    standing.freeze_account(staff, person)
    return {"was": was}


def unfreeze(staff: User, subject: Subject, data: Data) -> None:
    standing.unfreeze_account(staff, _person(subject))


def suspend(staff: User, subject: Subject, rule: str) -> Data:
    person = _person(subject)
    was = was_suspended(person)
    standing.suspend_person(staff, person, is_mailed=False)
    return {"was": was}


def unsuspend(staff: User, subject: Subject, data: Data) -> None:
    standing.unsuspend_person(staff, _person(subject), is_mailed=False)


def delete(staff: User, subject: Subject, rule: str) -> Data:
    """Out of sight at once; gone for good on the day `due`, unless it is undone before."""
    if subject.kind != PERSON:
        due = timezone.now() + timedelta(days=settings.TRASH_DAYS)
        return {**hide(staff, subject, rule), "due": due.isoformat()}
    data = suspend(staff, subject, rule)
    person = _person(subject)
    before = person.delete_at
    return {**data, "delete_at": before and before.isoformat(), "due": plan_deletion(person).isoformat()}


def keep(staff: User, subject: Subject, data: Data) -> None:
    """The other way of `delete`, but for what still keeps the thing or the person out of sight."""
    if subject.kind != PERSON:
        show(staff, subject, data)
    else:
        unsuspend(staff, subject, data)


def stop_deletion(subject: Subject, data: Data) -> None:
    """The day is as it was before, also while the account stays suspended for something else."""
    if subject.kind == PERSON and subject.person is not None:
        unplan_deletion(subject.person, before=parse_datetime(data.get("delete_at") or ""))


def _out_of_sight(subject: Subject) -> Q:
    by_deletion = Q(action=Action.DELETE, kind=subject.kind)
    return _about_thing(subject) & (Q(action=Action.HIDE) | by_deletion)


def _suspended(subject: Subject) -> Q:
    return Q(person=subject.person) & (Q(action=Action.SUSPEND) | Q(action=Action.DELETE, kind=PERSON))


def _deleted(subject: Subject) -> Q:
    return _suspended(subject) if subject.kind == PERSON else _out_of_sight(subject)


def _about_thing(subject: Subject) -> Q:
    return Q(kind=subject.kind, person=subject.person, post=subject.post, comment=subject.comment)


def _about_person(action: Action) -> Callable[[Subject], Q]:
    return lambda subject: Q(action=action, person=subject.person)


ALL = frozenset({POST.value, COMMENT.value, PERSON.value})
DEEDS: dict[str, Deed] = {
    Action.WARN: Deed(warn, unwarn, ALL),
    Action.MARK_SENSITIVE: Deed(
        mark_post,
        unmark_post,
        frozenset({POST.value}),
        lambda subject: _about_thing(subject) & Q(action=Action.MARK_SENSITIVE),
    ),
    Action.HIDE: Deed(hide, show, frozenset({POST.value, COMMENT.value}), _out_of_sight),
    Action.LIMIT: Deed(limit, unlimit, ALL, _about_person(Action.LIMIT)),
    Action.FREEZE: Deed(freeze, unfreeze, ALL, _about_person(Action.FREEZE)),
    Action.SUSPEND: Deed(suspend, unsuspend, ALL, _suspended),
    Action.DELETE: Deed(delete, keep, ALL, _deleted, permission="delete_for_good"),
}


def _person(subject: Subject) -> User:
    if subject.person is None:
        raise _gone()
    return User.objects.get(pk=subject.person.pk)


def _post(subject: Subject) -> Post:
    if subject.post is None:
        raise _gone()
    return Post.objects.get(pk=subject.post.pk)


def _comment(subject: Subject) -> Comment:
    if subject.comment is None:
        raise _gone()
    return Comment.objects.get(pk=subject.comment.pk)


def _gone() -> InvalidInput:
    return InvalidInput.field("action", "It is not there any more.", code="gone")
