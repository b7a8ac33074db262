from datetime import timedelta
from typing import Any

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone
from redis.exceptions import RedisError

from core import deleting, events, mail, ready, samples
from core.models import IdempotentAnswer


@shared_task(name="core.forget_idempotency_keys")
def forget_idempotency_keys() -> None:
    IdempotentAnswer.objects.filter(created_at__lt=timezone.now() - timedelta(hours=24)).delete()


@shared_task(name="core.forget_sessions")
def forget_sessions() -> None:
    call_command("clearsessions")


@shared_task(name="core.relay_outbox")
def relay_outbox() -> None:
    events.relay()


@shared_task(name="core.take_samples")
def take_samples() -> None:
    samples.take_samples(timezone.now())


@shared_task(name="core.delete_objects")
def delete_objects(objects: dict[str, list[str]], attempt: int = 0, outbox_id: int | None = None) -> None:
    deleting.delete_objects(objects, attempt, outbox_id)


@shared_task(name="core.forget_ready")
def forget_ready(keys: list[str]) -> None:
    """`keys` in hexadecimal. While Valkey is away the task stands in the outbox again."""
    try:
        ready.forget_now(bytes.fromhex(key) for key in keys)
    except (RedisError, OSError):
        events.enqueue_later("core.forget_ready", seconds=2, keys=keys)


@shared_task(name="core.send_mail")
def send_mail(mail_id: str, tried: int = 0, **parts: Any) -> None:
    mail.send(mail_id=mail_id, tried=tried, **parts)
