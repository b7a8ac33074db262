"""The step from publishing to published, and the counters and news that go with it."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from accounts.services.profiles import set_avatar
from core.events import send_after_commit
from photos.models import Avatar, Media, Post
from photos.signals import post_published


def publish_when_ready(media: Media) -> None:
    """Publish the post of `media` if every item is ready now, or show it as the owner's new avatar."""
    if media.post_id is not None:
        publish_if_ready(media.post_id)
    show_avatar(media)


def show_avatar(media: Media) -> None:
    """Let everybody see the square of `media` if its owner chose it as profile picture."""
    square = media.renditions.get(name="square", content_type="image/jpeg")
    for user_id in Avatar.objects.filter(media=media).values_list("user_id", flat=True):
        set_avatar(user_id, square.key)


def publish_if_ready(post_id: int) -> bool:
    """Publish the post when nothing is missing any more; only the call that does it returns True."""
    with transaction.atomic():
        post = Post.objects.select_for_update(no_key=True).get(pk=post_id)
        unfinished = Media.objects.filter(post=post).exclude(state=Media.State.READY).exists()
        if post.state != Post.State.PUBLISHING or unfinished or not post.media.exists():
            return False
        post.state, post.published_at = Post.State.PUBLISHED, post.published_at or timezone.now()
        post.save(update_fields=["state", "published_at"])
        count_post(post, 1)
        send_after_commit(post_published, post_id=post.pk, author_id=post.author_id)
    return True


def count_post(post: Post, step: int) -> None:
    """Add `step` to the author's counters that a published post of this audience is part of."""
    counters = {"own_post_count": F("own_post_count") + step}
    if post.audience == Post.Audience.PUBLIC:
        counters["public_post_count"] = F("public_post_count") + step
    elif post.audience == Post.Audience.FOLLOWERS:
        counters["follower_post_count"] = F("follower_post_count") + step
    User.objects.filter(pk=post.author_id).update(**counters)
