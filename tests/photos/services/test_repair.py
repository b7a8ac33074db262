from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from core.models import OutboxTask
from photos.models import Media, OriginalCopy
from photos.services.repair import (
    Mending,
    Verdict,
    answers,
    inspect_copy,
    is_empty,
    mend_copies,
    note_right,
    note_wrong,
)
from photos.services.trash import delete_media
from photos.tasks import mend_copies as mend_task
from tests.conftest import Settled
from tests.factories import make_user
from tests.faults.storages import use_storage
from tests.images import jpeg
from tests.keeping import COPIES, LOSSES, add_storage, alarms, everything, lose
from tests.parallel import together
from tests.uploads import upload


def held(folder: Path, media: Media) -> dict[str, bytes]:
    """The bytes of the original in each storage that has it."""
    paths = folder.glob(f"*/{media.original_key}")
    return {path.relative_to(folder).parts[0]: path.read_bytes() for path in sorted(paths)}


def vouched(media: Media) -> set[str]:
    """Storages whose copy counts as right."""
    return set(media.copies.filter(damaged_at=None).values_list("storage", flat=True))


def find_wrong(media: Media, alias: str) -> None:
    note_wrong(media, alias, inspect_copy(media, alias))


@pytest.mark.parametrize(
    ("loss", "verdict"), list(zip(LOSSES, (Verdict.MISSING, Verdict.DAMAGED, Verdict.DAMAGED), strict=True))
)
def test_inspect_copy_tells_what_is_wrong(alma: User, media_folders: Path, loss: str, verdict: Verdict) -> None:
    media = upload(alma)
    lose(media_folders / "originals", media.original_key, loss)

    assert [inspect_copy(media, alias) for alias in COPIES] == [verdict, Verdict.RIGHT]


@pytest.mark.parametrize("alias", [*COPIES, "nowhere"])
def test_inspect_copy_in_a_storage_that_is_away_is_unreadable(alma: User, alias: str) -> None:
    media = upload(alma)
    if alias in COPIES:
        use_storage(alias, "tests.faulty_storages.AwayStorage")

    assert inspect_copy(media, alias) is Verdict.UNREADABLE


@pytest.mark.parametrize("alias", COPIES)
@pytest.mark.parametrize("loss", LOSSES)
def test_mend_copies_makes_a_wrong_copy_from_the_right_one(
    alma: User, media_folders: Path, alias: str, loss: str
) -> None:
    media = upload(alma)
    lose(media_folders / alias, media.original_key, loss)
    find_wrong(media, alias)

    mending = mend_copies(media.pk)

    assert mending == Mending(made=[alias])
    assert held(media_folders, media) == dict.fromkeys(COPIES, jpeg())
    assert (vouched(media), [settled for *_, settled in alarms()]) == (set(COPIES), ["repair"])


def test_mend_copies_makes_copies_in_storages_that_are_new_in_the_settings(
    alma: User, media_folders: Path, settings: Settings
) -> None:
    media = upload(alma)
    add_storage(media_folders, "oslo")
    settings.ORIGINAL_COPIES = [*COPIES, "oslo"]

    assert mend_copies(media.pk) == Mending(made=["oslo"])
    assert (held(media_folders, media), vouched(media)) == (dict.fromkeys((*COPIES, "oslo"), jpeg()), {*COPIES, "oslo"})


def test_mend_copies_finds_a_copy_right_that_came_back_by_itself(alma: User, media_folders: Path) -> None:
    media = upload(alma)
    note_wrong(media, "originals", Verdict.MISSING)
    written = (media_folders / "originals" / media.original_key).stat().st_mtime_ns

    assert mend_copies(media.pk) == Mending(right=["originals"])
    assert (media_folders / "originals" / media.original_key).stat().st_mtime_ns == written
    assert (vouched(media), alarms()) == (set(COPIES), [("missing", "originals", "repair")])


def test_mend_copies_of_what_is_right_does_nothing(alma: User) -> None:
    media = upload(alma)
    before = list(OriginalCopy.objects.values())

    assert (mend_copies(media.pk), list(OriginalCopy.objects.values())) == (Mending(), before)


def test_mend_copies_of_what_is_deleted_does_nothing(db: None) -> None:
    assert mend_copies(1) == Mending()


def test_mend_copies_without_any_right_copy_says_lost_and_deletes_nothing(alma: User, media_folders: Path) -> None:
    media = upload(alma)
    lose(media_folders / "originals", media.original_key, "a wrong byte")
    lose(media_folders / "originals-copy", media.original_key, "cut short")
    find_wrong(media, "originals")
    before = held(media_folders, media)

    assert mend_copies(media.pk).lost
    assert (held(media_folders, media), vouched(media)) == (before, set())
    assert alarms() == [("damaged", "originals", ""), ("damaged", "originals-copy", ""), ("lost", "", "")]


def test_mend_copies_logs_a_missing_copy_without_a_traceback(
    alma: User, media_folders: Path, caplog: pytest.LogCaptureFixture
) -> None:
    media = upload(alma)
    lose(media_folders / "originals", media.original_key, "missing")
    find_wrong(media, "originals")
    OriginalCopy.objects.filter(storage="originals-copy").update(damaged_at=timezone.now())

    mend_copies(media.pk)

    told = [(record.exc_info, record.__dict__["storage"]) for record in caplog.records if "is missing" in record.msg]
    assert told == [(None, "originals")]


def test_mend_copies_settles_lost_once_a_copy_is_found_again(alma: User, media_folders: Path) -> None:
    media = upload(alma)
    for alias in COPIES:
        lose(media_folders / alias, media.original_key, "missing")
        find_wrong(media, alias)
    assert mend_copies(media.pk).lost

    (media_folders / "originals-copy" / media.original_key).write_bytes(jpeg())

    assert mend_copies(media.pk) == Mending(right=["originals-copy"], made=["originals"])
    assert {settled for *_, settled in alarms()} == {"repair"}


def test_mend_copies_with_the_only_other_storage_away_does_not_say_lost(alma: User, media_folders: Path) -> None:
    media = upload(alma)
    lose(media_folders / "originals", media.original_key, "missing")
    find_wrong(media, "originals")
    use_storage("originals-copy", "tests.faulty_storages.AwayStorage")

    assert mend_copies(media.pk) == Mending(later=["originals"])
    assert (vouched(media), alarms()) == ({"originals-copy"}, [("missing", "originals", "")])


def test_upload_that_only_the_quorum_took_is_in_every_storage_soon(
    alma: User, media_folders: Path, settings: Settings, settled: Settled
) -> None:
    settings.ORIGINAL_QUORUM = 1
    use_storage("originals", "tests.faulty_storages.AwayStorage")
    with settled():
        media = upload(alma)
    assert held(media_folders, media) == {"originals-copy": jpeg()}
    waiting = OutboxTask.objects.get(task="photos.mend_copies")
    use_storage("originals")

    with settled():
        mend_task(**waiting.arguments)

    assert (held(media_folders, media), vouched(media)) == (dict.fromkeys(COPIES, jpeg()), set(COPIES))


def test_mend_task_waits_longer_each_time_while_a_storage_is_away(alma: User) -> None:
    media = upload(alma)
    media.copies.filter(storage="originals").delete()
    use_storage("originals", "tests.faulty_storages.AwayStorage")

    waits = []
    for attempt in (0, 3, 300):
        mend_task(media.pk, attempt)
        row = OutboxTask.objects.filter(task="photos.mend_copies").latest("pk")
        waits.append((round((row.next_try_at - timezone.now()).total_seconds(), -1), row.arguments["attempt"]))

    assert waits == [(60, 1), (480, 4), (21600, 301)]


def test_copy_made_while_its_media_is_deleted_does_not_stay(alma: User, media_folders: Path, settled: Settled) -> None:
    with settled():
        media = upload(alma)
    stale = Media.objects.get(pk=media.pk)
    with settled():
        delete_media(alma, media)
    (media_folders / "originals" / stale.original_key).write_bytes(jpeg())

    with settled():
        kept = note_right(stale, "originals", by="repair")

    assert not kept
    assert (everything(media_folders), OriginalCopy.objects.count()) == (set(), 0)


@pytest.mark.django_db(transaction=True)
def test_two_that_mend_the_same_media_make_its_copy_once(media_folders: Path) -> None:
    media = upload(make_user("alma"))
    lose(media_folders / "originals", media.original_key, "missing")
    find_wrong(media, "originals")

    made = together([lambda: mend_copies(media.pk).made] * 4)

    assert sorted(made) == [[], [], [], ["originals"]]
    assert held(media_folders, media) == dict.fromkeys(COPIES, jpeg())


def test_storage_answers_and_is_not_empty_as_long_as_one_of_its_last_copies_is_there(
    alma: User, media_folders: Path
) -> None:
    media = [upload(alma, jpeg(seed=seed)) for seed in range(4)]
    for each in media[1:]:
        lose(media_folders / "originals", each.original_key, "missing")

    assert (answers("originals"), is_empty("originals")) == (False, True)
    assert (answers("originals", besides=media[3].pk), is_empty("originals", besides=media[3].pk)) == (True, False)
    assert (answers("originals-copy"), is_empty("originals-copy")) == (True, False)


def test_storage_of_which_too_little_is_known_is_not_called_empty(alma: User, media_folders: Path) -> None:
    media = upload(alma)
    lose(media_folders / "originals", media.original_key, "missing")

    assert (answers("originals"), is_empty("originals")) == (False, False)
