"""News and work that leave a transaction only after it has committed."""

import logging
from typing import Any

from celery import current_app
from django.db import transaction
from django.dispatch import Signal
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def send_after_commit(signal: Signal, **news: Any) -> None:
    """Send `signal` once the transaction is committed; a receiver that fails is logged and stops nobody else."""

    def send() -> None:
        for receiver, error in signal.send_robust(sender=None, **news):
            if isinstance(error, Exception):
                logger.error("a receiver failed", exc_info=error, extra={"receiver": repr(receiver)})

    transaction.on_commit(send)


def enqueue(task: str, **arguments: Any) -> None:
    """Queue the task of this name after commit. With the broker away the work waits for the sweeper."""

    def publish() -> None:
        try:
            current_app.send_task(task, kwargs=arguments)
        except (OperationalError, OSError) as error:
            logger.warning("the queue is away; left to the sweeper", extra={"task": task, "error": str(error)})

    transaction.on_commit(publish)
