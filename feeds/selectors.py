"""Reading what feeds and profiles are made of; the audience rule is in every query."""

from collections import Counter
from collections.abc import Collection
from datetime import timedelta

from django.db.models import Count, Subquery
from django.utils import timezone

from accounts.models import Follow, Mute, User
from accounts.querysets import Viewer
from core.ids import first_id_at
from core.paging import Page, page_by_id
from photos.models import Like, Post
from photos.querysets import PostQuerySet

CLOSENESS_WINDOW = timedelta(days=90)


def feed_posts(person: User) -> PostQuerySet:
    """All that may appear in the feed of `person`: what people they follow and have not muted publish to them."""
    followed = Follow.objects.filter(follower=person, state=Follow.State.ACCEPTED).values("followee")
    muted = Mute.objects.filter(muter=person).values("muted")
    posts = Post.objects.listed_for(person).filter(state=Post.State.PUBLISHED, author__in=Subquery(followed))
    return posts.exclude(author__in=Subquery(muted))


def closeness(person: User, author_ids: Collection[int] | None = None) -> Counter[int]:
    """How many posts of each author `person` liked in the last 90 days. One query."""
    since = first_id_at(timezone.now() - CLOSENESS_WINDOW)
    likes = Like.objects.filter(user=person, id__gte=since)
    if author_ids is not None:
        likes = likes.filter(post__author__in=author_ids)
    return Counter(dict(likes.values_list("post__author").annotate(count=Count("id")).order_by()))


def profile_page(viewer: Viewer, person: User, *, cursor: str, limit: int) -> Page[Post]:
    """The posts of `person` that `viewer` may find, newest first; one's own include those still developing."""
    posts = Post.objects.listed_for(viewer).filter(author=person).for_cards()
    return page_by_id(posts, kind="profile", cursor=cursor, limit=limit)
