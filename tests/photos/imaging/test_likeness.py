"""Pictures keep their likeness when they are changed as people change them, and no two pictures share one."""

import io
from collections.abc import Callable
from itertools import combinations

import pytest
from PIL import Image, ImageEnhance, ImageOps

from photos.demo.scenes import SCENES, draw
from photos.imaging.likeness import distance, likeness

NEAR = 10


@pytest.fixture(scope="module")
def pictures() -> list[Image.Image]:
    return [draw(scene, seed=1, width=480, height=320) for scene in SCENES[:12]]


def compressed(picture: Image.Image) -> Image.Image:
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=15)
    return Image.open(data)


def cropped(picture: Image.Image) -> Image.Image:
    across, down = picture.width // 100, picture.height // 100
    return picture.crop((across, down, picture.width - across, picture.height - down))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda each: each.resize((each.width // 3, each.height // 3)), id="smaller"),
        pytest.param(compressed, id="compressed"),
        pytest.param(cropped, id="cropped"),
        pytest.param(lambda each: ImageEnhance.Brightness(each).enhance(1.2), id="brighter"),
        pytest.param(lambda each: ImageEnhance.Color(each).enhance(1.6), id="more colour"),
        pytest.param(lambda each: each.convert("L"), id="grey"),
    ],
)
def test_changed_picture_is_like_the_one_it_was(
    pictures: list[Image.Image], change: Callable[[Image.Image], Image.Image]
) -> None:
    found = [(likeness(each), likeness(change(each))) for each in pictures]

    assert [pair for pair in found if None in pair] == []
    assert max(distance(one or 0, other or 0) for one, other in found) <= NEAR


def test_different_pictures_are_not_alike(pictures: list[Image.Image]) -> None:
    found = [likeness(each) or 0 for each in pictures]

    assert min(distance(one, other) for one, other in combinations(found, 2)) > NEAR


def test_turned_picture_is_another_and_one_of_one_colour_is_like_nothing(pictures: list[Image.Image]) -> None:
    one, other = likeness(pictures[0]), likeness(ImageOps.flip(pictures[0]))

    assert distance(one or 0, other or 0) > NEAR
    assert likeness(Image.new("RGB", (300, 200), "teal")) is None
