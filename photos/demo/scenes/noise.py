"""Noise: fractal planes, ridge lines, tileable textures and warping."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from photos.demo.scenes.frame import Frame, Plane


def resized(plane: Plane, width: int, height: int) -> Plane:
    """A plane resampled by a bicubic filter (antialiased when it shrinks)."""
    image = Image.fromarray(np.ascontiguousarray(plane, np.float32))
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC), np.float32)


def fbm(frame: Frame, part: str, across: float, down: float, *, octaves: int = 6, gain: float = 0.5) -> Plane:
    """Fractal noise over the frame, mean 0 and deviation about 1.

    `across` and `down` are cells per picture height of the coarsest octave; each octave doubles them.
    """
    rng = frame.rng(part)
    columns, rows = max(2, math.ceil(across * frame.aspect) + 2), max(2, math.ceil(down) + 2)
    total = rng.standard_normal((rows, columns), np.float32)
    power, amplitude = 1.0, 1.0
    for _ in range(octaves - 1):
        rows, columns, amplitude = rows * 2, columns * 2, amplitude * gain
        if columns > frame.width * 2 and rows > frame.height * 2:
            break
        total = resized(total, columns, rows) + amplitude * rng.standard_normal((rows, columns), np.float32)
        power += amplitude**2
    return resized(total, frame.width, frame.height) / np.float32(0.78 * math.sqrt(power))


def curve(
    rng: np.random.Generator, at: Plane, cells: float, *, octaves: int = 8, gain: float = 0.5, ridged: bool = False
) -> Plane:
    """Fractal noise along one axis, about -1..1 (or peaks pointing up if `ridged`), for each place in `at`."""
    flat = np.asarray(at, np.float64).ravel()
    total, amplitude = np.zeros_like(flat), 1.0
    for octave in range(octaves):
        count = math.ceil((flat.max() - min(flat.min(), 0)) * cells * 2**octave) + 4
        knots = rng.uniform(-1, 1, count)
        place = (flat - min(flat.min(), 0)) * cells * 2**octave + rng.uniform(0, 1)
        cell = place.astype(int)
        t = place - cell
        t = t if ridged and octave > 1 else t * t * (3 - 2 * t)
        value = knots[cell] * (1 - t) + knots[cell + 1] * t
        total += amplitude * (0.8 - 1.9 * np.abs(value) if ridged and octave < 3 else value)
        amplitude *= gain
    return np.asarray(total.reshape(np.shape(at)) * (1 - gain), np.float32)


def tile(rng: np.random.Generator, size: int, *, slope: float, lowest: int = 1, highest: int = 10_000) -> Plane:
    """A tileable square texture with a power spectrum of frequency**-slope, mean 0, deviation 1."""
    fx, fy = np.fft.rfftfreq(size)[None, :] * size, np.fft.fftfreq(size)[:, None] * size
    radius = np.hypot(fx, fy)
    weight = np.where((radius >= lowest) & (radius <= highest), np.maximum(radius, 1) ** (-slope), 0)
    spectrum = np.fft.rfft2(rng.standard_normal((size, size))) * weight
    texture = np.fft.irfft2(spectrum, s=(size, size))
    return np.asarray((texture - texture.mean()) / texture.std(), np.float32)


def sample(texture: Plane, u: Plane, v: Plane) -> Plane:
    """The texture at (u, v) counted in tiles, wrapped and interpolated linearly."""
    rows, columns = texture.shape
    x, y = np.asarray(u * columns, np.float32), np.asarray(v * rows, np.float32)
    left, top = np.floor(x), np.floor(y)
    fx, fy = x - left, y - top
    i, j = left.astype(np.int32) % columns, top.astype(np.int32) % rows
    i1, j1 = (i + 1) % columns, (j + 1) % rows
    flat = texture.ravel()
    upper = flat[j * columns + i] * (1 - fx) + flat[j * columns + i1] * fx
    lower = flat[j1 * columns + i] * (1 - fx) + flat[j1 * columns + i1] * fx
    return np.asarray(upper + (lower - upper) * fy)


def fetched(picture: Plane, rows: Plane, columns: Plane) -> Plane:
    """The picture at fractional pixel places (clamped to its edge), interpolated linearly."""
    height, width = picture.shape[:2]
    y, x = np.clip(rows, 0, height - 1.001), np.clip(columns, 0, width - 1.001)
    j, i = y.astype(np.int32), x.astype(np.int32)
    y, x = np.asarray(y - j, np.float32), np.asarray(x - i, np.float32)
    if picture.ndim == 3:
        y, x = y[..., None], x[..., None]
    flat = picture.reshape(height * width, *picture.shape[2:])
    at = j * width + i
    upper = flat[at] * (1 - x) + flat[at + 1] * x
    lower = flat[at + width] * (1 - x) + flat[at + width + 1] * x
    return np.asarray(upper + (lower - upper) * y)
