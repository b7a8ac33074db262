"""Antialiased shapes: filled outlines, distance fields, conifers and human figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from PIL import Image, ImageDraw

from photos.demo.scenes.frame import Frame, Plane, smooth

Point = tuple[float, float]


class Stencil:
    """A mask drawn at twice the frame's size and averaged down; points are in picture heights."""

    def __init__(self, frame: Frame, factor: int = 2) -> None:
        self.frame, self.factor = frame, factor
        self.scale = frame.height * factor
        self.image = Image.new("L", (frame.width * factor, frame.height * factor))
        self.pen = ImageDraw.Draw(self.image)

    def polygon(self, points: Iterable[Point], value: int = 255) -> None:
        self.pen.polygon([(x * self.scale, y * self.scale) for x, y in points], fill=value)

    def line(self, points: Iterable[Point], width: float, value: int = 255) -> None:
        places = [(x * self.scale, y * self.scale) for x, y in points]
        self.pen.line(places, fill=value, width=max(1, round(width * self.scale)), joint="curve")

    def disc(self, x: float, y: float, rx: float, ry: float | None = None, value: int = 255) -> None:
        ry = rx if ry is None else ry
        left, top, right, bottom = ((x - rx), (y - ry), (x + rx), (y + ry))
        self.pen.ellipse([v * self.scale for v in (left, top, right, bottom)], fill=value)

    def mask(self) -> Plane:
        """Coverage 0..1, shape (height, width)."""
        return np.asarray(self.image.reduce(self.factor), np.float32) / np.float32(255)


def taper(points: Sequence[Point], start: float, end: float) -> list[Point]:
    """The outline of a stroke along `points` whose width runs from `start` to `end`."""
    path = np.asarray(points, np.float64)
    along = np.gradient(path, axis=0)
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    side = np.stack([-along[:, 1], along[:, 0]], axis=1) * np.linspace(start, end, len(path))[:, None] / 2
    outline = np.concatenate([path + side, (path - side)[::-1]])
    return [(float(x), float(y)) for x, y in outline]


def conifer(rng: np.random.Generator, x: float, base: float, height: float, spread: float = 0.2) -> list[Point]:
    """The ragged outline of a fir standing at (x, base)."""
    tiers = max(5, min(22, round(height * 130)))
    lean = rng.normal(0, 0.012) * height
    left: list[Point] = []
    right: list[Point] = []
    for i in range(tiers):
        t = (i + 1) / tiers
        y = base - height * (1 - t * 0.97)
        for side, reach in ((left, -1.0), (right, 1.0)):
            half = height * spread * t**0.85 * rng.uniform(0.72, 1.2)
            centre = x + lean * (1 - t)
            side.append((centre + reach * half, y + height * 0.035 * rng.uniform(0.4, 1.4)))
            side.append((centre + reach * half * rng.uniform(0.35, 0.6), y - height * 0.012))
    return [(x + lean, base - height), *right, (x, base), *reversed(left)]


def figure(x: float, feet: float, height: float, *, pose: float = 0.3, umbrella: bool = False) -> list[list[Point]]:
    """Outlines of somebody standing at (x, feet), seen from far away. `pose` shifts weight (-1..1)."""
    h = height
    head = [(x + pose * 0.01 * h + 0.058 * h * np.cos(a), feet - 0.925 * h + 0.075 * h * np.sin(a)) for a in _round(20)]
    torso = [(-0.035, 0.85), (-0.105, 0.80), (-0.13, 0.62), (-0.115, 0.44), (-0.085, 0.44), (-0.10, 0.30),
             (-0.075, 0.0), (-0.02, 0.0), (-0.005, 0.34), (0.02, 0.34), (0.05, 0.0), (0.10, 0.0), (0.095, 0.30),
             (0.085, 0.44), (0.118, 0.44), (0.13, 0.62), (0.105, 0.80), (0.035, 0.85)]  # fmt: skip
    body = [(x + h * (px + pose * 0.03 * (1 - py)), feet - h * py) for px, py in torso]
    parts = [head, body]
    if umbrella:
        dome = [(x + 0.36 * h * np.cos(a), feet - 1.04 * h - 0.2 * h * max(0.0, -float(np.sin(a)))) for a in _round(40)]
        parts += [dome, [(x + dx * h, feet - dy * h) for dx, dy in ((0.1, 0.6), (0.115, 0.6), (0.012, 1.2), (0, 1.2))]]
    return parts


def _round(count: int) -> Plane:
    return np.linspace(0, 2 * np.pi, count, endpoint=False)


def disc(frame: Frame, x: float, y: float, radius: float, soft: float = 0.0) -> Plane:
    """A filled circle; `soft` widens its edge beyond one pixel."""
    distance = np.hypot(frame.x - x, frame.y - y)
    edge = max(soft, frame.px)
    return smooth(radius + edge / 2, radius - edge / 2, distance)


def below(frame: Frame, line: Plane, soft: float = 0.0) -> Plane:
    """Coverage of everything under a line given as y for each column, shape (width,)."""
    steep = np.sqrt(1 + (np.gradient(line) / frame.px) ** 2) if line.size > 1 else 1.0
    edge = np.maximum(soft, frame.px * np.minimum(steep, 4))
    return np.asarray(np.clip((frame.y - line[None, :]) / edge + 0.5, 0, 1), np.float32)
