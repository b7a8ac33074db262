"""The step from publishing to published, and the counters and news that go with it."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from accounts.ready import change_counts
from accounts.services.profiles import set_avatar
from core.events import enqueue, send_after_commit
from core.faults import fault
from photos.models import Avatar, Media, Post
from photos.ready.facts import forget_posts
from photos.signals import post_published


def publish_when_ready(media: Media) -> None:
    """Publish the post of `media` if every item is ready now, or show it as the owner's new avatar."""
    if media.post_id is not None:
        publish_if_ready(media.post_id)
    show_avatar(media)


def show_avatar(media: Media) -> None:
    """Let everybody see the square of `media` if its owner chose it as profile picture; the one of before goes."""
    for user_id in Avatar.objects.filter(media=media).values_list("user_id", flat=True):
        square = media.renditions.get(name="square", content_type="image/jpeg")
        shown = Media.objects.filter(
            owner=user_id, renditions__key__in=User.objects.filter(pk=user_id).values("avatar_key")
        )
        for media_id in shown.exclude(pk=media.pk).values_list("pk", flat=True):
            enqueue("photos.delete_unused_media", media_id=media_id)
        set_avatar(user_id, square.key)


def publish_if_ready(post_id: int, *, again: bool = False) -> bool:
    """Publish the post when nothing is missing any more; only the call that does it returns True.

    What was published before comes back (`again`) as soon as there is something to show of every item, though a
    changed recipe may wait or have failed.
    """
    fault("P12")
    with transaction.atomic():
        post = Post.objects.select_for_update(no_key=True).get(pk=post_id)
        unfinished = Media.objects.filter(post=post).exclude(state=Media.State.READY)
        if again:
            unfinished = unfinished.filter(renditions=None)
        if post.state != Post.State.PUBLISHING or unfinished.exists() or not post.media.exists():
            return False
        post.state, post.published_at = Post.State.PUBLISHED, post.published_at or timezone.now()
        post.save(update_fields=["state", "published_at"])
        count_post(post, 1)
        forget_posts(post.pk)
        send_after_commit(post_published, post_id=post.pk, author_id=post.author_id)
    return True


def count_post(post: Post, step: int) -> None:
    """Add `step` to the author's counters that a published post of this audience is part of."""
    counters = {"own_post_count": F("own_post_count") + step}
    if post.audience == Post.Audience.PUBLIC:
        counters["public_post_count"] = F("public_post_count") + step
        change_counts(post.author_id, public_posts=step)
    elif post.audience == Post.Audience.FOLLOWERS:
        counters["follower_post_count"] = F("follower_post_count") + step
        change_counts(post.author_id, follower_posts=step)
    elif post.audience == Post.Audience.CLOSE_FRIENDS:
        counters["close_friend_post_count"] = F("close_friend_post_count") + step
        change_counts(post.author_id, close_friend_posts=step)
    User.objects.filter(pk=post.author_id).update(**counters)
