from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from core.models import IdempotentAnswer
from core.tasks import forget_idempotency_keys

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_idempotency_keys_are_forgotten_after_a_day() -> None:
    for key, age in [("old", timedelta(hours=24, seconds=1)), ("fresh", timedelta(hours=23, minutes=59))]:
        with time_machine.travel(NOON - age, tick=False):
            IdempotentAnswer.objects.create(owner_id=1, key=key, request_hash="x")

    with time_machine.travel(NOON, tick=False):
        forget_idempotency_keys()
        forget_idempotency_keys()

    assert list(IdempotentAnswer.objects.values_list("key", flat=True)) == ["fresh"]
