from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.models import User
from photos.management.commands import copy_storage as command
from tests.conftest import Settled
from tests.images import jpeg
from tests.interrupting import InterruptedOutput
from tests.keeping import COPIES, add_storage, everything, lose
from tests.uploads import upload


@pytest.fixture(autouse=True)
def oslo(media_folders: Path) -> Path:
    """The folder of a new storage."""
    add_storage(media_folders, "oslo")
    return media_folders / "oslo"


def copy(*arguments: str) -> tuple[str, str]:
    """Standard output and error of the command."""
    out, err = StringIO(), StringIO()
    call_command("copy_storage", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_copy_storage_says_when_the_target_has_everything(alma: User, oslo: Path) -> None:
    media = upload(alma)

    out, _ = copy("originals", "oslo")

    assert out.startswith("1 done, ")
    assert out.endswith("oslo now has everything that originals has.\n")
    assert everything(oslo) == {media.original_key}


def test_copy_storage_shows_its_progress_on_standard_error(alma: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(2):
        upload(alma, jpeg(seed=seed))
    monkeypatch.setattr(command, "EVERY", 0.0)

    _, err = copy("originals", "oslo")

    assert [line.partition(",")[0] for line in err.splitlines()] == ["1 done", "2 done"]


def test_copy_storage_that_is_not_done_asks_to_be_run_again(alma: User) -> None:
    for seed in range(2):
        upload(alma, jpeg(seed=seed))

    with pytest.raises(CommandError, match=r"oslo does not have everything yet\. Run the same command again\."):
        copy("originals", "oslo", "--seconds=0")

    assert copy("originals", "oslo")[0].startswith("1 done")


def test_copy_storage_again_fills_a_disk_that_was_replaced(alma: User, media_folders: Path) -> None:
    media = upload(alma)
    lose(media_folders / "originals-copy", media.original_key, "missing")

    copy("originals", "originals-copy", "--again")

    assert everything(media_folders / "originals-copy") == {media.original_key}


def test_copy_storage_retires_the_source_in_the_end(
    alma: User, settled: Settled, media_folders: Path, oslo: Path, settings: Settings
) -> None:
    media = upload(alma)
    copy("originals", "oslo")
    settings.ORIGINAL_COPIES = ["originals-copy", "oslo"]

    with settled():
        out, _ = copy("originals", "oslo", "--retire")

    assert out.endswith("1 originals are deleted in originals, 0 stay.\n")
    assert everything(media_folders) == {f"{alias}/{media.original_key}" for alias in ("originals-copy", "oslo")}


def test_copy_storage_does_not_retire_what_is_needed(alma: User, media_folders: Path) -> None:
    media = upload(alma)

    with pytest.raises(CommandError, match="ORIGINAL_COPIES still names originals"):
        copy("originals", "oslo", "--retire")

    assert everything(media_folders) == {f"{alias}/{media.original_key}" for alias in (*COPIES, "oslo")}


def test_copy_storage_does_everything_else_and_then_names_what_is_lost(
    alma: User, settled: Settled, media_folders: Path, oslo: Path, settings: Settings
) -> None:
    lost, safe = [upload(alma, jpeg(seed=seed)) for seed in range(2)]
    for alias in COPIES:
        lose(media_folders / alias, lost.original_key, "a wrong byte")
    settings.ORIGINAL_COPIES = ["originals-copy", "oslo"]
    out = StringIO()

    with settled(), pytest.raises(CommandError) as ended:
        call_command("copy_storage", "originals", "oslo", "--retire", stdout=out)

    assert (str(ended.value), ended.value.returncode) == (
        f"1 original is lost: id {lost.pk}. What there is stays where it is.",
        1,
    )
    assert out.getvalue().endswith(
        "0 failed, 1 lost, 0 to go, about 0 minutes\n"
        "oslo now has everything that originals has, except what is lost.\n"
        "1 originals are deleted in originals, 1 stay.\n"
    )
    assert everything(media_folders / "originals") == {lost.original_key}
    assert everything(oslo) == {safe.original_key}


def test_copy_storage_that_is_interrupted_ends_with_a_line(alma: User, monkeypatch: pytest.MonkeyPatch) -> None:
    upload(alma)
    monkeypatch.setattr(command, "EVERY", 0.0)

    with pytest.raises(CommandError, match=r"^Stopped\. The same command goes on where it was\.$") as ended:
        call_command("copy_storage", "originals", "oslo", stderr=InterruptedOutput())

    assert ended.value.returncode == 130


def test_copy_storage_of_an_unknown_one_names_those_there_are(db: None) -> None:
    with pytest.raises(
        CommandError, match=r"There is no storage nowhere\. There are .*originals, originals-copy, oslo"
    ):
        copy("nowhere", "oslo")
