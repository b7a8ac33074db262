"""Quiet places by the water: a lighthouse in fog, a pier, boats in mist."""

from __future__ import annotations

import numpy as np
from PIL import Image

from photos.demo.scenes import skies, water
from photos.demo.scenes.frame import Frame, Plane, colour, hexes, over, ramp, smooth
from photos.demo.scenes.noise import curve, fbm
from photos.demo.scenes.optics import Look, blur, develop
from photos.demo.scenes.shapes import Stencil, below, disc, figure, taper

EVENINGS = (
    ("26405a 5f7f90 b0b8b0 e0cfae", "ffd890", "15242e"),
    ("1a2440 4a4f78 a8809a f0b0a0", "ffc890", "141828"),
    ("50646c 8a9c9e bcc6c2 dcdcd0", "fff0c8", "2a3438"),
    ("0c1a2c 1e3a52 40687a 84a0a0", "ffe0a0", "060f18"),
)


def lighthouse(frame: Frame) -> Image.Image:
    """A lighthouse on a headland, its beam in the fog."""
    rng = frame.rng("plan")
    codes, light, dark = (hexes(*p.split()) for p in EVENINGS[frame.seed % len(EVENINGS)])
    horizon = rng.uniform(0.66, 0.74)
    x = frame.aspect * rng.choice([rng.uniform(0.28, 0.4), rng.uniform(0.6, 0.72)])
    top, foot = rng.uniform(0.2, 0.28), horizon - 0.085
    picture = skies.gradient(frame, codes, horizon)
    density = skies.clouds(frame, horizon, cover=0.5, flat=3.5, size=1.1)
    over(picture, codes[2] * 0.95, density * 0.45)
    picture = water.sea(frame, picture, horizon, dark[0] * 1.6, chop=0.9)
    picture += (water.glitter(frame, horizon, float(x), width=0.1, rough=0.4) * 0.5)[..., None] * light[0]
    _headland(frame, picture, rng, (float(x), foot, horizon), dark[0], codes)
    _tower(frame, picture, (float(x), top, foot), codes, dark[0])
    _beam(frame, picture, (float(x), top + 0.028), light[0], rng)
    bank = smooth(-0.4, 2.0, fbm(frame, "bank", 1.0, 5, octaves=6)) * np.exp(-(((frame.y - horizon) / 0.13) ** 2))
    over(picture, codes[-1] * 0.9, bank * 0.75)
    return develop(frame, picture, Look(contrast=0.18, bloom=0.3, halation=0.2, grain=0.5, vignette=0.32))


def _headland(
    frame: Frame, picture: Plane, rng: np.random.Generator, place: tuple[float, float, float], dark: Plane, codes: Plane
) -> None:
    x, foot, horizon = place
    side = 1.0 if x > frame.aspect / 2 else -1.0
    reach = (frame.x[0] - x) * side
    shape = smooth(-0.34, -0.06, reach) * (horizon - foot) + 0.05 * smooth(0.05, 0.6, reach)
    line = horizon + 0.012 - shape - 0.016 * curve(rng, frame.x[0], 6, octaves=7, gain=0.6) * smooth(-0.36, -0.2, reach)
    texture = fbm(frame, "rock", 12, 18, octaves=7, gain=0.65)
    tone = dark * 1.3 + codes[2] * 0.10
    paint = tone * np.clip(1 + 0.35 * texture + 2.0 * (line[None, :] + 0.03 - frame.y), 0.25, 2.2)[..., None]
    fade = smooth(horizon + 0.035, horizon + 0.008, frame.y + 0.008 * texture)
    over(picture, paint, below(frame, line) * fade)


def _tower(frame: Frame, picture: Plane, place: tuple[float, float, float], codes: Plane, dark: Plane) -> None:
    x, top, foot = place
    tall = foot - top
    wide, narrow = tall * 0.105, tall * 0.062
    t = np.clip((frame.y - top) / tall, 0, 1)
    half = narrow + (wide - narrow) * t**1.3
    u = (frame.x - x) / half
    shaft = (
        np.clip((1 - np.abs(u)) * half / frame.px + 0.5, 0, 1)
        * (frame.y > top + tall * 0.14)
        * (frame.y < foot + 0.012)
    )
    red = np.mod(t * 5 + 0.1, 2) < 1
    white = hexes("d8d4c8")[0]
    coat = np.where(red[..., None], hexes("9a3428", "2c3440", "23424a")[frame.seed % 3], white)
    round_light = np.clip(0.72 - 0.42 * u * (1 if x < frame.aspect / 2 else -1) - 0.25 * u * u, 0.1, 1.2)
    fog = 0.32
    paint = coat * (round_light * 0.8)[..., None] * (1 - fog) + codes[2] * fog
    over(picture, paint, shaft)
    stencil, glass = Stencil(frame, 3), Stencil(frame, 3)
    n, lamp = narrow, top + tall * 0.14
    stencil.polygon(
        [(x - n * 1.5, lamp), (x + n * 1.5, lamp), (x + n * 1.3, lamp + 0.012), (x - n * 1.3, lamp + 0.012)]
    )
    stencil.polygon([(x - n * 0.95, top + 0.005), (x, top - n * 1.0), (x + n * 0.95, top + 0.005)])
    stencil.line([(x, top - n * 1.9), (x, top)], 0.0018)
    for bar in (-0.75, 0.0, 0.75):
        stencil.line([(x + n * bar, top), (x + n * bar, lamp)], 0.0016)
    glass.polygon([(x - n * 0.75, top), (x + n * 0.75, top), (x + n * 0.75, lamp), (x - n * 0.75, lamp)])
    over(picture, colour("fff2c8") * 2.2, glass.mask())
    over(picture, dark * 1.2 + codes[2] * 0.10, stencil.mask())


def _beam(frame: Frame, picture: Plane, lamp: tuple[float, float], light: Plane, rng: np.random.Generator) -> None:
    dx, dy = frame.x - lamp[0], frame.y - lamp[1]
    distance, tilt = np.hypot(dx, dy), rng.uniform(-0.08, 0.03)
    drift = 0.8 + 0.25 * fbm(frame, "drift", 2, 3, octaves=6)
    for way, power in ((1.0, 1.0), (-1.0, 0.6)):
        aside = np.abs(np.arctan2(dy - tilt * way * dx, dx * way)) / 0.085
        ray = np.exp(-(aside**2)) * np.exp(-distance / 0.75) * smooth(0.0, 0.05, distance)
        picture += (ray * drift * power * 0.75)[..., None] * light
    picture += (np.exp(-distance / 0.018) * 1.6 + np.exp(-distance / 0.10) * 0.35)[..., None] * light


def pier(frame: Frame) -> Image.Image:
    """Somebody at the end of a pier: black and white, long exposure."""
    rng = frame.rng("plan")
    horizon = rng.uniform(0.44, 0.54)
    warm = hexes(*("1a1a1c 8a8a8c e8e6e2", "14161c 7d848e e6e8ea", "1c1714 94897c efe6da")[frame.seed % 3].split())
    streak = blur(fbm(frame, "streak", 1.1, 3.2, octaves=6), 0.10 * frame.height, 0.006 * frame.height)
    value = 0.80 - 0.55 * (1 - frame.y / horizon) + 0.26 * streak * smooth(horizon, horizon * 0.4, frame.y)
    picture = ramp(warm, np.clip(value, 0.05, 1))
    centre = frame.aspect * rng.uniform(0.4, 0.6)
    picture = water.mirrored(frame, picture, horizon, ripple=0.012, calm=0.5, dim=0.95)
    over(picture, warm[2], 0.5 * np.exp(-(((frame.y - horizon) / 0.02) ** 2)) * np.ones_like(frame.x))
    _deck(frame, picture, (centre, horizon), rng, warm)
    return develop(frame, picture, Look(contrast=0.24, bloom=0.12, halation=0, grain=0.7, vignette=0.45))


def _deck(frame: Frame, picture: Plane, vanish: tuple[float, float], rng: np.random.Generator, tones: Plane) -> None:
    """Planks in one-point perspective, posts on both sides, and one or two people far out."""
    cx, horizon = vanish
    end, half = horizon + 0.028, rng.uniform(0.36, 0.5)
    depth = np.maximum(frame.y - horizon, 1e-3)
    u = (frame.x - cx) / (depth / (1 - horizon) * half)
    far = 1 / depth
    plank = np.abs(np.mod(far * 2.3, 1) - 0.5)
    gap = smooth(0.44, 0.49, plank) * smooth(0.02, 0.12, depth)
    grain = fbm(frame, "grain", 6, 60, octaves=5, gain=0.7)
    tint = np.clip(0.36 + 0.05 * grain + 0.16 * np.exp(-depth / 0.1) - 0.28 * gap, 0.02, 1)
    edge = np.clip((1 - np.abs(u)) * depth * half / frame.px + 0.5, 0, 1) * (frame.y > end)
    shadow = smooth(1.35, 0.95, np.abs(u)) * (frame.y > end) * 0.55
    over(picture, tones[0] * 0.4, shadow)
    over(picture, ramp(tones, tint), edge)
    stencil = Stencil(frame, 3)
    _posts(stencil, cx, horizon, half)
    size = rng.uniform(0.11, 0.16)
    for i in range(int(rng.integers(1, 3))):
        place, tall = cx + (i - 0.5) * 0.045 * (1 if i else 0.2), size * (1 - 0.08 * i)
        pose, umbrella = float(rng.uniform(-1, 1)), i == 0 and rng.random() < 0.6
        for part in figure(place, end + 0.012, tall, pose=pose, umbrella=umbrella):
            stencil.polygon(part)
    over(picture, tones[0] * 0.5, stencil.mask())


def _posts(stencil: Stencil, cx: float, horizon: float, half: float) -> None:
    """Pairs of posts that grow towards the viewer, along a deck `half` wide at the picture's lower edge."""
    near = 0.028
    while near <= 1:
        wide, tall = near * 0.055, near * 0.42
        for way in (-1.0, 1.0):
            x, y = cx + way * near / (1 - horizon) * half * 1.03, horizon + near
            left, right, foot = x - wide, x + wide, y + near * 0.4
            stencil.polygon([(left, foot), (left, y - tall), (right, y - tall), (right, foot)])
            stencil.disc(x, y - tall, wide, wide * 0.35)
        near *= 1.42


MISTS = (
    ("d9d3c4 e9dfcb f2e4c4 f6e9cf", "f0703a", "3a4048"),
    ("a8bcc8 c8d2d4 e4dfd4 efe6d8", "ffe9b8", "24323c"),
    ("c88a78 e0a98a f0c89a f6d8ac", "fff0c0", "3c2430"),
    ("8fa8a4 b0c2ba cfd6c8 dfe0d2", "fff4d0", "1f3430"),
)


def boats(frame: Frame) -> Image.Image:
    """Fishing boats on a lake as still as glass."""
    rng = frame.rng("plan")
    codes, sun, dark = (hexes(*p.split()) for p in MISTS[frame.seed % len(MISTS)])
    shore = rng.uniform(0.46, 0.56)
    picture = skies.gradient(frame, codes, shore)
    x, y = frame.aspect * rng.uniform(0.25, 0.75), shore - rng.uniform(0.14, 0.3)
    over(picture, sun[0] * 1.25, disc(frame, x, y, rng.uniform(0.035, 0.06), 0.004) * 0.9)
    picture += (np.exp(-np.hypot(frame.x - x, frame.y - y) / 0.12) * 0.25)[..., None] * sun[0]
    for i in range(4):
        line = shore - (0.17 - 0.045 * i) * (
            0.35 + 0.5 * (1 + curve(frame.rng(f"hill{i}"), frame.x[0], 1.0 + 0.5 * i, ridged=True))
        )
        tone = codes[-1] + (dark[0] - codes[-1]) * (0.12 + 0.11 * i)
        fog = smooth(shore - 0.10, shore, frame.y) * 0.85
        paint = tone * np.ones((frame.height, frame.width, 1), np.float32)
        over(paint, codes[-1], fog * np.ones_like(frame.x))
        over(picture, paint, below(frame, line))
    stencil = Stencil(frame, 2)
    picture = water.mirrored(frame, picture, shore, ripple=0.010, calm=0.25, dim=0.97)
    for i in range(int(rng.integers(1, 4))):
        _boat(
            frame,
            picture,
            rng,
            (frame.aspect * rng.uniform(0.15, 0.85), shore + 0.06 + 0.13 * i + 0.05 * rng.random()),
            shore,
            dark[0],
        )
    _reeds(frame, stencil, rng)
    over(picture, dark[0] * 0.35, stencil.mask())
    return develop(frame, picture, Look(contrast=0.16, bloom=0.14, halation=0.1, grain=0.5, vignette=0.22))


def _boat(
    frame: Frame, picture: Plane, rng: np.random.Generator, place: tuple[float, float], shore: float, dark: Plane
) -> None:
    x, y = place
    size = (y - shore + 0.05) * rng.uniform(0.65, 0.85)
    way = float(rng.choice([-1, 1]))
    stencil = Stencil(frame, 3)
    t = np.linspace(-1, 1, 40)
    sheer = [(x + way * float(s) * size, y - size * (0.09 + 0.16 * float(abs(s)) ** 2.6 + 0.05 * float(s))) for s in t]
    keel = [(x + way * float(s) * size * 0.82, y + size * 0.02 - size * 0.10 * float(abs(s)) ** 3) for s in t[::-1]]
    stencil.polygon([*sheer, *keel])
    for part in figure(x - way * size * 0.35, y - size * 0.06, size * 0.66, pose=way):
        stencil.polygon(part)
    hat = (x - way * size * 0.35, y - size * 0.06 - size * 0.66)
    stencil.polygon(
        [
            (hat[0] - size * 0.14, hat[1] + size * 0.07),
            (hat[0], hat[1] - size * 0.03),
            (hat[0] + size * 0.14, hat[1] + size * 0.07),
        ]
    )
    stencil.line([(x - way * size * 0.12, y - size * 0.95), (x - way * size * 0.55, y + size * 0.12)], 0.0022)
    mask = stencil.mask()
    fade = 0.62 + 0.35 * smooth(shore, shore + 0.35, frame.y)
    rows = np.clip(2 * y - frame.y, 0, 1)
    wobble = 0.0035 * np.sin((frame.y - y) * 320 + 3 * np.sin(frame.x * 30)) * smooth(0.0, 0.06, frame.y - y)
    columns = np.clip(((frame.x + wobble) * frame.height).astype(int), 0, frame.width - 1)
    mirror = mask[np.clip((rows * frame.height).astype(int), 0, frame.height - 1), columns] * (frame.y > y)
    over(picture, dark * 0.6, blur(mirror, 0.6, 0.004 * frame.height) * 0.6)
    over(picture, dark * 0.45, mask * fade)


def _reeds(frame: Frame, stencil: Stencil, rng: np.random.Generator) -> None:
    corner = float(rng.choice([0.0, 1.0])) * frame.aspect
    for _ in range(46):
        x = corner + rng.normal(0, 0.13)
        tall, lean = rng.uniform(0.08, 0.3) * np.exp(-abs(x - corner) / 0.25), rng.normal(0, 0.06)
        t = np.linspace(0, 1, 14)
        path = [(float(x + lean * s * s), float(1.01 - tall * s)) for s in t]
        stencil.polygon(taper(path, 0.0042, 0.0006))
        if rng.random() < 0.3:
            stencil.polygon(taper(path[9:12], 0.0085, 0.0085))
