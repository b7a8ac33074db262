"""64-bit ids that sort by time, carry their owner's logical shard, and need no server to make.

Layout, highest bit first: 41 bits of milliseconds since 2026-01-01 UTC, 13 bits of logical shard, 10 bits of sequence.

All processes of one machine share a small locked file that holds the last (millisecond, sequence) given out, so on one
machine ids never repeat and never run backwards, even when the wall clock does. Two machines that make an id for one
owner in the same millisecond start the sequence at random places; the primary key refuses what is left of chance.
"""

import fcntl
import os
import secrets
import struct
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

EPOCH_MS = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000)
SHARD_BITS = 13
SEQUENCE_BITS = 10
SHARDS = 1 << SHARD_BITS
SEQUENCES = 1 << SEQUENCE_BITS
MAX_ID = (1 << 63) - 1

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_DIGITS = {character: value for value, character in enumerate(ALPHABET)}
_STAMP = struct.Struct(">Q")


class IdClock:
    """Gives out strictly increasing (millisecond, sequence) stamps, shared by all processes that use the same file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread_lock = threading.Lock()
        self._fd = -1
        self._pid = 0

    def next_stamp(self) -> int:
        """A stamp: milliseconds since the epoch shifted left by SEQUENCE_BITS, plus a sequence number."""
        with self._thread_lock:
            fd = self._open()
            fcntl.flock(fd, fcntl.LOCK_EX)
            try:
                raw = os.pread(fd, _STAMP.size, 0)
                last = _STAMP.unpack(raw)[0] if len(raw) == _STAMP.size else 0
                stamp = max(_fresh_stamp(), last + 1)
                os.pwrite(fd, _STAMP.pack(stamp), 0)
            finally:
                fcntl.flock(fd, fcntl.LOCK_UN)
        return stamp

    def _open(self) -> int:
        """The file of this process; a forked child opens its own, because flock belongs to the open file."""
        if self._pid != os.getpid():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._pid = os.getpid()
        return self._fd


def _fresh_stamp() -> int:
    elapsed = time.time_ns() // 1_000_000 - EPOCH_MS
    return (elapsed << SEQUENCE_BITS) | secrets.randbelow(SEQUENCES // 2)


@dataclass(frozen=True, slots=True)
class IdParts:
    created_at: datetime
    shard: int
    sequence: int


def make_id(clock: IdClock, shard: int) -> int:
    """An id on logical shard `shard` (0 to SHARDS - 1), greater than every id this machine made before on it."""
    stamp = clock.next_stamp()
    milliseconds, sequence = stamp >> SEQUENCE_BITS, stamp & (SEQUENCES - 1)
    return (milliseconds << (SHARD_BITS + SEQUENCE_BITS)) | (shard << SEQUENCE_BITS) | sequence


def make_id_at(moment: datetime, shard: int) -> int:
    """An id that sorts as if it had been made at `moment`, for what is imported; the sequence is left to chance."""
    return first_id_at(moment) | (shard << SEQUENCE_BITS) | secrets.randbelow(SEQUENCES)


def split_id(value: int) -> IdParts:
    milliseconds = value >> (SHARD_BITS + SEQUENCE_BITS)
    return IdParts(
        created_at=datetime.fromtimestamp((milliseconds + EPOCH_MS) / 1000, tz=UTC),
        shard=(value >> SEQUENCE_BITS) & (SHARDS - 1),
        sequence=value & (SEQUENCES - 1),
    )


def first_id_at(moment: datetime) -> int:
    """The smallest id that anything made at `moment` can have; what was made at or after it has at least this id."""
    elapsed = int(moment.timestamp() * 1000) - EPOCH_MS
    return max(elapsed, 0) << (SHARD_BITS + SEQUENCE_BITS)


def to_code(value: int) -> str:
    """The base-62 short code of an id, as used in `/p/<code>/`."""
    if not 0 <= value <= MAX_ID:
        raise ValueError(f"{value} is not an id")
    digits = []
    while True:
        value, digit = divmod(value, len(ALPHABET))
        digits.append(ALPHABET[digit])
        if not value:
            return "".join(reversed(digits))


def from_code(code: str) -> int:
    """The id behind a short code. ValueError for anything `to_code` does not produce."""
    if not 1 <= len(code) <= 11 or (code[0] == ALPHABET[0] and len(code) > 1):
        raise ValueError(f"{code!r} is not a short code")
    value = 0
    for character in code:
        if character not in _DIGITS:
            raise ValueError(f"{code!r} is not a short code")
        value = value * len(ALPHABET) + _DIGITS[character]
    if value > MAX_ID:
        raise ValueError(f"{code!r} is not a short code")
    return value


def parse_id(text: str) -> int:
    """The id that a decimal string names, as the API writes it. ValueError for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= 19) or int(text) > MAX_ID:
        raise ValueError(f"{text!r} is not an id")
    return int(text)
