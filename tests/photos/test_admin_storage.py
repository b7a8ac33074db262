import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.models import User
from core.events import enqueue_later
from photos.models import MaintenanceRun, Media, OriginalCopy, StorageAlarm
from photos.services.alarms import open_alarm
from photos.services.queueing import queue_development
from photos.services.scrubbing import Scope, scrub
from tests.away import queue_away
from tests.conftest import Settled
from tests.factories import make_media, make_user
from tests.images import jpeg
from tests.keeping import alarms, lose
from tests.uploads import upload

MEDIA = "/admin/photos/media/"
ALARMS = "/admin/photos/storagealarm/"
COPIES = "/admin/photos/originalcopy/"
RUNS = "/admin/photos/maintenancerun/"


@pytest.fixture
def staff(as_user: Any, db: None) -> Client:
    client: Client = as_user(make_user("keeper", is_staff=True, is_superuser=True))
    return client


def overview(client: Client) -> dict[str, str]:
    """The panel above the list of media: what stands beside each heading."""
    page = client.get(MEDIA).content.decode()
    rows = re.findall(r'<th scope="row">(.*?)</th>\s*<td>(.*?)</td>', page, re.DOTALL)
    return {name: " ".join(strip_tags(text).split()) for name, text in rows if len(name) < 40 and "<" not in name}


def shown(client: Client, url: str, **query: str) -> list[Any]:
    answer = client.get(url, query)
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


def test_overview_of_an_empty_site_says_so(staff: Client) -> None:
    assert overview(staff) == {
        "Media": "0 waiting, 0 being developed, 0 failed within 30 days",
        "Oldest item": "nothing waits",
        "Queues": "builds 0, default 0, exports 0, feeds 0, mail 0, media 0, push 0, sharing 0, video 0",
        "Tasks the queue should have": "0",
        "Last check of originals": "none yet; there are no originals",
        "Storage alarms": "0 open",
    }


def test_overview_shows_what_waits_and_what_is_wrong(alma: User, staff: Client) -> None:
    old = make_media(alma, state="received")
    Media.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(hours=3))
    for state in ("received", "processing", "failed", "ready"):
        make_media(alma, state=state)
    enqueue_later("photos.scrub", seconds=-60)
    open_alarm("lost", "", media=old)
    OriginalCopy.objects.filter(media=old).update(damaged_at=timezone.now())
    run = MaintenanceRun.objects.create(job="scrub", checked=7, problems=2, repaired=1)
    MaintenanceRun.objects.filter(pk=run.pk).update(finished_at=timezone.now() - timedelta(minutes=5))

    found = overview(staff)

    assert found["Media"] == "2 waiting, 1 being developed, 1 failed within 30 days"
    assert found["Oldest item"] == f"photo {old.pk}, received, uploaded 3 hours ago"
    assert found["Tasks the queue should have"] == "1"
    assert found["Last check of originals"].startswith("5 minutes ago, 7 copies read, 2 wrong, 1 made;")
    assert found["Storage alarms"] == "1 open ; 1 of originals, 1 of originals-copy missing or changed"


def test_overview_shows_how_long_the_queues_are(
    alma: User, staff: Client, django_capture_on_commit_callbacks: Any
) -> None:
    media = make_media(alma, state="received")
    with django_capture_on_commit_callbacks(execute=True):
        queue_development(media.pk, "photo")
        queue_development(media.pk, "video")

    queues = overview(staff)["Queues"]

    assert queues == "builds 0, default 0, exports 0, feeds 0, mail 0, media 1, push 0, sharing 0, video 1"


def test_overview_with_the_broker_away_says_so(staff: Client) -> None:
    with queue_away():
        found = overview(staff)

    assert found["Queues"] == "away: what comes in is kept and waits in the database"


def test_alarms_that_are_open_come_first(alma: User, staff: Client) -> None:
    media = make_media(alma)
    for storage in ("one", "two", "three"):
        open_alarm("missing", storage, media=media)
    StorageAlarm.objects.filter(storage="three").update(settled_at=timezone.now(), settled_by="repair")

    assert [alarm.storage for alarm in shown(staff, ALARMS)] == ["two", "one", "three"]
    assert [alarm.storage for alarm in shown(staff, ALARMS, state="open")] == ["two", "one"]
    assert [alarm.storage for alarm in shown(staff, ALARMS, state="settled")] == ["three"]
    assert f'<a href="{MEDIA}{media.pk}/change/">{media.pk}</a>' in staff.get(ALARMS).content.decode()


def test_alarm_action_checks_the_copy_and_settles_what_is_right_again(
    alma: User, staff: Client, settled: Settled, media_folders: Path
) -> None:
    media = upload(alma)
    for alias in ("originals", "originals-copy"):
        lose(media_folders / alias, media.original_key, "missing")
    scrub(Scope())
    (media_folders / "originals" / media.original_key).write_bytes(jpeg())
    rows = StorageAlarm.objects.filter(kind="lost").values_list("pk", flat=True)

    with settled():
        staff.post(ALARMS, {"action": "check_now", "_selected_action": list(rows)})

    assert (len(alarms()), {settled for *_, settled in alarms()}) == (3, {"repair"})


def test_alarm_action_for_a_whole_storage_reads_its_copies(alma: User, staff: Client, settled: Settled) -> None:
    upload(alma)
    open_alarm("unreadable", "originals")

    with settled():
        staff.post(ALARMS, {"action": "check_now", "_selected_action": [StorageAlarm.objects.get().pk]})

    assert alarms() == [("unreadable", "originals", "scrub")]


def test_copies_that_are_missing_or_changed_can_be_listed(alma: User, staff: Client) -> None:
    media, _ = make_media(alma, bytes=2048), make_media(alma)
    media.copies.filter(storage="originals").update(damaged_at=timezone.now())

    assert [str(copy) for copy in shown(staff, COPIES, bytes="wrong")] == [f"{media.pk} in originals"]
    assert len(shown(staff, COPIES, q="originals")) == 2
    assert "2 kB" in staff.get(COPIES).content.decode()


@pytest.mark.parametrize(("url", "action"), [(COPIES, "check_now"), (MEDIA, "check_copies_now")])
def test_action_checks_all_copies_of_an_original(
    alma: User, staff: Client, settled: Settled, url: str, action: str
) -> None:
    media, now = upload(alma), timezone.now()
    chosen = media.pk if url == MEDIA else media.copies.get(storage="originals").pk

    with settled():
        staff.post(url, {"action": action, "_selected_action": [chosen]})

    assert media.copies.filter(verified_at__gte=now).count() == 2


def test_action_develops_again_what_has_failed_and_nothing_else(alma: User, staff: Client, settled: Settled) -> None:
    with settled():
        failed, ready = upload(alma, jpeg(seed=1)), upload(alma, jpeg(seed=2))
    Media.objects.filter(pk=failed.pk).update(state="failed", failure_code="processing_failed", attempts=3)
    before = set(ready.renditions.values_list("key", flat=True))

    with settled():
        staff.post(MEDIA, {"action": "develop_failed_again", "_selected_action": [failed.pk, ready.pk]})

    failed.refresh_from_db()
    assert (failed.state, failed.attempts, failed.failure_code) == ("ready", 1, "")
    assert set(ready.renditions.values_list("key", flat=True)) == before


@pytest.mark.parametrize("url", [ALARMS, COPIES, RUNS])
def test_storage_pages_make_and_change_no_rows(alma: User, staff: Client, url: str) -> None:
    open_alarm("lost", "", media=make_media(alma))
    MaintenanceRun.objects.create(job="scrub")
    page = f"{url}{shown(staff, url)[0].pk}/change/"

    answers = [staff.get(f"{url}add/").status_code, staff.get(page).status_code, staff.post(page, {}).status_code]

    assert answers == [403, 200, 403]


@pytest.mark.parametrize(("url", "expected"), [(ALARMS, 3), (COPIES, 3), (RUNS, 3)])
@pytest.mark.parametrize("count", [1, 3])
def test_storage_list_takes_the_same_queries_for_one_row_and_three(
    staff: Client, url: str, expected: int, count: int
) -> None:
    for number in range(count):
        open_alarm("missing", f"s{number}", media=make_media(make_user()))
        MaintenanceRun.objects.create(job="scrub")

    with CaptureQueriesContext(connection) as queries:
        staff.get(url)

    assert len(queries) == expected
