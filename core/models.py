"""Making ids with this installation's clock, and the memory of idempotent answers."""

import secrets
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import models

from core.ids import SHARDS, IdClock, make_id, make_id_at, split_id


@cache
def _clock() -> IdClock:
    return IdClock(Path(settings.STATE_DIR) / "id-clock")


def new_id(owner_id: int | None = None, *, at: datetime | None = None) -> int:
    """A new id on the shard of `owner_id`; without an owner (a new person) on a random shard.

    With `at` the id sorts as if made then.
    """
    shard = secrets.randbelow(SHARDS) if owner_id is None else split_id(owner_id).shard
    return make_id(_clock(), shard) if at is None else make_id_at(at, shard)


class IdempotentAnswer(models.Model):
    """What a POST with an `Idempotency-Key` answered; the same key gives the same answer for 24 hours."""

    owner_id = models.BigIntegerField()
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner_id", "key"], name="core_idempotent_once")]

    def __str__(self) -> str:
        return self.key


class Sample(models.Model):
    """One figure at one time, for the plots of the dashboard: of five minutes, and after two days of an hour.

    Figures that are `adds` count what happened in their slot, and an hour has their sum; others have their greatest.
    """

    name = models.CharField(max_length=100)
    at = models.DateTimeField(db_index=True, help_text="When the slot begins.")
    value = models.FloatField()
    adds = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "at"], name="core_sample_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M}"


class OutboxTask(models.Model):
    """A task to be queued, written in the transaction that wants it; gone once the queue has it."""

    task = models.CharField(max_length=100)
    arguments = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    next_try_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.task} {self.arguments}"
