"""How much waits in the queues of the workers, asked of the broker itself."""

from typing import Any

from celery import current_app
from django.conf import settings
from kombu import Connection


def queue_names() -> list[str]:
    """Every queue that tasks are sent to."""
    named = {str(route["queue"]) for route in settings.CELERY_TASK_ROUTES.values()}
    return sorted({settings.CELERY_TASK_DEFAULT_QUEUE, *named})


def queue_lengths() -> dict[str, int]:
    """How many tasks wait in each queue, those that a worker holds left out.

    kombu's OperationalError or a RedisError when the broker is away.
    """
    with current_app.connection_for_read() as connection:
        return {name: _length(connection, name) for name in queue_names()}


def _length(connection: Connection, name: str) -> int:
    """An empty queue is, for some brokers, none at all."""
    channel: Any = connection.default_channel  # of a class that depends on the broker
    try:
        declared = channel.queue_declare(queue=name, passive=True)
    except connection.channel_errors:
        return 0
    return int(declared.message_count)
