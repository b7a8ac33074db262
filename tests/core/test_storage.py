import hashlib
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from pytest_django import Settings

from core.exceptions import Unavailable
from core.models import OutboxTask
from core.storage import (
    CHUNK,
    FolderStorage,
    delete_everywhere,
    has_copy,
    is_resting,
    random_key,
    save_bytes,
    store_original,
)
from tests.keeping import age

ROOT = Path(__file__).resolve().parents[2]
DATA = bytes(range(256)) * 9000
SHA256 = hashlib.sha256(DATA).hexdigest()
KEY = "ab/cd.jpg"


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file below `folder`, hidden ones too, with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class BreakingFile(File):  # type: ignore[type-arg]
    """Two chunks, then the connection breaks."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield from (b"one", b"two")
        raise ConnectionResetError("the sender went away")


def test_saved_file_holds_its_bytes_and_nothing_else_is_left(tmp_path: Path) -> None:
    name = FolderStorage(location=tmp_path / "files").save(KEY, ContentFile(DATA))

    assert name == KEY
    assert files_in(tmp_path / "files") == {KEY: DATA}


def test_saved_file_and_its_folders_are_for_their_owner_only(tmp_path: Path) -> None:
    FolderStorage(location=tmp_path / "files").save(KEY, ContentFile(b"x"))

    assert (tmp_path / "files" / KEY).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "files" / "ab").stat().st_mode & 0o077 == 0


def test_file_whose_sender_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ConnectionResetError):
        FolderStorage(location=tmp_path).save(KEY, BreakingFile(io.BytesIO()))

    assert files_in(tmp_path) == {}


FULL_DISK = """
import resource, sys
import django

django.setup()
from core.storage import FolderStorage
from django.core.files.base import ContentFile

resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    FolderStorage(location=sys.argv[1]).save("ab/cd.jpg", ContentFile(bytes(300_000)))
except OSError as error:
    print(error.strerror)
"""


def test_file_for_which_the_disk_has_no_room_leaves_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", FULL_DISK, str(tmp_path)]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "File too large\n"), done.stderr
    assert files_in(tmp_path) == {}


def test_file_saved_under_a_name_that_is_taken_leaves_the_first_one_alone(tmp_path: Path) -> None:
    storage = FolderStorage(location=tmp_path)
    storage.save(KEY, ContentFile(b"first"))

    second = storage.save(KEY, ContentFile(b"second"))

    assert files_in(tmp_path) == {KEY: b"first", second: b"second"}


@pytest.mark.parametrize("name", ["../out.jpg", "ab/../../out.jpg", "/etc/out.jpg"])
def test_file_outside_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SuspiciousFileOperation):
        FolderStorage(location=tmp_path / "files").save(name, ContentFile(b"x"))

    assert files_in(tmp_path) == {}


def test_random_keys_are_long_and_never_the_same() -> None:
    keys = {random_key(".jpg") for _ in range(100)}

    assert len(keys) == 100
    assert all(re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{38}\.jpg", key) for key in keys)


def test_bytes_saved_under_an_alias_are_read_back() -> None:
    save_bytes("renditions", KEY, b"pixels")

    with storages["renditions"].open(KEY) as file:
        assert file.read() == b"pixels"


def store(key: str = KEY, *, size: int = len(DATA), sha256: str = SHA256) -> list[str]:
    return store_original(io.BytesIO(DATA), key=key, sha256=sha256, size=size)


def put_behind(alias: str, name: str, settings: Settings) -> None:
    """From now to the end of the test `alias` is the storage of that name in tests.faulty_storages."""
    faulty = {**settings.STORAGES[alias], "BACKEND": f"tests.faulty_storages.{name}"}
    settings.STORAGES = {**settings.STORAGES, alias: faulty}


def test_original_is_stored_in_every_copy(media_folders: Path) -> None:
    aliases = store()

    assert aliases == ["originals", "originals-copy"]
    assert files_in(media_folders) == {f"originals/{KEY}": DATA, f"originals-copy/{KEY}": DATA}


def test_original_larger_than_a_chunk_is_compared_whole() -> None:
    assert len(DATA) > 2 * CHUNK

    assert store() == ["originals", "originals-copy"]


@pytest.mark.django_db
@pytest.mark.parametrize("fault", ["FlippingStorage", "CuttingStorage", "AwayStorage"])
@pytest.mark.parametrize("alias", ["originals", "originals-copy"])
def test_original_that_one_storage_does_not_keep_is_kept_nowhere(
    media_folders: Path, settings: Settings, alias: str, fault: str
) -> None:
    put_behind(alias, fault, settings)

    with pytest.raises(Unavailable) as refused:
        store()

    assert (refused.value.status, refused.value.retry_after) == (503, 10)
    assert files_in(media_folders) == {}


@pytest.mark.django_db
def test_original_whose_second_folder_cannot_be_written_is_kept_nowhere(media_folders: Path) -> None:
    (media_folders / "originals-copy").write_text("a file where the folder should be")

    with pytest.raises(Unavailable):
        store()

    assert list(files_in(media_folders)) == ["originals-copy"]


@pytest.mark.parametrize("lie", [{"size": len(DATA) + 1}, {"size": 0}, {"sha256": "0" * 64}])
def test_original_that_is_not_what_was_announced_is_kept_nowhere(media_folders: Path, lie: dict[str, object]) -> None:
    with pytest.raises(Unavailable):
        store(**lie)  # type: ignore[arg-type]

    assert files_in(media_folders) == {}


@pytest.mark.django_db
@pytest.mark.parametrize("fault", ["FlippingStorage", "CuttingStorage", "AwayStorage"])
@pytest.mark.parametrize("alias", ["originals", "originals-copy"])
def test_original_that_enough_storages_keep_is_kept_in_those(
    media_folders: Path, settings: Settings, alias: str, fault: str
) -> None:
    settings.ORIGINAL_QUORUM = 1
    put_behind(alias, fault, settings)
    (other,) = {"originals", "originals-copy"} - {alias}

    aliases = store()

    assert (aliases, files_in(media_folders)) == ([other], {f"{other}/{KEY}": DATA})


def test_original_is_written_in_every_storage_at_the_same_time(settings: Settings) -> None:
    for alias in ("originals", "originals-copy"):
        put_behind(alias, "MeetingStorage", settings)

    assert store() == ["originals", "originals-copy"]


@pytest.mark.parametrize("alias", ["originals", "originals-copy"])
def test_original_under_a_key_that_is_taken_leaves_the_other_file_alone(media_folders: Path, alias: str) -> None:
    storages[alias].save(KEY, ContentFile(b"somebody else's"))

    with pytest.raises(Unavailable):
        store()

    assert files_in(media_folders) == {f"{alias}/{KEY}": b"somebody else's"}


@pytest.mark.django_db
def test_deleting_everywhere_goes_on_past_a_storage_that_is_away(media_folders: Path, settings: Settings) -> None:
    store()
    put_behind("originals", "AwayStorage", settings)

    delete_everywhere(["originals", "originals-copy"], KEY)

    assert files_in(media_folders) == {f"originals/{KEY}": DATA}
    assert list(OutboxTask.objects.values_list("task", "arguments")) == [
        ("core.delete_objects", {"objects": {"originals": [KEY]}})
    ]


@pytest.mark.parametrize(
    ("start", "stop"), [(0, None), (0, 3), (5, CHUNK + 9), (CHUNK, None), (len(DATA) - 1, None), (7, 7)]
)
def test_part_of_a_file_is_read_in_pieces(tmp_path: Path, start: int, stop: int | None) -> None:
    storage = FolderStorage(location=tmp_path)
    storage.save(KEY, ContentFile(DATA))

    pieces = list(storage.read(KEY, start, stop))

    assert b"".join(pieces) == DATA[start:stop]
    assert max(map(len, pieces), default=0) <= CHUNK


def test_reading_and_measuring_what_is_not_there_is_file_not_found(tmp_path: Path) -> None:
    storage = FolderStorage(location=tmp_path)

    with pytest.raises(FileNotFoundError):
        next(storage.read(KEY))
    with pytest.raises(FileNotFoundError):
        storage.size(KEY)


def test_listing_has_every_complete_file_in_the_order_of_the_keys(tmp_path: Path) -> None:
    storage = FolderStorage(location=tmp_path)
    for key in ("b/2", "a.jpg", "a/1", "a/b/3"):
        storage.save(key, ContentFile(key.encode()))
    (tmp_path / "a" / ".1.0a0b0c0d.part").write_bytes(b"half")

    listing = list(storage.keys())

    assert [(each.key, each.bytes) for each in listing] == [("a.jpg", 5), ("a/1", 3), ("a/b/3", 5), ("b/2", 3)]
    written = [(tmp_path / each.key).stat().st_mtime for each in listing]
    assert [each.modified_at.timestamp() for each in listing] == pytest.approx(written)


@pytest.mark.parametrize(("prefix", "keys"), [("", ["ab/1", "ac/1"]), ("a", ["ab/1", "ac/1"]), ("ab/", ["ab/1"])])
def test_listing_with_a_prefix_has_only_those_files(tmp_path: Path, prefix: str, keys: list[str]) -> None:
    storage = FolderStorage(location=tmp_path)
    for key in ("ab/1", "ac/1"):
        storage.save(key, ContentFile(b"x"))

    assert [each.key for each in storage.keys(prefix)] == keys


def test_listing_of_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert list(FolderStorage(location=tmp_path / "nowhere").keys()) == []


def test_sweep_removes_what_a_killed_writer_left_and_nothing_younger(tmp_path: Path) -> None:
    storage, now = FolderStorage(location=tmp_path), datetime.now(UTC)
    storage.save(KEY, ContentFile(b"x"))
    for name in (".old.part", ".young.part"):
        (tmp_path / "ab" / name).write_bytes(b"half")
    age(tmp_path / "ab" / ".old.part", days=2)
    age(tmp_path / KEY, days=2)

    assert storage.sweep_unfinished(now - timedelta(days=1)) == 1
    assert set(files_in(tmp_path)) == {KEY, "ab/.young.part"}


def test_storage_that_does_not_answer_rests_and_one_that_lacks_a_file_does_not(settings: Settings) -> None:
    put_behind("originals", "AwayStorage", settings)

    there = [has_copy(alias, KEY, 1) for alias in ("originals", "originals-copy")]

    assert (there, is_resting("originals"), is_resting("originals-copy")) == ([False, False], True, False)


def test_storage_that_is_not_configured_rests() -> None:
    assert is_resting("nowhere")
