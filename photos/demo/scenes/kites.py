"""Kites over a windy beach."""

from __future__ import annotations

import numpy as np
from PIL import Image

from photos.demo.scenes import skies
from photos.demo.scenes.balloons import SILKS
from photos.demo.scenes.frame import Frame, Plane, hexes, over, smooth
from photos.demo.scenes.noise import curve, fbm
from photos.demo.scenes.optics import Look, develop
from photos.demo.scenes.shapes import Point, Stencil, below, figure


def kites(frame: Frame) -> Image.Image:
    """Kites over a windy beach."""
    rng = frame.rng("plan")
    sky = ("2f6fa8 7fb4d4 cfe0dc f2e8d0", "3f7f9f 9cc8cc e8e0c8 f6dcb0", "4a5f9a a09ac0 f0b8a8 ffd8a8")[frame.seed % 3]
    codes = hexes(*sky.split())
    picture = skies.gradient(frame, codes, 0.86)
    density = skies.clouds(frame, 0.86, cover=rng.uniform(0.5, 0.66), flat=2.4, soft=1.0)
    white = np.stack([codes[1] * 0.95, hexes("fbf6ea")[0], hexes("302010")[0]])
    picture = skies.lit_clouds(frame, picture, density, (frame.aspect * 0.2, 0.3), white)
    line = 0.875 + 0.012 * curve(rng, frame.x[0], 1.2)
    sea = (frame.y > 0.80) & (frame.y < 0.9)
    glint = fbm(frame, "sea", 12, 160, octaves=4, gain=0.7)
    over(picture, codes[0] * (0.62 + 0.10 * glint)[..., None], sea * smooth(0.798, 0.803, frame.y))
    sand = hexes("d9c4a0")[0] * (1 + 0.06 * fbm(frame, "sand", 20, 60, octaves=5, gain=0.7))[..., None]
    over(picture, sand, below(frame, line))
    for i in range(int(rng.integers(3, 6))):
        _kite(frame, picture, rng, i, line)
    return develop(frame, picture, Look(contrast=0.18, bloom=0.1, halation=0.06, grain=0.42, vignette=0.22))


def _kite(frame: Frame, picture: Plane, rng: np.random.Generator, i: int, line: Plane) -> None:
    """One kite with its string, its tail and whoever holds it, standing on the beach (`line`: y for each column)."""
    x, y = frame.aspect * (0.14 + 0.72 * rng.random()), rng.uniform(0.1, 0.55)
    size, turn = rng.uniform(0.035, 0.085), rng.normal(0, 0.35)
    silk = hexes(*SILKS[int(rng.integers(len(SILKS)))].split())
    holder = float(np.clip(x + rng.uniform(-0.3, 0.3), 0.05, frame.aspect - 0.05))
    ground = float(line[int(holder * frame.height)]) + 0.02 + 0.015 * rng.random()
    tall = rng.uniform(0.045, 0.06)
    up, right, down, left, middle = _corners((x, y), size, turn)
    hand = (holder, ground - tall * 0.6)
    over(picture, hexes("f4efe4")[0], _string(frame, middle, hand) * 0.6)
    for j, (start, end) in enumerate(((up, right), (right, down), (down, left), (left, up))):
        panel = Stencil(frame, 3)
        panel.polygon([start, end, middle])
        over(picture, silk[j % 2] * (1.0, 0.78, 0.7, 0.92)[j], panel.mask())
    person = Stencil(frame, 3)
    for shape in figure(holder, ground, tall, pose=float(rng.uniform(-1, 1))):
        person.polygon(shape)
    person.line([(holder, ground - tall * 0.78), hand], 0.003)
    over(picture, silk[1], _tail(frame, down, size, turn, i))
    over(picture, hexes("2a2c34")[0], person.mask())


def _corners(place: Point, size: float, turn: float) -> list[Point]:
    """Where the kite's corners lie: up, right, down, left, and where its spars cross."""
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) * size
    corners = ((0.0, -1.0), (0.68, -0.25), (0.0, 1.0), (-0.68, -0.25), (0.0, -0.25))
    return [(place[0] + float(spin[0] @ corner), place[1] + float(spin[1] @ corner)) for corner in corners]


def _string(frame: Frame, kite: Point, hand: Point) -> Plane:
    stencil = Stencil(frame, 3)
    t = np.linspace(0, 1, 40)
    x, y = kite[0] + (hand[0] - kite[0]) * t, kite[1] + (hand[1] - kite[1]) * t + 0.05 * t * (1 - t)
    stencil.line([(float(px), float(py)) for px, py in zip(x, y, strict=True)], 0.0007)
    return stencil.mask()


def _tail(frame: Frame, root: Point, size: float, turn: float, phase: int) -> Plane:
    """A waving ribbon with bows."""
    stencil = Stencil(frame, 3)
    t = np.linspace(0, 1, 40)
    x = root[0] + 0.02 * np.sin(t * 9 + phase) * t - turn * 0.14 * t
    ribbon = [(float(px), float(py)) for px, py in zip(x, root[1] + size * 2.6 * t, strict=True)]
    stencil.line(ribbon, 0.0016)
    bow = ((-0.011, -0.005), (0, 0), (0.011, -0.006), (0.010, 0.007), (0, 0), (-0.010, 0.006))
    for px, py in ribbon[6::7]:
        stencil.polygon([(px + dx, py + dy) for dx, dy in bow])
    return stencil.mask()
