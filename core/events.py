"""News and work that leave a transaction only after it has committed, and work that is never forgotten."""

import logging
from datetime import timedelta
from functools import partial
from typing import Any

from celery import current_app
from django.db import DatabaseError, transaction
from django.dispatch import Signal
from django.utils import timezone
from kombu.exceptions import OperationalError

from core.models import OutboxTask

RELAY_AFTER = 15  # seconds until a task that is still in the outbox is queued again

logger = logging.getLogger(__name__)


def send_after_commit(signal: Signal, **news: Any) -> None:
    """Send `signal` once the current transaction is committed; Django logs a receiver that fails, and goes on."""
    transaction.on_commit(partial(signal.send_robust, sender=None, **news))


def queue_now(task: str, **arguments: Any) -> None:
    """Queue the task of this name at once. kombu's OperationalError when the broker is away."""
    current_app.send_task(task, kwargs=arguments)


def enqueue(task: str, **arguments: Any) -> None:
    """Queue the task of this name after commit. It stands in the outbox until the queue has it, so none is lost."""
    row = OutboxTask.objects.create(
        task=task, arguments=arguments, next_try_at=timezone.now() + timedelta(seconds=RELAY_AFTER)
    )
    transaction.on_commit(partial(_publish, row))


def enqueue_later(task: str, *, seconds: float, **arguments: Any) -> OutboxTask:
    """Queue the task of this name in so many seconds, unless the row returned is deleted before."""
    later = timezone.now() + timedelta(seconds=seconds)
    return OutboxTask.objects.create(task=task, arguments=arguments, next_try_at=later)


def relay(limit: int = 500) -> int:
    """Queue what still stands in the outbox though its transaction is long over; returns how many went."""
    now = timezone.now()
    with transaction.atomic():
        late = OutboxTask.objects.filter(next_try_at__lt=now).order_by("next_try_at")
        rows = list(late.select_for_update(skip_locked=True)[:limit])
        again = now + timedelta(seconds=RELAY_AFTER)
        OutboxTask.objects.filter(pk__in=[row.pk for row in rows]).update(next_try_at=again)
    return sum(_publish(row) for row in rows)


def _publish(row: OutboxTask) -> bool:
    """Whether the queue has taken the task. What cannot be queued or crossed out now comes round again."""
    try:
        queue_now(row.task, **row.arguments)
        OutboxTask.objects.filter(pk=row.pk).delete()
    except (OperationalError, OSError) as error:
        logger.warning("the queue is away; left to the outbox", extra={"task": row.task, "error": str(error)})
        return False
    except DatabaseError:
        logger.warning("a queued task stays in the outbox", extra={"task": row.task})
    return True
