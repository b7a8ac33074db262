"""What the people who run the site take off it of what people say, and how it comes back."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.exceptions import NotAllowed
from photos.models import Comment
from photos.services.comment_counting import moving_count
from photos.services.comment_rules import must_wait
from photos.services.comments import lock_post, reload_locked, tell_state
from photos.services.removals import clean_reason
from photos.signals import comment_withdrawn


def remove_comment(staff: User, comment: Comment, *, reason: str) -> Comment:
    """Take a comment off the site, and the replies under it with it. `reason` is the rule, in words for its author.

    Only its author is told that it was there. NotAllowed for who is not staff, InvalidInput without a reason. One that
    is removed already stays removed for what it was removed for.
    """
    rule = clean_reason(reason)
    with transaction.atomic():
        locked = _lock(staff, comment)
        if locked.state == Comment.State.REMOVED:
            return locked
        with moving_count(locked):
            locked.state, locked.pinned_at = Comment.State.REMOVED, None
            locked.removed_at, locked.removed_for = timezone.now(), rule
            locked.save(update_fields=["state", "pinned_at", "removed_at", "removed_for"])
        comment_withdrawn.send(sender=None, comment_id=locked.pk)
    return locked


def reinstate_comment(staff: User, comment: Comment) -> Comment:
    """Bring a removed comment back, with its replies and likes. It waits if the author of the post wants that of it."""
    with transaction.atomic():
        locked = _lock(staff, comment)
        if locked.state != Comment.State.REMOVED:
            return locked
        waits = must_wait(locked.author, locked.post.author, locked.text)
        with moving_count(locked):
            locked.state = Comment.State.WAITING if waits else Comment.State.PUBLISHED
            locked.removed_at, locked.removed_for = None, ""
            locked.save(update_fields=["state", "removed_at", "removed_for"])
        tell_state(locked)
    return locked


def _lock(staff: User, comment: Comment) -> Comment:
    if not staff.is_staff:
        raise NotAllowed
    lock_post(comment.post_id)
    return reload_locked(comment.pk)
