from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from core.models import IdempotentAnswer


@shared_task(name="core.forget_idempotency_keys")
def forget_idempotency_keys() -> None:
    IdempotentAnswer.objects.filter(created_at__lt=timezone.now() - timedelta(hours=24)).delete()
