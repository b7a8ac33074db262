"""Making ready from Postgres what a page lacked, under leases, so that a crowd makes it once."""

import time
from dataclasses import replace

from accounts.ready import load_relations
from core.ready import Key, await_others, lease_key, store, take_leases
from core.valkey import valkey
from feeds.selectors import closeness
from feeds.services.build import build_timeline
from feeds.services.reading import Missing, Question
from feeds.timeline import feed_key, pack, replace_packed
from photos.ready.reading import fill_posts
from photos.ready.sets import LIKES, SAVES

CLOSENESS_SECONDS = 3600
BUILD_PATIENCE = 3.0  # seconds to wait for another's build of the same feed


def fill(question: Question, missing: Missing) -> Question:
    """Make ready what is missing; returns the question to ask next. RedisError when Valkey is away."""
    post_ids = list(missing.post_ids)
    if missing.feed:
        post_ids += build_feed(question.viewer_id, missing.moment, anew=missing.anew)[: question.limit]
    if missing.relations:
        load_relations(question.viewer_id)
    if missing.closeness:
        load_closeness(question.viewer_id)
    if missing.likes and not LIKES.load(question.viewer_id):
        question = replace(question, likes_kept=False)
    if missing.saves and not SAVES.load(question.viewer_id):
        question = replace(question, saves_kept=False)
    if post_ids:
        fill_posts(post_ids, question.kind)
    return question


def build_feed(viewer_id: int, moment: int, *, anew: bool = False) -> list[int]:
    """Build the feed and keep it, hot posts of before `moment` considered; one builder, the others wait for it.

    Returns its posts, none to those who waited. One that has come meanwhile will do, unless it must be made `anew`.
    What was dropped, or pushed to, while it was built is not kept.
    """
    key = feed_key(viewer_id)
    leases = take_leases([key])
    if key not in leases:
        _await_build(key)
        return []
    if not anew and valkey().exists(key):
        valkey().delete(lease_key(key))
        return []
    try:
        timeline = replace(build_timeline(viewer_id), pulled_until=moment - 1)
        replace_packed([(viewer_id, pack(timeline))], lease=leases[key])
    except Exception:
        valkey().delete(lease_key(key))
        raise
    return list(timeline.post_ids)


def load_closeness(viewer_id: int) -> None:
    """Make ready whose posts this person likes. One query. RedisError when Valkey is away."""
    key = closeness_key(viewer_id)
    leases = take_leases([key])
    if leases:
        store({key: {0: 0, **closeness(viewer_id)}}, leases, seconds=CLOSENESS_SECONDS)
    else:
        await_others([key])


def closeness_key(user_id: int) -> Key:
    """The hash of how many posts of each author this person liked lately; 0 is always in it."""
    return b"close:%d" % user_id


def _await_build(key: Key) -> None:
    end = time.monotonic() + BUILD_PATIENCE
    while time.monotonic() < end:
        await_others([key])
        if valkey().exists(key) or not valkey().exists(lease_key(key)):
            return
