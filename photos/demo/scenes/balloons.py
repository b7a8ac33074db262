"""Hot-air balloons over hazy valleys."""

from __future__ import annotations

import numpy as np
from PIL import Image

from photos.demo.scenes import skies
from photos.demo.scenes.frame import Frame, Plane, colour, hexes, over, ramp, smooth
from photos.demo.scenes.noise import curve, fbm
from photos.demo.scenes.optics import Look, develop
from photos.demo.scenes.shapes import Stencil, below

MORNINGS = (
    ("5f8fb8 a8c4cc f0d8b8 ffe4b8", "e8c8a8 b09a90 7a6a70 4a4450", "ffdca0"),
    ("4a4f86 b07f9a f2a68a ffd8a4", "e0a898 a87888 6c5470 3c3450", "ffb880"),
    ("7fb0c8 b8d4d8 e6e8dc f6f0dc", "c8d0c0 98aa98 68806c 3c5444", "fff0cc"),
)


SILKS = (
    "d9452f f2c14e f6efe0",
    "2f6f9f f6efe0 e8833a",
    "7a2f5a f2a07a f6d8a0",
    "e0a030 a83228 2f4858",
    "3f8f88 f6efe0 d9603a",
)


def balloons(frame: Frame) -> Image.Image:
    """Hot-air balloons over hazy valleys."""
    rng = frame.rng("plan")
    codes, hills, light = (hexes(*p.split()) for p in MORNINGS[frame.seed % len(MORNINGS)])
    side = float(rng.choice([-1.0, 1.0]))
    sun = (frame.aspect * (0.5 + 0.42 * side), 0.56)
    picture = skies.gradient(frame, codes, 0.74)
    density = skies.clouds(frame, 0.74, cover=0.36, flat=5)
    picture = skies.lit_clouds(frame, picture, density, sun, np.stack([codes[1], codes[3], light[0] * 0.4]))
    skies.add_sun(frame, picture, sun, radius=0.022, light=light[0], glow=0.6)
    for i in range(5):
        t = i / 4
        line = 0.66 + 0.075 * i - 0.09 * (1 - 0.3 * t) * curve(frame.rng(f"hill{i}"), frame.x[0], 1.2, ridged=True)
        paint = ramp(hills, np.asarray(t)) * np.ones((frame.height, frame.width, 1), np.float32)
        texture = fbm(frame, f"wood{i}", 14, 30, octaves=6, gain=0.65)
        paint *= (1 + 0.10 * t * texture)[..., None]
        over(paint, codes[-1], smooth(0.0, 0.16, frame.y - line[None, :]) * (0.75 - 0.5 * t))
        over(picture, paint, below(frame, line))
    places = _spread(frame, rng)
    for x, y, size in sorted(places, key=lambda place: place[2]):
        _balloon(frame, picture, rng, (x, y, size), side, (codes[-1], light[0]))
    return develop(frame, picture, Look(contrast=0.18, bloom=0.14, halation=0.1, grain=0.42, vignette=0.25))


def _spread(frame: Frame, rng: np.random.Generator) -> list[tuple[float, float, float]]:
    """Places for balloons that don't touch each other: one near, several far."""
    sizes = [rng.uniform(0.14, 0.19), rng.uniform(0.07, 0.09), *rng.uniform(0.016, 0.045, int(rng.integers(4, 8)))]
    places: list[tuple[float, float, float]] = []
    for size in sizes:
        for _ in range(60):
            x, y = rng.uniform(size, frame.aspect - size), rng.uniform(0.08 + size, 0.62 - size * 0.7)
            if all(np.hypot(x - px, y - py) > (size + ps) * 1.35 for px, py, ps in places):
                places.append((float(x), float(y), float(size)))
                break
    return places


def _balloon(
    frame: Frame,
    picture: Plane,
    rng: np.random.Generator,
    place: tuple[float, float, float],
    side: float,
    tones: tuple[Plane, Plane],
) -> None:
    """One balloon at (x, y) with its radius; `tones` are the colours of the haze and of the sun."""
    haze, light = tones
    x, y, size = place
    silk = hexes(*SILKS[int(rng.integers(len(SILKS)))].split())
    pattern, gores = int(rng.integers(3)), 16
    h = frame.height
    rows = slice(max(0, int((y - size * 1.1) * h)), min(h, int((y + size * 2.2) * h)))
    columns = slice(max(0, int((x - size * 1.1) * h)), min(frame.width, int((x + size * 1.1) * h)))
    part = picture[rows, columns]
    dx, dy = (frame.x[:, columns] - x) / size, (frame.y[rows] - y) / size
    t = np.clip((dy + 1) / 2.35, 0, 1)
    profile = np.sqrt(np.clip(1 - np.minimum(dy, 0) ** 2, 0, 1)) * (1 - 0.80 * smooth(0.0, 1.5, dy))
    inside = np.clip((profile - np.abs(dx)) * size / frame.px + 0.5, 0, 1) * (dy < 1.35) * (dy > -1)
    u = np.clip(dx / np.maximum(profile, 1e-3), -1, 1)
    gore = np.arcsin(u) / np.pi * gores / 1.0 + 0.3
    stripe = np.floor(gore).astype(int)
    bands = np.floor(t * 9).astype(int)
    index = (stripe % 2, (bands + stripe) % 3, np.where((bands > 2) & (bands < 5), 1 + stripe % 2, 0))[pattern]
    seam = 1 - 0.22 * np.exp(-(((gore - stripe - 0.5) ** 2 - 0.25) ** 2) / 0.004)
    shade = np.clip(0.62 + 0.42 * side * u - 0.22 * dy * 0.7 - 0.15 * u * u, 0.18, 1.25) * seam
    paint = silk[index] * shade[..., None] * (0.55 + 0.6 * light)
    fog = float(np.clip(0.75 - size * 7, 0.06, 0.6))
    over(part, paint * (1 - fog) + haze * fog, inside)
    _basket(frame, picture, place, fog, haze)


def _basket(frame: Frame, picture: Plane, place: tuple[float, float, float], fog: float, haze: Plane) -> None:
    x, y, size = place
    stencil = Stencil(frame, 3)
    top, foot = y + size * 1.62, y + size * 1.85
    for way in (-1.0, -0.4, 0.4, 1.0):
        stencil.line([(x + way * size * 0.19, y + size * 1.33), (x + way * size * 0.11, top)], max(0.0007, size * 0.01))
    stencil.polygon([(x - size * 0.13, top), (x + size * 0.13, top), (x + size * 0.11, foot), (x - size * 0.11, foot)])
    over(picture, colour("3a2a1e") * (1 - fog) + haze * fog, stencil.mask())
