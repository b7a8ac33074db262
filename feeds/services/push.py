from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts.models import Follow
from core.ids import split_id
from feeds.timeline import push_post
from photos.models import Post

FRESH = timedelta(hours=1)


def push_published(post_id: int) -> int:
    """Put a fresh post into the feeds of its author's followers; returns how many feeds changed.

    A post that is gone, or for nobody's feed, is left out. So are old ones (imported, or back from the trash) and those
    of an author with more than FEED_PUSH_LIMIT followers: they come with the next build. May run any number of times.
    """
    post = Post.objects.filter(pk=post_id, state=Post.State.PUBLISHED).select_related("author").first()
    if post is None or post.audience not in (Post.Audience.PUBLIC, Post.Audience.FOLLOWERS):
        return 0
    fresh = timezone.now() - split_id(post.pk).created_at < FRESH
    if not fresh or post.author.follower_count > settings.FEED_PUSH_LIMIT:
        return 0
    followers = Follow.objects.filter(followee=post.author_id, state=Follow.State.ACCEPTED)
    return push_post(post.pk, followers.values_list("follower_id", flat=True).iterator(chunk_size=2000))
