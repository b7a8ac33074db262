import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

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
