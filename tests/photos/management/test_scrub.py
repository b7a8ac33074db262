from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.models import User
from photos.management.commands import scrub as command
from tests.faults.storages import use_storage
from tests.images import jpeg
from tests.interrupting import InterruptedOutput
from tests.keeping import COPIES, lose
from tests.uploads import upload


def scrub(*arguments: str) -> tuple[str, str]:
    """Standard output and error of the command."""
    out, err = StringIO(), StringIO()
    call_command("scrub", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_scrub_prints_what_it_mended_and_a_summary(alma: User, media_folders: Path) -> None:
    media = upload(alma)
    lose(media_folders / "originals", media.original_key, "missing")

    out, err = scrub("--all")

    assert err == f"{media.pk} in originals: missing, repaired\n"
    assert out.startswith("2 copies read, 0.0 MB at ")
    assert out.endswith(", 1 wrong, 1 made\n")


def test_scrub_that_is_asked_for_more_prints_every_copy(alma: User) -> None:
    media = upload(alma)

    _, err = scrub("--all", "--verbosity=2")

    assert sorted(err.splitlines()) == sorted(f"{media.pk} in {alias}: right" for alias in COPIES)


def test_scrub_shows_now_and_then_how_far_it_is(alma: User, monkeypatch: pytest.MonkeyPatch) -> None:
    upload(alma)
    monkeypatch.setattr(command, "EVERY", 0.0)

    _, err = scrub("--all")

    assert err.splitlines() == ["1 copies are right so far", "2 copies are right so far"]


def test_scrub_ends_badly_when_an_original_is_lost(alma: User, media_folders: Path) -> None:
    media = upload(alma)
    for alias in COPIES:
        lose(media_folders / alias, media.original_key, "a wrong byte")

    with pytest.raises(CommandError, match=f"No right copy is left of: {media.pk}") as ended:
        scrub("--all")

    assert ended.value.returncode == 1


def test_scrub_names_a_storage_that_cannot_be_read(alma: User) -> None:
    upload(alma)
    use_storage("originals", "tests.faulty_storages.AwayStorage")

    out, _ = scrub("--all")

    assert out.endswith("originals cannot be read; its copies were left alone.\n")


@pytest.mark.parametrize(
    ("arguments", "read"),
    [
        ([], 1),
        (["--seconds=0"], 1),
        (["--seconds=60"], 4),
        (["--all"], 4),
        (["--all", "--storage=originals"], 2),
        (["--media={media}"], 2),
    ],
)
def test_scrub_reads_what_it_is_asked_to(alma: User, settings: Settings, arguments: list[str], read: int) -> None:
    settings.SCRUB_SECONDS = 0
    media = [upload(alma, jpeg(seed=seed)) for seed in range(2)]

    out, _ = scrub(*(each.format(media=media[0].pk) for each in arguments))

    assert out.startswith(f"{read} copies read")


def test_scrub_that_is_interrupted_ends_with_a_line(alma: User) -> None:
    upload(alma)

    with pytest.raises(CommandError, match=r"^Stopped\. The next run goes on with what was not read\.$") as ended:
        call_command("scrub", "--all", "--verbosity=2", stderr=InterruptedOutput())

    assert ended.value.returncode == 130


def test_scrub_of_a_storage_that_does_not_exist_says_so(db: None) -> None:
    with pytest.raises(CommandError, match=r"There is no storage nowhere\."):
        scrub("--storage=nowhere")
