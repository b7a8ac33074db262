"""The archive: posts that only their author sees, with everything they had, for as long as the author likes."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.exceptions import Conflict, NotFound
from photos.models import Post
from photos.services.withdrawing import bring_back, withdraw_post


def archive_post(actor: User, post: Post) -> Post:
    """Put a published post away, however often it is said. Conflict for one that is not out yet."""
    with transaction.atomic():
        locked = _lock_own(actor, post)
        if locked.state == Post.State.ARCHIVED:
            return locked
        if locked.state != Post.State.PUBLISHED:
            raise Conflict("Only a published post can go to the archive.", code="not_published")
        locked.archived_at = timezone.now()
        withdraw_post(locked, Post.State.ARCHIVED)
    return locked


def unarchive_post(actor: User, post: Post) -> Post:
    """Bring an archived post back in its old place, with its likes. What is not in the archive stays as it is."""
    with transaction.atomic():
        locked = _lock_own(actor, post)
        if locked.state == Post.State.ARCHIVED:
            locked.archived_at = None
            bring_back(locked)
    return locked


def _lock_own(actor: User, post: Post) -> Post:
    locked = Post.objects.select_for_update(no_key=True).filter(pk=post.pk, author=actor).first()
    if locked is None or locked.state in (Post.State.TRASHED, Post.State.REMOVED):
        raise NotFound
    return locked
