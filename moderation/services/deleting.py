"""Deleting for good what staff have decided to delete, once the time to undo it is over."""

from django.db import transaction
from django.utils import timezone

from moderation.models import Action, AuditEntry, Decision
from moderation.services.audit import record
from moderation.subjects import Subject, subject_of
from photos.models import Comment
from photos.services.comments import erase_comment, lock_post
from photos.services.removals import purge_removed_post


def carry_out_deletions(limit: int = 500) -> int:
    """Delete posts and comments whose day has come; returns how many. Accounts go as all closed ones do."""
    due = Decision.objects.filter(
        action=Action.DELETE, undone_at=None, carried_out_at=None, due_at__lte=timezone.now()
    ).exclude(kind="person")
    ids = list(due.order_by("due_at").values_list("pk", flat=True)[:limit])
    return sum(_carry_out(decision_id) for decision_id in ids)


def _carry_out(decision_id: int) -> bool:
    """False when it was undone, or done, meanwhile."""
    with transaction.atomic():
        now = timezone.now()
        mine = Decision.objects.filter(pk=decision_id, undone_at=None, carried_out_at=None)
        if not mine.update(carried_out_at=now):
            return False
        decision = Decision.objects.select_related("person", "post", "comment").get(pk=decision_id)
        subject = subject_of(decision)
        record(None, AuditEntry.Verb.DELETED, subject, what=Action.DELETE, label=decision.label)
        _purge(subject)
    return True


def _purge(subject: Subject) -> None:
    if subject.post is not None:
        purge_removed_post(subject.post.pk)
    if subject.comment is not None:
        _purge_comment(subject.comment)


def _purge_comment(comment: Comment) -> None:
    """With the replies under it, as its author would delete it; not one that is back meanwhile."""
    lock_post(comment.post_id)
    if Comment.objects.filter(pk=comment.pk, state=Comment.State.REMOVED).exists():
        erase_comment(comment)
