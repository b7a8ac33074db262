import io

import pytest

from photos.imaging.formats import (
    AVIF,
    FORMATS,
    HEIC,
    JPEG,
    PNG,
    WEBP,
    Format,
    describe_stranger,
    is_complete,
    sniff_format,
)
from tests.files import FORMAT_NAMES, STRANGERS, jpeg_with_thumbnail, picture, polyglots
from tests.images import draw, encode

WITH_END = [JPEG, PNG, WEBP, AVIF, HEIC]


def complete(data: bytes, format: Format) -> bool:
    return is_complete(io.BytesIO(data), format, len(data))


@pytest.mark.parametrize("format", FORMATS, ids=FORMAT_NAMES)
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

    assert sniff_format(head) is None


@pytest.mark.parametrize("format", FORMATS, ids=FORMAT_NAMES)
def test_is_complete_of_a_whole_file_is_true(format: Format) -> None:
    assert complete(picture(format), format)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.98])
@pytest.mark.parametrize("format", WITH_END, ids=lambda each: each.name)
def test_is_complete_of_a_truncated_file_is_false(format: Format, share: float) -> None:
    data = picture(format, 400, 300)

    assert not complete(data[: int(len(data) * share)], format)


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


@pytest.mark.parametrize("data", [b"\xff\xd8\xff\xe0\x00\x00", b"\xff\xd8\xff\xe0\x00\x01", b"\xff\xd8\x00\x00"])
def test_is_complete_of_a_jpeg_with_broken_segments_is_false(data: bytes) -> None:
    assert not complete(data, JPEG)


@pytest.mark.parametrize("length", [0x00000001, 0x00000003, 0x00000007])
def test_is_complete_of_boxes_that_lead_nowhere_is_false(length: int) -> None:
    data = length.to_bytes(4) + b"ftypavif" + b"\x00" * 8

    assert not complete(data, AVIF)


def test_is_complete_of_a_last_box_that_reaches_the_end_is_true() -> None:
    data = b"\x00\x00\x00\x0cftypavif" + b"\x00\x00\x00\x00mdat" + b"\x55" * 40

    assert complete(data, AVIF)
