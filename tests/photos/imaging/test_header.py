import io
import struct
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image

from photos.imaging.formats import AVIF, GIF, HEIC, JPEG, PHOTO_FORMATS, PNG, TIFF, WEBP, Format
from photos.imaging.header import Header, UnreadableImage, read_header
from tests.bombs import BOMBS, with_claimed_size
from tests.files import (
    FORMAT_NAMES,
    jpeg_with_exif_block,
    jpeg_with_thumbnail,
    picture,
    picture_with_metadata,
    secret_exif,
    with_segment,
)
from tests.images import draw, encode, jpeg_with_secrets, png_header_only

DETAILS_AT = b"MM\x00*\x00\x00\x00\x08\x00\x01\x87\x69\x00\x04\x00\x00\x00\x01"
BROKEN_EXIF = {
    "nothing": b"",
    "garbage": b"garbage that is long enough to be read",
    "no directory": b"II*\x00",
    "directory outside": b"II*\x00\xff\xff\xff\xff",
    "more entries than bytes": b"II*\x00\x08\x00\x00\x00\xff\xff",
    "orientation in letters": b"MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x02\x00\x00\x00\x04six\x00\x00\x00\x00\x00",
    "orientation 9": b"MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x09\x00\x00\x00\x00\x00\x00",
    "details outside": DETAILS_AT + b"\xff\xff\xff\xff\x00\x00\x00\x00",
    "details in a circle": DETAILS_AT + b"\x00\x00\x00\x08\x00\x00\x00\x00",
}


def header_of(data: bytes, format: Format = JPEG) -> Header:
    return read_header(io.BytesIO(data), format)


def exif_with(details: dict[int, Any], **camera: str) -> bytes:
    exif = Image.Exif()
    for tag, name in ((0x010F, "make"), (0x0110, "model")):
        if name in camera:
            exif[tag] = camera[name]
    exif.get_ifd(0x8769).update(details)
    return picture(JPEG, exif=exif)


@pytest.mark.parametrize("format", PHOTO_FORMATS, ids=FORMAT_NAMES)
def test_read_header_of_a_plain_picture_tells_its_size_and_nothing_more(format: Format) -> None:
    assert header_of(picture(format, 80, 60), format) == Header(80, 60, None, None)


@pytest.mark.parametrize(("mark", "size"), [(n, (80, 60) if n < 5 else (60, 80)) for n in range(1, 9)])
@pytest.mark.parametrize("format", [JPEG, PNG, WEBP, TIFF, AVIF, HEIC], ids=lambda each: each.name)
def test_read_header_tells_the_upright_size(format: Format, mark: int, size: tuple[int, int]) -> None:
    header = header_of(picture(format, 80, 60, exif=secret_exif(mark)), format)

    assert (header.width, header.height) == size


def test_read_header_tells_camera_and_time() -> None:
    camera = {"camera": "Fieldworks Mk II", "aperture": "ƒ/2.8", "exposure": "1/250", "iso": "ISO 400"}

    taken_at = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)

    assert header_of(jpeg_with_secrets()) == Header(80, 60, taken_at, camera, has_position=True)


@pytest.mark.parametrize("format", [JPEG, PNG, WEBP, TIFF, AVIF, HEIC], ids=lambda each: each.name)
def test_read_header_tells_no_owner_serial_number_note_or_position(format: Format) -> None:
    told = Header(400, 300, None, None, has_position=format is not TIFF)  # Pillow writes no position into a TIFF

    assert header_of(picture_with_metadata(format), format) == told


@pytest.mark.parametrize(
    ("details", "camera"),
    [
        ({0xA434: "50 mm f/1.8"}, {"lens": "50 mm f/1.8"}),
        ({0x829A: 0.5}, {"exposure": "0.5 s"}),
        ({0x829A: 30.0}, {"exposure": "30 s"}),
        ({0x829A: 1 / 8000}, {"exposure": "1/8000"}),
        ({0x829D: 11.0}, {"aperture": "ƒ/11"}),
        ({0x920A: 23.5}, {"focal_length": "23.5 mm"}),
        ({0x8827: 12800}, {"iso": "ISO 12800"}),
        ({0x829A: 1e-300, 0x829D: 1e300}, None),
        ({0x829A: 0, 0x829D: 0, 0x8827: 0}, None),
        ({0xA434: "  \x00\x07 "}, None),
        ({0xA434: "x" * 500}, {"lens": "x" * 60}),
    ],
)
def test_read_header_tells_the_camera_in_short_words(details: dict[int, Any], camera: dict[str, str] | None) -> None:
    assert header_of(exif_with(details)).camera == camera


@pytest.mark.parametrize(
    ("make", "model", "words"),
    [("Nikon", "NIKON FM2", "NIKON FM2"), ("Leica", "M6", "Leica M6"), ("", "M6", "M6"), ("Leica", "", "Leica")],
)
def test_read_header_names_the_maker_once(make: str, model: str, words: str) -> None:
    assert header_of(exif_with({}, make=make, model=model)).camera == {"camera": words}


@pytest.mark.parametrize("text", ["2026:13:40 00:00:00", "yesterday", "", "0000:00:00 00:00:00", "    :  :     :  :  "])
def test_read_header_with_an_impossible_time_tells_none(text: str) -> None:
    assert header_of(exif_with({0x9003: text})).taken_at is None


@pytest.mark.parametrize("block", BROKEN_EXIF.values(), ids=BROKEN_EXIF)
def test_read_header_with_broken_exif_still_tells_the_size(block: bytes) -> None:
    assert header_of(jpeg_with_exif_block(block)) == Header(64, 48, None, None)


def test_read_header_with_any_byte_of_its_exif_damaged_still_tells_a_size() -> None:
    whole = jpeg_with_secrets()
    start = whole.index(b"Exif\x00\x00")
    (length,) = struct.unpack(">H", whole[start - 2 : start])

    sizes = set()
    for at in range(start, start + length - 2):
        header = header_of(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        sizes.add((header.width, header.height))

    assert sizes == {(80, 60)}


def test_read_header_of_a_jpeg_with_a_thumbnail_tells_the_size_of_the_picture() -> None:
    assert header_of(jpeg_with_thumbnail(400, 300)) == Header(400, 300, None, None)


@pytest.mark.parametrize(("width", "height"), [(30_000, 30_000), (65_535, 65_535), (2**31 - 1, 2**31 - 1)])
def test_read_header_of_a_huge_claim_tells_it_without_decoding(width: int, height: int) -> None:
    assert header_of(png_header_only(width, height), PNG) == Header(width, height, None, None)


@pytest.mark.parametrize("format", [JPEG, PNG, TIFF], ids=lambda each: each.name)
def test_read_header_reads_no_more_than_the_beginning(format: Format) -> None:
    file = io.BytesIO(encode(Image.effect_noise((400, 300), 80), format.pillow))

    header = read_header(file, format)

    assert (header.width, header.height) == (400, 300)
    assert file.tell() < len(file.getvalue()) / 4


@pytest.mark.parametrize("format", PHOTO_FORMATS, ids=FORMAT_NAMES)
def test_read_header_of_a_beginning_without_a_header_is_refused_as_damaged(format: Format) -> None:
    with pytest.raises(UnreadableImage) as caught:
        header_of(picture(format)[:12], format)

    assert (caught.value.code, caught.value.detail) == (
        "damaged",
        "The file is damaged and cannot be read as a picture.",
    )


def test_read_header_gives_a_file_to_the_decoder_of_its_format_only() -> None:
    with pytest.raises(UnreadableImage):
        header_of(picture(PNG), JPEG)


def test_read_header_of_no_pixels_is_refused_as_damaged() -> None:
    with pytest.raises(UnreadableImage):
        header_of(png_header_only(0, 10), PNG)


@pytest.mark.parametrize(("format", "data", "code"), BOMBS.values(), ids=BOMBS)
def test_read_header_of_a_bomb_is_refused(format: Format, data: bytes, code: str) -> None:
    with pytest.raises(UnreadableImage) as caught:
        header_of(data, format)

    assert caught.value.code == code


def test_read_header_of_an_avif_that_claims_to_be_huge_tells_it() -> None:
    assert header_of(with_claimed_size(picture(AVIF), 20_000, 10_000), AVIF) == Header(20_000, 10_000, None, None)


def test_read_header_of_a_tiff_of_a_million_strips_is_refused() -> None:
    fields = [(256, 3, 1, 8), (257, 3, 1, 8), (273, 4, 1_000_000, 8)]
    entries = b"".join(struct.pack("<HHLL", *field) for field in fields)
    data = b"II*\x00" + struct.pack("<L", 8 + 4_000_000) + bytes(4_000_000) + struct.pack("<H", 3) + entries + bytes(4)

    with pytest.raises(UnreadableImage) as caught:
        header_of(data, TIFF)

    assert caught.value.code == "too_complex"


@pytest.mark.parametrize("format", [GIF, PNG, WEBP, AVIF], ids=lambda each: each.name)
def test_read_header_of_an_animation_counts_its_frames(format: Format) -> None:
    frames = [draw(seed=seed) for seed in range(5)]

    header = header_of(encode(frames[0], format.pillow, save_all=True, append_images=frames[1:]), format)

    assert (header.frames, header.is_animated) == (5, True)


def test_read_header_of_a_mosaic_behind_the_beginning_of_a_tiff_is_refused_as_raw() -> None:
    whole = picture(TIFF)
    data = whole.replace(struct.pack("<HHLL", 262, 3, 1, 2), struct.pack("<HHLL", 262, 3, 1, 32803))

    with pytest.raises(UnreadableImage) as caught:
        header_of(data, TIFF)

    assert (data != whole, caught.value.code) == (True, "raw")


def test_read_header_of_a_jpeg_with_entities_in_its_xmp_reads_none_of_them() -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
    data = with_segment(picture(JPEG), 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + laughs)

    assert header_of(data) == Header(80, 60, None, None)
