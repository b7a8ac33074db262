"""Misty mountain ranges, one behind the other."""

from __future__ import annotations

import numpy as np
from PIL import Image

from photos.demo.scenes import skies
from photos.demo.scenes.frame import Frame, Plane, hexes, over, ramp
from photos.demo.scenes.noise import curve, fbm
from photos.demo.scenes.optics import Look, blur, develop
from photos.demo.scenes.shapes import Stencil, below, conifer

PALETTES = (
    ("6f8fb0 b9c4cc f3d6b4 fbe3c0", "e9c9ae 8f9bb0 51688a 2b4264 12233c", "ffd7a0"),
    ("3d4f78 a78aa0 f0a98a ffd9a8", "e8b3a0 a87f98 645a86 333a62 151c38", "ffb27a"),
    ("8fa8a6 c6d2c8 eceadb f4f0e2", "d6ddd2 9fb4ae 64857f 34544f 142b28", "fff2d0"),
    ("1f3a5c 4f7896 a8c2c8 dfe6dc", "b9cdd0 7d9fb0 45708a 1f4762 0a2238", "f4ecd8"),
    ("5b4a6e c08a84 f4bd84 ffe2a6", "f0bf90 b88484 745a78 3e3558 1a1730", "ffcb7e"),
)


def mountains(frame: Frame) -> Image.Image:
    rng = frame.rng("plan")
    sky_codes, range_codes, light = (hexes(*p.split()) for p in PALETTES[frame.seed % len(PALETTES)])
    sun = (frame.aspect * rng.uniform(0.25, 0.75), rng.uniform(0.22, 0.36))
    picture = skies.gradient(frame, sky_codes, 0.62)
    picture = skies.lit_clouds(frame, picture, skies.clouds(frame, 0.7, cover=0.34, flat=5) * 0.5, sun,
                               np.stack([sky_codes[1], sky_codes[3], light[0] * 0.4]))  # fmt: skip
    skies.add_sun(frame, picture, sun, radius=rng.uniform(0.018, 0.034), light=light[0], glow=0.55)
    count = int(rng.integers(6, 9))
    for i in range(count):
        _range(frame, picture, i, count, range_codes, sun)
    _forest(frame, picture, range_codes[-1])
    return develop(frame, picture, Look(contrast=0.16, bloom=0.16, halation=0.08, grain=0.42))


def _range(frame: Frame, picture: Plane, i: int, count: int, colours: Plane, sun: tuple[float, float]) -> None:
    """Draws range i of `count` (0 is the farthest): crest, light on its edge, mist in the valley before it."""
    t = i / (count - 1)
    rng = frame.rng(f"range{i}")
    lift = (0.13 + 0.05 * rng.random()) * (1 - 0.35 * t)
    line = 0.40 + 0.42 * t**1.15 - lift * curve(rng, frame.x[0], 1.1 + 0.9 * rng.random(), gain=0.47, ridged=True)
    base = ramp(colours, np.asarray(t))
    texture = fbm(frame, f"rock{i}", 6, 14, octaves=5) * 0.05 * (0.3 + t)
    depth = np.clip((frame.y - line[None, :]) / (0.16 + 0.05 * t), 0, 1)
    mist = depth**1.1 * (0.85 - 0.35 * t) * (1 + 0.25 * fbm(frame, f"mist{i}", 1.5, 6, octaves=5))
    paint = base * (1 + texture)[..., None]
    pale = ramp(colours, np.asarray(max(0.0, t - 0.42))) * 1.04
    over(paint, pale, np.clip(mist, 0, 0.92))
    warm = np.exp(-np.hypot(frame.x - sun[0], frame.y - sun[1]) / 0.33) * (1 - t) ** 1.5
    over(paint, colours[0] * 1.25, np.clip(warm * 0.75, 0, 1))
    over(picture, paint, below(frame, line))


def _forest(frame: Frame, picture: Plane, dark: Plane) -> None:
    rng = frame.rng("forest")
    slope, start = rng.uniform(-0.14, 0.14), rng.uniform(0.93, 1.02)
    line = start + slope * (frame.x[0] / frame.aspect - 0.5) + 0.03 * curve(rng, frame.x[0], 1.3)
    stencil = Stencil(frame)
    for x in np.sort(rng.uniform(-0.05, frame.aspect + 0.05, int(85 * frame.aspect))):
        column = int(np.clip(x * frame.height, 0, frame.width - 1))
        height = rng.uniform(0.05, 0.1) * (1.6 if rng.random() < 0.14 else 1.0)
        stencil.polygon(conifer(rng, float(x), float(line[column]) + 0.02, height, 0.17))
    mask = np.maximum(stencil.mask(), below(frame, line))
    fog = blur(mask, 0.02 * frame.height)
    over(picture, dark * 0.55, mask)
    over(picture, dark * 2.2 + 0.02, mask * np.clip((frame.y - 0.93) * 5, 0, 0.6) * fog * 0.5)
