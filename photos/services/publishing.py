"""The step from publishing to published, and the counters and news that go with it."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from accounts.ready import change_counts
from accounts.services.profiles import set_avatar, set_header
from core.events import enqueue, send_after_commit
from core.faults import fault
from photos.models import Avatar, Header, Media, PersonTag, Post
from photos.ready.facts import forget_posts
from photos.services.mentioning import tell_named_in_caption
from photos.signals import person_tagged, post_came_out, post_published

HEADER_RENDITIONS = ("w640", "w1280")


def publish_when_ready(media: Media) -> None:
    """Publish the post of `media` if every item is ready now, or show it as the owner's new avatar or header."""
    if media.post_id is not None:
        publish_if_ready(media.post_id)
    show_face(media)


def show_face(media: Media) -> None:
    """Let everybody see `media` if its owner chose it as profile picture or header; the one of before goes."""
    for avatar in Avatar.objects.filter(media=media).select_related("user"):
        square = media.renditions.get(name="square", content_type="image/jpeg")
        set_avatar(avatar.user_id, square.key)
        _let_go(avatar.user, media)
    for header in Header.objects.filter(media=media).select_related("user"):
        set_header(header.user_id, {"alt_text": header.alt_text, "pictures": _header_pictures(media)})
        _let_go(header.user, media)


def _header_pictures(media: Media) -> list[tuple[str, int, int]]:
    """Key, width and height of the JPEGs that a header is shown in; of a small picture the widest there is."""
    jpegs = media.renditions.filter(content_type="image/jpeg").order_by("width")
    pictures = list(jpegs.filter(name__in=HEADER_RENDITIONS).values_list("key", "width", "height"))
    return pictures or list(jpegs.exclude(name="square").values_list("key", "width", "height"))[-1:]


def _let_go(user: User, instead: Media) -> None:
    """Delete what `user` showed before, unless it is shown elsewhere still, which the task looks at."""
    shown = Media.objects.filter(owner=user, renditions__key__in=user.shown_keys).exclude(pk=instead.pk)
    for media_id in shown.values_list("pk", flat=True).distinct():
        enqueue("photos.delete_unused_media", media_id=media_id)


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
        is_new = post.published_at is None
        post.state, post.published_at = Post.State.PUBLISHED, post.published_at or timezone.now()
        post.save(update_fields=["state", "published_at"])
        count_post(post, 1)
        forget_posts(post.pk)
        if is_new:
            _tell_who_is_tagged(post)
            post_came_out.send(sender=None, post_id=post.pk)
        send_after_commit(post_published, post_id=post.pk, author_id=post.author_id)
        if not again:
            tell_named_in_caption(post)
    return True


def _tell_who_is_tagged(post: Post) -> None:
    tags = PersonTag.objects.filter(post=post).exclude(state=PersonTag.State.REMOVED)
    for tag_id in tags.values_list("pk", flat=True):
        person_tagged.send(sender=None, tag_id=tag_id)


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
