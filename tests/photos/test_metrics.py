from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from core.models import OutboxTask, new_id
from photos.metrics import read_maintenance, read_media, read_storages
from photos.models import MaintenanceRun, Media, OriginalCopy, StorageAlarm, Upload
from tests.core.web.test_metrics import figures
from tests.factories import make_media

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def make_old_media(owner: User, *, state: str, at: datetime) -> None:
    """A media with its copies whose id and times are of then: a travelling clock makes no older ids."""
    media = Media(id=new_id(owner.pk, at=at), owner=owner, state=state, state_changed_at=at, original_key=f"aa/{at}")
    media.sha256, media.bytes, media.content_type, media.width, media.height = "ab", 9, "image/jpeg", 3, 2
    media.save(force_insert=True)
    for storage in ("originals", "originals-copy"):
        OriginalCopy.objects.create(media=media, storage=storage, verified_at=at)


def make_upload(owner: User, number: int, *, state: str = "open", minutes: int = 5) -> None:
    end = timezone.now() + timedelta(minutes=minutes)
    Upload.objects.create(id=number, owner=owner, way="tus", bytes=1, state=state, expires_at=end)


def make_run(job: str, *, started: datetime, finished: datetime | None, problems: int = 0) -> None:
    run = MaintenanceRun.objects.create(job=job, finished_at=finished, checked=9, problems=problems, repaired=1)
    MaintenanceRun.objects.filter(pk=run.pk).update(started_at=started)


def test_media_are_counted_by_state_with_the_longest_wait(alma: User, client: Client) -> None:
    now = timezone.now()
    for state in ("received", "processing", "ready", "ready", "failed"):
        make_media(alma, state=state)
    make_old_media(alma, state="received", at=now - timedelta(days=2))
    make_old_media(alma, state="ready", at=now - timedelta(days=3))
    Media.objects.filter(state="processing").update(state_changed_at=now - timedelta(minutes=1))

    with time_machine.travel(now, tick=False):
        found = figures(client)

    assert {name: value for name, value in found.items() if "_media_" in name} == {
        "contact_sheet_media_waiting[received]": 2,
        "contact_sheet_media_waiting[processing]": 1,
        "contact_sheet_media_waiting_oldest_seconds[received]": 2 * 86400,
        "contact_sheet_media_waiting_oldest_seconds[processing]": 60,
        "contact_sheet_media_last_day[received]": 1,
        "contact_sheet_media_last_day[processing]": 1,
        "contact_sheet_media_last_day[ready]": 2,
        "contact_sheet_media_last_day[failed]": 1,
    }


def test_uploads_under_way_are_counted_without_finished_and_expired_ones(alma: User, client: Client) -> None:
    make_upload(alma, 1)
    make_upload(alma, 2)
    make_upload(alma, 3, state="finished")
    make_upload(alma, 4, minutes=-5)

    assert figures(client)["contact_sheet_uploads_open"] == 2


def test_open_alarms_are_counted_by_kind(alma: User, client: Client) -> None:
    for kind, settled in (("missing", None), ("missing", None), ("lost", None), ("damaged", timezone.now())):
        StorageAlarm.objects.create(kind=kind, storage="originals", settled_at=settled)

    found = figures(client)

    kinds = {"missing": 2, "damaged": 0, "lost": 1, "unreadable": 0}
    assert {kind: found[f"contact_sheet_storage_alarms[{kind}]"] for kind in kinds} == kinds


def test_copies_are_counted_by_storage_with_the_damaged_and_the_longest_unread(alma: User, client: Client) -> None:
    now = timezone.now()
    make_old_media(alma, state="ready", at=now - timedelta(days=2))
    fresh = make_media(alma)
    OriginalCopy.objects.filter(storage="originals").update(damaged_at=now)
    OriginalCopy.objects.create(media=fresh, storage="oslo", verified_at=now)

    with time_machine.travel(now, tick=False):
        found = figures(client)

    assert {name: value for name, value in found.items() if "_copies_" in name} == {
        "contact_sheet_copies_last_day[originals]": 1,
        "contact_sheet_copies_last_day[originals-copy]": 1,
        "contact_sheet_copies_last_day[oslo]": 1,
        "contact_sheet_copies_damaged[originals]": 2,
        "contact_sheet_copies_damaged[originals-copy]": 0,
        "contact_sheet_copies_damaged[oslo]": 0,
        "contact_sheet_copies_oldest_check_seconds": 2 * 86400,
    }


def test_last_finished_run_of_each_job_is_told(db: None, client: Client) -> None:
    make_run("scrub", started=NOON - timedelta(hours=3), finished=NOON - timedelta(hours=2), problems=7)
    make_run("scrub", started=NOON - timedelta(hours=1), finished=NOON - timedelta(minutes=50), problems=2)
    make_run("scrub", started=NOON - timedelta(minutes=1), finished=None, problems=5)

    with time_machine.travel(NOON, tick=False):
        found = figures(client)

    assert {name: value for name, value in found.items() if "_maintenance_" in name} == {
        "contact_sheet_maintenance_age_seconds[scrub]": 3000,
        "contact_sheet_maintenance_checked[scrub]": 9,
        "contact_sheet_maintenance_problems[scrub]": 2,
        "contact_sheet_maintenance_repaired[scrub]": 1,
    }


def test_tasks_that_the_queue_does_not_have_are_counted(db: None, client: Client) -> None:
    now = timezone.now()
    for _ in range(2):
        OutboxTask.objects.create(task="photos.process_media", arguments={}, next_try_at=now)
    OutboxTask.objects.order_by("pk").filter(pk=OutboxTask.objects.earliest("pk").pk).update(
        created_at=now - timedelta(minutes=10)
    )

    found = figures(client)

    assert found["contact_sheet_outbox_tasks"] == 2
    assert 600 <= found["contact_sheet_outbox_oldest_seconds"] < 660


@pytest.mark.parametrize("rows", [1, 3])
def test_scrape_makes_the_same_queries_however_many_rows(
    alma: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        make_media(alma, state="received")
        make_upload(alma, number)
        make_run("scrub", started=NOON, finished=NOON)

    with django_assert_num_queries(10):
        for read in (read_media, read_storages, read_maintenance):
            list(read())
