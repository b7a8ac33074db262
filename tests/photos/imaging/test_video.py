import io
import struct
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from photos.imaging.formats import MKV, MOV, MP4, WEBM, Format
from photos.imaging.tracks import Transfer
from photos.imaging.video import VideoHeader
from tests.videos import (
    PLAYED,
    PLAYED_NAMES,
    TURNED,
    UPRIGHT,
    boxes,
    clip,
    corners,
    hdr,
    header_of,
    poster_of,
    size_of,
    turned,
    with_matrix,
)


@pytest.mark.parametrize(("format", "codec"), PLAYED, ids=PLAYED_NAMES)
def test_probe_tells_what_a_video_is(format: Format, codec: str, tmp_path: Path) -> None:
    header = header_of(tmp_path, clip(format, codec), format)

    assert header.duration == pytest.approx(1.0, abs=0.05)
    assert header == VideoHeader(160, 120, header.duration, 0, codec, 0, Transfer.STANDARD, None)


@pytest.mark.parametrize("format", [MP4, WEBM, MKV], ids=lambda each: each.name)
def test_probe_of_a_silent_video_tells_no_sound(format: Format, tmp_path: Path) -> None:
    header = header_of(tmp_path, clip(format, "VP9", sound=None), format)

    assert not header.has_sound


@pytest.mark.parametrize(("degrees", "size"), [(0, (160, 120)), (90, (120, 160)), (180, (160, 120)), (270, (120, 160))])
def test_probe_tells_the_upright_size(degrees: int, size: tuple[int, int], tmp_path: Path) -> None:
    header = header_of(tmp_path, turned(clip(), degrees))

    assert (header.rotation, header.width, header.height) == (degrees, *size)


def test_probe_of_a_mirrored_video_tells_no_rotation(tmp_path: Path) -> None:
    assert header_of(tmp_path, with_matrix(clip(), -1, 0, 0, 1)).rotation == 0


@pytest.mark.parametrize("format", [MP4, MKV], ids=lambda each: each.name)
def test_probe_tells_the_size_with_square_pixels(format: Format, tmp_path: Path) -> None:
    header = header_of(tmp_path, clip(format, size="144x108", filters="setsar=4/3"), format)

    assert (header.width, header.height) == (192, 108)


@pytest.mark.parametrize("format", [MP4, MOV, MKV], ids=lambda each: each.name)
def test_probe_tells_when_it_was_taken(format: Format, tmp_path: Path) -> None:
    data = clip(format, options=("-metadata", "creation_time=2026-03-04T05:06:07Z"))

    assert header_of(tmp_path, data, format).taken_at == datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.mark.parametrize("nanoseconds", [-(2**62), 2**62], ids=["far past", "far future"])
def test_probe_of_an_impossible_date_in_an_mkv_tells_none(nanoseconds: int, tmp_path: Path) -> None:
    data = clip(MKV, options=("-metadata", "creation_time=2026-03-04T05:06:07Z"))
    place = data.index(b"\x44\x61\x88") + 3

    header = header_of(tmp_path, data[:place] + struct.pack(">q", nanoseconds) + data[place + 8 :], MKV)

    assert header.taken_at is None


@pytest.mark.parametrize("seconds", [0, 1, 2_000_000_000, 2**32 - 1])
def test_probe_of_an_impossible_time_tells_none(seconds: int, tmp_path: Path) -> None:
    data = clip()
    place = data.index(b"mvhd") + 8

    header = header_of(tmp_path, data[:place] + struct.pack(">I", seconds) + data[place + 4 :])

    assert header.taken_at is None


def test_probe_of_a_fragmented_mp4_adds_its_fragments_up(tmp_path: Path) -> None:
    data = clip(options=("-g", "10", "-movflags", "+frag_keyframe+empty_moov+default_base_moof"))

    assert boxes(data).count(b"moof") == 3
    assert header_of(tmp_path, data).duration == pytest.approx(1.0, abs=0.1)


def test_probe_of_a_webm_that_nobody_finished_finds_its_end(tmp_path: Path) -> None:
    data = clip(WEBM, "VP9", options=("-live", "1"))

    assert b"\x44\x89\x88" not in data
    assert header_of(tmp_path, data, WEBM).duration == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize(
    ("name", "transfer"), [("smpte2084", Transfer.PQ), ("arib-std-b67", Transfer.HLG), ("bt709", Transfer.STANDARD)]
)
@pytest.mark.parametrize("format", [MP4, MKV], ids=lambda each: each.name)
def test_probe_tells_how_bright_it_is_meant(format: Format, name: str, transfer: Transfer, tmp_path: Path) -> None:
    assert header_of(tmp_path, hdr(format, name), format).transfer == transfer


@pytest.mark.parametrize(("format", "codec"), PLAYED, ids=PLAYED_NAMES)
def test_poster_shows_a_frame(format: Format, codec: str, tmp_path: Path) -> None:
    picture = poster_of(tmp_path, clip(format, codec), format)

    assert (size_of(picture), corners(picture)) == ((160, 120), UPRIGHT)


@pytest.mark.parametrize("degrees", TURNED)
def test_poster_of_a_turned_video_is_upright(degrees: int, tmp_path: Path) -> None:
    assert corners(poster_of(tmp_path, turned(clip(), degrees))) == TURNED[degrees]


def test_poster_of_a_wide_video_is_at_most_2048_pixels_wide(tmp_path: Path) -> None:
    data = clip(size="4096x256", seconds=0.2, sound=None)

    assert size_of(poster_of(tmp_path, data)) == (2048, 128)


def test_poster_of_a_video_that_starts_black_is_a_later_frame(tmp_path: Path) -> None:
    data = clip(seconds=4.0, filters="drawbox=t=fill:c=black:enable='lt(t,0.9)'", options=("-g", "10"))

    assert corners(poster_of(tmp_path, data)) == UPRIGHT


def test_poster_of_a_video_that_is_all_black_is_black(tmp_path: Path) -> None:
    picture = poster_of(tmp_path, clip(filters="drawbox=t=fill:c=black", sound=None))

    with Image.open(io.BytesIO(picture)) as image:
        assert image.convert("L").getextrema() == (0, 0)


@pytest.mark.parametrize(("at", "shown"), [(0.2, UPRIGHT), (0.8, TURNED[180]), (99.0, UPRIGHT)])
def test_poster_at_a_moment_shows_that_frame(at: float, shown: tuple[str, ...], tmp_path: Path) -> None:
    data = clip(filters="split[a][b];[b]rotate=PI[c];[a][c]overlay=enable='gte(t,0.5)'", sound=None)

    assert corners(poster_of(tmp_path, data, at=at)) == shown
