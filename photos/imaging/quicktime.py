"""Reads what an MP4 or MOV file says about itself: its boxes (ISO/IEC 14496-12), never a frame."""

import math
import struct
import sys
from array import array
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO

from photos.imaging.tracks import (
    MAX_ELEMENTS,
    MAX_HEADER_BYTES,
    MAX_PARTS,
    Movie,
    Transfer,
    VideoTrack,
    damaged,
    load_part,
    right_angle,
    sane_time,
    transfer_of,
)

_EPOCH = datetime(1904, 1, 1, tzinfo=UTC)
_CODECS = {
    "avc1": "H.264", "avc3": "H.264", "dva1": "H.264", "dvav": "H.264",
    "hvc1": "HEVC", "hev1": "HEVC", "dvh1": "HEVC", "dvhe": "HEVC",
    "vp08": "VP8", "vp09": "VP9", "av01": "AV1", "dav1": "AV1",
    "mp4v": "MPEG-4 Part 2", "jpeg": "Motion JPEG", "mjpa": "Motion JPEG", "mjpb": "Motion JPEG",
    "apch": "ProRes", "apcn": "ProRes", "apcs": "ProRes", "apco": "ProRes", "ap4h": "ProRes", "ap4x": "ProRes",
    "s263": "H.263", "h263": "H.263", "vvc1": "VVC", "vvi1": "VVC", "encv": "a protected codec",
}  # fmt: skip
_SOUNDS = {
    "mp4a": "AAC", ".mp3": "MP3", "Opus": "Opus", "fLaC": "FLAC", "alac": "ALAC", "ac-3": "AC-3", "ec-3": "E-AC-3",
    "sowt": "PCM", "twos": "PCM", "lpcm": "PCM", "in24": "PCM", "in32": "PCM", "fl32": "PCM", "raw ": "PCM",
    "ipcm": "PCM", "ulaw": "PCM", "alaw": "PCM", "samr": "AMR", "sawb": "AMR", "enca": "a protected codec",
}  # fmt: skip


def read_quicktime(file: IO[bytes]) -> Movie:
    """UnreadableImage("damaged") when there is no movie box, or the boxes contradict themselves."""
    try:
        return _read(file)
    except (struct.error, IndexError, OverflowError, ZeroDivisionError) as error:
        raise damaged() from error


def _read(file: IO[bytes]) -> Movie:
    places = list(_places(file))
    movie = _first(load_part(file, place, length) for kind, place, length in places if kind == b"moov")
    created, scale, _ = _clock(_find(movie, b"mvhd"))
    turn = _matrix(_find(movie, b"mvhd"), 36, 48)
    lengths = _fragment_lengths(file, places, movie) if any(kind == b"moof" for kind, _, _ in places) else {}
    videos: list[VideoTrack] = []
    sounds: list[str] = []
    seconds = 0.0
    for track in (data for kind, data in _boxes(movie) if kind == b"trak"):
        kind = bytes(_find(track, b"mdia", b"hdlr")[8:12])
        if kind == b"vide":
            videos.append(_video(track, turn))
        elif kind == b"soun":
            sounds.append(_name(_SOUNDS, _entry(track)[0]))
        else:
            continue
        seconds = max(seconds, _seconds(track, scale, lengths))
    return Movie(tuple(videos), tuple(sounds), seconds, sane_time(_EPOCH, created))


def _places(file: IO[bytes]) -> Iterator[tuple[bytes, int, int]]:
    """(kind, start, length) of the contents of each outermost box, all of which must be there."""
    size = file.seek(0, 2)
    at = 0
    for _ in range(MAX_ELEMENTS):
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            return
        length, kind = struct.unpack(">I4s", head[:8])
        inner = 8
        if length == 1:
            length, inner = int.from_bytes(head[8:16]), 16
        elif length == 0:
            length = size - at
        if not inner <= length <= size - at:
            raise damaged()
        yield kind, at + inner, length - inner
        at += length
    raise damaged()


def _boxes(data: memoryview, most: int = MAX_PARTS) -> Iterator[tuple[bytes, memoryview]]:
    """(kind, contents) of the boxes side by side in `data`; zero bytes that QuickTime puts behind are no box."""
    at, count = 0, 0
    while at + 8 <= len(data):
        count += 1
        if count > most:
            raise damaged()
        length, kind = struct.unpack_from(">I4s", data, at)
        if length == 0 and kind == b"\0\0\0\0":
            return
        if not 8 <= length <= len(data) - at:
            raise damaged()
        yield kind, data[at + 8 : at + length]
        at += length


def _first(found: Iterator[memoryview]) -> memoryview:
    for data in found:
        return data
    raise damaged()


def _find(data: memoryview, *path: bytes) -> memoryview:
    """The first box along the path of kinds."""
    for step in path:
        data = _first(contents for kind, contents in _boxes(data) if kind == step)
    return data


def _clock(box: memoryview) -> tuple[int, int, int]:
    """(creation, units a second, length in units) of a movie or media header; an unknown length is 0."""
    if box[0] == 1:
        created, _, scale, length = struct.unpack_from(">QQIQ", box, 4)
        return created, scale, 0 if length == 2**64 - 1 else length
    created, _, scale, length = struct.unpack_from(">IIII", box, 4)
    return created, scale, 0 if length == 2**32 - 1 else length


def _matrix(box: memoryview, place: int, place_in_version_1: int) -> tuple[float, float, float, float]:
    a, b, _, c, d = struct.unpack_from(">iiiii", box, place_in_version_1 if box[0] == 1 else place)
    return a / 65536, b / 65536, c / 65536, d / 65536


def _entry(track: memoryview) -> tuple[bytes, memoryview]:
    """(four letters of the codec, its description) of how the track's samples are stored."""
    for entry in _boxes(_find(track, b"mdia", b"minf", b"stbl", b"stsd")[8:]):
        return entry
    raise damaged()


def _name(names: dict[str, str], letters: bytes) -> str:
    text = letters.decode("ascii", "replace")
    return names.get(text) or "".join(letter for letter in text if letter.isalnum()) or "an unknown codec"


def _video(track: memoryview, turn: tuple[float, float, float, float]) -> VideoTrack:
    letters, entry = _entry(track)
    width, height = struct.unpack_from(">HH", entry, 24)
    header = _find(track, b"tkhd")
    details = dict(_boxes(entry[78:]))
    return VideoTrack(
        codec=_name(_CODECS, letters),
        coded=(width, height),
        shown=_with_square_pixels(width, height, header, details.get(b"pasp")),
        rotation=_rotation(_matrix(header, 40, 52), turn),
        transfer=_transfer(details.get(b"colr")),
    )


def _rotation(track: tuple[float, float, float, float], movie: tuple[float, float, float, float]) -> int:
    """Of the track and then of the whole movie. Mirrored pictures count as they stand before they are mirrored."""
    across, down = (track[0] * movie[i] + track[1] * movie[i + 2] for i in (0, 1))
    across_y, down_y = (track[2] * movie[i] + track[3] * movie[i + 2] for i in (0, 1))
    mirrored = across * down_y < down * across_y
    return right_angle(math.degrees(math.atan2(*((-down, -across) if mirrored else (down, across)))))


def _with_square_pixels(width: int, height: int, header: memoryview, aspect: memoryview | None) -> tuple[int, int]:
    """By the shape of a pixel where the file tells it, otherwise by the size the track is to be shown in."""
    across, down = struct.unpack_from(">II", aspect) if aspect else (0, 0)
    if not across or not down:
        wide, high = struct.unpack_from(">II", header, 88 if header[0] == 1 else 76)
        across, down = (wide * height, high * width) if wide and high else (1, 1)
    return (max(1, round(width * across / down)) if down else width, height)


def _transfer(colours: memoryview | None) -> Transfer:
    if colours is None or bytes(colours[:4]) not in (b"nclx", b"nclc"):
        return Transfer.STANDARD
    return transfer_of(int.from_bytes(colours[6:8]))


def _seconds(track: memoryview, scale: int, lengths: dict[int, int]) -> float:
    """As edited; where the headers leave it open, as long as the media; of a file in fragments, all of them."""
    header = _find(track, b"tkhd")
    number, edited = _number_and_length(header)
    _, media_scale, length = _clock(_find(track, b"mdia", b"mdhd"))
    seconds = edited / scale if edited else length / media_scale
    return max(seconds, lengths.get(number, 0) / media_scale)


def _number_and_length(header: memoryview) -> tuple[int, int]:
    if header[0] == 1:
        number, _, length = struct.unpack_from(">IIQ", header, 20)
        return number, 0 if length == 2**64 - 1 else length
    number, _, length = struct.unpack_from(">III", header, 12)
    return number, 0 if length == 2**32 - 1 else length


def _fragment_lengths(file: IO[bytes], places: list[tuple[bytes, int, int]], movie: memoryview) -> dict[int, int]:
    """Number of the track -> where its last fragment ends, in units of the track."""
    defaults: dict[int, int] = {}
    ends: dict[int, int] = {}
    for kind, data in _boxes(_find(movie, b"mvex")):
        if kind == b"trex":
            number, _, defaults_to = struct.unpack_from(">III", data, 4)
            defaults[number] = defaults_to
    if sum(length for kind, _, length in places if kind == b"moof") > MAX_HEADER_BYTES:
        raise damaged()
    for kind, place, length in places:
        if kind == b"moof":
            for _, data in (box for box in _boxes(load_part(file, place, length)) if box[0] == b"traf"):
                _add_fragment(data, defaults, ends)
    return ends


def _add_fragment(fragment: memoryview, defaults: dict[int, int], ends: dict[int, int]) -> None:
    header = _find(fragment, b"tfhd")
    flags, number = struct.unpack_from(">II", header)
    place = 8 + (8 if flags & 0x1 else 0) + (4 if flags & 0x2 else 0)
    each = struct.unpack_from(">I", header, place)[0] if flags & 0x8 else defaults.get(number, 0)
    end = ends.get(number, 0)
    for kind, data in _boxes(fragment, most=MAX_ELEMENTS):  # sound and pictures that alternate make many runs
        if kind == b"tfdt":
            end = struct.unpack_from(">Q" if data[0] == 1 else ">I", data, 4)[0]
        elif kind == b"trun":
            end += _run_length(data, each)
    ends[number] = max(end, ends.get(number, 0))


def _run_length(run: memoryview, each: int) -> int:
    flags, count = struct.unpack_from(">II", run)
    if not flags & 0x100:
        return int(count * each)
    place = 8 + (4 if flags & 0x1 else 0) + (4 if flags & 0x4 else 0)
    step = 4 * sum(1 for flag in (0x100, 0x200, 0x400, 0x800) if flags & flag)
    if place + step * count > len(run):
        raise damaged()
    numbers = array("I", bytes(run[place : place + step * count]))
    if sys.byteorder == "little":
        numbers.byteswap()
    return sum(numbers[:: step // 4])
