import io
import struct
from typing import Any

import numpy as np
import pytest
from PIL import Image

from photos.imaging.colour import flattening, to_srgb
from photos.imaging.formats import AVIF, HEIC, JPEG, PNG, TIFF, WEBP, Format
from photos.imaging.render import develop
from tests.files import opened, profile
from tests.images import draw, encode

# The primaries of Display P3 and of Adobe RGB, as profiles write them.
DISPLAY_P3 = ((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841))
ADOBE_RGB = ((0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446))
RED_OF_SRGB = {"Display P3": (234, 51, 35), "Adobe RGB": (219, 0, 0)}
PROFILES = {"Display P3": DISPLAY_P3, "Adobe RGB": ADOBE_RGB}


def profile_of(primaries: tuple[tuple[float, float, float], ...]) -> bytes:
    """The profile of sRGB with other primaries."""
    data = bytearray(profile())
    for name, values in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True):
        (at,) = struct.unpack(">L", data[data.index(name) + 4 : data.index(name) + 8])
        data[at + 8 : at + 20] = struct.pack(">lll", *(round(value * 65536) for value in values))
    return bytes(data)


def colour_of(data: bytes, format: Format) -> tuple[int, ...]:
    image = opened(develop(io.BytesIO(data), format, max_pixels=1_000_000).renditions[0].data)
    value = image.getpixel((image.width // 2, image.height // 2))
    assert isinstance(value, tuple)
    return value


def near(one: tuple[int, ...], other: tuple[int, ...], most: int = 12) -> bool:
    return len(one) == len(other) and all(abs(a - b) <= most for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("format", [JPEG, PNG, WEBP, TIFF, AVIF, HEIC], ids=lambda each: each.name)
def test_develop_shows_the_colours_of_a_wide_profile(format: Format, name: str) -> None:
    image = Image.new("RGB", (64, 48), RED_OF_SRGB[name])

    assert near(colour_of(encode(image, format.pillow, icc_profile=profile_of(PROFILES[name])), format), (255, 0, 0))


@pytest.mark.parametrize("format", [PNG, WEBP, AVIF], ids=lambda each: each.name)
def test_develop_shows_the_colours_of_a_wide_profile_under_transparency(format: Format) -> None:
    image = Image.new("RGBA", (64, 48), (*RED_OF_SRGB["Display P3"], 255))

    assert near(colour_of(encode(image, format.pillow, icc_profile=profile_of(DISPLAY_P3)), format), (255, 0, 0))


def test_develop_shows_the_colours_of_a_wide_profile_in_a_palette() -> None:
    image = Image.new("RGB", (64, 48), RED_OF_SRGB["Display P3"]).quantize(4)

    assert near(colour_of(encode(image, "PNG", icc_profile=profile_of(DISPLAY_P3)), PNG), (255, 0, 0))


def test_to_srgb_of_srgb_changes_nothing() -> None:
    picture = draw()

    assert to_srgb(picture, profile()).tobytes() == picture.tobytes()


def test_to_srgb_leaves_no_profile_behind_that_would_be_applied_twice() -> None:
    once = to_srgb(draw(), profile_of(DISPLAY_P3))

    assert once.mode == "RGB"
    assert once.tobytes() != draw().tobytes()


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("broken", [b"", b"no profile", profile()[:200]], ids=["empty", "words", "half"])
def test_to_srgb_with_a_broken_profile_takes_colours_as_they_are(mode: str, broken: bytes) -> None:
    picture = draw(mode=mode)

    assert to_srgb(picture, broken).tobytes() == picture.convert("RGB").tobytes()


def numbers(values: Any, mode: str) -> Image.Image:
    kind = {"F": np.float32, "I": np.int32, "I;16": np.uint16}[mode]
    return Image.fromarray(np.asarray([values], dtype=kind))


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        pytest.param(numbers([0, 255, 256, 65535], "I;16"), [0, 0, 1, 255], id="16 bits"),
        pytest.param(numbers([-5, 256, 65535, 70000], "I"), [0, 1, 255, 255], id="32 bits"),
        pytest.param(numbers([0.0, 0.5, 1.0], "F"), [0, 128, 255], id="fractions up to 1"),
        pytest.param(numbers([-1.0, 120.0, 300.0], "F"), [0, 120, 255], id="fractions up to 255"),
        pytest.param(numbers([float("nan"), 120.0], "F"), [0, 120], id="no number"),
    ],
)
def test_flattening_of_long_numbers_gives_eight_bits(image: Image.Image, expected: list[int]) -> None:
    flatten = flattening(image)

    assert flatten is not None
    assert list(flatten(image).tobytes()) == expected


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_flattening_of_plain_pixels_is_not_needed(mode: str) -> None:
    assert flattening(draw(mode=mode)) is None


@pytest.mark.parametrize("mode", ["1", "P", "LA", "PA", "RGBA", "RGBa", "La", "RGBX", "YCbCr", "LAB"])
def test_flattening_of_any_other_pixels_gives_plain_ones(mode: str) -> None:
    image = Image.new(mode, (8, 8))
    flatten = flattening(image)

    assert flatten is not None
    assert flatten(image).mode in ("RGB", "L")
