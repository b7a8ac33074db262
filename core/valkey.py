"""The one way to Valkey for what is more than a cache: feeds, counters, locks."""

import logging
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django_redis import get_redis_connection
from redis import Redis
from redis.exceptions import RedisError, ResponseError

logger = logging.getLogger(__name__)

T = TypeVar("T")
Command = Sequence[bytes | str | int]


def valkey() -> Redis:
    """The raw client of the pool that the cache uses; RedisError when the server is away."""
    client: Redis = get_redis_connection("default")
    return client


def ask(commands: Sequence[Command]) -> list[Any]:
    """The answers to these commands, sent in one go; a command that was refused answers with its ResponseError.

    Cheaper than a pipeline, for reads that have nothing else to do. RedisError when the server is away.
    """
    pool = valkey().connection_pool
    connection: Any = pool.get_connection()
    try:
        connection.send_packed_command(connection.pack_commands(commands), check_health=False)
        return [_read(connection) for _ in commands]
    except BaseException:
        connection.disconnect()  # what is still to come on it belongs to nobody
        raise
    finally:
        pool.release(connection)


def tell(command: Command) -> None:
    """Send a command and wait for nothing: whatever it would answer, the server keeps to itself.

    RedisError when the server is away.
    """
    pool = valkey().connection_pool
    connection: Any = pool.get_connection()
    try:
        connection.send_packed_command(
            connection.pack_commands([("CLIENT", "REPLY", "SKIP"), command]), check_health=False
        )
    except BaseException:
        connection.disconnect()
        raise
    finally:
        pool.release(connection)


def _read(connection: Any) -> Any:
    try:
        return connection.read_response()
    except ResponseError as error:
        return error


def when_away(operation: Callable[[], T], fallback: T) -> T:
    """The result of `operation`, or `fallback` (and a line in the log) when Valkey cannot answer."""
    try:
        return operation()
    except (RedisError, OSError) as error:
        logger.warning("valkey is away", extra={"error": str(error)})
        return fallback
