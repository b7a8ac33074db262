"""Landscapes as height fields, seen in perspective.

The ground is evaluated on a fan of sample points (depth, column) ahead of the camera, shaded there, and then
projected: for each column the running highest projection decides what is visible.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from photos.demo.scenes.frame import Frame, Plane, smooth
from photos.demo.scenes.optics import shrunk

MARGIN = 0.3
"""How much wider the fan is than the picture (each side, in picture widths), so that hills outside cast shadows."""


@dataclass(frozen=True)
class Lens:
    """Where the camera stands. Depths and heights are in the terrain's own unit."""

    eye: float
    near: float
    far: float
    horizon: float
    focal: float = 1.3
    depths: int = 1000


@dataclass(frozen=True)
class Ground:
    """Terrain samples: all planes are (depths, columns), nearest row first."""

    x: Plane
    z: Plane
    height: Plane
    slope_x: Plane
    slope_z: Plane

    def facing(self, light: tuple[float, float, float]) -> Plane:
        """The cosine between the ground's normal and the light direction (x right, y up, z away), at least 0."""
        lx, ly, lz = np.asarray(light) / np.linalg.norm(light)
        length = np.sqrt(1 + self.slope_x**2 + self.slope_z**2)
        return np.asarray(np.clip((ly - self.slope_x * lx - self.slope_z * lz) / length, 0, 1))

    def sunlit(self, side: float, elevation: float, soft: float) -> Plane:
        """1 in the sun, 0 in cast shadow, for a sun at the left (side < 0) or right at a slope of `elevation`.

        `soft` is the height over which a shadow edge fades.
        """
        step = -1 if side > 0 else 1
        reach = (self.height - np.sign(side) * elevation * self.x)[:, ::step]
        ceiling = np.maximum.accumulate(reach, axis=1)
        sun = smooth(soft, 0.0, (ceiling - reach)[:, ::step])
        for reach_z in (1, 3):
            wide = np.pad(sun, ((reach_z, reach_z), (0, 0)), mode="edge")
            sun = 0.5 * sun + 0.25 * (wide[: -2 * reach_z] + wide[2 * reach_z :])
        return np.asarray(sun)


def ground(frame: Frame, lens: Lens, height_of: Callable[[Plane, Plane], Plane], density: float = 1.0) -> Ground:
    """Evaluates a height function h(x, z) on the fan ahead of the camera."""
    columns = round(min(frame.width, 520 + frame.width // 4) * density * (1 + 2 * MARGIN))
    ratio = (lens.far / lens.near) ** (1 / lens.depths)
    z = (lens.near * ratio ** np.arange(lens.depths))[:, None].astype(np.float32)
    screen = (np.arange(columns, dtype=np.float32) + 0.5) / columns * (1 + 2 * MARGIN) - MARGIN - 0.5
    x = z * (screen[None, :] * frame.aspect / lens.focal)
    height = height_of(x, z)
    step_x = z * (frame.aspect * (1 + 2 * MARGIN) / columns / lens.focal)
    slope_x = np.gradient(height, axis=1) / step_x
    along = np.gradient(height, axis=0) / np.gradient(z, axis=0)
    slope_z = along - slope_x * x / z
    return Ground(x, np.broadcast_to(z, x.shape), height, slope_x, slope_z)


def project(frame: Frame, lens: Lens, land: Ground, paint: Plane, sky: Plane, sharp: float = 1.3) -> Plane:
    """Draws the shaded samples `paint` (depths, columns, 3) over `sky` (a picture of the frame's size)."""
    big = frame.enlarged(sharp)
    total = land.height.shape[1]
    first = MARGIN / (1 + 2 * MARGIN) * total
    places = first + (np.arange(big.width) + 0.5) / big.width * total / (1 + 2 * MARGIN) - 0.5
    columns = np.clip(places, 0, total - 2).astype(np.int32)
    between = np.clip(places - columns, 0, 1).astype(np.float32)
    row = _between((lens.horizon + lens.focal * (lens.eye - land.height) / land.z) * big.height, columns, between)
    front = np.minimum.accumulate(row, axis=0)
    index, blend = _visible(big, row, front)
    hit = index < lens.depths
    index = np.minimum(index, lens.depths - 1)
    behind = np.maximum(index - 1, 0)
    tones = _between(paint.astype(np.float32), columns, between[:, None]).reshape(-1, 3)
    across = np.arange(big.width, dtype=np.int32)[None, :]
    near = tones[behind * big.width + across]
    colours = near + (tones[index * big.width + across] - near) * blend[..., None]
    cover = shrunk(hit.astype(np.float32), frame.width, frame.height)[..., None]
    land_picture = shrunk(colours * hit[..., None], frame.width, frame.height)
    return np.asarray(sky * (1 - cover) + land_picture)


def _between(samples: Plane, columns: Plane, part: Plane) -> Plane:
    """Samples at fractional columns: `part` of the way from each of `columns` to its right neighbour."""
    left = samples[:, columns]
    return np.asarray(left + (samples[:, columns + 1] - left) * part)


def _visible(big: Frame, row: Plane, front: Plane) -> tuple[Plane, Plane]:
    """For each pixel the first sample at or above it, and how far it lies between that sample and the one before."""
    depths, width = row.shape
    place = np.clip(np.ceil(front - 0.5), 0, big.height).astype(np.int32)
    counts = np.zeros((big.height + 1) * width, np.int32)
    key = place * width + np.arange(width, dtype=np.int32)[None, :]
    counts += np.bincount(key.ravel(), minlength=counts.size).astype(np.int32)
    above = np.cumsum(counts.reshape(big.height + 1, width)[::-1], axis=0, dtype=np.int32)[::-1]
    index = above[1:]
    top = np.minimum(index, depths - 1)
    previous = np.maximum(top - 1, 0)
    flat, at = front.ravel(), np.arange(width, dtype=np.int32)[None, :]
    low, high = flat[previous * width + at], flat[top * width + at]
    centre = (np.arange(big.height, dtype=np.float32) + 0.5)[:, None]
    blend = np.clip((low - centre) / np.maximum(low - high, 1e-6), 0, 1)
    hidden = row.ravel()[previous * width + at] > low + 1e-3
    return index, np.where(hidden | (index == 0), 1.0, blend).astype(np.float32)
