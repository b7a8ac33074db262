"""Waiting until the site is quiet again: nothing under way, nothing left to do."""

import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from core.connections import release_connection
from core.models import OutboxTask
from core.queues import queue_lengths
from engines.progress import Console
from photos.models import Media, Post, Upload, UploadPart
from photos.services.queueing import develop_again
from tests.faults.harness.batch import LOOK_EVERY, UNFINISHED
from tests.faults.harness.machine import Machine

QUIET_BY = 300.0  # seconds
GIVEN_UP = "processing_failed"


@dataclass(frozen=True)
class Rest:
    """The seconds until it came, what was still to be done then, and how many pictures had to be tried again."""

    seconds: float
    left: dict[str, int]
    tried_again: int


def settle(machine: Machine, console: Console) -> Rest:
    """Wait at most QUIET_BY for quiet."""
    started, tried_again = time.monotonic(), 0
    with console.step("Waiting until all is quiet") as step:
        while (left := unrest()) and time.monotonic() - started < QUIET_BY:
            step.detail = ", ".join(f"{count} {what}" for what, count in left.items())
            machine.keep()
            tried_again += try_given_up()
            time.sleep(LOOK_EVERY)
    return Rest(time.monotonic() - started, left, tried_again)


def try_given_up() -> int:
    """What people do by "Try again" with a picture that was broken off too often; returns how many there were."""
    with transaction.atomic():
        failed = list(Media.objects.filter(state=Media.State.FAILED, failure_code=GIVEN_UP).select_for_update())
        for media in failed:
            develop_again(media)
    return len(failed)


def unrest() -> dict[str, int]:
    """What is still to be done, by name; empty when the site is quiet."""
    release_connection()
    found = {
        "unfinished media": Media.objects.filter(state__in=UNFINISHED).count(),
        "publishing posts": Post.objects.filter(state=Post.State.PUBLISHING).count(),
        "tasks in the outbox": OutboxTask.objects.count(),
        "open uploads": Upload.objects.filter(state=Upload.State.OPEN).count(),
        "parts of uploads": UploadPart.objects.count(),
        "posts to re-key": Post.objects.exclude(rekey_wanted_at=None).count(),
        **{f"tasks in the queue {name}": length for name, length in queue_lengths().items()},
    }
    return {name: count for name, count in found.items() if count}


def left_in(temp: Path) -> str:
    """What processes that were killed have left in the temp folder, in words."""
    sizes = Counter[str]()
    for each in temp.rglob("*"):
        if each.is_file():
            sizes[each.suffix or each.name.partition("-")[0]] += 1
    return f"Files of killed processes in the temp folder: {dict(sizes) or 'none'}."
