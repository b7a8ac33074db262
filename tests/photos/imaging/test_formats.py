import io
import struct
from typing import Literal

import pytest
from PIL import Image

from photos.imaging.formats import (
    AVIF,
    FORMATS,
    GIF,
    HEIC,
    JPEG,
    MKV,
    MOV,
    MP4,
    PHOTO_FORMATS,
    PNG,
    TIFF,
    VIDEO_FORMATS,
    WEBM,
    WEBP,
    Format,
    describe_stranger,
    format_of,
    is_complete,
    sniff_format,
)
from tests.files import FORMAT_NAMES, STRANGERS, jpeg_with_thumbnail, picture, polyglots
from tests.images import draw, encode

WITH_END = [JPEG, PNG, GIF, WEBP, AVIF, HEIC]


def complete(data: bytes, format: Format) -> bool:
    return is_complete(io.BytesIO(data), format, len(data))


@pytest.mark.parametrize("format", PHOTO_FORMATS, ids=FORMAT_NAMES)
def test_sniff_format_of_a_real_file_tells_its_format(format: Format) -> None:
    assert sniff_format(picture(format)[:64]) == format


@pytest.mark.parametrize("head", [head for head, _ in STRANGERS.values()], ids=STRANGERS)
def test_sniff_format_of_something_else_tells_none(head: bytes) -> None:
    assert sniff_format(head) is None


@pytest.mark.parametrize(("head", "words"), STRANGERS.values(), ids=STRANGERS)
def test_describe_stranger_says_what_it_seems_to_be(head: bytes, words: str) -> None:
    assert describe_stranger(head) == words


@pytest.mark.parametrize("head", [b"", b"\xff", b"\x89PNG", b"GIF8", b"RIFF", b"\x00\x00\x00\x18ftyp", b"II"])
def test_sniff_format_of_too_few_bytes_tells_none(head: bytes) -> None:
    assert sniff_format(head) is None


def test_sniff_format_reads_brands_behind_the_major_one() -> None:
    head = b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf"

    assert sniff_format(head) == AVIF


def test_sniff_format_ignores_brands_behind_the_end_of_their_box() -> None:
    head = b"\x00\x00\x00\x14ftypisom\x00\x00\x00\x00mp42avif"

    assert sniff_format(head) == MP4


@pytest.mark.parametrize(
    ("head", "format"),
    [
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp42", MP4),
        (b"\x00\x00\x00\x18ftypM4V \x00\x00\x02\x00M4V mp42", MP4),
        (b"\x00\x00\x00\x18ftypXXXX\x00\x00\x02\x00XXXXiso6", MP4),
        (b"\x00\x00\x00\x14ftyp3gp5\x00\x00\x02\x003gp5", MP4),
        (b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  ", MOV),
        (b"\x00\x00\x10\x00moov\x00\x00\x00\x6cmvhd", MOV),
        (b"\x00\x00\x00\x08wide\x00\x00\x10\x00mdat", MOV),
        (b"\x00\x00\x00\x01mdat\x00\x00\x00\x00\x10\x00\x00\x00", MOV),
        (b"\x1aE\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + bytes(20), WEBM),
        (b"\x1aE\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x23\x42\x82\x88matroska" + bytes(20), MKV),
    ],
)
def test_sniff_format_of_a_video_tells_its_container(head: bytes, format: Format) -> None:
    assert sniff_format(head) == format


def directory(order: Literal["<", ">"], *entries: tuple[int, int, int]) -> bytes:
    """A TIFF that is nothing but its first directory, of (tag, kind, value)."""
    shape = {3: "HHLHxx", 4: "HHLL"}
    fields = b"".join(struct.pack(order + shape[kind], tag, kind, 1, value) for tag, kind, value in entries)
    start = b"II*\x00\x08\x00\x00\x00" if order == "<" else b"MM\x00*\x00\x00\x00\x08"
    return start + struct.pack(order + "H", len(entries)) + fields + bytes(4)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    "entries",
    [
        pytest.param([(254, 4, 0), (256, 4, 64), (0xC612, 4, 0x00000401)], id="digital negative"),
        pytest.param([(256, 4, 64), (262, 3, 32803)], id="mosaic"),
        pytest.param([(254, 4, 1), (256, 4, 64), (271, 4, 8), (330, 4, 8)], id="preview first"),
        pytest.param([(254, 4, 0), (271, 4, 8), (330, 4, 8)], id="no picture in the first directory"),
    ],
)
def test_sniff_format_of_a_camera_raw_file_tells_none(
    order: Literal["<", ">"], entries: list[tuple[int, int, int]]
) -> None:
    head = directory(order, *entries)

    assert (sniff_format(head), describe_stranger(head)) == (None, "a camera RAW file")


def test_sniff_format_of_a_tiff_with_a_maker_and_more_pages_tells_tiff() -> None:
    assert sniff_format(directory("<", (254, 4, 0), (256, 4, 64), (271, 4, 8), (330, 4, 8))) == TIFF


@pytest.mark.parametrize("format", FORMATS, ids=lambda each: each.name)
def test_format_of_a_content_type_tells_the_format(format: Format) -> None:
    assert format_of(format.content_type) == format


def test_format_of_an_unknown_content_type_raises() -> None:
    with pytest.raises(KeyError):
        format_of("image/svg+xml")


def test_formats_are_photos_and_videos() -> None:
    assert {each.kind for each in PHOTO_FORMATS} == {"photo"}
    assert {each.kind for each in VIDEO_FORMATS} == {"video"}
    assert FORMATS == PHOTO_FORMATS + VIDEO_FORMATS


@pytest.mark.parametrize("format", PHOTO_FORMATS, ids=FORMAT_NAMES)
def test_is_complete_of_a_whole_file_is_true(format: Format) -> None:
    assert complete(picture(format), format)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.98])
@pytest.mark.parametrize("format", WITH_END, ids=lambda each: each.name)
def test_is_complete_of_a_truncated_file_is_false(format: Format, share: float) -> None:
    data = picture(format, 400, 300)

    assert not complete(data[: int(len(data) * share)], format)


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "jpeg"])
def test_is_complete_of_a_tiff_without_all_of_its_pixels_is_false(compression: str) -> None:
    data = encode(Image.effect_noise((200, 100), 60), "TIFF", compression=compression)
    pixels = encode(Image.effect_noise((200, 100), 60), "TIFF")

    assert complete(data, TIFF)
    assert not complete(pixels[: len(pixels) // 2], TIFF)


@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_is_complete_does_not_take_the_end_of_an_embedded_thumbnail(share: float) -> None:
    data = jpeg_with_thumbnail()

    assert data.count(b"\xff\xd9") == 2
    assert not complete(data[: int(len(data) * share)], JPEG)
    assert complete(data, JPEG)


def test_is_complete_of_a_jpeg_cut_behind_its_thumbnail_is_false() -> None:
    data = jpeg_with_thumbnail()

    assert not complete(data[: data.index(b"\xff\xd9") + 2], JPEG)


def test_is_complete_of_a_truncated_progressive_jpeg_is_false() -> None:
    data = encode(draw(400, 300), "JPEG", progressive=True)

    assert complete(data, JPEG)
    assert not complete(data[:-200], JPEG)


@pytest.mark.parametrize("name", ["jpeg and zip", "png and page", "webp and program"])
def test_is_complete_of_a_picture_with_something_behind_its_end_is_true(name: str) -> None:
    data = polyglots()[name]
    format = sniff_format(data[:64])

    assert format is not None
    assert complete(data, format)


def test_is_complete_finds_an_end_mark_split_between_two_reads() -> None:
    head = picture(JPEG)[:-2]
    filler = b"\x55" * (1024 * 1024 - 1)
    scan = head.index(b"\xff\xda") + 4

    assert complete(head[:scan] + filler + b"\xff\xd9", JPEG)
    assert not complete(head[:scan] + filler + b"\xff", JPEG)
