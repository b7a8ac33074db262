import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from photos.imaging.formats import MKV, MOV, MP4, WEBM, Format
from photos.imaging.video import Transcoded, probe, transcode
from tests.videos import (
    FFMPEG,
    PLAYED,
    PLAYED_NAMES,
    TURNED,
    UPRIGHT,
    boxes,
    clip,
    corners,
    frames,
    hdr,
    header_of,
    make,
    poster_of,
    streams,
    transcoded,
    turned,
    with_matrix,
    written,
)

SECRETS = (
    *("-metadata", "location=+51.5074-000.1278/", "-metadata", "location-eng=+51.5074-000.1278/"),
    *("-metadata", "make=Fieldworks", "-metadata", "model=SERIAL-0815", "-metadata", "artist=Secret Owner"),
    *("-metadata", "title=secret-note", "-metadata", "comment=secret-note", "-metadata:s:v", "title=secret-note"),
    *("-metadata:s:v", "handler_name=Secret Owner", "-metadata:s:a", "handler_name=Secret Owner"),
    *("-metadata", "creation_time=2026-03-04T05:06:07Z", "-metadata:s:a", "language=nor"),
)
HIDDEN = (b"ecret", b"SERIAL", b"Fieldworks", b"51.5", b"x264 - core", b"Lavf")


@pytest.mark.parametrize(("format", "codec"), PLAYED, ids=PLAYED_NAMES)
def test_transcode_makes_every_video_one_that_browsers_play(format: Format, codec: str, tmp_path: Path) -> None:
    made, data = transcoded(tmp_path, clip(format, codec), format)

    video, sound = streams(tmp_path, data)
    assert made == Transcoded(160, 120, len(data), made.duration)
    assert made.duration == pytest.approx(1.0, abs=0.08)
    assert re.match(r"Video: h264 \(High\) \(avc1 .*yuv420p\(.*160x120 \[SAR 1:1", video)
    assert re.match(r"Audio: aac \(LC\) .*stereo", sound)
    assert boxes(data) == [b"ftyp", b"moov", b"free", b"mdat"]


@pytest.mark.parametrize("degrees", TURNED)
def test_transcode_of_a_turned_video_turns_its_frames(degrees: int, tmp_path: Path) -> None:
    _, data = transcoded(tmp_path, turned(clip(), degrees))

    assert header_of(tmp_path, data).rotation == 0
    assert corners(poster_of(tmp_path, data)) == TURNED[degrees]


def test_transcode_of_a_mirrored_video_mirrors_its_frames(tmp_path: Path) -> None:
    _, data = transcoded(tmp_path, with_matrix(clip(), -1, 0, 0, 1))

    assert corners(poster_of(tmp_path, data)) == ("lime", "red", "white", "blue")


@pytest.mark.parametrize(
    ("size", "pixels", "result"),
    [
        ("641x359", "yuv444p", (640, 358)),
        ("33x21", "yuv444p", (32, 20)),
        ("160x120", "yuv444p", (160, 120)),
        ("160x120", "yuv422p10le", (160, 120)),
        ("160x120", "yuv420p10le", (160, 120)),
        ("2x2", "yuv420p", (2, 2)),
        ("240x426", "yuv420p", (240, 426)),
        ("1920x1080", "yuv420p", (1280, 720)),
        ("1080x1920", "yuv420p", (720, 1280)),
        ("4096x256", "yuv420p", (1920, 120)),
    ],
)
def test_transcode_gives_even_sizes_up_to_720_pixels_across(
    size: str, pixels: str, result: tuple[int, int], tmp_path: Path
) -> None:
    data = clip(size=size, seconds=0.2, sound=None, options=("-pix_fmt", pixels))

    made, _ = transcoded(tmp_path, data)

    assert (made.width, made.height) == result


@pytest.mark.parametrize("format", [MP4, MKV], ids=lambda each: each.name)
def test_transcode_gives_square_pixels(format: Format, tmp_path: Path) -> None:
    made, data = transcoded(tmp_path, clip(format, size="144x108", filters="setsar=4/3"), format)

    assert (made.width, made.height) == (192, 108)
    assert "[SAR 1:1 DAR 16:9]" in streams(tmp_path, data)[0]


def test_transcode_of_a_silent_video_stays_silent(tmp_path: Path) -> None:
    _, data = transcoded(tmp_path, clip(sound=None))

    assert [stream[:5] for stream in streams(tmp_path, data)] == ["Video"]


@pytest.mark.parametrize("sound", ["libmp3lame", "alac", "ac3", "flac"])
def test_transcode_takes_other_sound(sound: str, tmp_path: Path) -> None:
    _, data = transcoded(tmp_path, clip(MP4, sound=sound))

    assert [stream[:10] for stream in streams(tmp_path, data)] == ["Video: h26", "Audio: aac"]


def test_transcode_of_a_single_frame_makes_a_video_of_one(tmp_path: Path) -> None:
    made, _ = transcoded(tmp_path, clip(sound=None, options=("-frames:v", "1")))

    assert made.duration == pytest.approx(0.04, abs=0.01)


@pytest.mark.parametrize(("rate", "kept"), [(25, 25), (60, 60), (120, 60), (240, 60)])
def test_transcode_keeps_at_most_60_frames_a_second(rate: int, kept: int, tmp_path: Path) -> None:
    made, data = transcoded(tmp_path, clip(rate=rate, sound=None))

    assert frames(data) == kept
    assert made.duration == pytest.approx(1.0, abs=0.02)


def test_transcode_keeps_frames_of_uneven_length(tmp_path: Path) -> None:
    data = clip(filters="select='lt(n,5)+not(mod(n,6))'", sound=None, options=("-fps_mode", "vfr"))

    made, target = transcoded(tmp_path, data)

    assert made.duration == pytest.approx(header_of(tmp_path, data).duration, abs=0.05)
    assert frames(target) == frames(data)


def test_transcode_keeps_the_first_sound_it_can_read(tmp_path: Path) -> None:
    first, second = written(tmp_path, clip(MKV, sound="dca"), MKV), tmp_path / "second.mkv"
    second.write_bytes(clip(MKV))
    both = ("-i", str(first), "-i", str(second), "-map", "0", "-map", "1:a", "-c", "copy")

    _, data = transcoded(tmp_path, make(MKV, *both), MKV)

    assert [stream[:10] for stream in streams(tmp_path, data)] == ["Video: h26", "Audio: aac"]


@pytest.mark.parametrize(("format", "subtitles"), [(MP4, "mov_text"), (MKV, "srt")], ids=["MP4", "MKV"])
def test_transcode_leaves_everything_else_out(format: Format, subtitles: str, tmp_path: Path) -> None:
    text = tmp_path / "words.srt"
    text.write_text("1\n00:00:00,000 --> 00:00:01,000\nsecret-note\n")
    first = written(tmp_path, clip(format), format)
    attached = ("-attach", str(text), "-metadata:s:t", "mimetype=text/plain") if format is MKV else ()
    more = ("-map", "0", "-map", "0:a", "-map", "0:v", "-map", "1", "-c", "copy", "-c:s", subtitles)

    _, data = transcoded(tmp_path, make(format, "-i", str(first), "-i", str(text), *more, *attached), format)

    assert [stream[:10] for stream in streams(tmp_path, data)] == ["Video: h26", "Audio: aac"]
    assert b"secret-note" not in data


@pytest.mark.parametrize("name", ["smpte2084", "arib-std-b67"])
def test_transcode_of_a_brighter_video_fits_every_screen(name: str, tmp_path: Path) -> None:
    _, data = transcoded(tmp_path, hdr(MP4, name))

    assert "yuv420p(tv, bt709" in streams(tmp_path, data)[0]
    assert corners(poster_of(tmp_path, data)) == UPRIGHT


def test_transcode_of_a_video_that_changes_its_size_keeps_the_first(tmp_path: Path) -> None:
    paths = [tmp_path / f"{size}.webm" for size in ("160x120", "120x160")]
    for path in paths:
        path.write_bytes(clip(WEBM, "VP8", size=path.stem, sound=None))
    names = tmp_path / "names.txt"
    names.write_text("".join(f"file {path.name}\n" for path in paths))
    data = make(WEBM, "-f", "concat", "-i", str(names), "-c", "copy")

    made, _ = transcoded(tmp_path, data, WEBM)

    assert (made.width, made.height) == (160, 120)
    assert made.duration == pytest.approx(2.0, abs=0.1)


def test_transcode_tells_rising_progress_up_to_100(tmp_path: Path) -> None:
    path = written(tmp_path, clip(size="640x480", seconds=8.0))
    told: list[int] = []

    transcode(path, MP4, probe(path, MP4), tmp_path / "target", ffmpeg=FFMPEG, seconds=60, on_progress=told.append)

    assert told == sorted(set(told))
    assert told[-1] == 100
    assert all(0 < percent <= 100 for percent in told)


@pytest.mark.skipif(
    shutil.which("exiftool") is None and "REQUIRE_EXIFTOOL" not in os.environ, reason="exiftool is not installed"
)
@pytest.mark.parametrize("format", [MP4, MOV, MKV], ids=lambda each: each.name)
def test_transcode_leaves_no_word_about_who_where_and_when(format: Format, tmp_path: Path) -> None:
    original = clip(format, options=(*SECRETS, *(("-movflags", "+use_metadata_tags") if format is MOV else ())))

    _, data = transcoded(tmp_path, original, format)

    told = exiftool(tmp_path / "target.mp4")
    assert "secret" in exiftool(tmp_path / f"original{format.suffix}").lower()
    assert re.findall(r"(?i)secret|serial|fieldworks|gps|location|\bnor\b|2026:|x264 - core", told) == []
    assert [
        secret for secret in (b"ecret", b"SERIAL", b"Fieldworks", b"51.5", b"x264 - core", b"Lavf") if secret in data
    ] == []


def exiftool(path: Path) -> str:
    command = ["exiftool", "-a", "-u", "-ee", "-G1", "--System:all", str(path)]
    return subprocess.run(command, capture_output=True, text=True, errors="replace", check=True).stdout
