"""Deleting goes through the trash: out of sight at once, whole again on restore, gone for good after TRASH_DAYS."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services.profiles import set_avatar
from core.events import send_after_commit
from core.exceptions import Conflict, NotFound
from core.storage import delete_everywhere
from photos.models import Media, Post
from photos.services.publishing import count_post, publish_if_ready
from photos.services.rekeying import want_rekey
from photos.signals import post_withdrawn


def trash_post(actor: User, post: Post) -> None:
    """Move a post to the trash. Addresses of its pictures that were given out die within a minute."""
    if post.author_id != actor.pk:
        raise NotFound
    with transaction.atomic():
        locked = Post.objects.select_for_update(no_key=True).get(pk=post.pk)
        if locked.state == Post.State.TRASHED:
            return
        if locked.state == Post.State.PUBLISHED:
            count_post(locked, -1)
        locked.state, locked.trashed_at = Post.State.TRASHED, timezone.now()
        locked.save(update_fields=["state", "trashed_at"])
        send_after_commit(post_withdrawn, post_id=locked.pk, author_id=actor.pk)
        want_rekey(Post.objects.filter(pk=locked.pk))


def restore_post(actor: User, post: Post) -> Post:
    """Bring a post back with its likes, words and address."""
    if post.author_id != actor.pk:
        raise NotFound
    with transaction.atomic():
        locked = Post.objects.select_for_update(no_key=True).get(pk=post.pk)
        if locked.state != Post.State.TRASHED:
            return locked
        locked.state, locked.trashed_at = Post.State.PUBLISHING, None
        locked.save(update_fields=["state", "trashed_at"])
        publish_if_ready(locked.pk)
        locked.refresh_from_db()
    return locked


def purge_expired(limit: int = 500) -> int:
    """Remove for good what has been in the trash longer than TRASH_DAYS; returns how many posts."""
    before = timezone.now() - timedelta(days=settings.TRASH_DAYS)
    expired = Post.objects.filter(state=Post.State.TRASHED, trashed_at__lt=before)
    ids = list(expired.order_by("trashed_at").values_list("pk", flat=True)[:limit])
    return sum(purge_post(post_id) for post_id in ids)


def purge_post(post_id: int) -> bool:
    """Delete rows first, then every object they named; False when the post was restored meanwhile."""
    with transaction.atomic():
        post = Post.objects.select_for_update().filter(pk=post_id, state=Post.State.TRASHED).first()
        if post is None:
            return False
        for media in post.media.prefetch_related("copies", "renditions"):
            delete_media_objects(media)
        post.delete()
    return True


def delete_media(actor: User, media: Media) -> None:
    """Delete an uploaded picture that is in no post; Conflict when it is in one."""
    with transaction.atomic():
        locked = Media.objects.select_for_update(of=("self",)).filter(pk=media.pk, owner=actor).first()
        if locked is None:
            raise NotFound
        if locked.post_id is not None:
            raise Conflict("This picture is in a post. Delete the post instead.", code="in_a_post")
        delete_media_objects(locked)
        locked.delete()


def delete_media_objects(media: Media) -> None:
    """After commit, remove original and renditions from every storage; a profile picture made of it goes too."""
    copies = [copy.storage for copy in media.copies.all()]
    renditions = [rendition.key for rendition in media.renditions.all()]
    if User.objects.filter(pk=media.owner_id, avatar_key__in=renditions).exists():
        set_avatar(media.owner_id, "")

    def delete() -> None:
        delete_everywhere(copies, media.original_key)
        for key in renditions:
            delete_everywhere(["renditions"], key)

    transaction.on_commit(delete)
