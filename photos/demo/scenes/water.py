"""Water: mirrored pictures with ripples, and open sea with glitter."""

from __future__ import annotations

import numpy as np

from photos.demo.scenes.frame import Colour, Frame, Plane, smooth
from photos.demo.scenes.noise import fetched, sample, tile
from photos.demo.scenes.optics import blur


def mirrored(
    frame: Frame, picture: Plane, shore: float, *, ripple: float, calm: float = 0.0, dim: float = 0.8
) -> Plane:
    """The picture with everything under `shore` replaced by its reflection.

    `ripple` is the displacement near the viewer in picture heights; `calm` (0..1) blurs as a long exposure does.
    """
    rng = frame.rng("ripples")
    texture = tile(rng, 512, slope=1.1, lowest=2, highest=90)
    first = int(shore * frame.height)
    y = frame.y[first:]
    depth = np.maximum(y - shore, frame.px)
    distance = 0.10 / (depth + 0.02)
    across = (frame.x - frame.aspect / 2) * distance
    waves = sample(texture, across * 0.35, np.broadcast_to(distance * 1.9, across.shape))
    waves += 0.5 * sample(texture, across * 1.3 + 0.3, np.broadcast_to(distance * 5.2, across.shape))
    reach = ripple * np.minimum(depth / 0.25, 1.2) ** 0.8
    rows = (2 * shore - y + waves * reach) * frame.height
    rows = np.minimum(rows, first - 1)
    columns = np.broadcast_to(frame.x * frame.height, rows.shape) + waves * reach * 0.12 * frame.height
    source = blur(picture, 0.4, 0.004 * frame.height) if calm == 0 else blur(picture, 1.0, calm * 0.03 * frame.height)
    out = picture.copy()
    fresnel = dim * (1 - 0.45 * np.clip(depth / (1 - shore), 0, 1))
    out[first:] = fetched(source, rows, columns) * fresnel[..., None]
    return out


def glitter(frame: Frame, horizon: float, sun_x: float, *, width: float, rough: float, part: str = "sea") -> Plane:
    """How strongly the sun glints on each pixel of the sea (0 above `horizon`), shape (height, width)."""
    first = int(horizon * frame.height) + 1
    slopes = wave_slopes(frame, horizon, part)
    depth = np.maximum(frame.y[first:] - horizon, frame.px)
    aside = (frame.x - sun_x) / (width * (0.35 + 1.4 * depth))
    wanted = np.abs(aside) * 0.9
    facet = np.exp(-(((slopes - 1.35 - wanted) / rough) ** 2)) + smooth(1.2, 2.6, slopes - wanted)
    out = np.zeros((frame.height, frame.width), np.float32)
    out[first:] = facet * np.exp(-(aside**2) * 0.55) * smooth(0.0, 0.01, depth)
    return out


def wave_slopes(frame: Frame, horizon: float, part: str, *, size: float = 1.0) -> Plane:
    """Wave steepness for the rows under `horizon`, mean 0 and deviation about 1, finer with distance."""
    rng = frame.rng(part)
    first = int(horizon * frame.height) + 1
    broad = tile(rng, 512, slope=1.0, lowest=3, highest=80)
    depth = np.maximum(frame.y[first:] - horizon, frame.px)
    distance = 0.16 / (depth + 0.006) / size
    across = (frame.x - frame.aspect / 2) * distance * 1.1
    away = np.broadcast_to(distance * 2.1, across.shape)
    total = 0.75 * sample(broad, across * 0.24, away * 0.55)
    total += 0.6 * sample(broad, across * 0.71 + 0.37, away * 1.35 + 0.2)
    total += 0.5 * sample(broad, across * 1.9 + 0.11, away * 3.1 + 0.7) * smooth(0.02, 0.2, depth)
    return np.asarray(total / 1.08, np.float32)


def sea(frame: Frame, sky: Plane, horizon: float, near: Colour, *, chop: float = 0.6, part: str = "sea") -> Plane:
    """The sky over an open sea: far water takes the sky's colour, near water its own, waves tilt between."""
    first = int(horizon * frame.height) + 1
    slopes = wave_slopes(frame, horizon, part)
    depth = np.clip((frame.y[first:] - horizon) / (1 - horizon), 0, 1)
    up = np.clip(0.06 + 0.75 * depth + 0.10 * chop * slopes, 0.02, 1)
    rows = (horizon * (1 - np.clip(up, 0, 0.98))) * frame.height
    mirror = fetched(blur(sky, 0.05 * frame.height, 2), rows, np.broadcast_to(frame.x * frame.height, rows.shape))
    fresnel = np.clip(0.86 - 0.62 * depth**0.7 - 0.20 * chop * slopes * (0.3 + depth), 0.06, 0.95)[..., None]
    out = sky.copy()
    body = np.asarray(near, np.float32) * (1 + 0.35 * chop * slopes * depth)[..., None]
    out[first:] = mirror * fresnel + body * (1 - fresnel)
    edge = first - 1
    out[edge] = 0.5 * (out[edge] + out[first])
    return out
