"""Reads what a WebM or MKV file says about itself: its elements (RFC 9559), never a frame."""

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO

from photos.imaging.tracks import (
    MAX_ELEMENTS,
    MAX_PARTS,
    Movie,
    VideoTrack,
    damaged,
    load_part,
    right_angle,
    sane_time,
    transfer_of,
)

_EPOCH = datetime(2001, 1, 1, tzinfo=UTC)
_SEGMENT, _CLUSTER, _INFO, _TRACKS = 0x18538067, 0x1F43B675, 0x1549A966, 0x1654AE6B
_SCALE, _DURATION, _DATE = 0x2AD7B1, 0x4489, 0x4461
_TRACK, _TYPE, _CODEC, _ENCODINGS, _ENCODING, _ENCRYPTION = 0xAE, 0x83, 0x86, 0x6D80, 0x6240, 0x5035
_VIDEO, _WIDTH, _HEIGHT, _SHOWN_WIDTH, _SHOWN_HEIGHT, _SHOWN_UNIT = 0xE0, 0xB0, 0xBA, 0x54B0, 0x54BA, 0x54B2
_COLOUR, _TRANSFER, _PROJECTION, _ROLL = 0x55B0, 0x55BA, 0x7670, 0x7675
_CLUSTER_TIME, _SIMPLE_BLOCK, _GROUP, _BLOCK, _BLOCK_DURATION = 0xE7, 0xA3, 0xA0, 0xA1, 0x9B
# Their contents are read like elements side by side: so a file that nobody finished (all sizes unknown) is read, too.
_OPENED = (_SEGMENT, _CLUSTER, _GROUP)
_IS_VIDEO, _IS_SOUND = 1, 2

_CODECS = {
    "V_MPEG4/ISO/AVC": "H.264", "V_MPEGH/ISO/HEVC": "HEVC", "V_VP8": "VP8", "V_VP9": "VP9", "V_AV1": "AV1",
    "V_MPEG1": "MPEG-1", "V_MPEG2": "MPEG-2", "V_MPEG4/ISO/ASP": "MPEG-4 Part 2", "V_MPEG4/ISO/SP": "MPEG-4 Part 2",
    "V_THEORA": "Theora", "V_MJPEG": "Motion JPEG", "V_PRORES": "ProRes", "V_FFV1": "FFV1", "V_MPEGI/ISO/VVC": "VVC",
}  # fmt: skip
_SOUNDS = {
    "AAC": "AAC", "OPUS": "Opus", "VORBIS": "Vorbis", "FLAC": "FLAC", "ALAC": "ALAC", "AC3": "AC-3", "EAC3": "E-AC-3",
    "MPEG/L3": "MP3", "PCM/INT/LIT": "PCM", "PCM/INT/BIG": "PCM", "PCM/FLOAT/IEEE": "PCM",
}  # fmt: skip


@dataclass(slots=True)
class _Clock:
    """Times in a file are multiples of `scale` nanoseconds."""

    scale: int = 1_000_000
    length: float = 0.0
    date: int | None = None

    def seconds(self, end: float) -> float:
        return (self.length or end) * self.scale / 1e9


def read_matroska(file: IO[bytes]) -> Movie:
    """UnreadableImage("damaged") when there are no tracks, or the elements contradict themselves."""
    try:
        return _read(file)
    except (struct.error, IndexError, OverflowError, ZeroDivisionError) as error:
        raise damaged() from error


def _read(file: IO[bytes]) -> Movie:
    clock: _Clock | None = None
    tracks: tuple[tuple[VideoTrack, ...], tuple[str, ...]] | None = None
    for number, place, length in _elements(file, open_clusters=False):
        if number == _INFO and length is not None and clock is None:
            clock = _clock(load_part(file, place, length))
        elif number == _TRACKS and length is not None and tracks is None:
            tracks = _tracks(load_part(file, place, length))
        if clock is not None and tracks is not None:
            break
    if tracks is None:
        raise damaged()
    clock = clock or _Clock()
    seconds = clock.seconds(0.0 if clock.length else _end_of_blocks(file))
    taken_at = None if clock.date is None else sane_time(_EPOCH, clock.date / 1e9)
    return Movie(*tracks, seconds, taken_at)


def _elements(file: IO[bytes], *, open_clusters: bool) -> Iterator[tuple[int, int, int | None]]:
    """(number, start, length) of the elements, those of a segment among them; the length is None where it is unknown.

    Clusters are stepped over in one go where that is possible, unless `open_clusters`.
    """
    at, size = 0, file.seek(0, 2)
    for _ in range(MAX_ELEMENTS):
        if at >= size:
            return
        file.seek(at)
        head = file.read(12)
        number, used = _variable(head, 0, keep_mark=True)
        length, after = _variable(head, used, keep_mark=False)
        unknown = length == (1 << 7 * (after - used)) - 1
        if number == _SEGMENT and not unknown and at + after + length > size:
            raise damaged()
        yield number, at + after, None if unknown else length
        opened = number == _SEGMENT or unknown or (open_clusters and number in _OPENED)
        at += after if opened else after + length
    raise damaged()


def _variable(data: bytes | memoryview, at: int, *, keep_mark: bool) -> tuple[int, int]:
    """(value, place behind it) of a number whose first byte tells its own length."""
    first = data[at]
    if first == 0:
        raise damaged()
    length = 9 - first.bit_length()
    if at + length > len(data):
        raise damaged()
    value = int.from_bytes(data[at : at + length])
    return (value if keep_mark else value & (1 << 7 * length) - 1), at + length


def _children(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    at, count = 0, 0
    while at < len(data):
        count += 1
        if count > MAX_PARTS:
            raise damaged()
        number, at = _variable(data, at, keep_mark=True)
        length, at = _variable(data, at, keep_mark=False)
        if length > len(data) - at:
            raise damaged()
        yield number, data[at : at + length]
        at += length


def _whole(data: memoryview | bytes, *, signed: bool = False) -> int:
    """A whole number, which has eight bytes at most."""
    if len(data) > 8:
        raise damaged()
    return int.from_bytes(data, signed=signed)


def _float(data: memoryview | None) -> float:
    if not data:
        return 0.0
    value: float = struct.unpack(">f" if len(data) == 4 else ">d", data)[0]
    return value if math.isfinite(value) else 0.0


def _clock(info: memoryview) -> _Clock:
    parts = dict(_children(info))
    date = parts.get(_DATE)
    return _Clock(
        scale=_whole(parts[_SCALE]) if _SCALE in parts else 1_000_000,
        length=max(0.0, _float(parts.get(_DURATION))),
        date=None if date is None else _whole(date, signed=True),
    )


def _tracks(data: memoryview) -> tuple[tuple[VideoTrack, ...], tuple[str, ...]]:
    videos: list[VideoTrack] = []
    sounds: list[str] = []
    for number, track in _children(data):
        if number != _TRACK:
            continue
        parts = dict(_children(track))
        kind = _whole(parts.get(_TYPE, b""))
        if kind == _IS_VIDEO:
            videos.append(_video(parts))
        elif kind == _IS_SOUND:
            sounds.append(_codec(parts))
    return tuple(videos), tuple(sounds)


def _codec(parts: dict[int, memoryview]) -> str:
    if any(_ENCRYPTION in dict(_children(each)) for _, each in _children(parts.get(_ENCODINGS, memoryview(b"")))):
        return "a protected codec"
    name = bytes(parts.get(_CODEC, b"")[:80]).rstrip(b"\0").decode("ascii", "replace")
    bare = name.removeprefix("A_").removeprefix("V_")
    known = _CODECS.get(name) or _SOUNDS.get(bare) or ("AAC" if bare.startswith("AAC/") else None)
    return (
        known or "".join(letter for letter in bare if letter.isalnum() or letter in "/-. ")[:40] or "an unknown codec"
    )


def _video(parts: dict[int, memoryview]) -> VideoTrack:
    settings = dict(_children(parts.get(_VIDEO, memoryview(b""))))

    def number(element: int) -> int:
        return _whole(settings.get(element, b""))

    width, height = number(_WIDTH), number(_HEIGHT)
    wide, high = number(_SHOWN_WIDTH), number(_SHOWN_HEIGHT)
    shaped = bool(wide and high) and number(_SHOWN_UNIT) < 4
    colour = dict(_children(settings.get(_COLOUR, memoryview(b""))))
    projection = dict(_children(settings.get(_PROJECTION, memoryview(b""))))
    return VideoTrack(
        codec=_codec(parts),
        coded=(width, height),
        shown=(max(1, round(height * wide / high)) if shaped else width, height),
        rotation=right_angle(-_float(projection.get(_ROLL))),
        transfer=transfer_of(_whole(colour.get(_TRANSFER, b""))),
    )


def _end_of_blocks(file: IO[bytes]) -> float:
    """When the last block starts, or ends where it says so: for files written while nobody knew how long they get."""
    cluster, start, end = 0, 0, 0
    for number, place, length in _elements(file, open_clusters=True):
        if number == _CLUSTER_TIME and length is not None:
            cluster = int.from_bytes(load_part(file, place, min(length, 8)))
        elif number in (_SIMPLE_BLOCK, _BLOCK):
            start = cluster + _time_of_block(file, place)
            end = max(end, start)
        elif number == _BLOCK_DURATION and length is not None:
            end = max(end, start + int.from_bytes(load_part(file, place, min(length, 8))))
    return end


def _time_of_block(file: IO[bytes], place: int) -> int:
    """Against the time of its cluster."""
    file.seek(place)
    head = file.read(11)
    _, after = _variable(head, 0, keep_mark=False)
    return int.from_bytes(head[after : after + 2], signed=True)
