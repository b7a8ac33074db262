"""Reading what feeds and profiles are made of; the audience rule is in every query."""

from collections import Counter
from collections.abc import Collection
from datetime import timedelta

from django.db import connection
from django.db.models import Count, Subquery
from django.utils import timezone

from accounts.access import get_named_user_for, id_of_name
from accounts.models import Follow, Mute, User
from accounts.querysets import Viewer
from core.ids import MAX_ID, first_id_at
from core.paging import Page, page_by_id
from photos.models import Like, Post
from photos.people import posts_with
from photos.querysets import PostQuerySet
from photos.standings import seen_by

CLOSENESS_WINDOW = timedelta(days=90)

# The newest posts of all followed people can only be by those people whose newest post is among the newest.
_LATEST = """
    WITH hidden AS MATERIALIZED (
        SELECT muted_id AS id FROM accounts_mute WHERE muter_id = %(viewer)s AND (until IS NULL OR until > now())
        UNION ALL SELECT blocked_id FROM accounts_block WHERE blocker_id = %(viewer)s
        UNION ALL SELECT blocker_id FROM accounts_block WHERE blocked_id = %(viewer)s
    ), author AS MATERIALIZED (
        SELECT follow.followee_id AS id, close.id IS NOT NULL AS is_close
        FROM accounts_follow follow
        LEFT JOIN accounts_closefriend close ON close.owner_id = follow.followee_id AND close.friend_id = %(viewer)s
        JOIN accounts_user person ON person.id = follow.followee_id AND person.is_active
        CROSS JOIN LATERAL (
            SELECT id FROM photos_post
            WHERE author_id = follow.followee_id AND id < %(before)s AND state = 'published'
              AND (audience IN ('public', 'followers') OR audience = 'close_friends' AND close.id IS NOT NULL)
            ORDER BY id DESC LIMIT 1
        ) newest
        WHERE follow.follower_id = %(viewer)s AND follow.state = 'accepted'
          AND follow.followee_id NOT IN (SELECT id FROM hidden)
        ORDER BY newest.id DESC LIMIT %(limit)s
    ), followed AS (
        SELECT post.id FROM author CROSS JOIN LATERAL (
            SELECT id FROM photos_post
            WHERE author_id = author.id AND id < %(before)s AND state = 'published'
              AND (audience IN ('public', 'followers') OR audience = 'close_friends' AND author.is_close)
            ORDER BY id DESC LIMIT %(limit)s
        ) post
        ORDER BY post.id DESC LIMIT %(limit)s
    ), tagged AS (
        SELECT post.id FROM photos_tagfollow wanted CROSS JOIN LATERAL (
            SELECT post.id FROM photos_posttag filed
            JOIN photos_post post ON post.id = filed.post_id
            JOIN accounts_user person ON person.id = post.author_id
            WHERE filed.tag_id = wanted.tag_id AND filed.post_id < %(before)s
              AND post.state = 'published' AND post.audience = 'public' AND post.author_id <> %(viewer)s
              AND person.is_active AND NOT person.is_private AND person.limited_at IS NULL
              AND post.author_id NOT IN (SELECT id FROM hidden)
            ORDER BY filed.post_id DESC LIMIT %(limit)s
        ) post
        WHERE wanted.user_id = %(viewer)s
          AND (SELECT tags_in_latest FROM accounts_user WHERE id = %(viewer)s)
        ORDER BY post.id DESC LIMIT %(limit)s
    )
    SELECT id, false FROM followed UNION ALL SELECT id, true FROM tagged
"""


def feed_posts(person: User) -> PostQuerySet:
    """All that may appear in the feed of `person`: what people they follow and have not muted publish to them.

    Close friends who do not follow find what is for them on the profile, not here.
    """
    followed = Follow.objects.filter(follower=person, state=Follow.State.ACCEPTED).values("followee")
    muted = Mute.objects.in_force().filter(muter=person).values("muted")
    posts = Post.objects.listed_for(person).filter(state=Post.State.PUBLISHED, author__in=Subquery(followed))
    return posts.exclude(author__in=Subquery(muted))


def tagged_posts(person: User) -> PostQuerySet:
    """All that a followed tag may bring to `person`: what is open to everybody, by people they have not muted."""
    muted = Mute.objects.in_force().filter(muter=person).values("muted")
    posts = Post.objects.offered_to(person).filter(
        state=Post.State.PUBLISHED, audience=Post.Audience.PUBLIC, author__is_private=False
    )
    return posts.exclude(author__in=Subquery(muted))


def closeness(person: User | int, author_ids: Collection[int] | None = None) -> Counter[int]:
    """How many posts of each author `person` liked in the last 90 days. One query."""
    since = first_id_at(timezone.now() - CLOSENESS_WINDOW)
    likes = Like.objects.filter(user=person, id__gte=since)
    if author_ids is not None:
        likes = likes.filter(post__author__in=author_ids)
    return Counter(dict(likes.values_list("post__author").annotate(count=Count("id")).order_by()))


def latest_ids(viewer_id: int, *, before: int, limit: int) -> dict[int, bool]:
    """The newest `limit` posts with lower ids than `before` (0: of all), newest first, that belong into Latest.

    The same posts as `feed_posts`, and with `User.tags_in_latest` also public ones with a followed tag; the value says
    that a post is there for its tag alone. One query, which looks at one post of each followed person, however many.
    """
    values = {"viewer": viewer_id, "before": before or MAX_ID, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, values)
        rows = cursor.fetchall()
    followed = {post_id for post_id, by_tag in rows if not by_tag}
    ids = sorted({post_id for post_id, _ in rows}, reverse=True)[:limit]
    return {post_id: post_id not in followed for post_id in ids}


def profile_page(viewer: Viewer, person: User, *, cursor: str, limit: int) -> Page[Post]:
    """The posts of `person` that `viewer` may find, newest first; one's own include those still developing.

    One's own are loaded for cards, those of others with their id and audience alone: their cards are ready.
    """
    found = Post.objects.listed_for(viewer).filter(author=person)
    posts = seen_by(found.for_cards(), viewer) if viewer.pk == person.pk else found.only("id", "audience")
    return page_by_id(posts, kind="profile", cursor=cursor, limit=limit)


def named_profile_page(viewer: Viewer, username: str, *, cursor: str, limit: int) -> Page[Post]:
    """As `profile_page` of somebody else, by a name that they have or had until lately. NotFound for who is hidden.

    One query if there are posts, else two.
    """
    found = Post.objects.listed_for(viewer).filter(author=id_of_name(username)).only("id", "audience")
    page = page_by_id(found, kind="profile", cursor=cursor, limit=limit)
    if not page.items:
        get_named_user_for(viewer, username)
    return page


def tagged_in_page(viewer: Viewer, username: str, *, cursor: str, limit: int) -> Page[Post]:
    """Posts in which the person of that name is shown to be, newest first, with id and audience; as the profile, they
    are for whom the account is open to. NotFound for who is hidden.

    One query if there are posts, else two.
    """
    found = posts_with(viewer, id_of_name(username)).only("id", "audience")
    page = page_by_id(found, kind="tagged", cursor=cursor, limit=limit)
    if not page.items:
        get_named_user_for(viewer, username)
    return page
