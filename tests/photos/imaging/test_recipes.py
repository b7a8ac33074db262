import json
from typing import Any

import pytest

from photos.imaging.framing import apply_frame
from photos.imaging.light import apply_light
from photos.imaging.looks import LOOKS, apply_look
from photos.imaging.recipes import PHOTO_KEYS, BadRecipe, apply_colours, apply_recipe, clean_recipe, recipe_size
from tests.images import draw

CROP = {"x": 0.1, "y": 0.2, "width": 0.5, "height": 0.6}
FULL: dict[str, Any] = {
    "version": 1,
    "rotate": 90,
    "straighten": -2.5,
    "crop": CROP,
    "brightness": 10,
    "contrast": -20,
    "warmth": 5,
    "fade": 30,
    "look": "dusk",
    "strength": 60,
}
NOTHING: list[object] = [
    None,
    {},
    {"version": 1},
    {"rotate": 0, "straighten": 0, "brightness": 0, "contrast": 0, "warmth": 0, "fade": 0},
    {"crop": {"x": 0, "y": 0, "width": 1, "height": 1}},
    {"look": "dusk", "strength": 0},
    {"strength": 70},
    dict.fromkeys(PHOTO_KEYS),
    {"straighten": 0.001, "brightness": -0.2},
]


def faults(data: object, kind: str = "photo") -> list[tuple[str, str]]:
    """(field, code) of all that is wrong."""
    with pytest.raises(BadRecipe) as caught:
        clean_recipe(data, kind=kind)
    return [(fault.field, fault.code) for fault in caught.value.errors]


@pytest.mark.parametrize("data", NOTHING, ids=json.dumps)
def test_clean_recipe_that_changes_nothing_is_empty(data: object) -> None:
    assert clean_recipe(data) == {}


@pytest.mark.parametrize("data", NOTHING, ids=json.dumps)
def test_apply_recipe_that_changes_nothing_is_the_picture(data: object) -> None:
    picture = draw()

    assert apply_recipe(picture, clean_recipe(data)) is picture


def test_clean_recipe_keeps_all_that_does_something() -> None:
    assert clean_recipe(FULL) == FULL


def test_clean_recipe_is_the_same_text_whatever_the_order_and_the_kind_of_number() -> None:
    other = {key: float(value) if isinstance(value, int) else value for key, value in reversed(FULL.items())}

    assert json.dumps(clean_recipe(other)) == json.dumps(FULL)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"straighten": 3}, {"straighten": 3.0}),
        ({"straighten": 1.23456}, {"straighten": 1.23}),
        ({"brightness": 12.4}, {"brightness": 12}),
        ({"look": "silver", "strength": 100}, {"look": "silver"}),
        ({"look": "silver", "strength": 99.9}, {"look": "silver"}),
        ({"crop": {**CROP, "x": 1 / 3, "width": 2 / 3}}, {"crop": {**CROP, "x": 0.33333, "width": 0.66667}}),
        ({"crop": {**CROP, "x": 0.50005, "width": 0.5}}, {"crop": {**CROP, "x": 0.5, "width": 0.5}}),
        ({"crop": {**CROP, "x": 0.99005, "width": 0.01}}, {"crop": {**CROP, "x": 0.99, "width": 0.01}}),
        ({"crop": {**CROP, "x": -0.0}}, {"crop": {**CROP, "x": 0.0}}),
    ],
)
def test_clean_recipe_rounds_and_drops_defaults(data: object, expected: dict[str, Any]) -> None:
    cleaned = clean_recipe(data)

    assert json.dumps(cleaned) == json.dumps({"version": 1, **expected})
    assert clean_recipe(cleaned) == cleaned


@pytest.mark.parametrize("key", ["straighten", "brightness", "contrast", "warmth", "fade", "strength"])
@pytest.mark.parametrize("value", [True, False, "10", [10], {"value": 10}, float("inf"), float("-inf")])
def test_clean_recipe_refuses_what_is_no_number(key: str, value: object) -> None:
    assert faults({key: value}) == [(key, "wrong_type")]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("straighten", 15.01),
        ("straighten", -16),
        ("brightness", 101),
        ("brightness", -101),
        ("contrast", 100.4),
        ("warmth", 10**400),
        ("fade", -1),
        ("strength", -1),
        ("strength", 101),
        ("brightness", float("nan")),
    ],
)
def test_clean_recipe_refuses_numbers_out_of_range(key: str, value: object) -> None:
    assert faults({key: value}) == [(key, "out_of_range")]


@pytest.mark.parametrize("value", [45, -90, 360, 90.5, "90", True, False, [90]])
def test_clean_recipe_refuses_turns_that_are_no_quarters(value: object) -> None:
    assert faults({"rotate": value}) == [("rotate", "unknown_value")]


@pytest.mark.parametrize("value", ["Dusk", "", "none", "inkwell", 3, ["dusk"], {"name": "dusk"}])
def test_clean_recipe_refuses_unknown_looks(value: object) -> None:
    assert faults({"look": value}) == [("look", "unknown_value")]


@pytest.mark.parametrize("version", [0, 2, 1.5, "1", True, -1, [1], 10**400])
def test_clean_recipe_refuses_other_versions_and_looks_at_nothing_else(version: object) -> None:
    assert faults({"version": version, "glow": 5, "brightness": "x"}) == [("version", "unknown_version")]


@pytest.mark.parametrize("data", [[], "crop", 5, True, [{"rotate": 90}]])
def test_clean_recipe_refuses_what_is_no_object(data: object) -> None:
    assert faults(data) == [("", "wrong_type")]


@pytest.mark.parametrize(
    ("crop", "expected"),
    [
        ([0, 0, 1, 1], [("crop", "wrong_type")]),
        ("square", [("crop", "wrong_type")]),
        ({}, [(f"crop.{key}", "required") for key in ("x", "y", "width", "height")]),
        ({"x": 0, "y": 0, "width": 1, "height": None}, [("crop.height", "required")]),
        ({**CROP, "x": "0"}, [("crop.x", "wrong_type")]),
        ({**CROP, "y": True}, [("crop.y", "wrong_type")]),
        ({**CROP, "x": -0.1}, [("crop.x", "out_of_range")]),
        ({**CROP, "width": float("nan")}, [("crop.width", "out_of_range")]),
        ({**CROP, "width": 1.2}, [("crop.width", "out_of_range")]),
        ({**CROP, "x": 0.6}, [("crop.width", "out_of_range")]),
        ({**CROP, "y": 0.4002}, [("crop.height", "out_of_range")]),
        ({**CROP, "width": 0.009}, [("crop.width", "too_small")]),
        ({**CROP, "height": 0}, [("crop.height", "too_small")]),
        ({**CROP, "angle": 3, "ratio": "1:1"}, [("crop.angle", "unknown_key"), ("crop.ratio", "unknown_key")]),
    ],
)
def test_clean_recipe_refuses_crops_that_are_none(crop: object, expected: list[tuple[str, str]]) -> None:
    assert faults({"crop": crop}) == expected


def test_clean_recipe_names_all_that_is_wrong_at_once() -> None:
    data = {"glow": 1, "rotate": 45, "crop": {**CROP, "x": 2}, "fade": -1, "look": "sunset", "poster_at": 3}

    found = faults(data)

    assert sorted(found) == [
        ("crop.x", "out_of_range"),
        ("fade", "out_of_range"),
        ("glow", "unknown_key"),
        ("look", "unknown_value"),
        ("poster_at", "unknown_key"),
        ("rotate", "unknown_value"),
    ]


def test_clean_recipe_with_a_flood_of_long_unknown_keys_gives_a_short_answer() -> None:
    found = faults({f"{number:04}" * 1000: 1 for number in range(5000)})

    assert len(found) == 10
    assert max(len(name) for name, _ in found) == 60


def test_clean_recipe_names_an_unknown_key_that_is_half_a_sign_in_a_way_that_can_be_sent() -> None:
    assert faults(json.loads('{"\\ud800": 1}')) == [("?", "unknown_key")]


def test_bad_recipe_tells_people_what_is_wrong() -> None:
    with pytest.raises(BadRecipe) as caught:
        clean_recipe({"brightness": 200, "crop": {**CROP, "x": "left"}})

    assert str(caught.value) == "crop.x is a number. brightness goes from -100 to 100."


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (None, {}),
        ({}, {}),
        ({"poster_at": None}, {}),
        ({"poster_at": 0}, {"version": 1, "poster_at": 0.0}),
        ({"version": 1, "poster_at": 2.34567}, {"version": 1, "poster_at": 2.346}),
    ],
)
def test_clean_recipe_of_a_video_has_the_moment_of_its_poster(data: object, expected: dict[str, Any]) -> None:
    assert clean_recipe(data, kind="video") == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"poster_at": -1}, ("poster_at", "out_of_range")),
        ({"poster_at": "0:02"}, ("poster_at", "wrong_type")),
        ({"rotate": 90}, ("rotate", "unknown_key")),
        ({"look": "dusk"}, ("look", "unknown_key")),
    ],
)
def test_clean_recipe_of_a_video_refuses_all_else(data: object, expected: tuple[str, str]) -> None:
    assert faults(data, "video") == [expected]


def test_apply_recipe_does_frame_then_light_then_look() -> None:
    picture = draw(200, 150)

    developed = apply_recipe(picture, FULL)

    by_hand = apply_look(apply_light(apply_frame(picture, FULL), FULL), "dusk", 60)
    assert developed.tobytes() == by_hand.tobytes()
    assert apply_look(apply_light(picture, FULL), "dusk", 60).tobytes() != (
        apply_light(apply_look(picture, "dusk", 60), FULL).tobytes()
    )


def test_apply_recipe_with_a_look_alone_gives_its_whole_strength() -> None:
    picture = draw()

    assert apply_recipe(picture, {"version": 1, "look": "tide"}).tobytes() == apply_look(picture, "tide", 100).tobytes()


def test_apply_colours_leaves_the_frame_alone() -> None:
    picture = draw()

    coloured = apply_colours(picture, FULL)

    assert coloured.size == picture.size
    assert coloured.tobytes() == apply_look(apply_light(picture, FULL), "dusk", 60).tobytes()


def test_apply_recipe_again_with_nothing_brings_the_picture_back() -> None:
    picture = draw()
    before = picture.tobytes()

    apply_recipe(picture, FULL)

    assert apply_recipe(picture, clean_recipe({})).tobytes() == before


@pytest.mark.parametrize("look", [look.name for look in LOOKS])
@pytest.mark.parametrize("size", [(1, 1), (2, 300), (320, 240)])
def test_apply_recipe_gives_an_rgb_picture_of_the_size_told_before(look: str, size: tuple[int, int]) -> None:
    recipe = clean_recipe({**FULL, "look": look})

    developed = apply_recipe(draw(*size), recipe)

    assert (developed.mode, developed.size) == ("RGB", recipe_size(size, recipe))


def test_recipe_size_of_the_original_has_the_shape_of_the_small_picture() -> None:
    recipe = clean_recipe(FULL)

    width, height = recipe_size((6000, 4000), recipe)

    assert (width, height) == (1878, 3382)
    assert apply_recipe(draw(600, 400), recipe).size == pytest.approx((width / 10, height / 10), abs=2)
