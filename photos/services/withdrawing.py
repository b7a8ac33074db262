"""How a post goes out of sight, whatever the reason, and how it comes back."""

from core.events import send_after_commit
from photos.models import Post
from photos.ready.facts import forget_posts
from photos.services.publishing import count_post, publish_if_ready
from photos.services.rekeying import want_rekey
from photos.signals import post_gate_changed, post_narrowed, post_withdrawn

_MOMENTS = ["trashed_at", "archived_at", "removed_at", "removed_for"]


def withdraw_post(locked: Post, state: Post.State) -> None:
    """Put a post, locked by this transaction, into a state in which others see nothing of it.

    It is out of feeds, lists, tags and counts at once, and addresses of its pictures that were given out die within a
    minute. Likes are kept. What says when and why, set by the caller, is saved along.
    """
    if locked.state == Post.State.PUBLISHED:
        count_post(locked, -1)
    locked.state = state
    locked.save(update_fields=["state", *_MOMENTS])
    forget_posts(locked.pk)
    post_gate_changed.send(sender=None, post_id=locked.pk)
    post_narrowed.send(sender=None, post_id=locked.pk)
    send_after_commit(post_withdrawn, post_id=locked.pk, author_id=locked.author_id)
    want_rekey(Post.objects.filter(pk=locked.pk))


def bring_back(locked: Post) -> None:
    """Put a post, locked by this transaction, where it was: into the trash or the archive if that is noted, else out.

    What was never published goes on waiting for its pictures.
    """
    if locked.trashed_at is not None:
        locked.state = Post.State.TRASHED
    else:
        locked.state = Post.State.PUBLISHING if locked.archived_at is None else Post.State.ARCHIVED
    locked.save(update_fields=["state", *_MOMENTS])
    forget_posts(locked.pk)
    post_gate_changed.send(sender=None, post_id=locked.pk)
    publish_if_ready(locked.pk, again=locked.published_at is not None)
    locked.refresh_from_db()
