"""The one way to Valkey for what is more than a cache: feeds, counters, locks."""

import logging
from collections.abc import Callable
from typing import TypeVar

from django_redis import get_redis_connection
from redis import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

T = TypeVar("T")


def valkey() -> Redis:
    """The raw client of the pool that the cache uses; RedisError when the server is away."""
    client: Redis = get_redis_connection("default")
    return client


def when_away(operation: Callable[[], T], fallback: T) -> T:
    """The result of `operation`, or `fallback` (and a line in the log) when Valkey cannot answer."""
    try:
        return operation()
    except (RedisError, OSError) as error:
        logger.warning("valkey is away", extra={"error": str(error)})
        return fallback
