"""City nights: rain on a window, and a skyline over the water."""

from __future__ import annotations

import numpy as np
from PIL import Image

from photos.demo.scenes import skies, water
from photos.demo.scenes.frame import Frame, Plane, hexes, over, smooth
from photos.demo.scenes.noise import fbm, fetched
from photos.demo.scenes.optics import Look, blur, develop
from photos.demo.scenes.shapes import Stencil

LAMPS = (
    "ffb45c ffd08a ff7a3c ff4a3a fff0d0 6fc8ff",
    "ff5c8a ff9ac0 7a6cff 4fd0ff ffd08a ff6a4a",
    "ffcf7a ffe3b0 ff9a4a ffefd8 ff6a3a ffd9a0",
    "5cd0ff 9ae8ff ffd28a ff8a5c 7affc8 fff2dc",
)


def rain(frame: Frame) -> Image.Image:
    """Street lights out of focus behind a rainy window."""
    rng = frame.rng("plan")
    colours = hexes(*LAMPS[frame.seed % len(LAMPS)].split())
    picture = skies.gradient(frame, hexes("060a18", "101a30", "1b2238", "0a0d16"))
    _lamps(frame, picture, colours)
    drops = blur(picture, 0.004 * frame.height)
    wet = blur(picture, 0.012 * frame.height)
    mist = smooth(-0.6, 1.6, fbm(frame, "mist", 2, 2, octaves=5))
    picture = np.asarray(wet * (0.92 + 0.12 * mist)[..., None] + 0.006 * mist[..., None])
    _fine_drops(frame, picture, drops)
    for _ in range(int(210 * frame.aspect)):
        radius = 0.0035 + 0.017 * rng.random() ** 3.5
        _drop(frame, picture, drops, (rng.uniform(0, frame.aspect), rng.uniform(0, 1), radius), rng)
    for _ in range(int(5 * frame.aspect)):
        _trail(frame, picture, drops, rng)
    return develop(frame, picture, Look(contrast=0.2, bloom=0.3, halation=0.25, grain=0.45, vignette=0.35))


def _lamps(frame: Frame, picture: Plane, colours: Plane) -> None:
    """Bokeh discs along a street that runs to a vanishing point, with their reflections on wet asphalt."""
    rng = frame.rng("lamps")
    vanish = (frame.aspect * rng.uniform(0.35, 0.65), rng.uniform(0.46, 0.56))
    for _ in range(int(105 * frame.aspect)):
        depth = rng.random() ** 0.7
        aside = rng.choice([-1, 1]) * rng.uniform(0.25, 1.0) * frame.aspect * 0.75
        x = vanish[0] + aside * depth
        y = vanish[1] - rng.uniform(-0.06, 0.62) * depth
        radius = (0.010 + 0.042 * depth) * rng.uniform(0.85, 1.1)
        light = colours[int(rng.integers(len(colours)))] * rng.uniform(0.25, 1.0) * 0.9
        _bokeh(frame, picture, (x, y, radius), light)
        if rng.random() < 0.55:
            mirror_y = vanish[1] + (vanish[1] - y) * 0.7 + 0.12 + 0.2 * depth
            _streak(frame, picture, (x, mirror_y, radius), light * 0.35)


def _patch(frame: Frame, x: float, y: float, rx: float, ry: float) -> tuple[slice, slice] | None:
    """The pixels around (x, y), or None outside the picture."""
    h = frame.height
    left, right = max(0, int((x - rx) * h)), min(frame.width, int((x + rx) * h) + 2)
    top, bottom = max(0, int((y - ry) * h)), min(h, int((y + ry) * h) + 2)
    return (slice(top, bottom), slice(left, right)) if left < right and top < bottom else None


def _bokeh(frame: Frame, picture: Plane, place: tuple[float, float, float], light: Plane) -> None:
    x, y, radius = place
    where = _patch(frame, x, y, radius * 1.2, radius * 1.2)
    if where:
        distance = np.hypot(frame.x[:, where[1]] - x, frame.y[where[0]] - y) / radius
        body = smooth(1.04, 0.93, distance) * (0.72 + 0.28 * distance**4)
        picture[where] += body[..., None] * light


def _streak(frame: Frame, picture: Plane, place: tuple[float, float, float], light: Plane) -> None:
    x, y, radius = place
    where = _patch(frame, x, y, radius * 3, radius * 7)
    if where:
        across = (frame.x[:, where[1]] - x) / (radius * 0.9)
        along = (frame.y[where[0]] - y) / (radius * 2.6)
        picture[where] += np.exp(-(across**2) - along**2)[..., None] * light


def _drop(
    frame: Frame, picture: Plane, scene: Plane, place: tuple[float, float, float], rng: np.random.Generator
) -> None:
    """A drop on the glass: a tiny wide-angle lens that shows the street upside down."""
    x, y, radius = place
    tall = radius * rng.uniform(1.0, 1.35)
    where = _patch(frame, x, y, radius * 1.3, tall * 1.3)
    if not where:
        return
    u, v = (frame.x[:, where[1]] - x) / radius, (frame.y[where[0]] - y) / tall
    v = v + 0.12 * u * u
    distance = np.sqrt(u * u + v * v)
    edge = max(0.08, 1.4 * frame.px / radius)
    mask = smooth(1 + edge / 2, 1 - edge / 2, distance)
    bend = distance**2 * 0.30 + 0.16
    source_x = (x - u * bend * 1.1) * frame.height
    source_y = (y - 0.02 - v * bend * 1.3) * frame.height
    seen = fetched(scene, source_y, source_x) * 1.12
    seen = seen * (1 - 0.72 * smooth(0.55, 1.0, distance) * smooth(0.5, -0.6, v))[..., None]
    glint = np.exp(-(((u + 0.32) ** 2 + (v + 0.42) ** 2) / 0.022))
    seen = seen + (glint * 0.35)[..., None]
    over(picture[where], seen, mask * 0.94)


def _fine_drops(frame: Frame, picture: Plane, scene: Plane) -> None:
    rng = frame.rng("fine")
    stencil = Stencil(frame)
    for _ in range(int(1500 * frame.aspect)):
        stencil.disc(rng.uniform(0, frame.aspect), rng.uniform(0, 1), 0.0009 + 0.0022 * rng.random() ** 2)
    mask = stencil.mask()
    lift = np.roll(mask, -max(1, round(0.0012 * frame.height)), axis=0)
    flipped = scene[::-1]
    over(picture, flipped * 0.8, mask * 0.45)
    picture += (np.clip(mask - lift, 0, 1) * 0.06)[..., None]


def _trail(frame: Frame, picture: Plane, scene: Plane, rng: np.random.Generator) -> None:
    """A run of water: a clear wavering path with a drop at its foot."""
    x, top, foot = rng.uniform(0, frame.aspect), rng.uniform(-0.2, 0.3), rng.uniform(0.45, 0.95)
    y = frame.y[:, 0]
    wander = 0.008 * np.sin(y * rng.uniform(9, 20) + rng.uniform(0, 6)) + 0.004 * np.sin(y * 41 + x * 9)
    radius = rng.uniform(0.007, 0.011)
    aside = np.abs(frame.x - x - wander[:, None]) / (radius * 0.8)
    mask = smooth(1.0, 0.55, aside) * smooth(top, top + 0.3, frame.y) * (frame.y < foot)
    over(picture, scene * 0.96, mask * 0.8)
    _drop(frame, picture, scene, (x + float(wander[int(foot * (frame.height - 1))]), foot, radius * 1.5), rng)


def skyline(frame: Frame) -> Image.Image:
    """Towers with lit windows at blue hour, mirrored in the harbour."""
    rng = frame.rng("plan")
    shore = rng.uniform(0.6, 0.68)
    sky = ("0b1636 2a3f72 8a6a8c f0a07a", "071029 14305a 3f6a8c c9b8a0", "150f33 4a2a5c b0527a ffb07a")[frame.seed % 3]
    picture = skies.gradient(frame, hexes(*sky.split()), shore)
    density = skies.clouds(frame, shore, cover=0.4, flat=5)
    over(picture, hexes(*sky.split())[2] * 0.9, density * 0.35)
    colours = hexes(*LAMPS[(frame.seed + 2) % len(LAMPS)].split())
    for i, (dark, tall) in enumerate((("3c4566", 0.30), ("232a48", 0.38), ("0d1226", 0.30))):
        _towers(frame, picture, i, shore, (hexes(dark)[0], tall), colours)
    haze = np.exp(-np.abs(frame.y - shore) / 0.06) * (frame.y < shore) * 0.25
    over(picture, hexes(*sky.split())[3] * 0.6, haze * np.ones_like(frame.x))
    picture = water.mirrored(frame, picture, shore, ripple=0.06, calm=0.0, dim=0.75)
    return develop(frame, picture, Look(contrast=0.2, bloom=0.3, halation=0.3, grain=0.4, vignette=0.3))


def _towers(frame: Frame, picture: Plane, i: int, shore: float, style: tuple[Plane, float], lamps: Plane) -> None:
    rng = frame.rng(f"towers{i}")
    tone, tall = style
    x = -0.05
    walls, windows = Stencil(frame), np.zeros((frame.height, frame.width, 3), np.float32)
    while x < frame.aspect + 0.05:
        width = rng.uniform(0.035, 0.11)
        bulk = np.exp(-(((x / frame.aspect - 0.5) / 0.38) ** 2))
        height = (0.05 + tall * rng.random() ** 1.5 * (0.3 + 0.7 * bulk)) * (1.0 if i < 2 else 0.55)
        top = shore - height
        walls.polygon([(x, top), (x + width, top), (x + width, shore + 0.01), (x, shore + 0.01)])
        if rng.random() < 0.3 and height > 0.15:
            walls.polygon([(x + width * 0.48, top - 0.06), (x + width * 0.52, top - 0.06),
                           (x + width * 0.55, top), (x + width * 0.45, top)])  # fmt: skip
        _windows(frame, windows, rng, (x, top, width, height), lamps)
        x += width * rng.uniform(0.75, 1.3)
    mask = walls.mask()
    shade = np.clip(0.8 + 0.9 * (shore - frame.y), 0.5, 1.6) * np.ones_like(frame.x)
    over(picture, tone * shade[..., None], mask)
    picture += windows * (0.35 + 0.25 * i)


def _windows(
    frame: Frame, light: Plane, rng: np.random.Generator, box: tuple[float, float, float, float], lamps: Plane
) -> None:
    x, top, width, height = box
    cell = rng.uniform(0.0075, 0.012)
    across, down = int(width / cell), int(height / (cell * 1.25))
    if across < 2 or down < 2:
        return
    where = _patch(frame, x + width / 2, top + height / 2, width / 2, height / 2)
    if not where:
        return
    u, v = (frame.x[:, where[1]] - x) / width * across, (frame.y[where[0]] - top) / height * down
    lit = np.where(rng.random((down, across)) < rng.uniform(0.18, 0.5), rng.uniform(0.15, 1, (down, across)), 0)
    i, j = np.clip(u.astype(int), 0, across - 1), np.clip(v.astype(int), 0, down - 1)
    soft = frame.px / cell * 0.8
    du, dv = np.abs(u - i - 0.5), np.abs(v - j - 0.5)
    pane = smooth(0.30 + soft, 0.30 - soft, du) * smooth(0.24 + soft, 0.24 - soft, dv)
    inside = (u >= 0) & (u < across) & (v >= 0) & (v < down)
    tint = lamps[int(rng.integers(0, 3))] * 0.7 + 0.25
    light[where] = np.where((inside)[..., None], (pane * lit[j, i])[..., None] * tint, light[where])
