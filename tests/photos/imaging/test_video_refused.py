import random
from pathlib import Path

import pytest

from photos.imaging.errors import UnreadableImage
from photos.imaging.formats import MKV, MOV, MP4, WEBM, Format
from tests.videos import clip, header_of, make, refusal, with_size

DAMAGED = ("damaged", "The file is damaged and cannot be read as a video.")


@pytest.mark.parametrize(
    ("format", "codec", "name"),
    [
        (MOV, "prores_ks", "ProRes"),
        (MOV, "mjpeg", "Motion JPEG"),
        (MP4, "mpeg4", "MPEG-4 Part 2"),
        (MKV, "mpeg2video", "MPEG-2"),
        (MKV, "ffv1", "FFV1"),
    ],
)
def test_probe_of_a_codec_we_do_not_take_names_it(format: Format, codec: str, name: str, tmp_path: Path) -> None:
    pixels = {"prores_ks": "yuv422p10le", "mjpeg": "yuvj420p"}.get(codec, "yuv420p")
    data = clip(format, codec, sound=None, options=("-pix_fmt", pixels))

    words = f"Videos in {name} cannot be read. Those in H.264, HEVC, VP9 and AV1 can."
    assert refusal(tmp_path, data, format) == ("unsupported_codec", words)


def test_probe_of_sound_we_do_not_take_names_it(tmp_path: Path) -> None:
    words = "Videos with sound in DTS cannot be read. Those in AAC, MP3, Opus and others can."
    assert refusal(tmp_path, clip(MKV, sound="dca"), MKV) == ("unsupported_codec", words)


@pytest.mark.parametrize("format", [MP4, MKV], ids=lambda each: each.name)
def test_probe_of_sound_alone_is_refused(format: Format, tmp_path: Path) -> None:
    data = make(format, "-f", "lavfi", "-i", "sine=d=1")

    assert refusal(tmp_path, data, format) == ("no_video", "There is no video in this file.")


def test_probe_of_frames_too_large_is_refused(tmp_path: Path) -> None:
    data = with_size(clip(), (160, 120), (12_288, 12_288))

    words = "The video has larger frames than 8192 by 4320 pixels."
    assert refusal(tmp_path, data) == ("too_many_pixels", words)


def test_probe_of_no_pixels_is_refused_as_damaged(tmp_path: Path) -> None:
    assert refusal(tmp_path, with_size(clip(), (160, 120), (0, 0))) == DAMAGED


@pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.9, 0.999])
@pytest.mark.parametrize(("format", "codec"), [(MP4, "H.264"), (MOV, "HEVC"), (WEBM, "VP9"), (MKV, "AV1")])
def test_probe_of_a_cut_video_is_refused_as_damaged(format: Format, codec: str, share: float, tmp_path: Path) -> None:
    data = clip(format, codec)

    assert refusal(tmp_path, data[: int(len(data) * share)], format) == DAMAGED


@pytest.mark.parametrize("share", [0.6, 0.9, 0.999])
def test_probe_of_a_cut_video_with_its_header_in_front_is_refused_as_damaged(share: float, tmp_path: Path) -> None:
    data = clip(options=("-movflags", "+faststart"))

    assert refusal(tmp_path, data[: int(len(data) * share)]) == DAMAGED


@pytest.mark.parametrize("format", [MP4, WEBM], ids=lambda each: each.name)
def test_probe_with_any_byte_damaged_tells_a_header_or_refuses(format: Format, tmp_path: Path) -> None:
    whole = clip(format, "VP9")
    chance = random.Random(1)  # noqa: S311  the same bytes in every run
    start = whole.index(b"moov") if format is MP4 else 0
    stop = len(whole) if format is MP4 else 700

    refused = 0
    for at in range(start, stop):
        data = bytearray(whole)
        data[at] ^= chance.randrange(1, 256)
        try:
            header_of(tmp_path, bytes(data), format)
        except UnreadableImage:
            refused += 1

    assert 0 < refused < stop - start


@pytest.mark.parametrize("format", [MP4, MOV, WEBM, MKV], ids=lambda each: each.name)
@pytest.mark.parametrize("data", [b"", b"only words, no video at all", b"\0" * 100, b"\xff" * 100])
def test_probe_of_something_else_is_refused_as_damaged(format: Format, data: bytes, tmp_path: Path) -> None:
    assert refusal(tmp_path, data, format) == DAMAGED


@pytest.mark.parametrize(
    ("format", "data"),
    [
        (MP4, b"\0\0\0\x08free" * 1_000_000),
        (
            WEBM,
            bytes.fromhex("18538067 01ffffffffffffff 1654ae6b80 1f43b675 01ffffffffffffff") + b"\xec\x80" * 1_000_000,
        ),
    ],
    ids=["MP4", "WebM"],
)
def test_probe_of_a_million_empty_parts_gives_up(format: Format, data: bytes, tmp_path: Path) -> None:
    assert refusal(tmp_path, data, format) == DAMAGED


def box(kind: bytes, *contents: bytes) -> bytes:
    data = b"".join(contents)
    return (len(data) + 8).to_bytes(4) + kind + data


def element(number: int, *contents: bytes) -> bytes:
    data = b"".join(contents)
    return number.to_bytes((number.bit_length() + 7) // 8) + b"\x08" + len(data).to_bytes(4) + data


EMPTY_BOX, EMPTY_ELEMENT = box(b"free"), b"\xec\x80"
ENDLESS = {
    "movie of boxes": (MP4, box(b"moov", EMPTY_BOX * 4_000_000)),
    "track of boxes": (MP4, box(b"moov", box(b"mvhd", b"\1" * 100), box(b"trak", EMPTY_BOX * 4_000_000))),
    "movie of tracks": (MP4, box(b"moov", box(b"mvhd", b"\1" * 100), box(b"trak", box(b"mdia")) * 1_000_000)),
    "information": (WEBM, element(0x18538067, element(0x1549A966, EMPTY_ELEMENT * 10_000_000))),
    "tracks": (WEBM, element(0x18538067, element(0x1654AE6B, EMPTY_ELEMENT * 10_000_000))),
    "number": (
        WEBM,
        element(
            0x18538067,
            element(0x1654AE6B, element(0xAE, element(0x83, b"\1"), element(0xE0, element(0xB0, b"\xff" * 9)))),
        ),
    ),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_probe_of_headers_without_end_is_refused_as_damaged(name: str, tmp_path: Path) -> None:
    """Each of them kept a web process busy for seconds or minutes."""
    format, data = ENDLESS[name]

    assert refusal(tmp_path, data, format) == DAMAGED
