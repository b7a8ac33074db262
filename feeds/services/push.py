"""What a post that has just become visible does to feeds: published, restored, or opened to more people."""

from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from redis.exceptions import RedisError

from accounts.models import CloseFriend, Follow
from core.ids import split_id
from feeds.services.hot import announce_hot
from feeds.timeline import drop_without, push_post
from photos.models import Post

FRESH = timedelta(hours=1)
FEW = 1_000  # followers that are reached in a few milliseconds
FOR_FEEDS = (Post.Audience.PUBLIC, Post.Audience.FOLLOWERS, Post.Audience.CLOSE_FRIENDS)


def push_to_few(post_id: int) -> bool:
    """Let the post reach the followers of an author with few of them now; False when a task has to."""
    followers = Post.objects.filter(pk=post_id).values_list("author__follower_count", flat=True).first() or 0
    if followers > FEW:
        return False
    try:
        push_published(post_id)
    except (RedisError, OSError):
        return False
    return True


def push_published(post_id: int) -> int:
    """Let a post reach those followers of its author whom it is for; returns how many feeds changed. RedisError when
    Valkey is away.

    A fresh post is put in front of their feeds. One that is older (restored, opened again, imported) has its own place:
    feeds without it are built anew by their next read. Posts for all of more than FEED_PUSH_LIMIT followers are only
    announced. A post that is gone, or for nobody's feed, is left out. May run any number of times, in any order.
    """
    post = Post.objects.filter(pk=post_id, state=Post.State.PUBLISHED).select_related("author").first()
    if post is None or post.audience not in FOR_FEEDS:
        return 0
    age = timezone.now() - split_id(post.pk).created_at
    if age >= timedelta(days=settings.FEED_WINDOW_DAYS):
        return 0
    follows = _follows_it_is_for(post)
    if post.audience != Post.Audience.CLOSE_FRIENDS and post.author.follower_count > settings.FEED_PUSH_LIMIT:
        announce_hot(post.author_id, post.pk)
        return 0
    followers = follows.values_list("follower_id", flat=True).iterator(chunk_size=2000)
    return push_post(post.pk, followers) if age < FRESH else drop_without(post.pk, followers)


def _follows_it_is_for(post: Post) -> QuerySet[Follow]:
    follows = Follow.objects.filter(followee=post.author_id, state=Follow.State.ACCEPTED)
    if post.audience != Post.Audience.CLOSE_FRIENDS:
        return follows
    return follows.filter(follower__in=CloseFriend.objects.filter(owner=post.author_id).values("friend"))
