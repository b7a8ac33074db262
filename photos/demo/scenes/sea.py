"""Open sea: sun glitter, moonlight, and long exposures between rocks."""

from __future__ import annotations

import numpy as np
from PIL import Image

from photos.demo.scenes import skies, water
from photos.demo.scenes.frame import Frame, Plane, hexes, over, smooth
from photos.demo.scenes.noise import curve, fbm
from photos.demo.scenes.optics import Look, blur, develop
from photos.demo.scenes.shapes import Stencil

PALETTES = (
    ("5d88a8 a9c0c4 f4d7ab ffe2ae", "123a4c", "ffcf8a", "5b6f86 ffe0b4 ffb36a"),
    ("2b3f6b 8a6f95 ee9a7c ffcf93", "16233f", "ff9d5c", "4d4668 ffb59a ff8a5a"),
    ("07101f 12233c 2a4560 48657c", "050c16", "cfdcf0", "16243a 8fa6c0 aabfd8"),
    ("b7c6cc d5dcd9 ecebe2 f6f2e6", "5f7f86", "fff4da", "b5c0c4 fbf8ee fff2d6"),
    ("3a2f5c a45a72 f0835c ffc46e", "241a36", "ff8a48", "53355c ff9a72 ff7a40"),
)


def sea(frame: Frame) -> Image.Image:
    """Sun or moon over waves with glitter."""
    rng = frame.rng("plan")
    sky_codes, near, light, cloud = (hexes(*p.split()) for p in PALETTES[frame.seed % len(PALETTES)])
    horizon = rng.uniform(0.36, 0.52)
    sun = (frame.aspect * rng.uniform(0.3, 0.7), horizon - rng.uniform(0.05, 0.17))
    picture = skies.gradient(frame, sky_codes, horizon)
    density = skies.clouds(frame, horizon, cover=rng.uniform(0.38, 0.6), flat=4)
    picture = skies.lit_clouds(frame, picture, density, sun, cloud)
    skies.add_sun(frame, picture, sun, radius=rng.uniform(0.014, 0.026), light=light[0], glow=0.6)
    picture = water.sea(frame, picture, horizon, near[0], chop=0.9)
    shine = water.glitter(frame, horizon, sun[0], width=rng.uniform(0.16, 0.3), rough=0.42)
    picture += shine[..., None] * light[0] * 2.2
    _haze(frame, picture, horizon, sky_codes[-1])
    return develop(frame, picture, Look(contrast=0.18, bloom=0.2, halation=0.14, grain=0.4))


def _haze(frame: Frame, picture: Plane, horizon: float, tint: Plane) -> None:
    over(picture, tint * 0.85, 0.45 * np.exp(-np.abs(frame.y - horizon) / 0.018) * np.ones_like(frame.x))


def tide(frame: Frame) -> Image.Image:
    """A long exposure: silky water around dark rocks."""
    rng = frame.rng("plan")
    sky_codes, near, light, cloud = (hexes(*p.split()) for p in PALETTES[(frame.seed + 3) % len(PALETTES)])
    horizon = rng.uniform(0.3, 0.42)
    sun = (frame.aspect * rng.uniform(0.2, 0.8), horizon - 0.08)
    picture = skies.gradient(frame, sky_codes, horizon)
    density = skies.clouds(frame, horizon, cover=0.55, flat=2.2, size=1.0)
    density = blur(density, 0.10 * frame.height, 0.008 * frame.height)
    picture = skies.lit_clouds(frame, picture, density, sun, cloud)
    skies.add_sun(frame, picture, sun, radius=0.012, light=light[0], glow=0.4)
    smooth_sky = blur(picture, 0.03 * frame.height, 0.006 * frame.height)
    picture = water.sea(frame, smooth_sky, horizon, near[0], chop=0.12)
    picture[: int(horizon * frame.height)] = smooth_sky[: int(horizon * frame.height)]
    swirl = fbm(frame, "silk", 1.2, 9, octaves=5, gain=0.45)
    depth = smooth(horizon, 1.0, frame.y)
    over(picture, sky_codes[-1], np.clip(0.20 * swirl + 0.02, 0, 0.45) * smooth(horizon, horizon + 0.1, frame.y))
    stone = fbm(frame, "stone", 14, 26, octaves=6, gain=0.65)
    for i in range(int(rng.integers(5, 9))):
        _rock(frame, picture, i, horizon, (near[0], sky_codes[-1]), stone)
    picture *= (1 - 0.42 * depth)[..., None]
    return develop(frame, picture, Look(contrast=0.22, bloom=0.14, halation=0.08, grain=0.4, saturation=0.85))


def _rock(frame: Frame, picture: Plane, i: int, horizon: float, tones: tuple[Plane, Plane], texture: Plane) -> None:
    dark, pale = tones
    rng = frame.rng(f"rock{i}")
    foot = horizon + 0.05 + (0.85 - horizon) * (i / 8) ** 1.3
    size = (foot - horizon) * rng.uniform(0.5, 1.1) + 0.01
    x = frame.aspect * rng.uniform(0.02, 0.98)
    t = np.linspace(-1, 1, 90)
    crown = (1 - np.abs(t) ** 2.2) ** 0.8 * (0.45 + 0.32 * curve(rng, t + 1, 2.2, octaves=6, gain=0.55))
    top = [(float(x + u * size), float(foot - max(0.0, h) * size * 0.55)) for u, h in zip(t, crown, strict=True)]
    stencil = Stencil(frame)
    stencil.polygon([*top, (x + size, foot), (x, foot + size * 0.07), (x - size, foot)])
    h = frame.height
    rows = slice(max(0, int((foot - size) * h)), min(h, int((foot + size * 0.5) * h) + 2))
    columns = slice(max(0, int((x - size * 1.6) * h)), min(frame.width, int((x + size * 1.6) * h) + 2))
    if rows.stop - rows.start < 4 or columns.stop - columns.start < 4:
        return
    mask, part = stencil.mask()[rows, columns], picture[rows, columns]
    px, py = frame.x[:, columns], frame.y[rows]
    grain = np.roll(texture, (137 * i, 211 * i), (0, 1))[rows, columns]
    light = np.clip(0.16 + 0.10 * grain + 0.5 * (foot - py) / size, 0.02, 0.8)
    shadow = np.roll(blur(mask, 0.02 * h, 0.05 * size * h), round(0.06 * size * h), 0)
    over(part, dark * 0.5, shadow * 0.55 * (py > horizon))
    over(part, dark * 0.35 + pale * light[..., None] * 0.28, mask)
    foam = np.exp(-(((py - foot) / (0.05 * size)) ** 2)) * np.exp(-(((px - x) / (1.1 * size)) ** 4))
    over(part, pale * 1.05, np.clip(foam * (0.5 + 0.25 * grain), 0, 0.85))
