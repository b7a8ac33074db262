"""What of a picture is kept and how it stands: quarter turns, straightening, crop."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image

Size = tuple[int, int]

FRAME_KEYS = ("rotate", "straighten", "crop")

_TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


@dataclass(frozen=True, slots=True)
class _Frame:
    """A place in whole pixels of the picture that is turned by quarters (`turned`) and straightened (`straight`)."""

    turned: Size
    straight: Size
    left: int
    top: int
    width: int
    height: int


def apply_frame(picture: Image.Image, recipe: Mapping[str, Any]) -> Image.Image:
    """The RGB picture after the frame part of a clean recipe; the same object when there is none."""
    turn = _TURNS.get(recipe.get("rotate", 0))
    frame = _frame(picture.size, recipe)
    if turn is not None:
        picture = picture.transpose(turn)
    angle = recipe.get("straighten", 0)
    if angle:
        return _straighten(picture, frame, math.radians(angle))
    if "crop" in recipe:
        return picture.crop((frame.left, frame.top, frame.left + frame.width, frame.top + frame.height))
    return picture


def framed_size(size: Size, recipe: Mapping[str, Any]) -> Size:
    """Width and height that apply_frame makes of a picture of this size; at least 1 each."""
    frame = _frame(size, recipe)
    return frame.width, frame.height


def centred_crop(size: Size, ratio: float) -> dict[str, float]:
    """The largest crop from the middle of a picture of this size that is `ratio` times as wide as high."""
    width = min(1.0, ratio * size[1] / size[0])
    height = min(1.0, size[0] / size[1] / ratio)
    return {"x": (1 - width) / 2, "y": (1 - height) / 2, "width": width, "height": height}


def turned_crop(crop: Mapping[str, float], degrees: int) -> dict[str, float]:
    """The same part of the picture, named as it must be once that is turned so much further, in quarters clockwise."""
    x, y, width, height = crop["x"], crop["y"], crop["width"], crop["height"]
    for _ in range(degrees // 90 % 4):
        x, y, width, height = 1 - y - height, x, height, width
    return {"x": max(0.0, x), "y": max(0.0, y), "width": width, "height": height}


def _frame(size: Size, recipe: Mapping[str, Any]) -> _Frame:
    turned = size if recipe.get("rotate", 0) in (0, 180) else (size[1], size[0])
    straight = _inside(turned, math.radians(abs(recipe.get("straighten", 0))))
    crop = recipe.get("crop", {})
    left, width = _span(straight[0], crop.get("x", 0), crop.get("width", 1))
    top, height = _span(straight[1], crop.get("y", 0), crop.get("height", 1))
    return _Frame(turned, straight, left, top, width, height)


def _inside(size: Size, angle: float) -> Size:
    """The largest frame of the same shape and centre that has picture everywhere after turning by `angle` radians."""
    if not angle:
        return size
    width, height = size
    across = width / (width * math.cos(angle) + height * math.sin(angle))
    down = height / (width * math.sin(angle) + height * math.cos(angle))
    share = min(across, down)
    return max(1, math.floor(width * share)), max(1, math.floor(height * share))


def _span(length: int, start: float, share: float) -> Size:
    """(first pixel, number of pixels) of a share of a side; never empty, never over the end. Equal shares are equal."""
    count = max(1, round(length * share))
    return min(round(length * start), length - count), count


def _straighten(picture: Image.Image, frame: _Frame, angle: float) -> Image.Image:
    """Turn clockwise and crop in one step: only pixels that are kept are computed."""
    cos, sin = math.cos(angle), math.sin(angle)
    across, down = frame.left - frame.straight[0] / 2, frame.top - frame.straight[1] / 2
    start_x = frame.turned[0] / 2 + cos * across + sin * down
    start_y = frame.turned[1] / 2 - sin * across + cos * down
    return picture.transform(
        (frame.width, frame.height),
        Image.Transform.AFFINE,
        (cos, sin, start_x, -sin, cos, start_y),
        Image.Resampling.BICUBIC,
    )
