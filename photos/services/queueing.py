"""Sending media to the workers. Videos have a queue of their own, so that no photograph waits behind one."""

from django.conf import settings
from django.db.models import Count
from django.utils import timezone

from core.events import enqueue
from core.queues import queue_lengths
from photos.models import Media

TASKS = {Media.Kind.PHOTO.value: "photos.process_media", Media.Kind.VIDEO.value: "photos.process_video"}


def queue_development(media_id: int, kind: str) -> None:
    """After commit."""
    enqueue(TASKS[kind], media_id=media_id)


def develop_again(media: Media) -> None:
    """From the start, with all its attempts. Call it in a transaction that holds the row."""
    Media.objects.filter(pk=media.pk).update(
        state=Media.State.RECEIVED,
        attempts=0,
        breakdowns=0,
        progress=0,
        failure_code="",
        failure_detail="",
        state_changed_at=timezone.now(),
    )
    queue_development(media.pk, media.kind)


def unqueued() -> dict[str, int]:
    """Of each kind, how many more media are received than tasks wait in their queue: so many have lost their task.

    kombu's OperationalError or a RedisError when the broker is away.
    """
    received = Media.objects.filter(state=Media.State.RECEIVED).values_list("kind").annotate(count=Count("pk"))
    counts = dict(received.order_by())
    lengths = queue_lengths()
    queues = {kind: settings.CELERY_TASK_ROUTES[task]["queue"] for kind, task in TASKS.items()}
    return {kind: max(0, counts.get(kind, 0) - lengths[queue]) for kind, queue in queues.items()}
