"""Hashes are read back with a decoder of our own, written from the description of the format."""

import math

import pytest
from PIL import Image

from photos.imaging.blurhash import encode_blurhash
from tests.images import draw

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"


def number(text: str) -> int:
    value = 0
    for letter in text:
        value = value * 83 + DIGITS.index(letter)
    return value


def linear(byte: int) -> float:
    share = byte / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def curved(share: float) -> int:
    share = min(1.0, max(0.0, share))
    return round(255 * (share * 12.92 if share <= 0.0031308 else 1.055 * share ** (1 / 2.4) - 0.055))


def factors_of(text: str) -> tuple[int, int, list[tuple[float, ...]]]:
    size = number(text[0])
    across, down = size % 9 + 1, size // 9 + 1
    strongest = (number(text[1]) + 1) / 166
    average = number(text[2:6])
    factors: list[tuple[float, ...]] = [tuple(linear(average >> shift & 255) for shift in (16, 8, 0))]
    for at in range(6, len(text), 2):
        value = number(text[at : at + 2])
        steps = (value // 361, value // 19 % 19, value % 19)
        factors.append(tuple(math.copysign(((s - 9) / 9) ** 2, s - 9) * strongest for s in steps))
    return across, down, factors


def decode(text: str, width: int, height: int) -> Image.Image:
    across, down, factors = factors_of(text)
    image = Image.new("RGB", (width, height))
    for y in range(height):
        for x in range(width):
            waves = [
                math.cos(math.pi * x * i / width) * math.cos(math.pi * y * j / height)
                for j in range(down)
                for i in range(across)
            ]
            colour = [sum(w * f[c] for w, f in zip(waves, factors, strict=True)) for c in range(3)]
            image.putpixel((x, y), (curved(colour[0]), curved(colour[1]), curved(colour[2])))
    return image


def far_apart(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two pictures in steps of 255."""
    pairs = zip(one.convert("RGB").tobytes(), other.convert("RGB").tobytes(), strict=True)
    return sum(abs(a - b) for a, b in pairs) / (one.width * one.height * 3)


def test_encode_blurhash_of_black_is_the_string_everybody_knows() -> None:
    assert encode_blurhash(Image.new("RGB", (32, 32))) == "L00000fQfQfQfQfQfQfQfQfQfQfQ"


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (200, 30, 90), (1, 128, 254)])
def test_encode_blurhash_of_one_colour_keeps_that_colour(colour: tuple[int, int, int]) -> None:
    text = encode_blurhash(Image.new("RGB", (32, 24), colour), 1, 1)

    assert text == "00" + text[2:6]
    assert number(text[2:6]) == colour[0] << 16 | colour[1] << 8 | colour[2]


def test_encode_blurhash_comes_back_as_a_blur_of_the_picture() -> None:
    picture = draw(32, 24).convert("RGB")
    blurred = picture.resize((4, 3), Image.Resampling.BOX).resize((32, 24), Image.Resampling.BICUBIC)

    decoded = decode(encode_blurhash(picture), 32, 24)

    assert far_apart(decoded, blurred) < 25
    assert far_apart(decoded, Image.new("RGB", (32, 24), "black")) > 50


def test_encode_blurhash_knows_left_from_right_and_top_from_bottom() -> None:
    picture = Image.new("RGB", (32, 32), "black")
    picture.paste("red", (0, 0, 16, 16))

    decoded = decode(encode_blurhash(picture), 32, 32)

    reds = {place: decoded.getpixel(place)[0] for place in ((4, 4), (28, 4), (4, 28), (28, 28))}  # type: ignore[index]
    assert max(reds, key=lambda place: reds[place]) == (4, 4)
    assert reds[4, 4] > 2 * max(reds[28, 4], reds[4, 28])


@pytest.mark.parametrize(("across", "down", "length"), [(4, 3, 28), (1, 1, 6), (9, 9, 166), (1, 9, 22)])
def test_encode_blurhash_has_the_length_its_components_ask_for(across: int, down: int, length: int) -> None:
    text = encode_blurhash(draw(32, 24), across, down)

    assert (len(text), factors_of(text)[:2]) == (length, (across, down))


@pytest.mark.parametrize("size", [(1, 1), (32, 1), (1, 32), (2, 2)])
def test_encode_blurhash_of_the_smallest_pictures_has_only_its_own_digits(size: tuple[int, int]) -> None:
    text = encode_blurhash(Image.new("RGB", size, (10, 20, 30)))

    assert len(text) == 28
    assert set(text) <= set(DIGITS)


def test_encode_blurhash_of_other_modes_is_that_of_the_same_colours() -> None:
    grey = Image.new("L", (8, 8), 120)

    assert encode_blurhash(grey) == encode_blurhash(grey.convert("RGB"))
