from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier, get_ident
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from photos.models import MaintenanceRun, Media, OriginalCopy
from photos.services.scrubbing import Scope, progress, scrub
from photos.tasks import check_copies
from photos.tasks import scrub as scrub_task
from tests.factories import make_user
from tests.faults.storages import use_storage
from tests.images import jpeg
from tests.keeping import COPIES, LOSSES, add_storage, alarms, everything, lose
from tests.parallel import together
from tests.uploads import upload

LONG_AGO = timezone.now() - timedelta(days=90)


def uploads(owner: User, number: int) -> list[Media]:
    """So many originals whose copies were read long ago, the first the longest."""
    media = [upload(owner, jpeg(seed=seed)) for seed in range(number)]
    for minute, each in enumerate(media):
        each.copies.update(verified_at=LONG_AGO + timedelta(minutes=minute))
    return media


def figures(run: MaintenanceRun) -> tuple[int, int, int]:
    return run.checked, run.problems, run.repaired


def checked_since(moment: datetime) -> set[tuple[int, str]]:
    return set(OriginalCopy.objects.filter(verified_at__gte=moment).values_list("media_id", "storage"))


def test_scrub_of_right_copies_notes_when_it_read_them(alma: User) -> None:
    media, now = uploads(alma, 2), timezone.now()

    run = scrub(Scope())

    assert figures(run) == (4, 0, 0)
    assert run.checked_bytes == 2 * sum(each.bytes for each in media)
    assert run.report == {"lost": [], "unreadable": [], "complete": True}
    assert checked_since(now) == {(each.pk, alias) for each in media for alias in COPIES}
    assert alarms() == []


@pytest.mark.parametrize("alias", COPIES)
@pytest.mark.parametrize("loss", LOSSES)
def test_scrub_finds_and_mends_a_wrong_copy(alma: User, media_folders: Path, alias: str, loss: str) -> None:
    media, _ = uploads(alma, 2)
    lose(media_folders / alias, media.original_key, loss)

    run = scrub(Scope())

    assert figures(run) == (4, 1, 1)
    assert (media_folders / alias / media.original_key).read_bytes() == jpeg(seed=0)
    assert alarms() == [("missing" if loss == "missing" else "damaged", alias, "repair")]
    assert not OriginalCopy.objects.exclude(damaged_at=None).exists()


@pytest.mark.parametrize("alias", COPIES)
def test_scrub_mends_a_copy_on_a_bad_sector(alma: User, media_folders: Path, alias: str) -> None:
    media, _ = uploads(alma, 2)
    use_storage(alias, "tests.faulty_storages.BadSectorStorage")
    (media_folders / "bad-sectors").write_text(media.original_key)

    run = scrub(Scope())

    assert (figures(run), run.report["unreadable"]) == ((4, 1, 1), [])
    assert alarms() == [("damaged", alias, "repair")]


def test_scrub_says_lost_when_no_copy_is_right_and_goes_on(alma: User, media_folders: Path) -> None:
    media, other = uploads(alma, 2)
    for alias in COPIES:
        lose(media_folders / alias, media.original_key, "a wrong byte")

    run = scrub(Scope())

    assert run.report["lost"] == [str(media.pk)]
    assert [kind for kind, _, settled in alarms() if not settled] == ["damaged", "damaged", "lost"]
    assert set(media.copies.filter(damaged_at=None)) == set()
    assert other.copies.filter(verified_at__gte=run.started_at).count() == 2


def test_scrub_comes_back_to_what_is_lost_and_mends_it_when_it_can(alma: User, media_folders: Path) -> None:
    (media,) = uploads(alma, 1)
    for alias in COPIES:
        lose(media_folders / alias, media.original_key, "a wrong byte")
    scrub(Scope())
    (media_folders / "originals" / media.original_key).write_bytes(jpeg(seed=0))

    run = scrub(Scope())

    assert (run.report["lost"], run.repaired) == ([], 1)
    assert (media_folders / "originals-copy" / media.original_key).read_bytes() == jpeg(seed=0)
    assert all(settled for *_, settled in alarms())


@pytest.mark.parametrize("alias", COPIES)
def test_scrub_of_a_storage_that_is_away_raises_one_alarm_and_reads_the_others(alma: User, alias: str) -> None:
    media = uploads(alma, 3)
    use_storage(alias, "tests.faulty_storages.AwayStorage")
    (other,) = set(COPIES) - {alias}
    now = timezone.now()

    run = scrub(Scope())
    scrub(Scope())

    assert (run.problems, run.repaired, run.report["unreadable"]) == (1, 0, [alias])
    assert alarms() == [("unreadable", alias, "")]
    assert checked_since(now) == {(each.pk, other) for each in media}
    assert not OriginalCopy.objects.exclude(damaged_at=None).exists()


@pytest.mark.parametrize("loss", ["emptied", "gone"])
def test_scrub_of_a_disk_that_is_not_mounted_copies_nothing_onto_its_place(
    alma: User, media_folders: Path, loss: str
) -> None:
    uploads(alma, 4)
    (media_folders / "originals").rename(media_folders.parent / f"{media_folders.name}-taken-away")
    if loss == "emptied":
        (media_folders / "originals").mkdir()

    run = scrub(Scope())

    assert (run.repaired, run.report["unreadable"]) == (0, ["originals"])
    assert not [name for name in everything(media_folders) if name.startswith("originals/")]
    assert alarms() == [("unreadable", "originals", "")]


def test_scrub_settles_the_alarm_of_a_storage_that_is_back(alma: User) -> None:
    uploads(alma, 1)
    use_storage("originals", "tests.faulty_storages.AwayStorage")
    scrub(Scope())
    use_storage("originals")

    scrub(Scope())

    assert alarms() == [("unreadable", "originals", "scrub")]


def test_scrub_makes_copies_that_no_row_knows_of(alma: User, media_folders: Path, settings: Settings) -> None:
    media = uploads(alma, 2)
    add_storage(media_folders, "oslo")
    settings.ORIGINAL_COPIES = [*COPIES, "oslo"]

    run = scrub(Scope())

    assert figures(run) == (4, 0, 2)
    assert set(OriginalCopy.objects.filter(storage="oslo").values_list("media", flat=True)) == {m.pk for m in media}


def test_scrub_broken_off_again_and_again_reads_every_copy_the_longest_unread_first(alma: User) -> None:
    media, now = uploads(alma, 3), timezone.now()

    seen = []
    for _ in range(6):
        run = scrub(Scope(seconds=0))
        assert (run.checked, run.report["complete"]) == (1, False)
        seen.append(len(checked_since(now)))

    assert seen == [1, 2, 3, 4, 5, 6]
    assert checked_since(now) == {(each.pk, alias) for each in media for alias in COPIES}


def test_scrub_with_a_damaged_copy_ahead_still_reads_the_others(alma: User, media_folders: Path) -> None:
    lost, other = uploads(alma, 2)
    for alias in COPIES:
        lose(media_folders / alias, lost.original_key, "missing")
    scrub(Scope(media_id=lost.pk))
    now = timezone.now()

    for _ in range(2):
        scrub(Scope(seconds=0))

    assert checked_since(now) == {(other.pk, alias) for alias in COPIES}


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({"storage": "originals"}, {(0, "originals"), (1, "originals")}),
        ({"media": 1}, {(1, alias) for alias in COPIES}),
    ],
    ids=["one storage", "one media"],
)
def test_scrub_reads_only_what_it_is_asked_to(
    alma: User, scope: dict[str, Any], expected: set[tuple[int, str]]
) -> None:
    media, now = uploads(alma, 2), timezone.now()
    chosen = media[scope["media"]].pk if "media" in scope else None

    scrub(Scope(storage=scope.get("storage", ""), media_id=chosen))

    assert checked_since(now) == {(media[number].pk, alias) for number, alias in expected}


def test_scrub_of_a_media_deleted_while_it_is_read_raises_no_alarm(
    alma: User, media_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (media,) = uploads(alma, 1)
    key = media.original_key
    use_storage("originals", "tests.keeping.WatchedStorage")

    def delete_first(name: str) -> None:
        Media.objects.filter(pk=media.pk).delete()
        (media_folders / "originals" / key).unlink(missing_ok=True)

    monkeypatch.setattr("tests.keeping.WatchedStorage.before_reading", staticmethod(delete_first))

    run = scrub(Scope(storage="originals"))

    assert (run.problems, alarms()) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_two_scrubs_at_once_read_each_copy_once(monkeypatch: pytest.MonkeyPatch) -> None:
    uploads(make_user("alma"), 6)
    both_began, met = Barrier(2), set[int]()

    def meet_first(name: str) -> None:
        if get_ident() not in met:
            met.add(get_ident())
            both_began.wait(timeout=30)

    for alias in COPIES:
        use_storage(alias, "tests.keeping.WatchedStorage")
    monkeypatch.setattr("tests.keeping.WatchedStorage.before_reading", staticmethod(meet_first))

    runs = together([lambda: scrub(Scope())] * 2)

    assert sum(run.checked for run in runs) == 12
    assert [run.problems for run in runs] == [0, 0]


@pytest.mark.django_db(transaction=True)
def test_two_scrubs_at_once_mend_a_copy_once(media_folders: Path) -> None:
    media, *_ = uploads(make_user("alma"), 2)
    lose(media_folders / "originals", media.original_key, "missing")

    runs = together([lambda: scrub(Scope())] * 2)

    assert (sum(run.problems for run in runs), sum(run.repaired for run in runs)) == (1, 1)
    assert alarms() == [("missing", "originals", "repair")]


def test_scrub_task_has_the_time_of_the_settings(alma: User, settings: Settings) -> None:
    uploads(alma, 2)
    settings.SCRUB_SECONDS = 0

    scrub_task()

    assert list(MaintenanceRun.objects.values_list("job", "checked")) == [("scrub", 1)]


def test_check_copies_task_reads_every_copy_of_one_media(alma: User) -> None:
    media, _ = uploads(alma, 2)
    now = timezone.now()

    check_copies(media.pk)

    assert checked_since(now) == {(media.pk, alias) for alias in COPIES}


def test_runs_of_long_ago_are_forgotten(alma: User) -> None:
    for job in ("scrub", "reconcile"):
        MaintenanceRun.objects.create(job=job)
    MaintenanceRun.objects.update(started_at=timezone.now() - timedelta(days=91))

    scrub(Scope())

    assert sorted(MaintenanceRun.objects.values_list("job", "checked")) == [("reconcile", 0), ("scrub", 0)]
    assert MaintenanceRun.objects.filter(job="scrub", finished_at__gte=timezone.now() - timedelta(minutes=1)).exists()


def test_progress_is_one_line_with_its_figures() -> None:
    began = timezone.now()
    run = MaintenanceRun(checked=12, checked_bytes=3 * 1024**2, problems=2, repaired=1, finished_at=began)
    run.started_at = began - timedelta(seconds=2)

    assert progress(run) == "12 copies read, 3.0 MB at 1.5 MB/s, 2 wrong, 1 made"
