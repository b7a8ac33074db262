"""Workers that raise or are killed in the middle of an archive, storages and disks that fail, queues that forget."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as site
from django.core import mail
from django.db import connection
from django.utils import timezone
from redis import Redis

from accounts.models import User
from core.events import relay
from core.models import OutboxTask
from core.storage import DELETE_TASK, media_storage, save_bytes
from exports.models import Export
from exports.services import making
from exports.services.exports import STORAGE, ask_for_export, cancel_export
from exports.services.making import MOST_ATTEMPTS, PATIENCE, make_part, resume_exports
from exports.services.sweeping import sweep_objects
from instagram import env
from photos.models import Media
from photos.services.trash import purge_post, trash_post
from tests.away import queue_away
from tests.conftest import AsUser, Settled
from tests.exports.making import end_lease, export_all, fetch, objects, pictures_in, publish_some, url
from tests.faults.storages import InterruptedStorage, use_storage
from tests.faults.test_disk_full import files_of_at_most

POINTS = ("X1", "X2", "X3")
ROOT = Path(__file__).resolve().parents[2]

Committed = Callable[..., AbstractContextManager[object]]


@pytest.fixture
def orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "orders"
    folder.mkdir()
    monkeypatch.setattr("core.faults.FOLDER", str(folder))
    return folder


def order(folder: Path, point: str, how: str) -> None:
    (folder / point).write_text(json.dumps({"how": how}))


def make_part_elsewhere(export: Export, orders: Path, folders: Path) -> int:
    """Make a part in a process of its own, as a worker does; returns how it ended."""
    code = (
        "import django; django.setup(); from django.conf import settings; settings.EXPORT_PART_BYTES = 1024; "
        f"from exports.services.making import make_part; make_part({export.pk})"
    )
    places = {f"STORAGE_{path.name.upper().replace('-', '_')}": path.as_uri() for path in _storages(folders)}
    given = {
        "DJANGO_SETTINGS_MODULE": "instagram.settings",
        "ORIGIN": "http://localhost:8000",
        "DATABASE_URL": database_url(),
        "REDIS_URL": site.REDIS_URL,
        "FAULT_POINTS": str(orders),
    }
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={**os.environ, **places, **given}, check=False)
    return done.returncode


def database_url() -> str:
    """DATABASE_URL of this test's own database."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def _storages(folders: Path) -> list[Path]:
    return [folders / alias for alias in ("originals", "originals-copy", "renditions", "uploads", "exports")]


def nothing_is_offered(export: Export, as_user: AsUser) -> bool:
    """Whether the half archive is neither shown nor given to its owner."""
    export.refresh_from_db()
    browser = as_user(export.owner)
    page = browser.get("/settings/data/").text
    return (export.state, browser.get(url(export)).status_code, url(export) in page) == ("working", 404, False)


# --- Raising and dying


@pytest.mark.parametrize("point", POINTS)
def test_worker_that_raises_leaves_an_archive_that_goes_on(
    alma: User, settled: Settled, as_user: AsUser, orders: Path, point: str
) -> None:
    pictures = publish_some(alma, settled)
    export = ask_for_export(alma)
    make_part(export.pk)
    order(orders, point, "raise")

    make_part(export.pk)

    assert nothing_is_offered(export, as_user)
    with settled():
        make_part(export.pk)
    export.refresh_from_db()
    assert (export.state, export.attempts, export.done) == ("ready", 0, 4)
    assert sorted(pictures_in(fetch(as_user(alma), export))) == sorted(pictures)
    assert sorted(objects()) == sorted(export.parts.values_list("key", flat=True))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("point", POINTS)
def test_worker_that_is_killed_is_followed_by_another_where_it_stopped(
    alma: User, settled: Settled, as_user: AsUser, tmp_path: Path, media_folders: Path, point: str
) -> None:
    pictures = publish_some(alma, settled)
    export = ask_for_export(alma)
    orders = tmp_path / "orders"
    orders.mkdir()
    make_part(export.pk)
    before = export.parts.filter(is_written=True).count()
    order(orders, point, "kill")

    ended = make_part_elsewhere(export, orders, media_folders)

    assert ended == -signal.SIGKILL
    assert nothing_is_offered(export, as_user)
    assert export.parts.filter(is_written=True).count() == before + (point == "X3")
    assert point == "X3" or make_part(export.pk) is False  # the dead one's lease runs on
    end_lease(export)
    with settled():
        resume_exports()
    export.refresh_from_db()
    assert (export.state, export.attempts, export.done) == ("ready", 0, 4)
    assert sorted(pictures_in(fetch(as_user(alma), export))) == sorted(pictures)
    assert sorted(objects()) == sorted(export.parts.values_list("key", flat=True))


def test_part_that_kills_every_worker_is_given_up(alma: User, settled: Settled) -> None:
    publish_some(alma, settled, 1)
    export = ask_for_export(alma)
    Export.objects.filter(pk=export.pk).update(attempts=MOST_ATTEMPTS)
    end_lease(export)

    with settled():
        make_part(export.pk)

    export.refresh_from_db()
    assert (export.state, objects(), export.parts.count()) == ("failed", [], 0)


# --- Two workers


def test_worker_that_was_taken_over_counts_nothing_in(
    alma: User, settled: Settled, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lease ran out while it stored a part; the one that took over has made that part and goes on."""
    pictures = publish_some(alma, settled)
    export = ask_for_export(alma)
    use_storage(STORAGE, "tests.faults.storages.InterruptedStorage")

    def take_over() -> None:
        monkeypatch.setattr(InterruptedStorage, "then", staticmethod(lambda: None))
        end_lease(export)
        make_part(export.pk)

    monkeypatch.setattr(InterruptedStorage, "then", staticmethod(take_over))
    with settled():
        make_part(export.pk)

    export.refresh_from_db()
    assert (export.state, export.done) == ("ready", 4)
    assert sorted(pictures_in(fetch(as_user(alma), export))) == sorted(pictures)
    assert sorted(objects()) == sorted(export.parts.values_list("key", flat=True))


def test_archive_that_is_ended_while_a_part_is_stored_leaves_no_object_and_stays_ended(
    alma: User, settled: Settled, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_some(alma, settled, 1)
    export = ask_for_export(alma)
    use_storage(STORAGE, "tests.faults.storages.InterruptedStorage")
    monkeypatch.setattr(InterruptedStorage, "then", staticmethod(lambda: cancel_export(export)))

    with settled():
        make_part(export.pk)

    export.refresh_from_db()
    assert (export.state, objects(), export.parts.count(), mail.outbox) == ("expired", [], 0, [])


def test_failure_of_an_archive_that_was_ended_changes_nothing(alma: User, monkeypatch: pytest.MonkeyPatch) -> None:
    export = ask_for_export(alma)
    Export.objects.filter(pk=export.pk).update(attempts=MOST_ATTEMPTS - 1)
    use_storage(STORAGE, "tests.faults.storages.InterruptedStorage")

    def end_and_fail() -> None:
        cancel_export(export)
        raise OSError

    monkeypatch.setattr(InterruptedStorage, "then", staticmethod(end_and_fail))
    make_part(export.pk)

    export.refresh_from_db()
    assert export.state == "expired"


# --- Storages and disks


def test_storage_that_is_away_makes_the_archive_wait_and_go_on(alma: User, settled: Settled, as_user: AsUser) -> None:
    pictures = publish_some(alma, settled, 1)
    export = ask_for_export(alma)
    use_storage(STORAGE, "tests.faulty_storages.AwayStorage")

    make_part(export.pk)

    assert nothing_is_offered(export, as_user)
    assert (export.attempts, export.leased_until) == (1, None)
    waiting = OutboxTask.objects.filter(task=making.TASK, next_try_at__gt=timezone.now() + timedelta(seconds=5))
    assert waiting.count() >= 1
    use_storage(STORAGE)
    with settled():
        make_part(export.pk)
    export.refresh_from_db()
    assert (export.state, export.attempts) == ("ready", 0)
    assert pictures_in(fetch(as_user(alma), export)) == pictures


def test_storage_that_stays_away_ends_the_archive_and_says_so(alma: User, settled: Settled, as_user: AsUser) -> None:
    publish_some(alma, settled, 2)
    export = ask_for_export(alma)
    make_part(export.pk)
    use_storage(STORAGE, "tests.faulty_storages.AwayStorage")

    for _ in range(MOST_ATTEMPTS):
        make_part(export.pk)

    export.refresh_from_db()
    assert (export.state, export.parts.count(), make_part(export.pk)) == ("failed", 0, False)
    use_storage(STORAGE)
    OutboxTask.objects.filter(task=DELETE_TASK).update(next_try_at=timezone.now() - timedelta(seconds=1))
    with settled():
        relay()
    assert objects() == []
    assert as_user(alma).get(url(export)).status_code == 404


def test_full_disk_makes_the_archive_wait_and_go_on(alma: User, settled: Settled, as_user: AsUser) -> None:
    pictures = publish_some(alma, settled, 1)
    export = ask_for_export(alma)

    with files_of_at_most(100):
        make_part(export.pk)

    assert nothing_is_offered(export, as_user)
    assert (export.attempts, objects()) == (1, [])
    with settled():
        make_part(export.pk)
    export.refresh_from_db()
    assert (export.state, pictures_in(fetch(as_user(alma), export))) == ("ready", pictures)


# --- Originals


def test_original_missing_in_one_copy_comes_from_the_other(alma: User, settled: Settled, as_user: AsUser) -> None:
    pictures = publish_some(alma, settled, 1)
    media = Media.objects.get(owner=alma)
    media_storage("originals").delete(media.original_key)

    export = export_all(alma, settled)

    archive = fetch(as_user(alma), export)
    assert (pictures_in(archive), "MISSING.txt" in archive.namelist()) == (pictures, False)


def test_original_that_nobody_can_read_is_named_after_some_tries(alma: User, settled: Settled, as_user: AsUser) -> None:
    pictures = publish_some(alma, settled, 2)
    first = Media.objects.filter(owner=alma).order_by("pk")[0]
    for copy in first.copies.all():
        media_storage(copy.storage).delete(first.original_key)
    export = ask_for_export(alma)
    make_part(export.pk)  # the words
    for _ in range(PATIENCE):
        make_part(export.pk)
        assert nothing_is_offered(export, as_user)

    with settled():
        make_part(export.pk)

    export.refresh_from_db()
    archive = fetch(as_user(alma), export)
    assert (pictures_in(archive), archive.read("MISSING.txt").decode().split()) == (pictures[1:], [str(first.pk)])
    assert str(first.pk) not in archive.read("checksums.sha256").decode()


@pytest.mark.parametrize("which", [0, 3])
def test_post_that_is_deleted_meanwhile_does_not_hold_the_archive_up(
    alma: User, settled: Settled, as_user: AsUser, which: int
) -> None:
    """The first picture is in the archive by then; the last one is not, and nobody looks for it."""
    pictures = publish_some(alma, settled)
    export = ask_for_export(alma)
    make_part(export.pk)
    make_part(export.pk)
    post = alma.posts.order_by("pk")[which]

    with settled():
        trash_post(alma, post)
        purge_post(post.pk)
    with settled():
        make_part(export.pk)

    export.refresh_from_db()
    archive = fetch(as_user(alma), export)
    assert export.state == "ready"
    assert pictures_in(archive) == (pictures if which == 0 else pictures[:3])
    assert "MISSING.txt" not in archive.namelist()


# --- Queues


def forget_everything() -> None:
    """FLUSHALL, as when the broker starts anew."""
    address = env.with_redis_database(site.REDIS_URL, env.redis_database(site.REDIS_URL) + 1)
    with Redis.from_url(address) as broker:
        broker.flushdb()


def test_archive_whose_task_the_queue_has_lost_is_gone_on_with(
    alma: User, settled: Settled, as_user: AsUser, django_capture_on_commit_callbacks: Committed
) -> None:
    pictures = publish_some(alma, settled)
    with django_capture_on_commit_callbacks(execute=True):
        export = ask_for_export(alma)
    assert not OutboxTask.objects.filter(task=making.TASK).exists()
    forget_everything()

    with settled():
        resumed = resume_exports()

    export.refresh_from_db()
    assert (resumed, export.state) == (1, "ready")
    assert sorted(pictures_in(fetch(as_user(alma), export))) == sorted(pictures)


def test_archive_is_not_queued_twice_while_it_waits(
    alma: User, boris: User, django_capture_on_commit_callbacks: Committed
) -> None:
    """In the queue, in the outbox for a later try, or with a worker: it is looked after."""
    with django_capture_on_commit_callbacks(execute=True):
        ask_for_export(alma)
        held = ask_for_export(boris)
    assert resume_exports() == 0
    forget_everything()
    Export.objects.filter(pk=held.pk).update(leased_until=timezone.now() + timedelta(minutes=1))
    OutboxTask.objects.create(
        task=making.TASK,
        arguments={"export_id": alma.exports.get().pk},
        next_try_at=timezone.now() + timedelta(hours=1),
    )

    assert resume_exports() == 0


def test_nothing_is_resumed_while_the_queue_is_away(alma: User) -> None:
    export = ask_for_export(alma)
    OutboxTask.objects.all().delete()

    with queue_away():
        resumed = resume_exports()

    assert (resumed, OutboxTask.objects.count(), resume_exports()) == (0, 0, 1)
    assert Export.objects.get().pk == export.pk


# --- What is left


def test_object_that_no_archive_names_is_swept_and_nothing_else(alma: User, settled: Settled, as_user: AsUser) -> None:
    """Its worker was killed between storing and counting in, when the archive had just been ended."""
    export = export_all(alma, settled)
    use_storage("renditions", location=str(media_storage(STORAGE).location))  # type: ignore[attr-defined]
    pictures = publish_some(alma, settled, 1)
    shared = set(objects())
    save_bytes(STORAGE, "aa/left.part", b"half")

    with settled():
        swept = sweep_objects()

    assert (swept, set(objects())) == (1, shared)
    assert pictures
    assert fetch(as_user(alma), export).namelist()
