"""What a feed must be, found in two slow ways that share nothing with the build: one SQL statement, and `rank`."""

from collections.abc import Collection
from datetime import timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import User
from core.ids import first_id_at
from feeds.ranking import Candidate, rank, spread_authors
from feeds.selectors import closeness, feed_posts
from feeds.weights import created_ms, current_weights
from photos.querysets import PostQuerySet

_PLAIN = """
    WITH near AS (
        SELECT post.author_id, count(*) AS amount
        FROM photos_like liked JOIN photos_post post ON post.id = liked.post_id
        WHERE liked.user_id = %(me)s AND liked.id >= %(liked_since)s GROUP BY 1
    ), candidate AS (
        SELECT post.*,
            row_number() OVER (PARTITION BY author_id, audience = 'close_friends' ORDER BY id DESC) AS number,
            coalesce((SELECT amount FROM near WHERE near.author_id = post.author_id), 0) AS closeness
        FROM photos_post post
        WHERE state = 'published' AND id >= %(since)s
          AND (audience IN ('public', 'followers') OR audience = 'close_friends'
               AND author_id IN (SELECT owner_id FROM accounts_closefriend WHERE friend_id = %(me)s))
          AND author_id IN (SELECT followee_id FROM accounts_follow
                            WHERE follower_id = %(me)s AND state = 'accepted')
          AND author_id IN (SELECT id FROM accounts_user WHERE is_active)
          AND author_id NOT IN (SELECT muted_id FROM accounts_mute WHERE muter_id = %(me)s
                                AND (until IS NULL OR until > now()))
          AND author_id NOT IN (SELECT blocked_id FROM accounts_block WHERE blocker_id = %(me)s)
          AND author_id NOT IN (SELECT blocker_id FROM accounts_block WHERE blocked_id = %(me)s)
    )
    SELECT id, author_id FROM candidate WHERE number <= %(most)s
    ORDER BY floor((id >> 23) / (%(half_life)s * 3600000.0::float8) * 268435456)
        + round(ln(1 + %(likes)s * ln(1 + like_count) / ln(2)
                     + %(comments)s * ln(1 + comment_count) / ln(2)) / ln(2) * 268435456)
        + round(ln(1 + %(near)s * ln(1 + least(closeness, 255)) / ln(2)) / ln(2) * 268435456)
        + CASE WHEN id = ANY(%(shown)s::bigint[]) THEN round(ln(%(sinks)s) / ln(2) * 268435456) ELSE 0 END DESC, id DESC
    LIMIT %(length)s
"""


def feed_by_sql(person_id: int, *, seen: Collection[int] = ()) -> list[int]:
    now = timezone.now()
    values: dict[str, Any] = {
        "me": person_id,
        "since": first_id_at(now - timedelta(days=settings.FEED_WINDOW_DAYS)),
        "liked_since": first_id_at(now - timedelta(days=90)),
        "most": settings.FEED_POSTS_PER_AUTHOR,
        "length": settings.FEED_LENGTH,
        "half_life": settings.FEED_HALF_LIFE_HOURS,
        "likes": settings.FEED_LIKES,
        "comments": settings.FEED_COMMENTS,
        "near": settings.FEED_CLOSENESS,
        "sinks": settings.FEED_SEEN,
        "shown": list(seen),
    }
    with connection.cursor() as cursor:
        cursor.execute(_PLAIN, values)
        rows = cursor.fetchall()
    return [rows[place][0] for place in spread_authors([author for _, author in rows], settings.FEED_MAX_IN_A_ROW)]


def feed_by_rank(person: User, *, seen: Collection[int] = ()) -> list[int]:
    close = closeness(person)
    posts = feed_posts(person).filter(pk__gte=first_id_at(timezone.now() - timedelta(days=settings.FEED_WINDOW_DAYS)))
    authors = set(posts.values_list("author", flat=True))
    parts = [part for author in authors for part in _parts(posts.filter(author=author).order_by("-pk"))]
    newest = (islice(part, settings.FEED_POSTS_PER_AUTHOR) for part in parts)
    candidates = [
        Candidate(
            post_id=post.pk,
            author_id=post.author_id,
            created_ms=created_ms(post.pk),
            likes=post.like_count,
            comments=post.comment_count,
            closeness=close[post.author_id],
            seen=post.pk in seen,
        )
        for some in newest
        for post in some
    ]
    return rank(candidates, settings.FEED_LENGTH, current_weights())


def _parts(posts: PostQuerySet) -> tuple[PostQuerySet, PostQuerySet]:
    """What is for all followers of an author, and what is for close friends: so many of each at most."""
    return posts.exclude(audience="close_friends"), posts.filter(audience="close_friends")
