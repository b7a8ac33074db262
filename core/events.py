"""News and work that leave a transaction only after it has committed."""

import logging
from functools import partial
from typing import Any

from celery import current_app
from django.db import transaction
from django.dispatch import Signal
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def send_after_commit(signal: Signal, **news: Any) -> None:
    """Send `signal` once the current transaction is committed; Django logs a receiver that fails, and goes on."""
    transaction.on_commit(partial(signal.send_robust, sender=None, **news))


def queue_now(task: str, **arguments: Any) -> None:
    """Queue the task of this name at once. kombu's OperationalError when the broker is away."""
    current_app.send_task(task, kwargs=arguments)


def enqueue(task: str, **arguments: Any) -> None:
    """Queue the task of this name after commit. With the broker away the work waits for the sweeper."""

    def publish() -> None:
        try:
            queue_now(task, **arguments)
        except (OperationalError, OSError) as error:
            logger.warning("the queue is away; left to the sweeper", extra={"task": task, "error": str(error)})

    transaction.on_commit(publish)
