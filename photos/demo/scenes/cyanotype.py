"""Cyanotypes: plants laid on Prussian blue paper."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image

from photos.demo.scenes.frame import Frame, Plane, hexes, ramp, smooth
from photos.demo.scenes.noise import fbm
from photos.demo.scenes.optics import Look, blur, develop
from photos.demo.scenes.shapes import Point, Stencil, taper

BLUES = (
    "071a3a 0e2f63 1f5597 6f9ccb d5e4ef f6f8f4",
    "0a1f33 103a58 2a6688 84aebf dbe7e6 f7f6ee",
    "101a44 1a2f74 3a5aa8 8aa2d4 dde3f2 f8f7f4",
)
Spine = list[Point]


def cyanotype(frame: Frame) -> Image.Image:
    rng = frame.rng("plan")
    kinds: tuple[Callable[[Stencil, np.random.Generator, Spine, float], None], ...] = (
        _fern,
        _sprig,
        _umbel,
        _grass,
        _ginkgo,
    )
    kind = kinds[frame.seed % len(kinds)]
    light = np.zeros((frame.height, frame.width), np.float32)
    count = int(rng.integers(1, 4)) if kind is not _grass else 7
    for i in range(count):
        stencil = Stencil(frame, 3)
        kind(stencil, rng, _spine(frame, rng, i, count), rng.uniform(0.85, 1.1))
        light = np.maximum(light, _exposed(frame, stencil.mask(), i))
    blues = hexes(*BLUES[frame.seed % len(BLUES)].split())
    return develop(frame, ramp(blues, np.clip(_washed(frame, light), 0, 1)), Look(
        contrast=0.12, bloom=0.05, halation=0, grain=0.5, vignette=0.12, fade=0.0))  # fmt: skip


def _exposed(frame: Frame, mask: Plane, i: int) -> Plane:
    """How much paper stays unexposed under a specimen: crisp where it touches, soft where it lifts."""
    lift = smooth(0.1, 1.4, fbm(frame, f"lift{i}", 1.3, 1.3, octaves=3))
    soft = blur(mask, 0.006 * frame.height)
    veins = 0.93 + 0.05 * fbm(frame, f"cells{i}", 60, 60, octaves=3, gain=0.8)
    return np.asarray((mask * (1 - 0.75 * lift) + soft * 0.75 * lift) * veins * (0.97 - 0.16 * i))


def _washed(frame: Frame, light: Plane) -> Plane:
    """Places on the blue-to-white scale: emulsion brushed to ragged edges, wash marks, paper fibre."""
    wash = fbm(frame, "wash", 1.5, 2.5, octaves=7, gain=0.6)
    fibre = fbm(frame, "fibre", 120, 120, octaves=3, gain=0.9)
    brush = fbm(frame, "brush", 40, 1.6, octaves=5, gain=0.7)
    blue = 0.20 + 0.045 * wash + 0.018 * fibre + 0.02 * brush
    edge_x = np.minimum(frame.x, frame.aspect - frame.x)
    edge_y = np.minimum(frame.y, 1 - frame.y)
    ragged = np.minimum(edge_x + 0.0022 * fbm(frame, "rag-x", 9, 9, octaves=6, gain=0.7), edge_y + 0.0014 * brush)
    coated = smooth(0.026, 0.032, ragged)
    value = blue + (0.93 - blue) * light
    return np.asarray(value * coated + (0.965 + 0.012 * fibre) * (1 - coated))


def _spine(frame: Frame, rng: np.random.Generator, i: int, count: int) -> Spine:
    """A gently bent stem from the foot of the sheet upwards."""
    middle = frame.aspect * ((i + 0.5) / count if count > 1 else 0.5) + rng.normal(0, 0.02)
    foot, tip = 0.93 - 0.03 * rng.random(), 0.09 + 0.12 * rng.random() * (count > 1)
    lean, bow = rng.normal(0, 0.08), rng.normal(0, 0.09)
    t = np.linspace(0, 1, 60)
    x = middle + lean * (t - 0.5) + bow * (4 * t * (1 - t) - 0.5)
    return [(float(a), float(b)) for a, b in zip(x, foot + (tip - foot) * t, strict=True)]


def _leaf(root: Point, angle: float, length: float, width: float, bend: float = 0.0) -> list[Point]:
    """A pointed leaf outline growing from `root` in direction `angle` (radians, 0 = right, up is negative y)."""
    t = np.linspace(0, 1, 18)
    half = width * np.sin(np.pi * t**0.8) ** 0.9 * (1 - 0.25 * t)
    turn = angle + bend * t
    x = root[0] + np.cumsum(np.cos(turn)) / len(t) * length
    y = root[1] - np.cumsum(np.sin(turn)) / len(t) * length
    nx, ny = np.sin(turn), np.cos(turn)
    left = list(zip(x + nx * half, y + ny * half, strict=True))
    right = list(zip(x - nx * half, y - ny * half, strict=True))
    return [(float(a), float(b)) for a, b in left + right[::-1]]


def _heading(spine: Spine, k: int) -> float:
    a, b = spine[max(0, k - 1)], spine[min(len(spine) - 1, k + 1)]
    return float(np.arctan2(a[1] - b[1], b[0] - a[0]))


def _fern(stencil: Stencil, rng: np.random.Generator, spine: Spine, size: float) -> None:
    stencil.polygon(taper(spine, 0.007, 0.001))
    for k in range(10, 59, 2):
        t = (k - 10) / 49
        reach = 0.24 * size * (np.sin(np.pi * (0.16 + 0.84 * t) ** 0.75) ** 0.9 * (1 - 0.55 * t) + 0.03)
        for side in (-1, 1):
            angle = _heading(spine, k) + side * (1.22 - 0.45 * t + rng.normal(0, 0.04))
            _frond(stencil, spine[k], angle, reach * rng.uniform(0.93, 1.05), side)


def _frond(stencil: Stencil, root: Point, angle: float, reach: float, side: int) -> None:
    """One pinna of a fern, itself a row of small leaflets."""
    count = max(4, int(reach / 0.0105))
    bend = -side * 0.35
    x, y = root
    for i in range(count):
        t = i / count
        turn = angle + bend * t
        x, y = x + np.cos(turn) * reach / count, y - np.sin(turn) * reach / count
        small = 0.021 * (1 - t) ** 0.6 * min(1.0, reach / 0.14) + 0.003
        for way in (-1, 1):
            stencil.polygon(_leaf((x, y), turn + way * 1.05, small, 0.0042 * (1 - 0.5 * t) + 0.0007))
    end = (x, y)
    stencil.line([root, end], 0.0014)


def _sprig(stencil: Stencil, rng: np.random.Generator, spine: Spine, size: float) -> None:
    stencil.polygon(taper(spine, 0.006, 0.0015))
    for k in range(9, 59, 5):
        t = k / 59
        for side in (-1, 1):
            angle = _heading(spine, k) + side * rng.uniform(0.55, 0.95)
            length = size * (0.17 - 0.10 * t) * rng.uniform(0.85, 1.15)
            root = (spine[k][0] + 0.012 * np.cos(angle), spine[k][1] - 0.012 * np.sin(angle))
            stencil.line([spine[k], root], 0.002)
            stencil.polygon(_leaf(root, angle, length, length * 0.23, -side * 0.35), 235)
            tip = (
                root[0] + length * 0.9 * np.cos(angle - side * 0.17),
                root[1] - length * 0.9 * np.sin(angle - side * 0.17),
            )
            stencil.line([root, tip], 0.0011, 175)
    stencil.polygon(_leaf(spine[-1], _heading(spine, 58), 0.08 * size, 0.018 * size), 235)


def _umbel(stencil: Stencil, rng: np.random.Generator, spine: Spine, size: float) -> None:
    head = spine[44]
    stencil.polygon(taper(spine[:45], 0.006, 0.003))
    for i in range(26):
        angle = np.pi / 2 + (i / 25 - 0.5) * 2.5 + rng.normal(0, 0.04)
        reach = 0.20 * size * (0.75 + 0.25 * np.sin(np.pi * i / 25)) * rng.uniform(0.85, 1.1)
        tip = (head[0] + reach * np.cos(angle), head[1] - reach * np.sin(angle))
        stencil.line([head, tip], 0.0016, 225)
        for _ in range(15):
            turn, small = angle + rng.normal(0, 0.8), 0.036 * size * rng.uniform(0.5, 1)
            bud = (tip[0] + small * np.cos(turn), tip[1] - small * np.sin(turn))
            stencil.line([tip, bud], 0.0009, 200)
            for _ in range(4):
                stencil.disc(
                    bud[0] + rng.normal(0, 0.0028), bud[1] + rng.normal(0, 0.0028), rng.uniform(0.0012, 0.0028)
                )
    for k, side in ((14, -1), (22, 1), (30, -1)):
        _frond(stencil, spine[k], _heading(spine, k) + side * 0.8, 0.15 * size, side)


def _grass(stencil: Stencil, rng: np.random.Generator, spine: Spine, size: float) -> None:
    stencil.polygon(taper(spine, 0.0032, 0.0010), 230)
    for k in range(36, 59):
        t = (k - 36) / 23
        for side in (-1, 1):
            angle = _heading(spine, k) + side * rng.uniform(0.25, 0.5)
            stencil.polygon(_leaf(spine[k], angle, 0.036 * size * (1.1 - 0.6 * t), 0.0052))
            awn = (spine[k][0] + 0.10 * np.cos(angle), spine[k][1] - 0.10 * np.sin(angle))
            stencil.line([spine[k], awn], 0.0007, 150)
    bend = float(rng.choice([-1, 1]))
    stencil.polygon(_leaf(spine[12], _heading(spine, 12) + bend * 0.35, 0.36 * size, 0.006, bend * 0.9), 190)


def _ginkgo(stencil: Stencil, rng: np.random.Generator, spine: Spine, size: float) -> None:
    stencil.polygon(taper(spine, 0.006, 0.002))
    for k in range(10, 60, 6):
        side = -1 if (k // 6) % 2 else 1
        angle = _heading(spine, k) + side * rng.uniform(0.6, 1.1)
        stalk, blade = 0.06 * size * rng.uniform(0.7, 1.2), 0.105 * size * rng.uniform(0.8, 1.15)
        root = (spine[k][0] + stalk * np.cos(angle), spine[k][1] - stalk * np.sin(angle))
        stencil.line([spine[k], root], 0.0022)
        a = np.linspace(-1, 1, 70)
        edge = blade * (
            1 - 0.16 * np.exp(-((a / 0.07) ** 2)) * 2.2 + 0.025 * np.sin(a * 19 + k) - 0.10 * np.abs(a) ** 3
        )
        fan = [
            (root[0] + e * np.cos(angle + 0.95 * s), root[1] - e * np.sin(angle + 0.95 * s))
            for s, e in zip(a, edge, strict=True)
        ]
        stencil.polygon([root, *[(float(x), float(y)) for x, y in fan]], 240)
        for s in range(0, 70, 3):
            stencil.line(
                [root, (root[0] + (fan[s][0] - root[0]) * 0.97, root[1] + (fan[s][1] - root[1]) * 0.97)], 0.0007, 205
            )
