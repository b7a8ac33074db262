"""Whose posts a feed is chosen from, and how near they are to the reader: the queries that every build shares."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db import connection
from django.utils import timezone

from core.ids import first_id_at
from feeds.selectors import CLOSENESS_WINDOW
from feeds.services.scores import Ints

Parameters = dict[str, Any]  # whatever Postgres has a type for

# (person, author): active people that the person follows and has not muted, with no block between them.
SOURCES = """
    SELECT follow.follower_id AS person, follow.followee_id AS author
    FROM accounts_follow follow
    JOIN accounts_user author ON author.id = follow.followee_id AND author.is_active
    WHERE follow.follower_id = ANY(%(people)s) AND follow.state = 'accepted'
      AND NOT EXISTS (SELECT FROM accounts_mute mute
                      WHERE mute.muter_id = follow.follower_id AND mute.muted_id = follow.followee_id
                        AND (mute.until IS NULL OR mute.until > now()))
      AND NOT EXISTS (SELECT FROM accounts_block block
                      WHERE block.blocker_id = follow.follower_id AND block.blocked_id = follow.followee_id)
      AND NOT EXISTS (SELECT FROM accounts_block block
                      WHERE block.blocker_id = follow.followee_id AND block.blocked_id = follow.follower_id)
"""

# (person, author, part): a part of what the author posts is for this person. `part` is the author for what is for all
# followers, minus the author for what is for close friends and has this person among them.
PARTS = f"""
    WITH source AS MATERIALIZED ({SOURCES})
    SELECT person, author, author AS part FROM source
    UNION ALL
    SELECT person, author, -author FROM source
    JOIN accounts_closefriend close ON close.owner_id = source.author AND close.friend_id = source.person
"""  # noqa: S608  only our own text is put together

# Which part a post belongs to, and whether it is for feeds at all.
PART_OF_POST = "CASE audience WHEN 'close_friends' THEN -author_id ELSE author_id END"
FOR_FEEDS = "state = 'published' AND audience IN ('public', 'followers', 'close_friends')"

# (person, author, amount): how many posts of the author the person liked lately.
CLOSENESS = """
    SELECT liked.user_id AS person, post.author_id AS author, count(*) AS amount
    FROM photos_like liked JOIN photos_post post ON post.id = liked.post_id
    WHERE liked.user_id = ANY(%(people)s) AND liked.id >= %(liked_since)s
    GROUP BY 1, 2
"""


def parameters(people: Sequence[int]) -> Parameters:
    return {"people": list(people), "liked_since": first_id_at(timezone.now() - CLOSENESS_WINDOW)}


def packed(expression: str) -> str:
    """SQL for all values of a bigint expression in one value of bytes; `unpack` reads it."""
    return f"string_agg(int8send({expression}), '')"


def unpack(value: bytes | None) -> Ints:
    return np.frombuffer(value or b"", dtype=">i8").astype(np.int64)


def fetch_columns(query: str, values: Parameters) -> list[Ints]:
    """The columns of a query that gives one row of `packed` values."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        row = cursor.fetchone()
    return [unpack(value) for value in row or ()]
