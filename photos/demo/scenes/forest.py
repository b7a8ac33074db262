"""Woods: fir forest with light shafts, and birches in snow."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PIL import Image

from photos.demo.scenes.frame import Frame, Plane, hexes, over, ramp, smooth
from photos.demo.scenes.noise import curve, fbm, sample, tile
from photos.demo.scenes.optics import Look, blur, develop
from photos.demo.scenes.shapes import Stencil, below, taper

PALETTES = (
    ("fbeec2 d9d89a 8fa873 4f7350 23452f 0d2018", "fff0b8"),
    ("ffe3b0 e9b878 b08a58 6e6038 3a3a22 17190f", "ffd48a"),
    ("e6f0ea b3cbc4 7d9f9c 4b7073 254750 0b1f28", "eefaf2"),
    ("ffdcc0 e2a08c a36f74 694e62 39304a 151425", "ffc49a"),
)


def forest(frame: Frame) -> Image.Image:
    """Tall trunks in mist with the sun breaking through."""
    rng = frame.rng("plan")
    fog, light = (hexes(*p.split()) for p in PALETTES[frame.seed % len(PALETTES)])
    sun = (frame.aspect * rng.uniform(0.25, 0.75), rng.uniform(0.08, 0.3))
    distance = np.hypot(frame.x - sun[0], (frame.y - sun[1]) * 0.8)
    picture = ramp(fog, np.clip(distance * 0.55 - 0.02, 0, 0.62))
    picture += (np.exp(-distance / 0.13) * 0.8)[..., None] * light[0]
    layers = 6
    for i in range(layers):
        _stand(frame, picture, i, layers, fog, distance)
    shafts = _shafts(frame, sun)
    picture += shafts[..., None] * light[0] * 0.55
    return develop(frame, picture, Look(contrast=0.2, bloom=0.25, halation=0.1, grain=0.45, vignette=0.35))


def _stand(frame: Frame, picture: Plane, i: int, layers: int, fog: Plane, distance: Plane) -> None:
    """Draws one row of trees (0 is the farthest) with its ground and the mist before it."""
    t = i / (layers - 1)
    rng = frame.rng(f"stand{i}")
    foot = 0.66 + 0.3 * t**1.3 + 0.02 * curve(rng, frame.x[0], 1.4 - 0.5 * t)
    stencil = Stencil(frame)
    for _ in range(max(2, round((15 - 11 * t) * frame.aspect))):
        _tree(frame, stencil, rng, t, foot)
    crowns = fbm(frame, f"crowns{i}", 3.5 - t, 3.5 - t, octaves=7, gain=0.68)
    canopy = smooth(0.25, 0.6, crowns * 0.42 + 0.22 * (1 + t) - frame.y * (2.2 - 0.5 * t))
    mask = np.maximum(np.maximum(stencil.mask(), below(frame, foot, 0.004)), canopy)
    tone = ramp(fog, np.asarray(0.34 + 0.66 * t))
    paint = np.broadcast_to(tone, picture.shape).copy()
    moss = fbm(frame, f"moss{i}", 9, 30, octaves=6, gain=0.6)
    ground = smooth(0, 0.06, frame.y - foot[None, :])
    paint *= (1 + ground * 0.35 * np.clip(moss, -1.5, 2.5))[..., None]
    over(paint, ramp(fog, np.asarray(0.12)) * 1.1, np.exp(-distance / 0.20) * (0.85 - 0.6 * t))
    over(picture, paint, mask * (0.75 + 0.25 * t))
    haze = np.exp(-(((frame.y - foot[None, :]) / 0.10) ** 2)) * (0.42 - 0.36 * t)
    over(picture, ramp(fog, np.clip(distance * 0.5, 0, 0.5)), np.clip(haze, 0, 1))


def _tree(frame: Frame, stencil: Stencil, rng: np.random.Generator, t: float, foot: Plane) -> None:
    x = rng.uniform(-0.05, 1.05) * frame.aspect
    base = float(foot[int(np.clip(x * frame.height, 0, frame.width - 1))]) + 0.01
    width = (0.007 + 0.045 * t**1.6) * rng.uniform(0.7, 1.3)
    lean = rng.normal(0, 0.03)
    ys = np.linspace(base, -0.05, 24)
    xs = x + lean * (base - ys) + width * 0.25 * curve(rng, (base - ys), 3, octaves=4)
    trunk = [(float(a), float(b)) for a, b in zip(xs, ys, strict=True)]
    stencil.polygon(taper(trunk, width * 1.25, width * 0.7))
    up = np.linspace(0, 1, 12)
    flare = width * (0.62 + 0.62 * np.exp(-up * 4.5))
    left = [(float(x - half), float(base + 0.01 - width * 2.6 * rise)) for half, rise in zip(flare, up, strict=True)]
    stencil.polygon([*left, *((2 * x - edge, y) for edge, y in reversed(left))])
    for _ in range(int(rng.integers(2, 9))):
        k = int(rng.integers(9, 23))
        reach, side = rng.uniform(0.03, 0.14) * (0.5 + t), rng.choice([-1, 1])
        ts = np.linspace(0, 1, 8)
        twig = [(float(xs[k] + side * reach * s), float(ys[k] - reach * (0.3 * s - 0.5 * s * s))) for s in ts]
        stencil.polygon(taper(twig, width * 0.25, 0.0008))


def _shafts(frame: Frame, sun: tuple[float, float]) -> Plane:
    rng = frame.rng("shafts")
    source = (sun[0], sun[1] - 0.35)
    angle = np.arctan2(frame.x - source[0], frame.y - source[1])
    distance = np.hypot(frame.x - source[0], frame.y - source[1])
    spread = np.linspace(-np.pi, np.pi, 4096)
    beams = smooth(0.02, 0.75, curve(rng, spread + np.pi, 3.2, octaves=6, gain=0.75))
    bright = np.interp(angle.ravel(), spread, beams).reshape(angle.shape)
    dust = 1 + 0.25 * fbm(frame, "dust", 2, 4, octaves=5)
    fall = smooth(0.15, 0.45, distance) * np.exp(-distance / 0.65) * np.exp(-((angle / 0.75) ** 2))
    return np.asarray(bright * dust * fall * 1.5, np.float32)


def birches(frame: Frame) -> Image.Image:
    """Birch trunks in a snowy field, snow falling."""
    rng = frame.rng("plan")
    sky = hexes(*("93a5b8 c9d2da f0eeec", "7f8fb0 c4b6c4 f6d9c8", "6d8296 a9bac4 dfe6e8")[frame.seed % 3].split())
    shade = hexes("8fa3bd", "9aa0c0", "8aa2b0")[frame.seed % 3]
    picture = np.broadcast_to(ramp(sky, smooth(0, 0.7, frame.y)[:, 0])[:, None], (frame.height, frame.width, 3)).copy()
    side = rng.choice([-1.0, 1.0])
    for i in range(5):
        _birch_row(frame, picture, i, sky[-1], shade, side)
    _snowfall(frame, picture)
    return develop(frame, picture, Look(contrast=0.2, bloom=0.1, halation=0.04, grain=0.45, exposure=0.98))


def _birch_row(frame: Frame, picture: Plane, i: int, pale: Plane, shade: Plane, side: float) -> None:
    t = i / 4
    rng = frame.rng(f"row{i}")
    line = 0.62 + 0.28 * t**1.2 + 0.025 * curve(rng, frame.x[0], 1.1, octaves=4, gain=0.35)
    drift = fbm(frame, f"drift{i}", 2, 9, octaves=6, gain=0.45)
    snow = pale * (0.93 + 0.05 * np.clip(drift, -2, 2))[..., None]
    over(snow, shade * 1.15, np.clip(0.30 + 0.22 * drift - 0.9 * (frame.y - line[None, :]), 0, 0.8))
    fade = 0.35 + 0.65 * t
    over(picture, snow, below(frame, line, 0.006))
    for _ in range(max(2, round((13 - 10.5 * t) * frame.aspect))):
        x = rng.uniform(-0.02, 1.02) * frame.aspect
        foot = float(line[int(np.clip(x * frame.height, 0, frame.width - 1))]) + 0.012
        width = (0.008 + 0.052 * t**1.5) * rng.uniform(0.75, 1.25)
        _cast(frame, picture, (x, foot, width), shade * 0.72, side * (0.4 + t))
        _birch(frame, picture, rng, (x, foot, width), fade, side)
    over(picture, pale, np.exp(-(((frame.y - line[None, :]) / 0.09) ** 2)) * (0.3 - 0.28 * t))


def _cast(frame: Frame, picture: Plane, place: tuple[float, float, float], shade: Plane, side: float) -> None:
    """The long blue shadow of a trunk on the snow."""
    x, foot, width = place
    first = max(0, int(foot * frame.height))
    down = frame.y[first:] - foot
    aside = np.abs(frame.x - x - side * down * 1.6) / (width * (0.55 + 1.5 * down))
    over(picture[first:], shade, smooth(1.25, 0.6, aside) * 0.5 * np.exp(-down * 3))


def _birch(
    frame: Frame, picture: Plane, rng: np.random.Generator, place: tuple[float, float, float], fade: float, side: float
) -> None:
    x, foot, width = place
    y = frame.y[:, 0]
    bend = 0.35 * width * curve(rng, y, 1.6, octaves=4) + rng.normal(0, 0.035) * (foot - y)
    first = max(0, int((x - width + bend.min()) * frame.height))
    last = min(frame.width, int((x + width + bend.max()) * frame.height) + 1)
    if last - first < 2:
        return
    u = (frame.x[:, first:last] - x - bend[:, None]) / (width * (0.42 + 0.14 * y / foot))[:, None]
    mask = np.clip((1 - np.abs(u)) * width * 0.5 / frame.px + 0.5, 0, 1) * smooth(foot + 0.004, foot - 0.004, frame.y)
    marks = sample(_bark(frame), u * 0.022 + x, frame.y * (0.034 / max(width, 0.012)) + x * 3)
    peel = 0.5 + 0.5 * np.cos(u * 2.2)
    dark = smooth(
        1.05, 1.35, marks + 0.3 * np.clip(curve(rng, y, 9, octaves=5)[:, None] * 2.2, -1, 2) + 0.1 * (1 - peel)
    )
    round_light = np.clip(0.62 + 0.34 * side * -u - 0.30 * u * u, 0.1, 1)
    white = hexes("e9e4dc")[0] * round_light[..., None]
    ink = hexes("2b2826")[0] * (0.6 + 0.6 * round_light)[..., None]
    paint = white + (ink - white) * (dark * 0.9)[..., None]
    part = picture[:, first:last]
    over(part, paint, mask * fade)


@lru_cache(maxsize=2)
def _bark(frame: Frame) -> Plane:
    """A tileable texture of blotches; callers stretch it across the trunk."""
    return tile(frame.rng("bark"), 512, slope=1.0, lowest=5, highest=60)


def _snowfall(frame: Frame, picture: Plane) -> None:
    rng = frame.rng("snow")
    for size, count, strength in ((0.0016, 700, 0.75), (0.003, 220, 0.6), (0.009, 26, 0.25)):
        stencil = Stencil(frame)
        for _ in range(round(count * frame.aspect)):
            stencil.disc(rng.uniform(0, frame.aspect), rng.uniform(0, 1), size * rng.uniform(0.5, 1.3))
        over(picture, hexes("ffffff")[0], blur(stencil.mask(), size * 0.35 * frame.height) * strength)
