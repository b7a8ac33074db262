"""Lens and film: blur, bloom, halation, tone curve, vignette and grain."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from photos.demo.scenes.frame import Frame, Plane, luma
from photos.demo.scenes.noise import resized


@dataclass(frozen=True)
class Look:
    """How a picture is developed. All strengths are 0 (none) to about 1 (strong)."""

    exposure: float = 1.0
    contrast: float = 0.12
    saturation: float = 1.0
    bloom: float = 0.10
    halation: float = 0.12
    vignette: float = 0.25
    grain: float = 0.35
    fade: float = 0.012
    shadows: tuple[float, float, float] = (0.0, 0.0, 0.0)
    highlights: tuple[float, float, float] = (0.0, 0.0, 0.0)


def planes(picture: Plane, width: int, height: int) -> Plane:
    """`resized` for a plane or a picture."""
    if picture.ndim == 2:
        return resized(picture, width, height)
    return np.stack([resized(picture[..., c], width, height) for c in range(picture.shape[2])], axis=-1)


def _convolved(plane: Plane, kernel: Plane, axis: int) -> Plane:
    radius = len(kernel) // 2
    pad = [(0, 0)] * plane.ndim
    pad[axis] = (radius, radius)
    wide = np.pad(plane, pad, mode="edge")
    length = plane.shape[axis]
    total = np.zeros_like(plane)
    for i, weight in enumerate(kernel):
        part = [slice(None)] * plane.ndim
        part[axis] = slice(i, i + length)
        total += weight * wide[tuple(part)]
    return total


def _kernel(sigma: float) -> Plane:
    radius = max(1, math.ceil(sigma * 2.8))
    weights = np.exp(-0.5 * (np.arange(-radius, radius + 1) / max(sigma, 1e-3)) ** 2)
    return np.asarray(weights / weights.sum(), np.float32)


def blur(picture: Plane, across: float, down: float | None = None) -> Plane:
    """Gaussian blur with deviations in pixels; wide ones are computed on a smaller copy."""
    down = across if down is None else down
    height, width = picture.shape[:2]
    fx, fy = max(1.0, across / 2.5), max(1.0, down / 2.5)
    small_width, small_height = max(8, round(width / fx)), max(8, round(height / fy))
    small = planes(picture, small_width, small_height) if fx > 1 or fy > 1 else picture
    sx, sy = across * small_width / width, down * small_height / height
    small = _convolved(small, _kernel(sx), 1) if sx > 0.15 else small
    small = _convolved(small, _kernel(sy), 0) if sy > 0.15 else small
    return planes(small, width, height) if fx > 1 or fy > 1 else small


def shrunk(picture: Plane, width: int, height: int) -> Plane:
    """A supersampled picture brought down to its final size by averaging."""
    if picture.ndim == 2:
        image = Image.fromarray(np.ascontiguousarray(picture, np.float32))
        return np.asarray(image.resize((width, height), Image.Resampling.BOX), np.float32)
    return np.stack([shrunk(picture[..., c], width, height) for c in range(3)], axis=-1)


def _glow(frame: Frame, picture: Plane, look: Look) -> Plane:
    width, height = max(8, frame.width // 4), max(8, frame.height // 4)
    small = shrunk(picture, width, height)
    bright = np.clip(small - 0.55, 0, 6)
    near, wide = blur(bright, 0.008 * height), blur(bright, 0.035 * height) + 0.7 * blur(bright, 0.11 * height)
    red = np.array([1.0, 0.28, 0.08], np.float32)
    glow = look.bloom * (0.4 * near + 0.6 * wide) + look.halation * luma(near + 0.5 * wide)[..., None] * red
    return picture + planes(glow, frame.width, frame.height)


def _toned(picture: Plane, look: Look) -> Plane:
    grey = luma(picture)[..., None]
    picture = grey + (picture - grey) * look.saturation if look.saturation != 1 else picture
    knee = 0.62
    over = np.maximum(picture - knee, 0)
    picture = np.minimum(picture, knee) + (1 - knee) * np.tanh(over / (1 - knee) * 0.82)
    tone = np.sqrt(np.clip(picture, 0, 1))
    tone += look.contrast * (tone - 0.5) * 4 * tone * (1 - tone)
    lights = tone * tone
    tone += np.asarray(look.shadows, np.float32) * (1 - tone) ** 2 + np.asarray(look.highlights, np.float32) * lights
    return np.asarray(look.fade + (1 - look.fade) * np.clip(tone, 0, 1))


def _grain(frame: Frame, tone: Plane, strength: float) -> Plane:
    rng = frame.rng("grain")
    fine = min(1.0, frame.height / 900)
    noise = rng.standard_normal((frame.height, frame.width), np.float32)
    coarse = resized(rng.standard_normal((frame.height // 2, frame.width // 2), np.float32), frame.width, frame.height)
    middle = tone[..., 1]
    amount = strength * fine * (0.010 + 0.038 * np.sqrt(np.clip(middle * (1.05 - middle), 0, 1)))
    tone += ((0.55 * noise + 0.75 * coarse) * amount)[..., None]
    dither = rng.random((frame.height, frame.width), np.float32) - 0.5
    return np.asarray(tone + dither[..., None] / 255)


def develop(frame: Frame, picture: Plane, look: Look | None = None) -> Image.Image:
    """A linear picture as a finished 8-bit sRGB print."""
    look = look or Look()
    picture = _glow(frame, picture * np.float32(look.exposure), look)
    radius = ((frame.x / frame.aspect - 0.5) ** 2 + (frame.y - 0.5) ** 2) * 2
    picture *= (1 - look.vignette * radius * (0.6 + 0.4 * radius))[..., None]
    tone = _grain(frame, _toned(picture, look), look.grain)
    return Image.fromarray(_srgb_bytes(tone))


def _srgb_bytes(tone: Plane) -> Plane:
    """Square-root light to sRGB bytes by a table."""
    light = (np.arange(16384) / 16383) ** 2
    coded = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    table = coded * 255 + 0.5
    return np.asarray(table.astype(np.uint8)[(np.clip(tone, 0, 1) * 16383).astype(np.int32)])
