"""ZIP archives of any size, written from front to back in pieces that may be made on different days.

Format: PKWARE's APPNOTE, versions 2.0 and 4.5 (ZIP64). Entries are stored as they are: pictures do not get smaller.
Knows neither Django nor the apps.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO

CHUNK = 1024 * 1024
MOST_32, MOST_16 = 0xFFFFFFFF, 0xFFFF
_STORED, _UTF8 = 0, 0x800
_UNIX_FILE = 0o100600 << 16


@dataclass(frozen=True, slots=True)
class Entry:
    """One file in the archive. `start` is where its header stands, in bytes from the beginning of the archive."""

    name: str
    crc: int
    size: int
    start: int
    moment: datetime


class PieceWriter:
    """Writes entries into `target`, whose first byte is byte `start` of the archive."""

    def __init__(self, target: IO[bytes], start: int) -> None:
        self.entries = 0
        self.directory = b""
        self._target = target
        self._start = start

    @property
    def position(self) -> int:
        """Where in the archive the next byte goes."""
        return self._start + self._target.tell()

    def add(self, name: str, source: IO[bytes], moment: datetime) -> None:
        """Add a seekable file. `name` has no backslash and does not begin with a slash."""
        crc, size = _measure(source)
        entry = Entry(name, crc, size, self.position, moment)
        self._target.write(local_header(entry))
        source.seek(0)
        for chunk in _chunks(source):
            self._target.write(chunk)
        self.directory += directory_record(entry)
        self.entries += 1


def local_header(entry: Entry) -> bytes:
    """What stands before the bytes of an entry."""
    name, large = entry.name.encode(), entry.size >= MOST_32
    extra = struct.pack("<HHQQ", 1, 16, entry.size, entry.size) if large else b""
    size = MOST_32 if large else entry.size
    time, date = _dos(entry.moment)
    version = 45 if large else 20
    words = (b"PK\3\4", version, _UTF8, _STORED, time, date, entry.crc, size, size, len(name), len(extra))
    return struct.pack("<4sHHHHHIIIHH", *words) + name + extra


def directory_record(entry: Entry) -> bytes:
    """What the directory at the end says of an entry."""
    name = entry.name.encode()
    wide = [number for number in (entry.size, entry.size, entry.start) if number >= MOST_32]
    extra = struct.pack(f"<HH{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
    size, start = min(entry.size, MOST_32), min(entry.start, MOST_32)
    time, date = _dos(entry.moment)
    version = 45 if wide else 20
    head = (b"PK\1\2", version | 3 << 8, version, _UTF8, _STORED, time, date, entry.crc, size, size)
    tail = (len(name), len(extra), 0, 0, 0, _UNIX_FILE, start)
    return struct.pack("<4sHHHHHHIIIHHHHHII", *head, *tail) + name + extra


def archive_end(entries: int, directory_bytes: int, directory_start: int) -> bytes:
    """What stands behind the directory; with more than old programs can count, also what new ones read instead."""
    end = b""
    if entries >= MOST_16 or directory_bytes >= MOST_32 or directory_start >= MOST_32:
        where = directory_start + directory_bytes
        counts = (entries, entries, directory_bytes, directory_start)
        end += struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, *counts)
        end += struct.pack("<4sIQI", b"PK\6\7", 0, where, 1)
    few = min(entries, MOST_16)
    sizes = min(directory_bytes, MOST_32), min(directory_start, MOST_32)
    return end + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, few, few, *sizes, 0)


def _measure(source: IO[bytes]) -> tuple[int, int]:
    """The CRC-32 and the size of a file."""
    source.seek(0)
    crc = size = 0
    for chunk in _chunks(source):
        crc, size = zlib.crc32(chunk, crc), size + len(chunk)
    return crc, size


def _chunks(source: IO[bytes]) -> Iterator[bytes]:
    while chunk := source.read(CHUNK):
        yield chunk


def _dos(moment: datetime) -> tuple[int, int]:
    """Time and date as ZIP writes them: to two seconds, from 1980 on."""
    year = min(max(moment.year, 1980), 2107)
    return (
        moment.hour << 11 | moment.minute << 5 | moment.second // 2,
        (year - 1980) << 9 | moment.month << 5 | moment.day,
    )
