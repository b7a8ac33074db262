"""Night skies: the milky way over a ridge, and star trails."""

from __future__ import annotations

import numpy as np
from PIL import Image

from photos.demo.scenes import skies
from photos.demo.scenes.frame import Frame, Plane, hexes, over, ramp, smooth
from photos.demo.scenes.noise import curve, fbm
from photos.demo.scenes.optics import Look, blur, develop
from photos.demo.scenes.shapes import Stencil, below, conifer


def milky_way(frame: Frame) -> Image.Image:
    rng = frame.rng("plan")
    glow = hexes("ffb070", "ff8f7a", "8fd0a8", "ffc890")[frame.seed % 4]
    picture = skies.gradient(frame, hexes("050816", "0a1226", "14233c", "2c4256"), 0.86, 1.2)
    over(
        picture,
        glow * 0.42,
        smooth(0.55, 0.95, frame.y) * np.exp(-(((frame.x / frame.aspect - 0.62) / 0.5) ** 2)) * 0.6,
    )
    empty = picture.copy()
    band, dust = _band(frame, rng)
    picture += (ramp(hexes("05070d", "2a3148", "8a7f8c", "f3d9b8"), np.clip(band, 0, 1)) * band[..., None]) * 1.15
    over(picture, empty * 0.75, np.clip(dust, 0, 0.9))
    density = np.clip(0.35 + 0.9 * band - 0.7 * dust, 0.05, 1)
    picture += skies.stars(frame, count=15000, brightness=0.85, density=density)
    _ridge(frame, picture, rng)
    return develop(
        frame, picture, Look(exposure=1.45, contrast=0.2, bloom=0.3, halation=0.05, grain=0.5, vignette=0.36)
    )


def _band(frame: Frame, rng: np.random.Generator) -> tuple[Plane, Plane]:
    """Brightness of the milky way and the dust lanes before it."""
    angle, shift = rng.uniform(0.75, 1.25) * rng.choice([-1, 1]), rng.uniform(-0.1, 0.2)
    x, y = frame.x - frame.aspect / 2, frame.y - 0.5
    warp = 0.05 * fbm(frame, "warp", 2, 2, octaves=4)
    aside = x * np.sin(angle) - y * np.cos(angle) + shift + warp
    along = x * np.cos(angle) + y * np.sin(angle)
    core = np.exp(-(((along - 0.15) / 0.55) ** 2))
    cloud = fbm(frame, "cloud", 3.5, 3.5, octaves=8, gain=0.62)
    width = 0.13 + 0.07 * core
    band = np.exp(-((aside / width) ** 2)) * (0.35 + 0.65 * core) * np.clip(0.75 + 0.3 * cloud, 0, 2)
    lanes = fbm(frame, "lanes", 2.6, 2.6, octaves=8, gain=0.6)
    middle = np.exp(-(((aside + 0.015) / (0.05 + 0.03 * core)) ** 2))
    dust = smooth(0.0, 1.3, lanes + 1.1 * middle - 0.65) * np.exp(-((aside / 0.16) ** 2)) * 0.9
    return np.asarray(band * 0.62), np.asarray(
        dust * smooth(0.03, 0.22, np.exp(-((aside / width) ** 2)) * (0.2 + core) * 0.5)
    )


def _ridge(frame: Frame, picture: Plane, rng: np.random.Generator) -> None:
    far = 0.83 - 0.10 * curve(rng, frame.x[0], 1.2, ridged=True)
    over(picture, hexes("0b1420")[0], below(frame, far))
    line = 0.93 - 0.05 * curve(rng, frame.x[0], 1.6)
    mask = below(frame, line)
    if rng.random() < 0.6:
        stencil = Stencil(frame)
        for x in rng.uniform(0, frame.aspect, int(26 * frame.aspect)):
            column = int(min(x * frame.height, frame.width - 1))
            stencil.polygon(conifer(rng, float(x), float(line[column]) + 0.02, rng.uniform(0.05, 0.16), 0.18))
        mask = np.maximum(mask, stencil.mask())
    over(picture, hexes("03060b")[0], mask)
    if rng.random() < 0.7:
        _tent(frame, picture, rng, line)


def _tent(frame: Frame, picture: Plane, rng: np.random.Generator, line: Plane) -> None:
    x, size = frame.aspect * rng.uniform(0.25, 0.75), 0.042
    base = float(line[int(x * frame.height)]) + 0.02
    stencil = Stencil(frame, 4)
    t = np.linspace(-1, 1, 30)
    stencil.polygon([(x + float(u) * size * 1.25, base - size * float(1 - abs(u) ** 1.7)) for u in t])
    mask = stencil.mask()
    inner = np.exp(-((((frame.x - x) / size) ** 2) + ((frame.y - base + 0.01) / size) ** 2) * 1.1)
    picture += (blur(mask, 0.03 * frame.height) * 0.5)[..., None] * hexes("ff9a4a")[0]
    over(picture, hexes("ff9a3c")[0] * (0.35 + 1.5 * inner)[..., None], mask)
    seam = np.exp(-(((frame.x - x) / 0.0012) ** 2)) * mask
    over(picture, hexes("6a3010")[0], seam * 0.7)


def star_trails(frame: Frame) -> Image.Image:
    """An hour of sky: arcs around the pole."""
    rng = frame.rng("plan")
    picture = skies.gradient(frame, hexes("071226", "10284a", "2b4d74", "7d7f92"), 0.9, 1.3)
    centre = (frame.aspect * rng.uniform(0.3, 0.7), rng.uniform(0.3, 0.6))
    distance = np.hypot(frame.x - centre[0], frame.y - centre[1])
    angle = np.arctan2(frame.y - centre[1], frame.x - centre[0])
    light = np.zeros((frame.height, frame.width, 3), np.float32)
    rings = rng.uniform(0.004, 1.5, 620)
    span = rng.uniform(0.55, 0.85)
    lookup = np.argsort(rings)
    rings = rings[lookup]
    for shift in (-1, 0, 1):
        near = np.clip(np.searchsorted(rings, distance) + shift, 0, len(rings) - 1)
        start = rng.uniform(-np.pi, np.pi, len(rings))
        power = (0.05 / np.maximum(rng.random(len(rings)), 0.01)) ** 0.8
        tint = 1 + rng.normal(0, 0.2, (len(rings), 3))
        turn = np.mod(angle - start[near], 2 * np.pi)
        line = np.exp(-(((distance - rings[near]) / (0.00085)) ** 2)) * smooth(span + 0.01, span, turn)
        light += (line * power[near])[..., None] * tint[near]
    picture += np.asarray(light * 0.42, np.float32)
    _ridge(frame, picture, rng)
    return develop(frame, picture, Look(contrast=0.2, bloom=0.2, halation=0.0, grain=0.4, vignette=0.35))


def moonrise(frame: Frame) -> Image.Image:
    """A great moon behind a treed ridge, birds crossing."""
    rng = frame.rng("plan")
    sky = ("101a38 2a3a62 6a6488 c98f88", "0a1420 14303f 2f5f68 8fa89a", "1a1024 47274a 9a4f5c f0a070")[frame.seed % 3]
    codes = hexes(*sky.split())
    picture = np.broadcast_to(ramp(codes, frame.y[:, 0] * 1.1)[:, None], (frame.height, frame.width, 3)).copy()
    radius = rng.uniform(0.16, 0.24)
    x, y = frame.aspect * rng.uniform(0.35, 0.65), rng.uniform(0.36, 0.5)
    distance = np.hypot(frame.x - x, frame.y - y)
    picture += (np.exp(-np.maximum(distance - radius, 0) / 0.12) * 0.22)[..., None] * hexes("ffe2b8")[0]
    maria = fbm(frame, "maria", 4, 4, octaves=7, gain=0.55)
    limb = np.sqrt(np.clip(1 - (distance / radius) ** 2, 0, 1))
    face = (0.98 - 0.30 * smooth(0.0, 1.3, maria)) * (0.72 + 0.28 * limb)
    warm = ramp(hexes("fff4dc", "ffdca8", "f2a878"), np.clip((frame.y - y) / radius * 0.5 + 0.5, 0, 1))
    over(picture, warm * face[..., None] * 1.1, smooth(radius + frame.px, radius - frame.px, distance))
    veil = smooth(0.3, 2.2, fbm(frame, "veil", 1, 7, octaves=7)) * smooth(0.2, 0.8, frame.y) * 0.7
    over(picture, codes[2] * 0.9, veil)
    _pines(frame, picture, codes)
    return develop(frame, picture, Look(contrast=0.2, bloom=0.2, halation=0.1, grain=0.5, vignette=0.35))


def _pines(frame: Frame, picture: Plane, codes: Plane) -> None:
    rng = frame.rng("ridge")
    for i, (level, tone) in enumerate(((0.74, 0.55), (0.84, 0.25), (0.94, 0.06))):
        line = level - 0.06 * curve(rng, frame.x[0], 1.1 + 0.4 * i)
        stencil = Stencil(frame)
        for x in rng.uniform(0, frame.aspect, int((120 - 35 * i) * frame.aspect)):
            base = float(line[int(min(x * frame.height, frame.width - 1))])
            stencil.polygon(conifer(rng, float(x), base + 0.015, rng.uniform(0.02, 0.045) * (1 + i), 0.17))
        over(picture, codes[1] * tone + codes[2] * tone * 0.25, np.maximum(stencil.mask(), below(frame, line)))
    birds = Stencil(frame, 3)
    x, y = frame.aspect * rng.uniform(0.3, 0.6), rng.uniform(0.3, 0.5)
    for i in range(9):
        bx, by = x + 0.035 * abs(i - 4) * (1.1 if i < 4 else 0.9) - 0.02 * i, y + 0.018 * (i - 4) + rng.normal(0, 0.004)
        size, flap = rng.uniform(0.008, 0.012), rng.uniform(-0.2, 0.8)
        wing = [(bx - size, by - size * flap), (bx - size * 0.4, by - size * 0.45 * flap - 0.001), (bx, by),
                (bx + size * 0.4, by - size * 0.45 * flap - 0.001), (bx + size, by - size * flap)]  # fmt: skip
        birds.line(wing, 0.0018)
    over(picture, codes[0] * 0.4, birds.mask())
