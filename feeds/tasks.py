"""Thin leaves: load, call one service. Every task may be delivered twice."""

from typing import Any

from celery import Task, shared_task
from redis.exceptions import RedisError

from feeds.services import chunks, explore, push, refresh


@shared_task(name="feeds.refresh")
def refresh_feeds() -> None:
    refresh.refresh_feeds()


@shared_task(name="feeds.build_chunk")
def build_chunk(chunk_id: int) -> None:
    chunks.build_chunk(chunk_id)


@shared_task(name="feeds.push_post", bind=True, max_retries=5, default_retry_delay=5)
def push_post(self: "Task[Any, Any]", post_id: int) -> None:
    """Retries while Valkey is away; the next hourly build has the post in any case."""
    try:
        push.push_published(post_id)
    except (RedisError, OSError) as error:
        raise self.retry(exc=error) from error


@shared_task(name="feeds.refresh_explore", autoretry_for=(RedisError, OSError), max_retries=5, default_retry_delay=60)
def refresh_explore() -> None:
    """Retries while Valkey is away; readers choose on the spot meanwhile."""
    explore.refresh_explore()
