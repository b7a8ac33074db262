import math

import numpy as np
import pytest
from PIL import Image, ImageDraw

from photos.imaging.framing import apply_frame, centred_crop, framed_size, turned_crop
from tests.images import draw

WHITE = (255, 255, 255)
SIZES = [(64, 48), (48, 64), (61, 47), (400, 40), (33, 500), (1, 1), (1, 200), (17, 2)]
ANGLES = [0.01, 0.5, 3.0, -3.0, 7.25, 15.0, -15.0]


def crop(x: float, y: float, width: float, height: float) -> dict[str, float]:
    return {"x": x, "y": y, "width": width, "height": height}


def quarters() -> Image.Image:
    """Red and lime above, blue and yellow below; 80 x 40."""
    picture = Image.new("RGB", (80, 40), "red")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((40, 0, 79, 19), fill="lime")
    pen.rectangle((0, 20, 39, 39), fill="blue")
    pen.rectangle((40, 20, 79, 39), fill="yellow")
    return picture


def corners(picture: Image.Image) -> list[str]:
    """The names of the colours at the four corners, clockwise from the upper left."""
    names = {(255, 0, 0): "red", (0, 255, 0): "lime", (0, 0, 255): "blue", (255, 255, 0): "yellow"}
    right, bottom = picture.width - 1, picture.height - 1
    found = [picture.getpixel(place) for place in ((0, 0), (right, 0), (right, bottom), (0, bottom))]
    return [names[(each[0], each[1], each[2])] for each in found if isinstance(each, tuple)]


@pytest.mark.parametrize("recipe", [{}, {"rotate": 0}, {"look": "dusk", "fade": 10}])
def test_frame_at_rest_is_the_picture(recipe: dict[str, int]) -> None:
    picture = draw()

    assert apply_frame(picture, recipe) is picture


@pytest.mark.parametrize(
    ("angle", "expected", "size"),
    [
        (90, ["blue", "red", "lime", "yellow"], (40, 80)),
        (180, ["yellow", "blue", "red", "lime"], (80, 40)),
        (270, ["lime", "yellow", "blue", "red"], (40, 80)),
    ],
)
def test_rotate_turns_clockwise(angle: int, expected: list[str], size: tuple[int, int]) -> None:
    turned = apply_frame(quarters(), {"rotate": angle})

    assert (corners(turned), turned.size) == (expected, size)


def test_rotate_four_times_is_the_picture() -> None:
    picture = draw()

    turned = picture
    for _ in range(4):
        turned = apply_frame(turned, {"rotate": 90})

    assert turned.tobytes() == picture.tobytes()


def test_crop_keeps_just_its_pixels() -> None:
    picture = draw(100, 80)

    cropped = apply_frame(picture, {"crop": crop(0.1, 0.25, 0.5, 0.5)})

    assert cropped.size == (50, 40)
    assert cropped.tobytes() == picture.crop((10, 20, 60, 60)).tobytes()


def test_crop_is_taken_from_the_turned_picture() -> None:
    framed = apply_frame(quarters(), {"rotate": 90, "crop": crop(0.0, 0.0, 0.5, 0.5)})

    assert (set(corners(framed)), framed.size) == ({"blue"}, (20, 40))


def test_crop_is_taken_from_the_straightened_picture() -> None:
    picture = draw(200, 120)
    straight = apply_frame(picture, {"straighten": 6.0})

    framed = apply_frame(picture, {"straighten": 6.0, "crop": crop(0.25, 0.5, 0.5, 0.5)})

    left, top = round(straight.width * 0.25), round(straight.height * 0.5)
    assert framed.tobytes() == straight.crop((left, top, left + framed.width, top + framed.height)).tobytes()


@pytest.mark.parametrize("start", [0.0, 0.1, 0.12345, 0.33333, 0.5])
@pytest.mark.parametrize("length", [101, 300, 997])
def test_crop_has_the_same_size_wherever_it_starts(start: float, length: int) -> None:
    size = framed_size((length, length), {"crop": crop(start, 0.0, 0.5, 0.5)})

    assert size == (round(length / 2), round(length / 2))


@pytest.mark.parametrize("size", [(401, 300), (300, 401), (4031, 3023), (1000, 999)])
def test_centred_crop_to_a_square_is_a_square_to_the_pixel(size: tuple[int, int]) -> None:
    part = {key: round(value, 5) for key, value in centred_crop(size, 1.0).items()}

    assert framed_size(size, {"crop": part}) == (min(size), min(size))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("angle", ANGLES)
def test_straighten_shows_no_empty_corner(size: tuple[int, int], angle: float) -> None:
    straight = apply_frame(Image.new("RGB", size, WHITE), {"straighten": angle})

    assert straight.getextrema() == ((255, 255),) * 3


def test_straighten_turns_clockwise_for_more_than_zero() -> None:
    picture = Image.new("RGB", (201, 201))
    ImageDraw.Draw(picture).line((0, 100, 200, 100), fill=WHITE, width=3)

    pixels = np.asarray(apply_frame(picture, {"straighten": 10.0}).convert("L"))

    left, right = int(pixels[:, 0].argmax()), int(pixels[:, -1].argmax())
    assert math.degrees(math.atan2(right - left, pixels.shape[1] - 1)) == pytest.approx(10, abs=0.5)


def test_straighten_levels_what_was_turned_the_other_way() -> None:
    level = Image.new("RGB", (300, 200), "black")
    ImageDraw.Draw(level).rectangle((0, 100, 300, 200), fill=WHITE)
    crooked = level.rotate(5, Image.Resampling.BICUBIC, center=(150, 100))

    pixels = np.asarray(apply_frame(crooked, {"straighten": 5.0}).convert("L"))[:, 20:-20]

    rows = (pixels > 127).argmax(axis=0)
    assert rows.max() - rows.min() <= 1


@pytest.mark.parametrize(("width", "height"), [(640, 480), (480, 640), (1000, 250)])
def test_straighten_keeps_the_shape_and_the_centre(width: int, height: int) -> None:
    picture = Image.new("RGB", (width, height))
    picture.paste(WHITE, (width // 2 - 2, height // 2 - 2, width // 2 + 2, height // 2 + 2))

    straight = apply_frame(picture, {"straighten": 8.0})

    rows, columns = np.nonzero(np.asarray(straight.convert("L")) > 200)
    assert straight.width / straight.height == pytest.approx(width / height, rel=0.01)
    assert (columns.mean(), rows.mean()) == pytest.approx(((straight.width - 1) / 2, (straight.height - 1) / 2), abs=1)


def test_straighten_takes_no_more_than_it_must() -> None:
    assert framed_size((1000, 1000), {"straighten": 15.0}) == (816, 816)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("rotate", [0, 90])
@pytest.mark.parametrize("straighten", [0.0, 4.0])
@pytest.mark.parametrize(
    "part", [crop(0.0, 0.0, 1.0, 1.0), crop(0.333, 0.01, 0.667, 0.5), crop(0.99, 0.99, 0.01, 0.01)]
)
def test_framed_size_is_that_of_the_framed_picture(
    size: tuple[int, int], rotate: int, straighten: float, part: dict[str, float]
) -> None:
    recipe = {"rotate": rotate, "straighten": straighten, "crop": part}

    framed = apply_frame(draw(*size), recipe)

    assert framed.size == framed_size(size, recipe)


def test_frame_leaves_its_picture_alone() -> None:
    picture = draw()
    before = picture.tobytes()

    apply_frame(picture, {"rotate": 90, "straighten": 3.0, "crop": crop(0.1, 0.1, 0.5, 0.5)})

    assert picture.tobytes() == before


@pytest.mark.parametrize(
    ("size", "ratio", "expected"),
    [
        ((400, 300), 1.0, (300, 300)),
        ((300, 400), 1.0, (300, 300)),
        ((400, 300), 4 / 5, (240, 300)),
        ((400, 300), 16 / 9, (400, 225)),
        ((400, 300), 4 / 3, (400, 300)),
    ],
)
def test_centred_crop_is_as_large_as_its_shape_allows(
    size: tuple[int, int], ratio: float, expected: tuple[int, int]
) -> None:
    part = centred_crop(size, ratio)

    assert framed_size(size, {"crop": part}) == expected
    assert (part["x"] * 2 + part["width"], part["y"] * 2 + part["height"]) == pytest.approx((1, 1))


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_turned_crop_keeps_the_same_pixels(degrees: int) -> None:
    picture, part = draw(100, 80), crop(0.1, 0.25, 0.3, 0.5)
    wanted = apply_frame(apply_frame(picture, {"crop": part}), {"rotate": degrees})

    turned = apply_frame(picture, {"rotate": degrees, "crop": turned_crop(part, degrees)})

    assert turned.tobytes() == wanted.tobytes()


def test_turned_crop_turned_back_is_the_crop() -> None:
    part = crop(0.1, 0.25, 0.3, 0.5)

    assert turned_crop(turned_crop(part, 90), -90) == pytest.approx(part)
