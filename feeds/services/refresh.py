"""The hourly build for everybody who has been here lately: once an hour, whoever asks and however often.

A run and its chunks are rows, so that neither two schedulers nor an empty Valkey start an hour twice. A chunk belongs
to whoever claims it by compare-and-set; a claim that has grown old is anybody's.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from core.events import queue_now
from core.locks import try_lock
from core.valkey import valkey, when_away
from feeds.models import FeedChunk, FeedRun
from feeds.services.sources import fetch_columns, packed
from feeds.storing import READERS, READERS_KEPT_SECONDS
from feeds.timeline import FEED_KEEP_SECONDS, drop_timeline

logger = logging.getLogger(__name__)

CHUNK = 5000
QUEUED_FOR = timedelta(minutes=5)  # until a chunk that nobody claims is queued again
CLAIMED_FOR = timedelta(minutes=2)
RUNS_KEPT = timedelta(days=30)
HOT_KEPT = timedelta(hours=2)
PLANNING_SECONDS = 60
DROPPED_A_CALL = 1000

_ACTIVE = f"""
    SELECT {packed("id")} FROM accounts_user WHERE is_active AND last_seen_at >= %(since)s
"""  # noqa: S608  only our own text is put together


def active_since(now: datetime) -> datetime:
    return now - timedelta(days=settings.FEED_ACTIVE_DAYS)


def active_ids(now: datetime) -> list[int]:
    """Who gets a feed built ahead, rising: active accounts seen in the last FEED_ACTIVE_DAYS."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{PLANNING_SECONDS}s'")
        (ids,) = fetch_columns(_ACTIVE, {"since": active_since(now)})
    return sorted(ids.tolist())


def refresh_feeds(now: datetime | None = None) -> int:
    """Begin the run of this hour unless there is one, and queue its chunks that wait; returns how many were queued.

    Whatever was lost - a task, a worker, an hour in which no scheduler ran - is made good by the next call. While
    another process is in here nothing is done. kombu's OperationalError when the broker is away.
    """
    moment = now or timezone.now()
    with try_lock("feeds.refresh", 0) as leads:
        if not leads:
            return 0
        run = FeedRun.objects.filter(hour__gte=moment.replace(minute=0, second=0, microsecond=0)).first()
        if run is None:
            run = _begin_run(moment)
            when_away(lambda: _drop_inactive(run, moment), None)
        queued = _queue_chunks(run, moment)
        finish_run(run.pk)
    if queued:
        logger.info("feeds queued", extra={"hour": run.hour.isoformat(), "chunks": queued})
    return queued


def finish_run(run_id: int) -> None:
    """The run is finished once nothing of it is open; then what only older feeds needed is let go."""
    run = FeedRun.objects.filter(pk=run_id, finished_at=None, superseded_at=None)
    if FeedChunk.objects.filter(run=run_id).exclude(state=FeedChunk.State.DONE).exists():
        return
    if run.update(finished_at=timezone.now()):
        when_away(lambda: _prune(FeedRun.objects.get(pk=run_id)), None)


def open_chunks() -> QuerySet[FeedChunk]:
    """Chunks of runs that still go on which are not done."""
    going_on = FeedChunk.objects.filter(run__finished_at=None, run__superseded_at=None)
    return going_on.exclude(state=FeedChunk.State.DONE)


def _begin_run(moment: datetime) -> FeedRun:
    people = active_ids(moment)
    with transaction.atomic():
        unfinished = FeedRun.objects.filter(finished_at=None, superseded_at=None)
        unfinished.update(superseded_at=moment)
        FeedRun.objects.filter(hour__lt=moment - RUNS_KEPT).delete()
        hour = moment.replace(minute=0, second=0, microsecond=0)
        run = FeedRun.objects.create(hour=hour, people=len(people))
        chunks = (people[start : start + CHUNK] for start in range(0, len(people), CHUNK))
        FeedChunk.objects.bulk_create(_chunk(run, some) for some in chunks)
    return run


def _chunk(run: FeedRun, people: Sequence[int]) -> FeedChunk:
    packed_ids = np.array(people, dtype=">i8").tobytes()
    return FeedChunk(run=run, first_id=people[0], last_id=people[-1], user_ids=packed_ids, people=len(people))


def _queue_chunks(run: FeedRun, moment: datetime) -> int:
    """Queue the chunks that no task is known to wait for, and those whose worker has fallen silent."""
    waiting = Q(state=FeedChunk.State.WAITING) & (Q(queued_at=None) | Q(queued_at__lt=moment - QUEUED_FOR))
    silent = Q(state=FeedChunk.State.BUILDING, claimed_at__lt=moment - CLAIMED_FOR)
    chunks = open_chunks().filter(Q(run=run) & (waiting | silent)).order_by("first_id").values_list("pk", flat=True)
    for chunk_id in chunks:
        queue_now("feeds.build_chunk", chunk_id=chunk_id)
        FeedChunk.objects.filter(pk=chunk_id).update(queued_at=moment)
    return len(chunks)


def _drop_inactive(run: FeedRun, moment: datetime) -> None:
    """Forget the feeds of people who have not been here for too long since the run before, which nobody builds now."""
    before = FeedRun.objects.filter(hour__lt=run.hour).order_by("-hour").values_list("hour", flat=True).first()
    longest = timedelta(seconds=FEED_KEEP_SECONDS)
    missed = min(moment - before + timedelta(hours=1), longest) if before else longest
    end = active_since(moment)
    gone = User.objects.filter(last_seen_at__gte=end - missed, last_seen_at__lt=end).values_list("pk", flat=True)
    ids = list(gone)
    for start in range(0, len(ids), DROPPED_A_CALL):
        drop_timeline(*ids[start : start + DROPPED_A_CALL])


def _prune(run: FeedRun) -> None:
    """Hot posts that every feed has by now, and readers whose last feed is gone. RedisError when Valkey is away."""
    oldest = (run.started_at - HOT_KEPT).timestamp()
    valkey().zremrangebyscore("feeds:hot", "-inf", round(oldest * 1000))
    valkey().zremrangebyscore(READERS, "-inf", timezone.now().timestamp() - READERS_KEPT_SECONDS)
