"""Posts that staff mark as sensitive: covered for everybody, whatever their author said, until staff take it back."""

from django.db import transaction

from accounts.models import User
from core.exceptions import NotAllowed
from photos.models import Post
from photos.ready.facts import forget_posts


def mark_sensitive(staff: User, post: Post) -> Post:
    """Cover the pictures of a post, which its author cannot take back. NotAllowed for who is not staff.

    Whether the author had covered it is kept for `unmark_sensitive`.
    """
    with transaction.atomic():
        locked = _lock(staff, post)
        if not locked.sensitive_by_staff:
            locked.sensitive_before, locked.sensitive, locked.sensitive_by_staff = locked.sensitive, True, True
            _save(locked)
    return locked


def unmark_sensitive(staff: User, post: Post) -> Post:
    """Leave it to the author again: covered if they had it so, or asked for it since. NotAllowed as above."""
    with transaction.atomic():
        locked = _lock(staff, post)
        if locked.sensitive_by_staff:
            locked.sensitive, locked.sensitive_before, locked.sensitive_by_staff = locked.sensitive_before, False, False
            _save(locked)
    return locked


def _lock(staff: User, post: Post) -> Post:
    if not (staff.is_staff and staff.is_active):
        raise NotAllowed
    return Post.objects.select_for_update(no_key=True).get(pk=post.pk)


def _save(locked: Post) -> None:
    locked.save(update_fields=["sensitive", "sensitive_before", "sensitive_by_staff"])
    forget_posts(locked.pk)
