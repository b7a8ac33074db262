import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from core.exceptions import Conflict
from core.locks import try_lock
from core.models import OutboxTask
from core.storage import random_key, save_bytes
from photos.models import MaintenanceRun, Media, Rendition, StorageAlarm, Upload, UploadPart
from photos.services import reconciling
from photos.services.reconciling import Plan, reconcile
from photos.services.scrubbing import Scope, scrub
from photos.tasks import reconcile as reconcile_task
from tests.conftest import Settled
from tests.factories import make_user
from tests.faults.storages import use_storage
from tests.images import jpeg
from tests.keeping import COPIES, add_storage, age, alarms, everything, lose
from tests.parallel import together
from tests.uploads import publish, upload

LOOK, ACT = Plan(), Plan(act=True)
ALIASES = (*COPIES, "renditions", "uploads")


def put(folder: Path, alias: str, *, days: float = 8, key: str = "") -> str:
    """An object that no row names, written so long ago; returns alias/key."""
    name = key or random_key(".jpg")
    save_bytes(alias, name, b"nobody's")
    age(folder / alias / name, days=days)
    return f"{alias}/{name}"


def make_upload(owner: User, *, way: str = "tus", **fields: Any) -> Upload:
    return Upload.objects.create(
        id=timezone.now().timestamp() * 1000,
        owner=owner,
        way=way,
        bytes=30,
        expires_at=timezone.now() + timedelta(days=1),
        **fields,
    )


def make_part(item: Upload, offset: int) -> UploadPart:
    key = random_key(".part")
    save_bytes("uploads", key, b"0123456789")
    return UploadPart.objects.create(upload=item, offset=offset, bytes=10, key=key)


def figures(run: MaintenanceRun, alias: str, *names: str) -> tuple[int, ...]:
    return tuple(run.report["storages"][alias][name] for name in names)


def test_reconcile_of_what_fits_finds_nothing(alma: User, settled: Settled, media_folders: Path) -> None:
    with settled():
        publish(alma, jpeg(seed=1), jpeg(seed=2))
    make_part(make_upload(alma), 0)
    before = everything(media_folders)
    for name in before:
        age(media_folders / name, days=30)

    with settled():
        run = reconcile(ACT)

    assert (run.problems, run.checked) == (0, len(before))
    assert run.checked_bytes == sum((media_folders / name).stat().st_size for name in before)
    assert (everything(media_folders), alarms()) == (before, [])


@pytest.mark.parametrize("alias", ALIASES)
def test_reconcile_that_only_looks_reports_an_object_without_a_row_and_leaves_it(
    alma: User, media_folders: Path, alias: str
) -> None:
    upload(alma)
    orphan = put(media_folders, alias)

    run = reconcile(LOOK)

    assert figures(run, alias, "orphans", "orphan_bytes", "deleted") == (1, len(b"nobody's"), 0)
    assert run.report["storages"][alias]["orphan_examples"] == [orphan.removeprefix(f"{alias}/")]
    assert (run.problems, orphan in everything(media_folders)) == (1, True)


@pytest.mark.parametrize("alias", ALIASES)
def test_reconcile_deletes_an_object_without_a_row_once_it_is_old(alma: User, media_folders: Path, alias: str) -> None:
    upload(alma)
    kept = everything(media_folders) | {put(media_folders, alias, days=6.9)}
    put(media_folders, alias, days=7.1)

    run = reconcile(ACT)

    assert figures(run, alias, "orphans", "deleted", "young") == (1, 1, 1)
    assert everything(media_folders) == kept


def test_reconcile_deletes_younger_ones_when_told_to(db: None, media_folders: Path) -> None:
    put(media_folders, "renditions", days=0.5)

    reconcile(Plan(act=True, older_than=timedelta(hours=1)))

    assert everything(media_folders) == set()


def test_reconcile_leaves_names_that_are_none_of_ours(db: None, media_folders: Path) -> None:
    names = {put(media_folders, "originals", key=key) for key in ("lost+found/1", "notes.txt", "ab/short.jpg")}

    run = reconcile(ACT)

    assert (figures(run, "originals", "foreign", "orphans"), everything(media_folders)) == ((3, 0), names)


def test_reconcile_of_two_storages_in_one_place_takes_the_files_of_neither_for_orphans(
    alma: User, settled: Settled, media_folders: Path
) -> None:
    use_storage("renditions", location=str(media_folders / "originals"))
    with settled():
        publish(alma)
    before = everything(media_folders)
    for name in before:
        age(media_folders / name, days=30)

    run = reconcile(ACT)

    assert (run.problems, everything(media_folders)) == (0, before)


def test_reconcile_keeps_what_a_direct_upload_has_put(alma: User, media_folders: Path) -> None:
    name = put(media_folders, "uploads")
    make_upload(alma, way="direct", key=name.removeprefix("uploads/"))

    reconcile(ACT)

    assert everything(media_folders) == {name}


def test_reconcile_by_itself_refuses_to_delete_most_of_a_storage(db: None, media_folders: Path) -> None:
    before = {put(media_folders, "renditions") for _ in range(101)}

    run = reconcile(ACT)

    assert figures(run, "renditions", "orphans", "deleted") == (101, 0)
    assert run.report["storages"]["renditions"]["problem"] == (
        "101 objects without a row are too many to delete unasked"
    )
    assert everything(media_folders) == before


def test_reconcile_that_refuses_raises_an_alarm_until_it_may_delete(db: None, media_folders: Path) -> None:
    for _ in range(101):
        put(media_folders, "renditions")
    for _ in range(2):
        reconcile(ACT)
    alarm = StorageAlarm.objects.get()
    assert (alarm.kind, alarm.storage, alarm.detail, alarm.settled_at) == (
        "unreadable",
        "renditions",
        "101 objects without a row are too many to delete unasked",
        None,
    )

    reconcile(Plan(act=True, careful=False))

    assert alarms() == [("unreadable", "renditions", "reconcile")]


def test_reconcile_that_refused_stays_an_alarm_when_a_scrub_reads_the_storage(alma: User, media_folders: Path) -> None:
    upload(alma)
    for _ in range(101):
        put(media_folders, "originals")
    reconcile(ACT)

    scrub(Scope())

    assert alarms() == [("unreadable", "originals", "")]


def test_reconcile_counts_copies_of_lost_originals_apart(alma: User, media_folders: Path) -> None:
    lines: list[str] = []
    media = upload(alma)
    for alias in COPIES:
        lose(media_folders / alias, media.original_key, "missing")
    scrub(Scope())
    media.copies.filter(storage="originals-copy").delete()

    run = reconcile(ACT, lines.append)

    assert [figures(run, alias, "lost", "missing") for alias in COPIES] == [(1, 0), (0, 0)]
    assert (run.problems, run.report["copies_to_make"]) == (0, 0)
    assert lines[0].endswith("; 0 rows without an object; 1 copies of lost originals")


def test_reconcile_deletes_most_of_a_storage_when_asked(db: None, media_folders: Path) -> None:
    for _ in range(101):
        put(media_folders, "renditions")

    reconcile(Plan(act=True, careful=False))

    assert everything(media_folders) == set()


def test_reconcile_removes_what_killed_writers_left(db: None, media_folders: Path) -> None:
    left = media_folders / put(media_folders, "originals", key="ab/.name.0a1b2c3d.part")

    run = reconcile(ACT)

    assert (figures(run, "originals", "objects", "unfinished_deleted"), left.exists()) == ((0, 1), False)


@pytest.mark.parametrize("alias", COPIES)
def test_reconcile_mends_an_original_whose_object_has_gone(
    alma: User, settled: Settled, media_folders: Path, alias: str
) -> None:
    media, *_ = [upload(alma, jpeg(seed=seed)) for seed in range(3)]
    (media_folders / alias / media.original_key).unlink()

    looked = reconcile(LOOK)
    assert (figures(looked, alias, "missing"), alarms()) == ((1,), [])
    with settled():
        run = reconcile(ACT)

    assert run.report["storages"][alias]["missing_examples"] == [media.original_key]
    assert (media_folders / alias / media.original_key).read_bytes() == jpeg(seed=0)
    assert alarms() == [("missing", alias, "repair")]


def test_reconcile_has_a_picture_developed_again_whose_rendition_has_gone(
    alma: User, settled: Settled, media_folders: Path
) -> None:
    with settled():
        post = publish(alma)
        other = publish(alma, jpeg(seed=1))
    gone = Rendition.objects.filter(media__post=post).first()
    assert gone
    untouched = set(Rendition.objects.filter(media__post=other).values_list("key", flat=True))
    (media_folders / "renditions" / gone.key).unlink()

    with settled():
        run = reconcile(ACT)

    rows = set(Rendition.objects.values_list("key", flat=True))
    assert figures(run, "renditions", "missing") == (1,)
    assert {f"renditions/{key}" for key in rows} == {n for n in everything(media_folders) if n.startswith("renditions")}
    assert (gone.key in rows, untouched <= rows, Media.objects.filter(state="ready").count()) == (False, True, 2)


def test_reconcile_tells_a_client_to_send_a_part_again_that_has_gone(
    alma: User, settled: Settled, media_folders: Path
) -> None:
    item = make_upload(alma, offset=30)
    first, second, third = [make_part(item, offset) for offset in (0, 10, 20)]
    (media_folders / "uploads" / second.key).unlink()

    with settled():
        run = reconcile(ACT)

    item.refresh_from_db()
    assert figures(run, "uploads", "missing") == (1,)
    assert (item.state, item.offset, list(item.parts.all())) == ("open", 10, [first])
    assert everything(media_folders) == {f"uploads/{first.key}"}
    assert third.offset == 20


def test_reconcile_asks_for_copies_that_no_row_knows_of(
    alma: User, settled: Settled, media_folders: Path, settings: Settings
) -> None:
    media = upload(alma)
    add_storage(media_folders, "oslo")
    settings.ORIGINAL_COPIES = [*COPIES, "oslo"]

    looked = reconcile(LOOK)
    with settled():
        reconcile(ACT)

    assert looked.report["copies_to_make"] == 1
    assert (media_folders / "oslo" / media.original_key).read_bytes() == jpeg()


@pytest.mark.parametrize("alias", ["originals", "renditions"])
def test_reconcile_of_a_storage_that_is_away_raises_one_alarm_and_compares_the_others(
    alma: User, settled: Settled, media_folders: Path, alias: str
) -> None:
    with settled():
        publish(alma)
    put(media_folders, "uploads")
    use_storage(alias, "tests.faulty_storages.AwayStorage")

    run = reconcile(ACT)

    assert run.report["storages"][alias]["problem"] == "it does not answer: no route to the store"
    assert (alarms(), figures(run, "uploads", "deleted")) == ([("unreadable", alias, "")], (1,))
    assert not OutboxTask.objects.filter(task__in=["photos.mend_copies", "photos.process_media"]).exists()


@pytest.mark.parametrize("alias", ["originals", "renditions"])
def test_reconcile_of_a_disk_that_is_not_mounted_changes_nothing(
    alma: User, settled: Settled, media_folders: Path, alias: str
) -> None:
    with settled():
        publish(alma, *(jpeg(seed=seed) for seed in range(3)))
    (media_folders / alias).rename(media_folders.parent / f"{media_folders.name}-taken-away")
    states = list(Media.objects.values())

    with settled():
        run = reconcile(ACT)

    assert run.report["storages"][alias]["problem"] == "nothing of what was there is there"
    assert (list(Media.objects.values()), (media_folders / alias).exists()) == (states, False)


def test_reconcile_settles_the_alarm_of_a_storage_that_is_back(db: None) -> None:
    use_storage("renditions", "tests.faulty_storages.AwayStorage")
    reconcile(ACT)
    use_storage("renditions")

    reconcile(ACT)

    assert alarms() == [("unreadable", "renditions", "reconcile")]


def test_reconcile_shows_no_more_than_a_hundred_examples(db: None, media_folders: Path) -> None:
    for _ in range(reconciling.EXAMPLES + 5):
        put(media_folders, "originals")

    found = reconcile(LOOK).report["storages"]["originals"]

    assert (found["orphans"], len(found["orphan_examples"])) == (105, 100)


def test_reconcile_tells_what_each_storage_has(alma: User, media_folders: Path) -> None:
    lines: list[str] = []
    put(media_folders, "originals")

    reconcile(LOOK, lines.append)

    assert re.fullmatch(
        r"originals: 1 objects, 0\.0 MB; 1 without a row \(0 deleted, 0 too young to tell, 0 not ours\); "
        r"0 rows without an object",
        lines[0],
    )
    assert lines[-1] == "0 originals are not in every storage of ORIGINAL_COPIES"


@pytest.mark.django_db(transaction=True)
def test_only_one_process_reconciles_at_a_time() -> None:
    def second() -> str:
        try:
            reconcile(ACT)
        except Conflict as error:
            return error.detail
        return "done"

    with try_lock("photos.reconcile", 0):
        answers = together([second])

    assert answers == ["The storages are being compared already."]


def test_reconcile_task_acts_and_leaves_what_is_young(db: None, media_folders: Path) -> None:
    put(media_folders, "originals")
    young = put(media_folders, "originals", days=1)

    reconcile_task()

    assert everything(media_folders) == {young}


@pytest.mark.django_db(transaction=True)
def test_reconcile_while_people_upload_finds_and_deletes_nothing(media_folders: Path) -> None:
    alma = make_user("alma")

    runs: list[Any] = together(
        [
            lambda: [upload(alma, jpeg(seed=seed)) for seed in range(6)],
            lambda: [reconcile(Plan(act=True)).report["storages"]["originals"] for _ in range(6)],
        ]
    )

    assert [(each["missing"], each["orphans"]) for each in runs[1]] == [(0, 0)] * 6
    assert len([name for name in everything(media_folders) if name.startswith("originals")]) == 12
