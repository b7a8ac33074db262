"""The frame a scene is drawn in: coordinates, seeded randomness and small colour arithmetic.

Pictures are float32 arrays in linear light, shape (height, width, 3), where 1.0 is paper white and
more is glare; planes are (height, width). Lengths are in picture heights, so a scene looks the same at any size.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[Any]
Colour = Sequence[float] | Plane


@dataclass(frozen=True)
class Frame:
    """One sheet of film: its size in pixels and the seed every random choice is derived from."""

    scene: str
    seed: int
    width: int
    height: int

    @property
    def aspect(self) -> float:
        return self.width / self.height

    @property
    def px(self) -> float:
        """The size of one pixel in picture heights."""
        return 1.0 / self.height

    @cached_property
    def x(self) -> Plane:
        """Pixel centres across, shape (1, width), from 0 to `aspect`."""
        return ((np.arange(self.width, dtype=np.float32) + 0.5) * self.px)[None, :]

    @cached_property
    def y(self) -> Plane:
        """Pixel centres down, shape (height, 1), from 0 (top) to 1 (bottom)."""
        return ((np.arange(self.height, dtype=np.float32) + 0.5) * self.px)[:, None]

    def rng(self, part: str) -> np.random.Generator:
        """A generator for one part of the scene; parts don't disturb each other."""
        return np.random.default_rng([self.seed, zlib.crc32(f"{self.scene}/{part}".encode())])

    def enlarged(self, factor: float) -> Frame:
        """The same scene on a bigger sheet, for supersampling."""
        return Frame(self.scene, self.seed, round(self.width * factor), round(self.height * factor))

    def blank(self, colour: Colour) -> Plane:
        return np.broadcast_to(np.asarray(colour, np.float32), (self.height, self.width, 3)).copy()


def linear(srgb: Plane) -> Plane:
    """Linear light for sRGB values in 0..1."""
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4).astype(np.float32)


def hexes(*codes: str) -> Plane:
    """Colours written like "f2b866" as linear light, shape (len(codes), 3)."""
    values = [[int(code[i : i + 2], 16) / 255 for i in (0, 2, 4)] for code in codes]
    return linear(np.asarray(values, np.float32))


def colour(code: str) -> Plane:
    """One colour written like "f2b866" as linear light, shape (3,)."""
    row: Plane = hexes(code)[0]
    return row


def ramp(colours: Plane, t: Plane, stops: Sequence[float] | None = None) -> Plane:
    """Colours looked up along `t` (0..1), blended evenly to the eye. Returns t.shape + (3,)."""
    places = np.linspace(0, 1, len(colours)) if stops is None else np.asarray(stops)
    fine = np.linspace(0, 1, 4096)
    roots = np.sqrt(colours)
    table = np.stack([np.interp(fine, places, roots[:, c]) for c in range(3)], axis=1).astype(np.float32) ** 2
    index = np.clip(t * 4095 + 0.5, 0, 4095).astype(np.int32)
    return np.asarray(table[index])


def smooth(low: float, high: float, value: Plane) -> Plane:
    """0 below `low`, 1 above `high`, an S-curve between (`low` may be the greater one)."""
    t = np.clip((value - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def over(picture: Plane, paint: Colour, alpha: Plane | float) -> Plane:
    """Lays `paint` (a colour or a picture) over `picture` by `alpha` (a plane or one number), in place."""
    cover = np.asarray(alpha, np.float32)
    cover = cover[..., None] if cover.ndim == 2 else cover
    picture += (np.asarray(paint, np.float32) - picture) * cover
    return picture


def luma(picture: Plane) -> Plane:
    """Luminance of a linear picture, shape (height, width)."""
    return np.asarray(picture @ np.array([0.2126, 0.7152, 0.0722], np.float32))
