import io
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from exports.zipping import Entry, archive_end, directory_record, local_header

MOMENT = datetime(2026, 11, 30, 12, 34, 56, tzinfo=UTC)


class Sparse(io.RawIOBase):
    """A file that is empty up to `offset` and ends with `tail`."""

    def __init__(self, offset: int, tail: bytes) -> None:
        super().__init__()
        self.offset, self.tail, self.place = offset, tail, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.place

    def seek(self, offset: int, whence: int = 0) -> int:
        self.place = offset + (0, self.place, self.offset + len(self.tail))[whence]
        return self.place

    def read(self, size: int = -1) -> bytes:
        assert self.place >= self.offset
        start = self.place - self.offset
        data = self.tail[start:] if size < 0 else self.tail[start : start + size]
        self.place += len(data)
        return data


def entries(count: int, size: int) -> Iterator[Entry]:
    for number in range(count):
        yield Entry(f"media/{number}.jpg", number, size, number * (size + 100), MOMENT)


def directory(all_entries: Iterator[Entry], start: int) -> bytes:
    records = [directory_record(entry) for entry in all_entries]
    size = sum(map(len, records))
    return b"".join(records) + archive_end(len(records), size, start)


def test_directory_of_more_files_than_a_short_zip_can_count_is_read_whole() -> None:
    tail = directory(entries(70_000, 10), 7_700_000)

    names = zipfile.ZipFile(Sparse(7_700_000, tail)).namelist()

    assert (len(names), names[-1]) == (70_000, "media/69999.jpg")


def test_directory_of_files_over_four_gigabytes_says_sizes_and_places() -> None:
    size = 6 * 1024**3
    offset = 3 * (size + 100)
    tail = directory(entries(3, size), offset)

    infos = zipfile.ZipFile(Sparse(offset, tail)).infolist()

    assert [(each.file_size, each.compress_size, each.header_offset) for each in infos] == [
        (size, size, number * (size + 100)) for number in range(3)
    ]


def test_local_header_and_bytes_and_directory_are_a_file_that_zipfile_reads() -> None:
    entry = Entry("Größe.txt", 0x3610A686, 5, 0, MOMENT)
    body = local_header(entry) + b"hello"

    archive = zipfile.ZipFile(io.BytesIO(body + directory(iter([entry]), len(body))))

    assert archive.testzip() is None
    assert archive.read("Größe.txt") == b"hello"
    assert archive.getinfo("Größe.txt").date_time == (2026, 11, 30, 12, 34, 56)


@pytest.mark.parametrize("count", [65_534, 65_535, 65_536])
def test_archive_at_the_edge_of_what_a_short_zip_can_count_is_read_whole(count: int) -> None:
    tail = directory(entries(count, 10), count * 110)

    assert len(zipfile.ZipFile(Sparse(count * 110, tail)).namelist()) == count


@pytest.mark.parametrize("size", [2**32 - 2, 2**32 - 1, 2**32])
def test_file_at_the_edge_of_what_a_short_header_can_tell_is_told_whole(size: int) -> None:
    offset = 2 * (size + 100)
    tail = directory(entries(2, size), offset)

    infos = zipfile.ZipFile(Sparse(offset, tail)).infolist()

    assert [(each.file_size, each.header_offset) for each in infos] == [(size, 0), (size, size + 100)]


def test_info_zip_reads_the_directory_of_a_large_archive_of_many_files(tmp_path: Path) -> None:
    """18 GB in 70,000 files, of which only the directory takes room on the disk."""
    unzip = shutil.which("unzip")
    if unzip is None:
        pytest.skip("there is no unzip")
    size, count = 256 * 1024, 70_000
    offset = count * (size + 100)
    with (tmp_path / "large.zip").open("wb") as file:
        file.seek(offset)
        file.write(directory(entries(count, size), offset))

    told = subprocess.run([unzip, "-Z", "-1", tmp_path / "large.zip"], check=True, capture_output=True, text=True)

    assert told.stdout.splitlines()[-1] == "media/69999.jpg"
    assert len(told.stdout.splitlines()) == count


def test_file_of_more_than_four_gigabytes_is_read_by_its_own_header(tmp_path: Path) -> None:
    """Its bytes are a hole in the file; its header and its end are real."""
    size = 2**32 + 7
    entry = Entry("media/large.mp4", 0, size, 0, MOMENT)
    head = local_header(entry)
    with (tmp_path / "large.zip").open("wb") as file:
        file.write(head)
        file.seek(len(head) + size)
        file.write(directory(iter([entry]), len(head) + size))

    with zipfile.ZipFile(tmp_path / "large.zip") as archive, archive.open("media/large.mp4") as inside:
        assert (archive.getinfo("media/large.mp4").file_size, inside.read(10)) == (size, bytes(10))
