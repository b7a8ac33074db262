import pytest
from PIL import Image, ImageStat

from photos.imaging.light import apply_light, light_table
from tests.images import draw

GREY = (128, 128, 128)


def after(colour: tuple[int, int, int], **light: int) -> tuple[int, ...]:
    """What the light makes of one colour."""
    value = apply_light(Image.new("RGB", (1, 1), colour), light).getpixel((0, 0))
    assert isinstance(value, tuple)
    return value


def means(picture: Image.Image) -> list[float]:
    return ImageStat.Stat(picture).mean


@pytest.mark.parametrize("recipe", [{}, {"brightness": 0}, {"rotate": 90, "look": "dusk"}])
def test_light_at_rest_is_the_picture(recipe: dict[str, int]) -> None:
    picture = draw()

    assert apply_light(picture, recipe) is picture


def test_light_table_at_rest_changes_no_value() -> None:
    assert light_table({}) == list(range(256)) * 3


@pytest.mark.parametrize("key", ["brightness", "contrast", "warmth", "fade"])
def test_light_of_a_small_step_changes_something(key: str) -> None:
    picture = draw()

    assert apply_light(picture, {key: 2}).tobytes() != picture.tobytes()


@pytest.mark.parametrize(
    ("light", "expected"),
    [
        ({"brightness": 100}, (181, 181, 181)),
        ({"brightness": -100}, (64, 64, 64)),
        ({"warmth": 100}, (147, 128, 109)),
        ({"warmth": -100}, (109, 128, 147)),
        ({"fade": 100}, (147, 147, 147)),
    ],
)
def test_light_moves_the_middle_grey_as_documented(light: dict[str, int], expected: tuple[int, int, int]) -> None:
    assert after(GREY, **light) == expected


@pytest.mark.parametrize(("amount", "dark", "bright"), [(100, 27, 228), (50, 45, 210), (-50, 80, 175), (-100, 96, 159)])
def test_contrast_moves_dark_and_bright_apart_or_together(amount: int, dark: int, bright: int) -> None:
    assert (after((64, 64, 64), contrast=amount)[0], after((191, 191, 191), contrast=amount)[0]) == (dark, bright)


@pytest.mark.parametrize("amount", [100, 40, -100])
def test_brightness_keeps_black_and_white(amount: int) -> None:
    assert (after((0, 0, 0), brightness=amount), after((255, 255, 255), brightness=amount)) == ((0,) * 3, (255,) * 3)


def test_contrast_upwards_keeps_black_and_white() -> None:
    assert (after((0, 0, 0), contrast=100), after((255, 255, 255), contrast=100)) == ((0,) * 3, (255,) * 3)


def test_fade_lifts_black_and_lowers_white() -> None:
    assert (after((0, 0, 0), fade=100), after((255, 255, 255), fade=100)) == ((51,) * 3, (242,) * 3)


def test_warmth_stops_at_the_brightest_red() -> None:
    assert after((255, 255, 255), warmth=100) == (255, 255, 217)


@pytest.mark.parametrize("light", [{"brightness": b, "contrast": c} for b in (-100, 100) for c in (-100, 100)])
def test_light_never_turns_bright_into_darker_than_dark(light: dict[str, int]) -> None:
    table = light_table({**light, "fade": 30, "warmth": 50})

    for channel in (table[:256], table[256:512], table[512:]):
        assert channel == sorted(channel)
        assert (min(channel) >= 0, max(channel) <= 255) == (True, True)


def test_light_of_all_kinds_is_one_after_the_other() -> None:
    picture = draw()
    steps = [{"brightness": 30}, {"contrast": 20}, {"warmth": 40}, {"fade": 25}]
    one_by_one = picture
    for step in steps:
        one_by_one = apply_light(one_by_one, step)

    at_once = apply_light(picture, {"fade": 25, "warmth": 40, "contrast": 20, "brightness": 30})

    assert means(at_once) == pytest.approx(means(one_by_one), abs=1)


def test_light_does_not_depend_on_the_place_in_the_picture() -> None:
    picture, box = draw(), (10, 10, 40, 30)
    light = {"brightness": 30, "warmth": -40}

    assert apply_light(picture.crop(box), light).tobytes() == apply_light(picture, light).crop(box).tobytes()
