"""What the author of a post does with comments of others: lets out or refuses what waits, and pins."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.exceptions import Conflict, NotFound
from photos.conversations import waiting_comments
from photos.models import Comment
from photos.services.comment_counting import moving_count
from photos.services.comments import erase_comment, lock_comment, tell_state

MOST_PINNED = 3
AT_ONCE = 200


def approve_comment(actor: User, comment_id: int) -> Comment:
    """Let a waiting comment out. NotFound but for the author of the post; one that is out stays as it is."""
    with transaction.atomic():
        comment = _lock_at_own_post(actor, comment_id)
        if comment.state == Comment.State.WAITING:
            with moving_count(comment):
                comment.state = Comment.State.PUBLISHED
                comment.save(update_fields=["state"])
            tell_state(comment)
    return comment


def refuse_comment(actor: User, comment_id: int) -> None:
    """Delete a waiting comment. Conflict for one that is out."""
    with transaction.atomic():
        comment = _lock_at_own_post(actor, comment_id)
        if comment.state != Comment.State.WAITING:
            raise Conflict("This comment is out already.", code="not_waiting")
        erase_comment(comment)


def approve_all(actor: User) -> int:
    """Let out all that waits for `actor`, AT_ONCE at most; returns how many."""
    return _each(actor, approve=True)


def refuse_all(actor: User) -> int:
    return _each(actor, approve=False)


def pin_comment(actor: User, comment_id: int) -> Comment:
    """Put a comment on top. NotFound but for the author of the post.

    Conflict for replies, for what waits, and when MOST_PINNED are there already.
    """
    with transaction.atomic():
        comment = _lock_at_own_post(actor, comment_id)
        if comment.parent_id is not None:
            raise Conflict("A reply stays under its comment: only comments are pinned.", code="pin_reply")
        if comment.state != Comment.State.PUBLISHED:
            raise Conflict("This comment is not out yet.", code="comment_waiting")
        if comment.pinned_at is None:
            pinned = Comment.objects.visible_to(actor).filter(post=comment.post_id).exclude(pinned_at=None)
            if pinned.count() >= MOST_PINNED:
                raise Conflict(f"{MOST_PINNED} comments are pinned already. Unpin one first.", code="pins_full")
            comment.pinned_at = timezone.now()
            comment.save(update_fields=["pinned_at"])
    return comment


def unpin_comment(actor: User, comment_id: int) -> Comment:
    with transaction.atomic():
        comment = _lock_at_own_post(actor, comment_id)
        comment.pinned_at = None
        comment.save(update_fields=["pinned_at"])
    return comment


def _lock_at_own_post(actor: User, comment_id: int) -> Comment:
    comment = lock_comment(actor, comment_id)
    if comment.post.author_id != actor.pk:
        raise NotFound
    return comment


def _each(actor: User, *, approve: bool) -> int:
    done = 0
    for comment_id in waiting_comments(actor).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]:
        try:
            if approve:
                approve_comment(actor, comment_id)
            else:
                refuse_comment(actor, comment_id)
        except (NotFound, Conflict):  # gone, or let out, in this moment
            continue
        done += 1
    return done
