from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photos.imaging.looks import KNOTS, LOOKS, Look, apply_look, look_table
from tests.images import draw

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "recipes.md"

each_look = pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)


def colours(width: int = 120, height: int = 90) -> Image.Image:
    """Colours of all kinds, the extremes among them, no two neighbours alike."""
    pixels = np.random.default_rng(3).integers(0, 256, (height, width, 3), dtype=np.uint8)
    pixels[0, :3] = [[0, 0, 0], [255, 255, 255], [255, 0, 0]]
    return Image.fromarray(pixels)


def difference(one: Image.Image, other: Image.Image) -> float:
    """The mean over all pixels and channels, in steps of 255."""
    return float(np.abs(np.asarray(one, dtype=np.int16) - np.asarray(other, dtype=np.int16)).mean())


def test_looks_are_twelve_with_names_and_titles_of_their_own() -> None:
    assert len({look.name for look in LOOKS}) == len({look.title for look in LOOKS}) == len(LOOKS) == 12
    assert [look.name for look in LOOKS if look.name != look.title.lower()] == []


@each_look
def test_look_at_full_strength_is_the_filter(look: Look) -> None:
    picture = colours()

    looked = np.asarray(apply_look(picture, look.name, 100), dtype=np.int16)

    off = np.abs(looked - np.asarray(look.filter(picture), dtype=np.int16))
    assert off.mean() < 1
    assert off.max() <= 8


@each_look
def test_look_at_full_strength_is_exactly_the_filter_on_the_colours_of_the_table(look: Look) -> None:
    steps = np.random.default_rng(5).integers(0, KNOTS, (40, 40, 3)) * 5
    picture = Image.fromarray(steps.astype(np.uint8))

    assert difference(apply_look(picture, look.name, 100), look.filter(picture)) == 0


@each_look
def test_look_of_no_strength_is_the_picture(look: Look) -> None:
    picture = colours()

    assert apply_look(picture, look.name, 0) is picture


@each_look
def test_look_of_half_strength_lies_in_the_middle(look: Look) -> None:
    picture = colours()
    whole = apply_look(picture, look.name, 100)

    half = apply_look(picture, look.name, 50)

    assert difference(half, Image.blend(picture, whole, 0.5)) < 0.8


@each_look
def test_look_grows_with_its_strength(look: Look) -> None:
    picture = draw()

    distances = [difference(picture, apply_look(picture, look.name, strength)) for strength in (10, 40, 70, 100)]

    assert distances == sorted(distances)
    assert distances[0] > 0.5
    assert distances[3] > 5


@each_look
def test_look_is_the_same_every_time_and_leaves_its_picture_alone(look: Look) -> None:
    picture = colours()
    before = picture.tobytes()

    looked = apply_look(picture, look.name, 80)

    assert looked.tobytes() == apply_look(picture, look.name, 80).tobytes()
    assert (looked.mode, looked.size) == ("RGB", picture.size)
    assert picture.tobytes() == before


@each_look
def test_look_of_a_part_is_the_part_of_the_look(look: Look) -> None:
    picture, box = colours(), (30, 20, 75, 60)

    looked = apply_look(picture.crop(box), look.name, 70)

    assert looked.tobytes() == apply_look(picture, look.name, 70).crop(box).tobytes()


@each_look
def test_look_does_nearly_the_same_before_and_after_shrinking(look: Look) -> None:
    picture = draw(800, 600)

    small_first = apply_look(picture.resize((200, 150), Image.Resampling.BOX), look.name, 100)

    small_last = apply_look(picture, look.name, 100).resize((200, 150), Image.Resampling.BOX)
    assert difference(small_first, small_last) < 1


def test_looks_differ_from_each_other() -> None:
    picture = draw(200, 150)
    looked = {look.name: apply_look(picture, look.name, 100) for look in LOOKS}

    alike = [(a, b) for a in looked for b in looked if a < b and difference(looked[a], looked[b]) < 5]

    assert alike == []


@pytest.mark.parametrize("name", ["silver", "graphite"])
def test_black_and_white_look_leaves_no_colour(name: str) -> None:
    red, green, blue = apply_look(colours(), name, 100).split()

    assert red.tobytes() == green.tobytes() == blue.tobytes()


def test_look_table_of_no_strength_holds_every_colour_itself() -> None:
    table = look_table(LOOKS[0], 0).reshape(KNOTS, KNOTS, KNOTS, 3)

    assert (table[0, 0, 0].tolist(), table[0, 0, -1].tolist(), table[-1, 0, 0].tolist()) == (
        [0, 0, 0],
        [1, 0, 0],
        [0, 0, 1],
    )
    assert (table.shape, table.dtype) == ((KNOTS, KNOTS, KNOTS, 3), np.dtype("float32"))


def test_look_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        apply_look(draw(), "sunset", 100)


@each_look
def test_look_stands_in_the_document_for_authors_of_apps(look: Look) -> None:
    row = f"| `{look.name}` | {look.description[0].lower()}{look.description[1:]} |"

    assert row in DOCUMENT.read_text(encoding="utf-8").split("\n")
