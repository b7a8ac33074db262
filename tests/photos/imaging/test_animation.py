import io
from typing import Any

import pytest
from PIL import Image

from photos.imaging import animation
from photos.imaging.errors import UnreadableImage
from photos.imaging.formats import AVIF, GIF, PNG, WEBP, Format
from photos.imaging.render import Development, Rendered, develop
from tests.files import profile
from tests.images import draw, encode

COLOURS = ("red", "lime", "blue")
MOVING = pytest.mark.parametrize("format", [GIF, PNG, WEBP, AVIF], ids=lambda each: each.name)


def moving(format: Format, size: tuple[int, int] = (100, 60), **options: Any) -> bytes:
    frames = [Image.new("RGB", size, colour) for colour in COLOURS]
    return encode(frames[0], format.pillow, save_all=True, append_images=frames[1:], **options)


def developed(data: bytes, format: Format, **options: Any) -> Development:
    return develop(io.BytesIO(data), format, max_pixels=10_000_000, **options)


def animated(data: bytes, format: Format) -> Rendered:
    return next(each for each in developed(data, format).renditions if each.name == "animated")


def frames_of(rendered: Rendered) -> list[tuple[int, tuple[int, int, int]]]:
    """(milliseconds, colour of the middle) of every frame."""
    image = Image.open(io.BytesIO(rendered.data))
    frames = []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        image.load()
        value = image.convert("RGB").getpixel((image.width // 2, image.height // 2))
        assert isinstance(value, tuple)
        frames.append((int(image.info["duration"]), (value[0], value[1], value[2])))
    return frames


def nearly(colour: tuple[int, int, int]) -> str:
    return ["red", "lime", "blue"][max(range(3), key=lambda channel: colour[channel])]


@MOVING
def test_develop_of_an_animation_keeps_every_frame_and_how_long_it_is_shown(format: Format) -> None:
    rendered = animated(moving(format, duration=[80, 200, 120]), format)

    assert (rendered.content_type, rendered.width, rendered.height) == ("image/webp", 100, 60)
    assert [(shown, nearly(colour)) for shown, colour in frames_of(rendered)] == [
        (80, "red"),
        (200, "lime"),
        (120, "blue"),
    ]


@MOVING
def test_develop_of_an_animation_makes_all_stills_from_its_first_frame(format: Format) -> None:
    development = developed(moving(format), format)

    names = [(each.name, each.content_type) for each in development.renditions]
    assert names == [
        ("w320", "image/jpeg"),
        ("w320", "image/avif"),
        ("square", "image/jpeg"),
        ("square", "image/avif"),
        ("animated", "image/webp"),
    ]
    first = Image.open(io.BytesIO(development.renditions[0].data)).getpixel((50, 30))
    assert isinstance(first, tuple)
    assert nearly((first[0], first[1], first[2])) == "red"


@MOVING
def test_develop_of_a_wide_animation_is_no_wider_than_a_post_is_shown(format: Format) -> None:
    rendered = animated(moving(format, (1000, 400)), format)

    assert (rendered.width, rendered.height) == (640, 256)


def test_develop_of_an_animation_with_many_frames_makes_smaller_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(animation, "MAX_ENCODED_PIXELS", 3 * 50 * 30)

    rendered = animated(moving(GIF), GIF)

    assert (rendered.width, rendered.height, len(frames_of(rendered))) == (50, 30, 3)


def test_develop_of_an_animation_with_too_many_pixels_is_only_a_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(animation, "MAX_DECODED_PIXELS", 3 * 100 * 60 - 1)

    assert [each.name for each in developed(moving(GIF), GIF).renditions] == ["w320", "w320", "square", "square"]


def test_develop_of_an_animation_with_a_recipe_is_only_a_still() -> None:
    development = developed(moving(GIF), GIF, recipe={"version": 1, "rotate": 90})

    assert {each.name for each in development.renditions} == {"w320", "square"}


@pytest.mark.parametrize("format", [GIF, PNG, WEBP, AVIF], ids=lambda each: each.name)
def test_develop_of_a_single_frame_has_nothing_moving(format: Format) -> None:
    names = {each.name for each in developed(encode(draw(), format.pillow), format).renditions}

    assert names == {"w320", "square"}


def test_develop_of_a_gif_without_a_pace_shows_frames_as_browsers_do() -> None:
    assert [shown for shown, _ in frames_of(animated(moving(GIF, duration=0), GIF))] == [100, 100, 100]


@pytest.mark.parametrize(
    ("format", "options", "plays"),
    [
        (GIF, {"loop": 0}, 0),
        (GIF, {"loop": 2}, 3),
        (GIF, {}, 1),
        (WEBP, {"loop": 0}, 0),
        (WEBP, {"loop": 4}, 4),
        (PNG, {"loop": 0}, 0),
    ],
)
def test_develop_of_an_animation_plays_as_often_as_the_original(
    format: Format, options: dict[str, Any], plays: int
) -> None:
    image = Image.open(io.BytesIO(animated(moving(format, **options), format).data))

    assert image.info["loop"] == plays


def test_develop_of_an_apng_with_a_still_for_old_programs_leaves_that_out() -> None:
    frames = [Image.new("RGB", (100, 60), colour) for colour in ("black", *COLOURS)]
    data = encode(frames[0], "PNG", save_all=True, append_images=frames[1:], default_image=True, duration=100)

    assert [nearly(colour) for _, colour in frames_of(animated(data, PNG))] == ["red", "lime", "blue"]


def test_develop_of_a_transparent_animation_lies_on_white() -> None:
    frames = [Image.new("RGBA", (60, 40), (255, 0, 0, alpha)) for alpha in (255, 0)]
    data = encode(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)

    (_, first), (_, second) = frames_of(animated(data, WEBP))
    assert (nearly(first), min(second) > 250) == ("red", True)


def test_develop_of_an_animation_turns_its_colour_profile_into_srgb() -> None:
    swapped = profile().replace(b"rXYZ", b"tmp.").replace(b"bXYZ", b"rXYZ").replace(b"tmp.", b"bXYZ")

    rendered = animated(moving(WEBP, icc_profile=swapped), WEBP)

    assert [nearly(colour) for _, colour in frames_of(rendered)] == ["blue", "lime", "red"]


@pytest.mark.parametrize("format", [GIF, WEBP], ids=lambda each: each.name)
def test_develop_of_an_animation_that_stops_early_is_refused(format: Format) -> None:
    frames = [Image.effect_noise((200, 100), 90).convert("RGB") for _ in range(4)]
    data = encode(frames[0], format.pillow, save_all=True, append_images=frames[1:])

    with pytest.raises(UnreadableImage) as caught:
        developed(data[: len(data) * 2 // 3], format)

    assert caught.value.code == "damaged"
