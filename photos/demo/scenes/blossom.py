"""Blossom against the sky."""

from __future__ import annotations

import numpy as np
from PIL import Image

from photos.demo.scenes import skies
from photos.demo.scenes.frame import Frame, Plane, hexes, over, ramp, smooth
from photos.demo.scenes.noise import fbm
from photos.demo.scenes.optics import Look, blur, develop
from photos.demo.scenes.shapes import Stencil, taper

SPRINGS = (
    ("7fb0d4 b8d4e4 e8ecec", "fbe4ea f2a8bc d9688a"),
    ("a8b8c8 d0d4d4 ece4dc", "fff6f0 f4d4c8 d98a8a"),
    ("2c4a6a 5a7f9a a8bcc0", "fdeef0 eab0c0 b84a6a"),
    ("f0c8b0 f6dcc4 faeede", "ffffff f8d8d8 e08a9a"),
)


def blossom(frame: Frame) -> Image.Image:
    """Blossoming twigs against the sky, the far ones out of focus."""
    rng = frame.rng("plan")
    sky, petals = (hexes(*p.split()) for p in SPRINGS[frame.seed % len(SPRINGS)])
    picture = skies.gradient(frame, sky, 1.0)
    over(picture, sky[-1], smooth(0.0, 2.0, fbm(frame, "haze", 1, 1, octaves=3)) * 0.5)
    for i in range(int(40 * frame.aspect)):
        x, y, r = rng.uniform(0, frame.aspect), rng.uniform(0, 1), rng.uniform(0.015, 0.06)
        spot = smooth(1.0, 0.86, np.hypot(frame.x - x, frame.y - y) / r) if i < 26 else None
        if spot is not None:
            over(picture, petals[0] if i % 3 else petals[1], spot * 0.16)
    corner = float(rng.choice([0, 1]))
    for depth, soft in ((0, 0.012), (1, 0.004), (2, 0.0)):
        _bough(frame, picture, depth, soft, corner, petals)
    return develop(frame, picture, Look(contrast=0.14, bloom=0.14, halation=0.05, grain=0.4, vignette=0.2))


def _bough(frame: Frame, picture: Plane, depth: int, soft: float, corner: float, petals: Plane) -> None:
    """One branch with its twigs and flowers, blurred by `soft` picture heights."""
    rng = frame.rng(f"bough{depth}")
    layer, cover = np.zeros_like(picture), np.zeros(picture.shape[:2], np.float32)
    stencil, tips = Stencil(frame), []
    for _ in range(2):
        start = (corner * frame.aspect + (0.05 if corner else -0.05), rng.uniform(-0.05, 0.75))
        heading = (np.pi if corner else 0.0) + rng.uniform(-0.1, 0.55) * (1 if corner else -1)
        tips += _grow(
            stencil, rng, start, heading, rng.uniform(0.75, 1.0) * min(1.2, frame.aspect), 0.016 + 0.006 * depth
        )
    wood = stencil.mask()
    bark = hexes("3a2a28")[0] * (1 + 0.25 * fbm(frame, f"bark{depth}", 30, 30, octaves=4))[..., None]
    over(layer, bark, wood)
    cover = np.maximum(cover, wood)
    rng.shuffle(tips)
    for x, y in tips[: 60 + 45 * depth]:
        size = rng.uniform(0.022, 0.036) * (0.75 + 0.2 * depth)
        _flower(frame, layer, cover, rng, (x + rng.normal(0, 0.014), y + rng.normal(0, 0.014), size), petals)
    if soft:
        layer, cover = blur(layer * cover[..., None], soft * frame.height), blur(cover, soft * frame.height)
        picture += layer - picture * cover[..., None]
    else:
        over(picture, layer, cover)


def _grow(
    stencil: Stencil, rng: np.random.Generator, start: tuple[float, float], heading: float, length: float, width: float
) -> list[tuple[float, float]]:
    """Draws a branch that splits into twigs; returns the places where flowers may sit."""
    steps = max(5, int(length / 0.03))
    path, places = [start], []
    for i in range(steps):
        heading += rng.normal(0, 0.11)
        x, y = path[-1]
        path.append((x + float(np.cos(heading)) * length / steps, y - float(np.sin(heading)) * length / steps))
        if width < 0.012 and i > 0:
            places += [path[-1]] * 2
        if i > 1 and width > 0.0035 and rng.random() < 0.55:
            turn = heading + rng.choice([-1, 1]) * rng.uniform(0.4, 0.95)
            rest = length * (1 - i / steps) * rng.uniform(0.35, 0.65) + 0.03
            places += _grow(stencil, rng, path[-1], float(turn), float(rest), width * (1 - 0.6 * i / steps) * 0.55)
    stencil.polygon(taper(path, width, max(0.0012, width * 0.35)))
    return places


def _flower(
    frame: Frame, layer: Plane, cover: Plane, rng: np.random.Generator, place: tuple[float, float, float], petals: Plane
) -> None:
    x, y, size = place
    h = frame.height
    rows = slice(max(0, int((y - size) * h)), min(h, int((y + size) * h)))
    columns = slice(max(0, int((x - size) * h)), min(frame.width, int((x + size) * h)))
    if rows.stop - rows.start < 3 or columns.stop - columns.start < 3:
        return
    turn, squash, spin = rng.uniform(0, np.pi), rng.uniform(0.45, 1.0), rng.uniform(0, 2 * np.pi)
    dx, dy = (frame.x[:, columns] - x) / size, (frame.y[rows] - y) / size
    u = dx * np.cos(turn) + dy * np.sin(turn)
    v = (dy * np.cos(turn) - dx * np.sin(turn)) / squash
    radius, angle = np.hypot(u, v), np.arctan2(v, u) + spin
    lobe = np.abs(np.mod(angle * 5 / (2 * np.pi), 1) - 0.5) * 2
    outline = 0.92 * (1 - 0.55 * lobe**2.6) - 0.07 * np.exp(-((lobe / 0.10) ** 2))
    mask = np.clip((outline - radius) * size * squash / frame.px + 0.5, 0, 1)
    fold = 0.90 + 0.12 * np.cos(lobe * np.pi) - 0.10 * smooth(0.6, 1.0, lobe) + 0.07 * np.sin(angle * 35) * radius * 0.5
    light = np.clip(0.95 - 0.16 * dy - 0.12 * dx, 0.6, 1.15) * fold
    paint = ramp(petals, np.clip(0.78 - 1.05 * radius, 0, 1)) * light[..., None]
    dots = (
        smooth(0.35, 0.8, np.sin(angle * 13 + 5 * np.sin(radius * 9)))
        * smooth(0.16, 0.22, radius)
        * smooth(0.46, 0.38, radius)
    )
    over(paint, hexes("e8b84a")[0], dots * smooth(0.30, 0.36, radius) * 0.9)
    over(paint, petals[2] * 0.8, smooth(0.12, 0.06, radius))
    shadow = smooth(1.15, 0.6, np.hypot(u - 0.08, v - 0.12)) * 0.18
    part, mass = layer[rows, columns], cover[rows, columns]
    part *= (1 - shadow)[..., None]
    over(part, paint, mask)
    np.maximum(mass, mask, out=mass)
