"""Deleting objects for good, in a storage that is away today as well."""

import logging
from collections.abc import Mapping, Sequence
from functools import partial

from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from core.events import enqueue_later, queue_now
from core.faults import fault
from core.models import OutboxTask
from core.storage import DELETE_TASK, try_delete

logger = logging.getLogger(__name__)

FIRST_WAIT = 60
LONGEST_WAIT = 6 * 3600


def forget_objects(objects: Mapping[str, Sequence[str]]) -> None:
    """Delete these keys of each alias once the transaction is committed, however often that must be tried.

    The second try stands in the outbox before the first is queued: a queue that loses its tasks keeps no object alive.
    """
    wanted = {alias: list(keys) for alias, keys in objects.items() if keys}
    if wanted:
        again = enqueue_later(DELETE_TASK, seconds=FIRST_WAIT, objects=wanted, attempt=1)
        transaction.on_commit(partial(_queue_first_try, again))


def delete_objects(objects: Mapping[str, Sequence[str]], attempt: int = 0, outbox_id: int | None = None) -> None:
    """Delete now. What is left, because a storage is away or this process dies, comes round again.

    `outbox_id` is the row of the next try, when there is one already.
    """
    wait = min(FIRST_WAIT * 2 ** min(attempt, 16), LONGEST_WAIT)
    again = OutboxTask.objects.filter(pk=outbox_id or 0).first()
    if again is None:
        again = enqueue_later(DELETE_TASK, seconds=wait, objects=dict(objects), attempt=attempt + 1)
    fault("P13")
    left = {alias: keys for alias in objects if (keys := _delete(alias, objects[alias]))}
    row = OutboxTask.objects.filter(pk=again.pk)
    if left:
        row.update(arguments={"objects": left, "attempt": attempt + 1})
    else:
        row.delete()


def _queue_first_try(again: OutboxTask) -> None:
    try:
        queue_now(DELETE_TASK, objects=again.arguments["objects"], outbox_id=again.pk)
    except (OperationalError, OSError) as error:
        logger.warning("the queue is away; left to the outbox", extra={"task": DELETE_TASK, "error": str(error)})


def _delete(alias: str, keys: Sequence[str]) -> list[str]:
    """Those that could not be deleted. A storage that refuses one is not asked about the others now."""
    if alias not in settings.STORAGES:
        logger.warning("objects stay in a storage that is not configured any more", extra={"storage": alias})
        return []
    for number, key in enumerate(keys):
        if not try_delete(alias, key):
            return [*keys[number + 1 :], key]
    return []
