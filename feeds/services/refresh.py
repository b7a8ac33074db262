"""The hourly build for everybody who has been here lately: once an hour, whoever asks and however often."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from core.events import queue_now
from core.valkey import valkey
from feeds.services.build import build_and_keep

logger = logging.getLogger(__name__)

CHUNK = 200
LOCK_SECONDS = 300


def active_people() -> QuerySet[User]:
    """Who gets a feed built ahead: active accounts seen in the last FEED_ACTIVE_DAYS."""
    since = timezone.now() - timedelta(days=settings.FEED_ACTIVE_DAYS)
    return User.objects.filter(is_active=True, last_seen_at__gte=since)


def refresh_feeds(now: datetime | None = None) -> int:
    """Queue the build of every active feed unless this hour was done; returns how many chunks were queued.

    A lock keeps two schedulers apart; the hour counts as done only after its last chunk is queued, so an hour whose
    leader died, or that was missed, is caught up by the next call. Raises when Valkey or the broker is away.
    """
    hour = (now or timezone.now()).strftime("%Y-%m-%dT%H")
    store = valkey()
    if not store.set("feeds:refreshing", hour, nx=True, ex=LOCK_SECONDS):
        return 0
    try:
        if store.exists(f"feeds:refreshed:{hour}"):
            return 0
        count = 0
        for chunk in _chunks():
            queue_now("feeds.build_chunk", user_ids=chunk)
            count += 1
        store.set(f"feeds:refreshed:{hour}", count, ex=2 * 3600)
    finally:
        store.delete("feeds:refreshing")
    logger.info("feeds queued", extra={"hour": hour, "chunks": count})
    return count


def build_chunk(user_ids: list[int]) -> None:
    for person in User.objects.filter(pk__in=user_ids, is_active=True):
        build_and_keep(person)


def _chunks() -> Iterator[list[int]]:
    chunk: list[int] = []
    for user_id in active_people().order_by("pk").values_list("pk", flat=True).iterator(chunk_size=2000):
        chunk.append(user_id)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
