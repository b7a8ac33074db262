import io
import random
from collections.abc import Callable

import pytest
from PIL import Image, JpegImagePlugin

from photos.imaging.errors import UnreadableImage
from photos.imaging.outlines.jpeg import scan_start
from photos.imaging.strict_jpeg import load_strictly
from tests.images import encode

OPTIONS: dict[str, dict[str, object]] = {
    "baseline": {},
    "full colour": {"subsampling": 0},
    "coarse": {"quality": 3},
    "fine": {"quality": 98},
    "progressive": {"progressive": True},
    "restart each row": {"restart_marker_rows": 1},
    "restart each block": {"restart_marker_blocks": 1},
    "progressive with restarts": {"progressive": True, "restart_marker_blocks": 7},
}
SIZES = [(1, 1), (8, 8), (17, 9), (64, 48), (401, 299)]
HOLE = 500
DAMAGES: dict[str, Callable[[bytes, int], bytes]] = {
    "a hole of zeros": lambda data, at: data[:at] + bytes(HOLE) + data[at + HOLE :],
    "a missing part": lambda data, at: data[:at] + data[at + HOLE :],
    "a repeated part": lambda data, at: data[:at] + data[at - HOLE :],
    "an early end": lambda data, at: data[:at] + b"\xff\xd9" + data[at + 2 :],
    "noise": lambda data, at: data[:at] + random.Random(at).randbytes(HOLE) + data[at + HOLE :],  # noqa: S311
}


def noisy(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """As uneven as a photograph, and always the same."""
    rough = Image.frombytes("RGB", (40, 30), random.Random(4).randbytes(40 * 30 * 3))  # noqa: S311
    return rough.resize(size, Image.Resampling.BICUBIC).convert(mode)


def loaded(data: bytes, draft: tuple[int, int] | None = None) -> Image.Image:
    image = JpegImagePlugin.JpegImageFile(io.BytesIO(data))
    image.draft("RGB", draft)
    load_strictly(image, data, scan_start(io.BytesIO(data)))
    return image


def plain(data: bytes, draft: tuple[int, int] | None = None) -> Image.Image:
    image = JpegImagePlugin.JpegImageFile(io.BytesIO(data))
    image.draft("RGB", draft)
    image.load()
    return image


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_load_strictly_of_a_whole_picture_gives_the_pixels_of_the_decoder(
    options: dict[str, object], size: tuple[int, int], mode: str
) -> None:
    data = encode(noisy(size, mode), "JPEG", **options)

    assert loaded(data).tobytes() == plain(data).tobytes()


@pytest.mark.parametrize("colour", ["white", "black", "red"])
@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_load_strictly_of_one_colour_gives_the_pixels_of_the_decoder(options: dict[str, object], colour: str) -> None:
    data = encode(Image.new("RGB", (200, 100), colour), "JPEG", **options)

    assert loaded(data).tobytes() == plain(data).tobytes()


def test_load_strictly_of_a_draft_gives_it_smaller() -> None:
    data = encode(noisy((400, 300)), "JPEG")

    assert (loaded(data, (100, 75)).size, loaded(data, (100, 75)).tobytes()) == (
        (100, 75),
        plain(data, (100, 75)).tobytes(),
    )


@pytest.mark.parametrize("padding", [b"\0", b"\xff\xff", bytes(300)], ids=["zero", "fill", "many zeros"])
def test_load_strictly_of_pixels_padded_by_their_encoder_is_whole(padding: bytes) -> None:
    data = encode(noisy((401, 299)), "JPEG")

    assert loaded(data[:-2] + padding + data[-2:]).tobytes() == plain(data).tobytes()


def test_load_strictly_of_a_picture_with_another_behind_its_end_gives_the_first() -> None:
    first, second = encode(noisy((401, 299)), "JPEG"), encode(noisy((64, 48)), "JPEG")

    assert loaded(first + second).tobytes() == plain(first).tobytes()


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("options", ["baseline", "full colour", "fine"])
def test_load_strictly_of_damaged_pixels_is_refused(
    options: str, damage: Callable[[bytes, int], bytes], share: float
) -> None:
    data = encode(noisy((1200, 900)), "JPEG", **OPTIONS[options])
    start = scan_start(io.BytesIO(data))

    with pytest.raises(UnreadableImage) as caught:
        loaded(damage(data, start + int((len(data) - start) * share)))

    assert caught.value.code == "damaged"


def test_load_strictly_of_a_progressive_picture_without_its_last_scans_is_refused() -> None:
    data = encode(noisy((1200, 900)), "JPEG", progressive=True)
    middle = (scan_start(io.BytesIO(data)) + len(data)) // 2

    with pytest.raises(UnreadableImage):
        loaded(data[:middle] + b"\xff\xd9")


def test_load_strictly_without_one_of_its_restarts_is_refused() -> None:
    data = encode(noisy((401, 299)), "JPEG", restart_marker_blocks=1)
    first, third = data.index(b"\xff\xd1"), data.index(b"\xff\xd3")

    with pytest.raises(UnreadableImage):
        loaded(data[:first] + data[third:])
