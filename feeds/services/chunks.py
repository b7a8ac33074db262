"""Building one chunk of a run: claimed by one worker, done once, and anybody's again when that worker is lost."""

import logging
import time
from collections.abc import Sequence
from datetime import datetime

import numpy as np
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from redis.exceptions import RedisError

from feeds.models import FeedChunk, FeedRun
from feeds.services.batch import Batch, build_feeds
from feeds.services.packs import changed_people, fresh_packs
from feeds.services.refresh import CLAIMED_FOR, finish_run, open_chunks
from feeds.services.window import Window, keeper
from feeds.storing import read_seen, replace_many
from feeds.timeline import drop_timeline, new_build_id

logger = logging.getLogger(__name__)


def build_chunk(chunk_id: int) -> int:
    """Build the feeds of a chunk; returns how many. 0 when it is done, somebody else's or out of date.

    With Valkey away the chunk waits for the next call of `refresh_feeds`.
    """
    started, claimed_at = time.perf_counter(), timezone.now()
    if not _claim(chunk_id, claimed_at):
        return 0
    chunk = FeedChunk.objects.get(pk=chunk_id)
    mine = FeedChunk.objects.filter(pk=chunk_id, state=FeedChunk.State.BUILDING, claimed_at=claimed_at)
    people = np.frombuffer(chunk.user_ids, dtype=">i8").tolist()
    try:
        built = build_people(people, keeper.window_of(chunk.run_id))
    except (RedisError, OSError) as error:
        mine.update(state=FeedChunk.State.WAITING, queued_at=None)
        logger.warning("valkey is away; a chunk of feeds waits", extra={"chunk": chunk_id, "error": str(error)})
        return 0
    except BaseException:
        mine.update(state=FeedChunk.State.WAITING, queued_at=claimed_at)
        raise
    took = round((time.perf_counter() - started) * 1000)
    with transaction.atomic():
        done = {"state": FeedChunk.State.DONE, "finished_at": timezone.now(), "milliseconds": took, "user_ids": b""}
        if mine.update(**done):
            FeedRun.objects.filter(pk=chunk.run_id).update(built=F("built") + built)
    finish_run(chunk.run_id)
    return built


def build_people(people: Sequence[int], window: Window) -> int:
    """Build and keep the feeds of these people from the posts of `window`; returns how many, closed accounts left out.

    Whose relations change meanwhile gets no feed: it is built when they come. RedisError when Valkey is away.
    """
    packs = fresh_packs(people)
    batch = Batch(window, settings.FEED_LENGTH, settings.FEED_MAX_IN_A_ROW)
    rows = build_feeds(batch, packs, read_seen(packs.people), new_build_id())
    replace_many(list(rows))
    drop_timeline(*changed_people(packs))
    return len(packs.people)


def _claim(chunk_id: int, now: datetime) -> bool:
    free = Q(state=FeedChunk.State.WAITING) | Q(state=FeedChunk.State.BUILDING, claimed_at__lt=now - CLAIMED_FOR)
    wanted = open_chunks().filter(free, pk=chunk_id).values("pk")
    claim = FeedChunk.objects.filter(free, pk__in=wanted)
    return bool(claim.update(state=FeedChunk.State.BUILDING, claimed_at=now, attempts=F("attempts") + 1))
