"""What the people who run the site take off it, for a rule that its author is told, and how it comes back."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.exceptions import InvalidInput, NotAllowed
from photos.models import Post
from photos.services.trash import purge_post
from photos.services.withdrawing import bring_back, withdraw_post

REASON_LENGTH = 200


def clean_reason(reason: str) -> str:
    """The rule in one line. InvalidInput without one."""
    cleaned = " ".join(reason.replace("\x00", "").split())
    if not cleaned:
        raise InvalidInput.field("reason", "Say why: which rule it is about, or in words of your own.", code="required")
    if len(cleaned) > REASON_LENGTH:
        raise InvalidInput.field("reason", f"The rule may have {REASON_LENGTH} signs.", code="too_long")
    return cleaned


def remove_post(staff: User, post: Post, *, reason: str) -> Post:
    """Take a post off the site, wherever it is. `reason` is the rule it broke, in words for its author.

    Only its author is told that it was there, and may still download the originals. NotAllowed for who is not staff,
    InvalidInput without a reason. A post that is removed already stays removed for what it was removed for.
    """
    rule = clean_reason(reason)
    with transaction.atomic():
        locked = _lock(staff, post)
        if locked.state == Post.State.REMOVED:
            return locked
        locked.removed_at, locked.removed_for = timezone.now(), rule
        withdraw_post(locked, Post.State.REMOVED)
    return locked


def reinstate_post(staff: User, post: Post) -> Post:
    """Bring a removed post back to where it was, with its likes: out, in the archive or in the trash."""
    with transaction.atomic():
        locked = _lock(staff, post)
        if locked.state == Post.State.REMOVED:
            locked.removed_at, locked.removed_for = None, ""
            bring_back(locked)
    return locked


def purge_removed_post(post_id: int) -> bool:
    """Delete for good a post that is off the site, with every object it named; False when it is back meanwhile.

    The author could put one back that only went through the trash.
    """
    with transaction.atomic():
        removed = Post.objects.filter(pk=post_id, state=Post.State.REMOVED)
        if not removed.update(state=Post.State.TRASHED, trashed_at=timezone.now()):
            return False
        return purge_post(post_id)


def _lock(staff: User, post: Post) -> Post:
    if not staff.is_staff:
        raise NotAllowed
    return Post.objects.select_for_update(no_key=True).get(pk=post.pk)
