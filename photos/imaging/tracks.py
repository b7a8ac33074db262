"""What the headers of a video file say about its tracks: the common answer of the readers of MP4/MOV and WebM/MKV."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import IO

from photos.imaging.errors import UnreadableImage

MAX_HEADER_BYTES = 32 * 1024 * 1024
# Ten minutes have about 100,000 at most. Half a million are read in a second.
MAX_ELEMENTS = 400_000
# Parts of one part of a header. Real files have some dozens; each is looked through several times.
MAX_PARTS = 100

_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)


class Transfer(Enum):
    """How bright the brightest values are meant to be; the numbers are those of ITU-T H.273."""

    STANDARD = 1
    PQ = 16
    HLG = 18


@dataclass(frozen=True, slots=True)
class VideoTrack:
    """`coded` is the size of the stored frames in pixels, `shown` the same with square pixels, before `rotation`.

    `rotation` is how far a player turns the frames, clockwise: 0, 90, 180 or 270.
    """

    codec: str
    coded: tuple[int, int]
    shown: tuple[int, int]
    rotation: int
    transfer: Transfer


@dataclass(frozen=True, slots=True)
class Movie:
    """Tracks in the order of the file; `sounds` are the names of their codecs. `seconds` is that of the longest."""

    videos: tuple[VideoTrack, ...]
    sounds: tuple[str, ...]
    seconds: float
    taken_at: datetime | None


def damaged() -> UnreadableImage:
    return UnreadableImage("damaged", "The file is damaged and cannot be read as a video.")


def load_part(file: IO[bytes], place: int, length: int) -> memoryview:
    """That many bytes from that place; damaged when they are not all there, or more than a header ever needs."""
    if length > MAX_HEADER_BYTES:
        raise damaged()
    file.seek(place)
    data = file.read(length)
    if len(data) < length:
        raise damaged()
    return memoryview(data)


def transfer_of(number: int) -> Transfer:
    return Transfer(number) if number in (Transfer.PQ.value, Transfer.HLG.value) else Transfer.STANDARD


def sane_time(epoch: datetime, seconds: float) -> datetime | None:
    """The time that many seconds after `epoch`; None for clocks that were never set and for impossible ones."""
    try:
        moment = epoch + timedelta(seconds=seconds)
    except OverflowError:
        return None
    return moment if _OLDEST < moment < datetime.now(UTC) + timedelta(days=1) else None


def right_angle(degrees: float) -> int:
    """The nearest of 0, 90, 180 and 270."""
    return round(degrees / 90) % 4 * 90
