import random
import struct
import subprocess
from pathlib import Path

import pytest

from photos.imaging.errors import UnreadableImage
from photos.imaging.formats import MKV, MOV, MP4, WEBM, Format
from photos.imaging.tracks import Transfer
from photos.imaging.video import VideoHeader, probe, transcode
from tests.videos import FFMPEG, clip, refusal, with_size, written

STOPS_EARLY = ("damaged", "The video stops early or is damaged. Please send it again.")


@pytest.mark.parametrize(("format", "codec"), [(MP4, "H.264"), (MOV, "HEVC"), (WEBM, "VP9"), (MKV, "AV1")])
def test_transcode_of_a_video_with_a_hole_is_refused_as_damaged(format: Format, codec: str, tmp_path: Path) -> None:
    data = bytearray(clip(format, codec))
    middle = len(data) // 2 if format in (WEBM, MKV) else data.index(b"mdat") + 2000
    data[middle : middle + 600] = random.Random(1).randbytes(600)  # noqa: S311  the same in every run

    assert refusal(tmp_path, bytes(data), format) == STOPS_EARLY


def test_transcode_of_frames_larger_than_the_header_says_is_refused(tmp_path: Path) -> None:
    large = clip(size="8192x4352", seconds=0.1, rate=10, sound=None)

    assert refusal(tmp_path, with_size(large, (8192, 4352), (160, 120))) == STOPS_EARLY


def test_transcode_of_a_video_shorter_than_it_says_is_refused(tmp_path: Path) -> None:
    data = bytearray(clip(sound=None))
    for box, place in ((b"mvhd", 20), (b"tkhd", 24)):
        at = data.index(box) + place
        data[at : at + 4] = struct.pack(">I", 60_000)

    assert refusal(tmp_path, bytes(data)) == STOPS_EARLY


def test_transcode_past_its_time_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, clip(size="640x480", seconds=8.0))

    with pytest.raises(UnreadableImage) as caught:
        transcode(
            path,
            MP4,
            probe(path, MP4),
            tmp_path / "target",
            ffmpeg=FFMPEG,
            seconds=0.05,
            on_progress=lambda percent: None,
        )

    assert caught.value.code == "too_slow"


@pytest.mark.parametrize("words", ["#EXTM3U\n#EXTINF:1,\nfile://{}\n", "ffconcat version 1.0\nfile '{}'\n"])
@pytest.mark.parametrize("format", [MP4, MKV], ids=lambda each: each.name)
def test_transcode_of_a_playlist_never_plays_what_it_names(format: Format, words: str, tmp_path: Path) -> None:
    canary = tmp_path / "canary.mp4"
    canary.write_bytes(clip())
    path = written(tmp_path, words.format(canary).encode(), format)
    header = VideoHeader(160, 120, 1.0, 0, "H.264", 0, Transfer.STANDARD, None)

    with pytest.raises(UnreadableImage) as caught:
        transcode(
            path, format, header, tmp_path / "target", ffmpeg=FFMPEG, seconds=20, on_progress=lambda percent: None
        )

    assert (caught.value.code, caught.value.detail) == STOPS_EARLY


def test_transcode_of_a_movie_that_keeps_its_frames_elsewhere_never_opens_that(tmp_path: Path) -> None:
    canary = tmp_path / "canary.mov"
    canary.write_bytes(clip(MOV, sound=None))
    data = with_reference(clip(MOV, sound=None), str(canary))

    assert refusal(tmp_path, data, MOV) == STOPS_EARLY
    assert decodes_when_references_are_followed(tmp_path / "original.mov")


def with_reference(data: bytes, target: str) -> bytes:
    """A MOV, its header behind its frames, that says the frames stand in another file."""
    path = target.encode() + bytes(len(target) % 2)
    alias = bytes(150) + struct.pack(">HH", 2, len(target)) + path + b"\xff\xff\0\0"
    entry = struct.pack(">I4sI", len(alias) + 12, b"alis", 0) + alias
    start = data.index(b"dref") + 12
    old = int.from_bytes(data[start : start + 4])
    outside = [data.rindex(kind, 0, start) - 4 for kind in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref")]
    longer = bytearray(data[:start] + entry + data[start + old :])
    for place in outside:
        longer[place : place + 4] = struct.pack(">I", int.from_bytes(data[place : place + 4]) + len(entry) - old)
    return bytes(longer)


def decodes_when_references_are_followed(path: Path) -> bool:
    """Whether the reference is a working one: ffmpeg by itself, told to follow it."""
    told = ("-enable_drefs", "1", "-use_absolute_path", "1", "-xerror", "-i", str(path), "-f", "null", "-")
    return subprocess.run([FFMPEG, "-loglevel", "error", *told], check=False).returncode == 0
