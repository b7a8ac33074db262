import re
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from core.exceptions import Conflict, InvalidInput
from core.storage import random_key, save_bytes
from photos.models import MaintenanceRun, Media, OriginalCopy
from photos.services.copying import Progress, copy_storage, retire_storage
from photos.services.trash import delete_media
from tests.conftest import Settled
from tests.factories import make_user
from tests.faults.storages import use_storage
from tests.images import jpeg
from tests.keeping import COPIES, LOSSES, add_storage, everything, lose
from tests.parallel import together
from tests.uploads import publish, upload


@pytest.fixture(autouse=True)
def oslo(media_folders: Path) -> Path:
    """The folder of a new storage, which ORIGINAL_COPIES does not name yet."""
    add_storage(media_folders, "oslo")
    return media_folders / "oslo"


def uploads(owner: User, number: int) -> list[Media]:
    return [upload(owner, jpeg(seed=seed)) for seed in range(number)]


def delete_all(owner: User, media: list[Media]) -> int:
    """The last first, against the order in which they are copied."""
    for each in reversed(media):
        delete_media(owner, each)
    return len(media)


def in_oslo() -> set[int]:
    """Media that have a row for a right copy there."""
    return set(OriginalCopy.objects.filter(storage="oslo", damaged_at=None).values_list("media", flat=True))


def test_copy_storage_gives_the_target_every_original_and_its_row(alma: User, oslo: Path) -> None:
    media = uploads(alma, 3)

    progress = copy_storage("originals", "oslo")

    assert (progress.done, progress.failed, progress.is_complete) == (3, 0, True)
    assert progress.done_bytes == sum(each.bytes for each in media)
    assert in_oslo() == {each.pk for each in media}
    assert [(oslo / each.original_key).read_bytes() for each in media] == [jpeg(seed=seed) for seed in range(3)]


def test_copy_storage_again_copies_only_what_is_new(alma: User) -> None:
    uploads(alma, 2)
    copy_storage("originals", "oslo")
    upload(alma, jpeg(seed=9))

    assert (copy_storage("originals", "oslo").done, len(in_oslo())) == (1, 3)


def test_copy_storage_broken_off_again_and_again_comes_to_its_end(alma: User) -> None:
    uploads(alma, 3)

    runs = [copy_storage("originals", "oslo", seconds=0) for _ in range(4)]

    assert [(run.done, run.is_complete) for run in runs] == [(1, False), (1, False), (1, False), (0, True)]
    assert len(in_oslo()) == 3


@pytest.mark.parametrize("loss", LOSSES)
def test_copy_storage_copies_no_wrong_bytes(alma: User, media_folders: Path, oslo: Path, loss: str) -> None:
    media = upload(alma)
    lose(media_folders / "originals", media.original_key, loss)

    progress = copy_storage("originals", "oslo")

    assert (progress.is_complete, (oslo / media.original_key).read_bytes()) == (True, jpeg())


def test_copy_storage_counts_an_original_without_a_right_copy_apart_and_goes_on(
    alma: User, media_folders: Path, oslo: Path
) -> None:
    lost, kept = uploads(alma, 2)
    for alias in COPIES:
        lose(media_folders / alias, lost.original_key, "a wrong byte")

    progress = copy_storage("originals", "oslo")

    assert (progress.done, progress.failed, progress.lost, progress.is_complete) == (1, 0, [lost.pk], True)
    assert (in_oslo(), everything(oslo)) == ({kept.pk}, {kept.original_key})
    assert MaintenanceRun.objects.get().report["lost"] == [str(lost.pk)]


def test_copy_storage_into_one_that_is_away_fails_and_works_once_it_is_back(alma: User) -> None:
    uploads(alma, 2)
    use_storage("oslo", "tests.faulty_storages.AwayStorage")
    away = copy_storage("originals", "oslo")
    use_storage("oslo")

    back = copy_storage("originals", "oslo")

    assert [(run.done, run.failed) for run in (away, back)] == [(0, 2), (2, 0)]


def test_copy_storage_into_one_that_was_replaced_looks_for_every_original(alma: User, oslo: Path) -> None:
    kept, gone = uploads(alma, 2)
    copy_storage("originals", "oslo")
    (oslo / gone.original_key).unlink()

    believing, looking = copy_storage("originals", "oslo"), copy_storage("originals", "oslo", again=True)

    assert (believing.done, looking.done) == (0, 1)
    assert everything(oslo) == {kept.original_key, gone.original_key}


def test_copy_storage_of_renditions_copies_every_key(
    alma: User, settled: Settled, media_folders: Path, oslo: Path
) -> None:
    with settled():
        publish(alma)
    save_bytes("renditions", random_key(".jpg"), b"x")
    before = everything(media_folders / "renditions")

    runs = [copy_storage("renditions", "oslo") for _ in range(2)]

    assert [(run.done, run.is_complete) for run in runs] == [(len(before), True), (0, True)]
    assert everything(oslo) == before
    assert not in_oslo()


def test_copy_storage_tells_how_far_it_is(alma: User) -> None:
    media, lines = uploads(alma, 2), []

    copy_storage("originals", "oslo", tell=lambda progress: lines.append(progress.line()))

    assert len(lines) == len(media)
    assert re.fullmatch(r"1 done, 0\.0 MB at \d+\.\d MB/s, 0 failed, 1 to go, about \d+ minutes", lines[0])


def test_progress_without_a_known_end_tells_what_is_done() -> None:
    assert Progress("a", "b", done=2).line() == "2 done, 0.0 MB at 0.0 MB/s, 0 failed"


def test_copy_storage_keeps_what_it_did(alma: User) -> None:
    uploads(alma, 2)

    copy_storage("originals", "oslo")

    run = MaintenanceRun.objects.get()
    assert (run.job, run.checked, run.repaired, run.problems) == ("copy", 2, 2, 0)
    assert run.report == {"source": "originals", "target": "oslo", "complete": True, "lost": []}


@pytest.mark.parametrize(
    ("source", "target"), [("nowhere", "oslo"), ("originals", "nowhere"), ("oslo", "oslo"), ("staticfiles", "oslo")]
)
def test_copy_storage_of_storages_that_cannot_be_meant_is_invalid(db: None, source: str, target: str) -> None:
    with pytest.raises(InvalidInput):
        copy_storage(source, target)

    assert MaintenanceRun.objects.count() == 0


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("originals", "renditions"),
        ("renditions", "originals-copy"),
        ("uploads", "oslo"),
        ("originals", "uploads"),
        ("default", "originals"),
        ("renditions", "used"),
    ],
)
def test_copy_storage_between_unlike_storages_is_refused_before_anything_is_copied(
    alma: User, media_folders: Path, source: str, target: str
) -> None:
    media = upload(alma)
    add_storage(media_folders, "used")
    media.copies.create(storage="used", verified_at=timezone.now())
    before = everything(media_folders)

    with pytest.raises(InvalidInput) as refused:
        copy_storage(source, target)

    assert refused.value.detail == (
        f"{source} cannot be copied to {target}, as they hold different things. Originals can be copied between "
        "originals, originals-copy, oslo, used; renditions to or from a new storage (oslo)."
    )
    assert (everything(media_folders), MaintenanceRun.objects.count()) == (before, 0)


def test_copy_storage_of_renditions_back_from_a_new_storage_copies_every_key(db: None, media_folders: Path) -> None:
    key = random_key(".jpg")
    save_bytes("oslo", key, b"x")

    copy_storage("oslo", "renditions")

    assert everything(media_folders) == {f"oslo/{key}", f"renditions/{key}"}


@pytest.mark.django_db(transaction=True)
def test_copy_storage_while_people_upload_and_delete_ends_with_what_there_is(oslo: Path, settled: Settled) -> None:
    alma, boris = make_user("alma"), make_user("boris")
    old = uploads(alma, 8)

    with settled():
        together(
            [
                lambda: copy_storage("originals", "oslo"),
                lambda: uploads(boris, 5),
                lambda: delete_all(alma, old[:4]),
            ]
        )
    with settled():
        rest = copy_storage("originals", "oslo")

    media = {each.pk: each.original_key for each in Media.objects.all()}
    assert (len(media), rest.is_complete, in_oslo()) == (9, True, set(media))
    assert set(media.values()) <= everything(oslo)


@pytest.mark.django_db(transaction=True)
def test_two_that_copy_the_same_storage_copy_each_original_once() -> None:
    media = uploads(make_user("alma"), 4)

    runs = together([lambda: copy_storage("originals", "oslo")] * 2)

    assert all(run.is_complete for run in runs)
    assert in_oslo() == {each.pk for each in media}
    assert OriginalCopy.objects.count() == 12


def test_retire_storage_deletes_copies_that_are_not_needed_any_more(
    alma: User, settled: Settled, media_folders: Path, settings: Settings
) -> None:
    media = uploads(alma, 2)
    copy_storage("originals", "oslo")
    settings.ORIGINAL_COPIES = ["oslo", "originals-copy"]

    with settled():
        progress = retire_storage("originals")

    assert (progress.done, progress.failed, progress.is_complete) == (2, 0, True)
    assert everything(media_folders / "originals") == set()
    assert set(OriginalCopy.objects.values_list("media", "storage")) == {
        (each.pk, alias) for each in media for alias in settings.ORIGINAL_COPIES
    }


@pytest.mark.parametrize("lack", ["no row", "damaged", "no object"])
def test_retire_storage_leaves_an_original_that_is_not_everywhere_else(
    alma: User, settled: Settled, media_folders: Path, oslo: Path, settings: Settings, lack: str
) -> None:
    media, safe = uploads(alma, 2)
    copy_storage("originals", "oslo")
    settings.ORIGINAL_COPIES = ["oslo", "originals-copy"]
    if lack == "no object":
        (oslo / media.original_key).unlink()
    elif lack == "no row":
        media.copies.filter(storage="oslo").delete()
    else:
        media.copies.filter(storage="oslo").update(damaged_at=timezone.now())

    with settled():
        progress = retire_storage("originals")

    assert (progress.done, progress.failed, progress.is_complete) == (1, 1, False)
    assert everything(media_folders / "originals") == {media.original_key}
    assert not safe.copies.filter(storage="originals").exists()


def test_retire_storage_leaves_lost_originals_as_they_are_and_counts_them_apart(
    alma: User, settled: Settled, media_folders: Path, settings: Settings
) -> None:
    lost, safe = uploads(alma, 2)
    for alias in COPIES:
        lose(media_folders / alias, lost.original_key, "a wrong byte")
    copy_storage("originals", "oslo")
    settings.ORIGINAL_COPIES = ["oslo", "originals-copy"]

    with settled():
        progress = retire_storage("originals")

    assert (progress.done, progress.failed, progress.lost, progress.is_complete) == (1, 0, [lost.pk], True)
    assert everything(media_folders / "originals") == {lost.original_key}
    assert set(lost.copies.values_list("storage", flat=True)) == set(COPIES)
    assert not safe.copies.filter(storage="originals").exists()


def test_retire_storage_that_still_counts_is_a_conflict(alma: User, media_folders: Path) -> None:
    upload(alma)
    before = everything(media_folders)

    with pytest.raises(Conflict):
        retire_storage("originals")

    assert everything(media_folders) == before
