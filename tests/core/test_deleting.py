from datetime import timedelta
from pathlib import Path

import pytest
from celery import current_app
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from core import deleting
from core.deleting import delete_objects, forget_objects
from core.events import relay
from core.faults import InjectedFault
from core.models import OutboxTask
from core.storage import save_bytes
from tests.away import queue_away
from tests.conftest import Settled
from tests.faults.storages import use_storage
from tests.keeping import everything

pytestmark = pytest.mark.django_db

OBJECTS = {"originals": ["ab/1", "ab/2"], "renditions": ["ab/3"]}


def keep() -> None:
    for alias, keys in OBJECTS.items():
        for key in keys:
            save_bytes(alias, key, b"x")


def make_due() -> None:
    OutboxTask.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))


def test_forget_objects_deletes_them_and_leaves_no_task(settled: Settled, media_folders: Path) -> None:
    keep()
    save_bytes("originals", "ab/4", b"x")

    with settled():
        forget_objects(OBJECTS)

    assert (everything(media_folders), OutboxTask.objects.count()) == ({"originals/ab/4"}, 0)


def test_forget_nothing_queues_nothing() -> None:
    forget_objects({"originals": [], "renditions": []})

    assert OutboxTask.objects.count() == 0


def test_forget_objects_whose_task_the_queue_loses_deletes_them_by_the_outbox(
    settled: Settled, media_folders: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    keep()
    with django_capture_on_commit_callbacks(execute=True):
        forget_objects(OBJECTS)
    with current_app.connection_for_read() as connection, connection.SimpleQueue("default") as queue:
        queue.clear()

    make_due()
    with settled():
        relay()

    assert (everything(media_folders), OutboxTask.objects.count()) == (set(), 0)


def test_forget_objects_while_the_queue_is_away_deletes_them_by_the_outbox(
    settled: Settled, media_folders: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    keep()
    with queue_away(), django_capture_on_commit_callbacks(execute=True):
        forget_objects(OBJECTS)

    make_due()
    with settled():
        relay()

    assert (everything(media_folders), OutboxTask.objects.count()) == (set(), 0)


def test_delete_objects_twice_is_harmless(media_folders: Path) -> None:
    keep()

    delete_objects(OBJECTS)
    delete_objects(OBJECTS)

    assert (everything(media_folders), OutboxTask.objects.count()) == (set(), 0)


def test_delete_objects_in_a_storage_that_is_away_are_deleted_once_it_is_back(
    settled: Settled, media_folders: Path
) -> None:
    keep()
    use_storage("originals", "tests.faulty_storages.AwayStorage")

    with settled():
        forget_objects(OBJECTS)
    assert everything(media_folders) == {"originals/ab/1", "originals/ab/2"}
    assert [row.arguments["attempt"] for row in OutboxTask.objects.all()] == [1]

    use_storage("originals")
    make_due()
    with settled():
        relay()
    assert (everything(media_folders), OutboxTask.objects.count()) == (set(), 0)


def test_delete_objects_waits_longer_each_time(settled: Settled) -> None:
    use_storage("originals", "tests.faulty_storages.AwayStorage")
    waits = []

    for attempt in (0, 1, 5, 500):
        delete_objects({"originals": ["ab/1"]}, attempt)
        waits.append(round((OutboxTask.objects.latest("pk").next_try_at - timezone.now()).total_seconds(), -1))

    assert waits == [60, 120, 1920, 21600]


def test_delete_objects_that_breaks_off_comes_round_again(
    settled: Settled, media_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(point: str) -> None:
        raise InjectedFault(point)

    keep()
    with monkeypatch.context() as broken:
        broken.setattr(deleting, "fault", break_off)
        with pytest.raises(InjectedFault):
            delete_objects(OBJECTS)
    assert len(everything(media_folders)) == 3

    make_due()
    with settled():
        relay()

    assert (everything(media_folders), OutboxTask.objects.count()) == (set(), 0)


def test_delete_objects_of_a_storage_that_is_not_configured_gives_up() -> None:
    delete_objects({"nowhere": ["ab/1"]})

    assert OutboxTask.objects.count() == 0
