"""What a worker tells of tasks that ended in an error which nobody had foreseen."""

from typing import Any

from celery.signals import task_failure

from core.samples import GIVEN_UP, count_one


def connect() -> None:
    task_failure.connect(note_failure, dispatch_uid="core.note_failure")


def note_failure(**kwargs: Any) -> None:
    count_one(GIVEN_UP)
