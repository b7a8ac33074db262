"""Building the feed of one person on the spot, from Postgres: for who comes back, and where no build has been yet."""

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from core.ids import first_id_at
from core.valkey import when_away
from feeds.ranking import MAX_CLOSENESS, steps_of
from feeds.services.scores import Ints, base_values, best, nearness_values, spread
from feeds.services.sources import CLOSENESS, FOR_FEEDS, PARTS, fetch_columns, packed, parameters
from feeds.storing import read_seen
from feeds.timeline import Timeline, new_build_id, pack, replace_packed, valkey_clock
from feeds.weights import current_weights, window_span

_CANDIDATES = f"""
    WITH part AS MATERIALIZED ({PARTS}), near AS MATERIALIZED ({CLOSENESS})
    SELECT {packed("post.id")}, {packed("post.author_id")}, {packed("post.like_count")}, {packed("post.comment_count")},
           {packed("coalesce(near.amount, 0)")}
    FROM part LEFT JOIN near ON near.author = part.author CROSS JOIN LATERAL (
        SELECT id, author_id, like_count, comment_count FROM photos_post
        WHERE author_id = part.author AND id >= %(since)s AND {FOR_FEEDS}
          AND (audience = 'close_friends') = (part.part < 0)
        ORDER BY id DESC LIMIT %(most)s
    ) post
"""  # noqa: S608  only our own text is put together
# The newest of each author straight from the index by author and id; Postgres would rather read and sort all they have.
_BY_INDEX = "SET LOCAL enable_bitmapscan = off"


def build_timeline(person_id: int) -> Timeline:
    """The Top feed of one person as of now, nothing written. One query, and a look at what was seen in the old feed.

    With Valkey away nothing counts as seen.
    """
    build_id = new_build_id()
    pulled_until = when_away(valkey_clock, build_id)
    nothing: dict[int, Ints] = {}
    seen = when_away(lambda: read_seen([person_id]), nothing).get(person_id, np.array([], dtype=np.int64))
    post_ids = _best_posts(person_id, seen)
    marks = np.isin(post_ids, seen)
    return Timeline(build_id, pulled_until, post_ids.tolist(), marks.tolist() if marks.any() else ())


def build_and_keep(person_id: int, *, lease: bytes = b"") -> Timeline:
    """Build the feed and keep it in Valkey, if a `lease` is given only while it stands.

    The feed is returned in any case, also with Valkey away.
    """
    timeline = build_timeline(person_id)
    when_away(lambda: replace_packed([(person_id, pack(timeline))], lease=lease), 0)
    return timeline


def _best_posts(person_id: int, seen: Ints) -> Ints:
    """The ids of the best FEED_LENGTH posts, best first."""
    weights = current_weights()
    values = {
        **parameters([person_id]),
        "since": first_id_at(timezone.now() - window_span()),
        "most": settings.FEED_POSTS_PER_AUTHOR,
    }
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_BY_INDEX)
        post_ids, authors, likes, comments, closeness = fetch_columns(_CANDIDATES, values)
    score = base_values(post_ids, likes, comments, weights)
    score += nearness_values(weights)[np.minimum(closeness, MAX_CLOSENESS)]
    score[np.isin(post_ids, seen)] += steps_of(weights.seen)
    places = best(score, post_ids, settings.FEED_LENGTH)
    return post_ids[spread(places, authors[places], weights.max_in_a_row)]
