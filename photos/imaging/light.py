"""Brightness, contrast, warmth and fade: a curve for each channel, so all four cost one pass over the picture."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

LIGHT_KEYS = ("brightness", "contrast", "warmth", "fade")
# What the strongest setting does: half the exponent, this share more red and less blue, this much grey in the black.
_WARMTH = 0.15
_FADE_BLACK = 0.2
_FADE_WHITE = 0.05

Curve = NDArray[np.float64]


def apply_light(picture: Image.Image, recipe: Mapping[str, Any]) -> Image.Image:
    """The RGB picture after the light part of a clean recipe; the same object when there is none."""
    if not any(recipe.get(key) for key in LIGHT_KEYS):
        return picture
    return picture.point(light_table(recipe))


def light_table(recipe: Mapping[str, Any]) -> list[int]:
    """768 values from 0 to 255: what becomes of each red, then each green, then each blue."""
    brightness, contrast, warmth, fade = (recipe.get(key, 0) / 100 for key in LIGHT_KEYS)
    curve = _contrast(_brightness(np.arange(256) / 255, brightness), contrast)
    channels = [_fade(np.clip(curve * gain, 0, 1), fade) for gain in (1 + _WARMTH * warmth, 1, 1 - _WARMTH * warmth)]
    table: list[int] = np.rint(np.concatenate(channels) * 255).astype(int).tolist()
    return table


def _brightness(curve: Curve, amount: float) -> Curve:
    """The middle moves, black stays black and white stays white."""
    return np.asarray(curve**2**-amount)


def _contrast(curve: Curve, amount: float) -> Curve:
    """Up: an S that keeps both ends. Down: everything nearer to the middle grey, half the way at most."""
    if amount < 0:
        return 0.5 + (curve - 0.5) * (1 + amount / 2)
    steep = curve**3 * (10 - 15 * curve + 6 * curve**2)
    return curve + (steep - curve) * amount


def _fade(curve: Curve, amount: float) -> Curve:
    """As an old print: black becomes a dark grey, white loses a little."""
    black, white = _FADE_BLACK * amount, 1 - _FADE_WHITE * amount
    return black + curve * (white - black)
