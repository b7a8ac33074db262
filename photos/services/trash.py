"""Deleting goes through the trash: out of sight at once, whole again on restore, gone for good after TRASH_DAYS."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services.profiles import set_avatar, set_header
from core.deleting import forget_objects
from core.exceptions import Conflict, NotFound
from photos.models import Media, Post
from photos.ready.facts import forget_posts
from photos.services.alarms import settle_media
from photos.services.withdrawing import bring_back, withdraw_post


def trash_post(actor: User, post: Post) -> None:
    """Move a post to the trash. Addresses of its pictures that were given out die within a minute."""
    if post.author_id != actor.pk:
        raise NotFound
    with transaction.atomic():
        locked = Post.objects.select_for_update(no_key=True).get(pk=post.pk)
        if locked.state == Post.State.TRASHED:
            return
        if locked.state == Post.State.REMOVED:
            raise NotFound
        locked.trashed_at = timezone.now()
        withdraw_post(locked, Post.State.TRASHED)


def restore_post(actor: User, post: Post) -> Post:
    """Bring a post back with its likes, words and address; one that was in the archive goes back there."""
    if post.author_id != actor.pk:
        raise NotFound
    with transaction.atomic():
        locked = Post.objects.select_for_update(no_key=True).get(pk=post.pk)
        if locked.state != Post.State.TRASHED:
            return locked
        locked.trashed_at = None
        bring_back(locked)
    return locked


def purge_expired(limit: int = 500) -> int:
    """Remove for good what has been in the trash longer than TRASH_DAYS; returns how many posts."""
    before = timezone.now() - timedelta(days=settings.TRASH_DAYS)
    expired = Post.objects.filter(state=Post.State.TRASHED, trashed_at__lt=before)
    ids = list(expired.order_by("trashed_at").values_list("pk", flat=True)[:limit])
    return sum(purge_post(post_id) for post_id in ids)


def purge_post(post_id: int) -> bool:
    """Delete the rows, and by a task every object they named; False when the post was restored meanwhile."""
    with transaction.atomic():
        list(Media.objects.select_for_update().filter(post=post_id).order_by("pk"))  # before the post, as workers do
        post = Post.objects.select_for_update().filter(pk=post_id, state=Post.State.TRASHED).first()
        if post is None:
            return False
        forget_media(post.media.prefetch_related("copies", "renditions"))
        post.delete()
        forget_posts(post_id)
    return True


def delete_media(actor: User, media: Media) -> None:
    """Delete an uploaded picture that is in no post; Conflict when it is in one."""
    with transaction.atomic():
        locked = Media.objects.select_for_update(of=("self",)).filter(pk=media.pk, owner=actor).first()
        if locked is None:
            raise NotFound
        if locked.post_id is not None:
            raise Conflict("This picture is in a post. Delete the post instead.", code="in_a_post")
        forget_media([locked])
        locked.delete()


def delete_unused_media(media_id: int) -> bool:
    """Delete a profile picture or header of before, unless it is in a post or is shown or chosen again."""
    with transaction.atomic():
        media = Media.objects.select_for_update(of=("self",)).select_related("owner").filter(pk=media_id).first()
        if media is None or media.post_id is not None or media.avatar_of.exists() or media.header_of.exists():
            return False
        if media.renditions.filter(key__in=media.owner.shown_keys).exists():
            return False
        forget_media([media])
        media.delete()
    return True


def forget_media(items: Iterable[Media]) -> None:
    """Delete every object of media whose rows go in this transaction; a profile picture or header made of one goes too.

    Originals are looked for in every storage that may have one: a copy may be there before its row is.
    """
    objects: dict[str, list[str]] = {}
    for media in items:
        for alias in {copy.storage for copy in media.copies.all()} | set(settings.ORIGINAL_COPIES):
            objects.setdefault(alias, []).append(media.original_key)
        renditions = [rendition.key for rendition in media.renditions.all()]
        objects.setdefault("renditions", []).extend(renditions)
        _take_down(media.owner_id, set(renditions))
        settle_media(media.pk, by="deletion")
    forget_objects(objects)


def _take_down(user_id: int, keys: set[str]) -> None:
    """Show none of these files as the face of the account any more."""
    user = User.objects.get(pk=user_id)
    if user.avatar_key in keys:
        set_avatar(user_id, "")
    if keys.intersection(user.header_keys):
        set_header(user_id, None)
