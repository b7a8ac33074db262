"""How an owner wants a picture developed, as a small JSON object that leaves the original alone (docs/recipes.md)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from PIL import Image

from photos.imaging.framing import FRAME_KEYS, Size, apply_frame, framed_size
from photos.imaging.light import LIGHT_KEYS, apply_light
from photos.imaging.looks import LOOKS, apply_look

VERSION = 1
LOOK_NAMES = tuple(look.name for look in LOOKS)
ANGLES = (0, 90, 180, 270)
# The side of a crop, as a share of the side of the picture.
SMALLEST_CROP = 0.01
PHOTO_KEYS = ("version", *FRAME_KEYS, *LIGHT_KEYS, "look", "strength")
VIDEO_KEYS = ("version", "poster_at")
CROP_KEYS = ("x", "y", "width", "height")

# Shares that add up to 1 only nearly, as rounded ones do, do not leave the picture.
_SLACK = 0.0001
_MOST_UNKNOWN = 10


class Fault(NamedTuple):
    """`field` is a key such as "crop.x", or "" for the whole; `code` is for programs, `message` for people."""

    field: str
    code: str
    message: str


class BadRecipe(Exception):
    """Nothing of the recipe was taken; `errors` names every fault that was found."""

    def __init__(self, errors: Sequence[Fault]) -> None:
        super().__init__(" ".join(fault.message for fault in errors))
        self.errors = list(errors)


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from `low` to `high`; kept as whole numbers, or with this many digits behind the point."""

    low: int
    high: int
    digits: int = 0

    def rounded(self, value: float) -> float:
        """Without a minus before zero: equal recipes are to be equal as text, too."""
        return round(float(value), self.digits) + 0.0 if self.digits else round(value)


RANGES = {
    "straighten": Range(-15, 15, 2),
    "crop": Range(0, 1, 5),
    "brightness": Range(-100, 100),
    "contrast": Range(-100, 100),
    "warmth": Range(-100, 100),
    "fade": Range(0, 100),
    "strength": Range(0, 100),
    "poster_at": Range(0, 86_400, 3),
}


def clean_recipe(data: object, *, kind: str = "photo") -> dict[str, Any]:
    """The recipe without what changes nothing, so that equal results are equal JSON; {} for None and for no change.

    `kind` is "photo" or "video". BadRecipe names every key that is unknown, of the wrong type or out of its range.
    """
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        raise BadRecipe([Fault("", "wrong_type", 'A recipe is an object such as {"rotate": 90}.')])
    reader = _Reader(data)
    reader.version()
    if not reader.faults:
        reader.only(PHOTO_KEYS if kind == "photo" else VIDEO_KEYS, f"the recipe of a {kind}")
        cleaned = _photo(reader) if kind == "photo" else _numbers(reader, "poster_at")
    if reader.faults:
        raise BadRecipe(reader.faults)
    return {"version": VERSION, **cleaned} if cleaned else {}


def apply_recipe(picture: Image.Image, recipe: Mapping[str, Any]) -> Image.Image:
    """An upright RGB picture developed by a clean recipe: frame, light, look. The same object when nothing changes."""
    return apply_colours(apply_frame(picture, recipe), recipe)


def apply_colours(picture: Image.Image, recipe: Mapping[str, Any]) -> Image.Image:
    """Light and look alone, for a picture that has its frame already and may have been made smaller since."""
    lit = apply_light(picture, recipe)
    return apply_look(lit, recipe["look"], recipe.get("strength", 100)) if "look" in recipe else lit


def recipe_size(size: Size, recipe: Mapping[str, Any]) -> Size:
    """Width and height that apply_recipe makes of an upright picture of this size; at least 1 each."""
    return framed_size(size, recipe)


@dataclass(slots=True)
class _Reader:
    """Takes values out of an object and notes what is wrong with them. A key that is null counts as left out."""

    given: Mapping[str, Any]
    prefix: str = ""
    faults: list[Fault] = field(default_factory=list)

    def fault(self, key: str, code: str, message: str) -> None:
        """The key may be anybody's: it is kept short, and without halves of signs that no answer could carry."""
        name = (self.prefix + key)[:60].encode(errors="replace").decode()
        self.faults.append(Fault(name, code, message))

    def version(self) -> None:
        given = self.given.get("version")
        if given is not None and (isinstance(given, bool) or given != VERSION):
            self.fault("version", "unknown_version", f"The only version of recipes there is here is {VERSION}.")

    def only(self, known: Sequence[str], place: str) -> None:
        unknown = sorted({str(key) for key in self.given} - set(known))
        for key in unknown[:_MOST_UNKNOWN]:
            self.fault(key, "unknown_key", f"There is no such key in {place}; there are: {', '.join(known)}.")

    def number(self, key: str, allowed: Range) -> float | None:
        """None when it is left out or wrong. True is no number, nor are NaN and Infinity, which some parsers take."""
        value = self.given.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or value in (math.inf, -math.inf):
            self.fault(key, "wrong_type", f"{self.prefix}{key} is a number.")
        elif not allowed.low <= value <= allowed.high:
            self.fault(key, "out_of_range", f"{self.prefix}{key} goes from {allowed.low} to {allowed.high}.")
        else:
            return allowed.rounded(value)
        return None

    def choice(self, key: str, choices: Sequence[int | str]) -> Any:
        """None when it is left out or wrong."""
        value = self.given.get(key)
        if value is None or (isinstance(value, int | float | str) and not isinstance(value, bool) and value in choices):
            return None if value is None else choices[choices.index(value)]
        self.fault(key, "unknown_value", f"{key} is one of: {', '.join(map(str, choices))}.")
        return None


def _photo(reader: _Reader) -> dict[str, Any]:
    """In the order in which things are done; what is at rest is left out."""
    look, strength = reader.choice("look", LOOK_NAMES), reader.number("strength", RANGES["strength"])
    cleaned = {
        "rotate": reader.choice("rotate", ANGLES),
        **_numbers(reader, "straighten"),
        "crop": _crop(reader),
        **_numbers(reader, *LIGHT_KEYS),
        "look": look if strength != 0 else None,
        "strength": strength if look and strength != 100 else None,
    }
    return {key: value for key, value in cleaned.items() if value}


def _numbers(reader: _Reader, *keys: str) -> dict[str, float]:
    found = ((key, reader.number(key, RANGES[key])) for key in keys)
    return {key: value for key, value in found if value is not None}


def _crop(reader: _Reader) -> dict[str, float] | None:
    """None when it is left out, wrong, or the whole picture."""
    given = reader.given.get("crop")
    if given is None:
        return None
    if not isinstance(given, Mapping):
        reader.fault("crop", "wrong_type", f"crop is an object with {', '.join(CROP_KEYS)}.")
        return None
    sides = _Reader(given, "crop.", reader.faults)
    before = len(reader.faults)
    sides.only(CROP_KEYS, "crop")
    crop = {key: _side(sides, key) for key in CROP_KEYS}
    if len(reader.faults) > before:
        return None
    for start, length in (("x", "width"), ("y", "height")):
        crop[start] = _start(sides, length, crop[start], crop[length])
    return crop if crop != {"x": 0, "y": 0, "width": 1, "height": 1} else None


def _side(sides: _Reader, key: str) -> float:
    before = len(sides.faults)
    value = sides.number(key, RANGES["crop"])
    if value is None and len(sides.faults) == before:
        sides.fault(key, "required", f"crop needs {', '.join(CROP_KEYS)}.")
    return value or 0.0


def _start(sides: _Reader, key: str, start: float, length: float) -> float:
    """Where this side begins, moved back if the crop is over the edge by no more than rounding."""
    if length < SMALLEST_CROP:
        sides.fault(key, "too_small", f"crop.{key} is at least {SMALLEST_CROP}.")
    elif start + length > 1 + _SLACK:
        sides.fault(key, "out_of_range", f"The crop leaves the picture: its start and crop.{key} are more than 1.")
    return RANGES["crop"].rounded(min(start, 1 - length))
