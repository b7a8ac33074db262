"""Skies: sun and moon, clouds and stars."""

from __future__ import annotations

import numpy as np

from photos.demo.scenes.frame import Colour, Frame, Plane, ramp, smooth
from photos.demo.scenes.noise import fbm
from photos.demo.scenes.optics import blur
from photos.demo.scenes.shapes import disc


def gradient(frame: Frame, colours: Plane, horizon: float = 1.0, power: float = 1.0) -> Plane:
    """A sky from the top of the picture (first colour) to `horizon` (last)."""
    t = np.clip(frame.y / horizon, 0, 1) ** power
    return np.broadcast_to(ramp(colours, t[:, 0])[:, None, :], (frame.height, frame.width, 3)).copy()


def add_sun(
    frame: Frame, sky: Plane, place: tuple[float, float], *, radius: float, light: Colour, glow: float = 1.0
) -> Plane:
    """Adds a sun (or moon) with its aureole, in place."""
    x, y = place
    distance = np.hypot(frame.x - x, frame.y - y)
    aureole = 0.55 * np.exp(-distance / 0.09) + 0.32 * np.exp(-distance / 0.3)
    tint = np.asarray(light, np.float32)
    sky += (glow * aureole)[..., None] * tint
    sky += (disc(frame, x, y, radius, radius * 0.08) * 4)[..., None] * tint
    return sky


def clouds(
    frame: Frame, horizon: float, *, cover: float, soft: float = 0.9, flat: float = 3.2, size: float = 1.6
) -> Plane:
    """Cloud density 0..1 above `horizon`: streaks that flatten towards it. `cover` is 0..1."""
    fine = fbm(frame, "clouds", size, size * flat, octaves=8, gain=0.55)
    low = fbm(frame, "clouds-low", size * 0.6, size * flat * 1.8, octaves=6, gain=0.5)
    near = np.clip(frame.y / horizon, 0, 1)
    density = fine * (1 - near) + low * near + 0.15
    return np.asarray(smooth(1.1 - 2.1 * cover, 1.1 - 2.1 * cover + 2.0 * soft, density) * (frame.y < horizon))


def lit_clouds(frame: Frame, sky: Plane, density: Plane, sun: tuple[float, float], colours: Plane) -> Plane:
    """Lays clouds over the sky: shade colour, light colour and edge glow come from `colours` (3 rows)."""
    distance = np.hypot(frame.x - sun[0], (frame.y - sun[1]) * 1.3)
    lee = blur(density, 0.012 * frame.height)
    shift = max(1, round(0.012 * frame.height))
    toward = np.roll(lee, shift if sun[1] > 0.4 else -shift, axis=0)
    rim = np.clip(0.5 + 1.8 * (density - toward), 0, 1)
    warm = np.exp(-distance / 0.55)
    paint = colours[0] + (colours[1] - colours[0]) * (rim * (0.35 + 0.65 * warm))[..., None]
    paint = paint + colours[2] * (warm**2 * rim * 0.9)[..., None]
    alpha = (density * 0.88)[..., None]
    return np.asarray(sky * (1 - alpha) + paint * alpha, np.float32)


def stars(frame: Frame, *, count: int, brightness: float = 1.0, density: Plane | None = None) -> Plane:
    """Star light to add to a sky, shape (height, width, 3): few bright, many faint, slightly coloured.

    `density` (0..1) thins them out; `count` is for one square picture height.
    """
    rng = frame.rng("stars")
    total = round(count * frame.aspect)
    x, y = rng.uniform(0, frame.width, total), rng.uniform(0, frame.height, total)
    power = (0.02 / np.maximum(rng.random(total), 0.0015)) ** 1.15 * 0.09
    warmth = rng.normal(0, 0.25, total)
    keep = np.ones(total, bool)
    if density is not None:
        keep = rng.random(total) < density[y.astype(int), x.astype(int)]
    layer = np.zeros((frame.height, frame.width, 3), np.float32)
    scale = (frame.height / 1200) ** 2
    for c, tint in enumerate((1 + warmth, np.ones(total), 1 - warmth + 0.15)):
        _splat(layer[..., c], x[keep], y[keep], (power * np.clip(tint, 0.4, 1.6) * scale * 9 * brightness)[keep])
    sharp = blur(layer, 0.00072 * frame.height)
    return np.asarray(sharp * 0.85 + blur(layer, 0.0022 * frame.height) * 0.3)


def _splat(layer: Plane, x: Plane, y: Plane, value: Plane) -> None:
    """Adds points to a plane, shared among their four nearest pixels."""
    i, j = np.floor(x - 0.5).astype(int), np.floor(y - 0.5).astype(int)
    fx, fy = x - 0.5 - i, y - 0.5 - j
    for di, dj, weight in ((0, 0, (1 - fx) * (1 - fy)), (1, 0, fx * (1 - fy)), (0, 1, (1 - fx) * fy), (1, 1, fx * fy)):
        rows, columns = np.clip(j + dj, 0, layer.shape[0] - 1), np.clip(i + di, 0, layer.shape[1] - 1)
        np.add.at(layer, (rows, columns), value * weight)
