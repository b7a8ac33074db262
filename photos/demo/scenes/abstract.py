"""Close and abstract: ink in water, and the shore from above."""

from __future__ import annotations

import numpy as np
from PIL import Image

from photos.demo.scenes.frame import Frame, Plane, hexes, over, ramp, smooth
from photos.demo.scenes.noise import fbm, sample, tile
from photos.demo.scenes.optics import Look, blur, develop

INKS = (
    "f4efe6 d8c7c0 6a7aa8 1f2f6a 0a1030",
    "f6f1e8 f0c8a0 d9643a 7a1f3a 1a0a20",
    "0a0f1c 14324a 2a8a9a a9dccb f8f3e0",
    "f2f0ea b9cfc6 4f9a8f 1a4f5a 08202c",
    "140c1c 4a1f52 b0447a f29a7a ffe9c4",
)


def ink(frame: Frame) -> Image.Image:
    """Ink unfolding in water: noise folded into itself, lit from one side."""
    rng = frame.rng("plan")
    texture = tile(rng, 1024, slope=2.1, highest=60)
    zoom, turn = rng.uniform(0.34, 0.5), rng.uniform(0, 2 * np.pi)
    u = (frame.x * np.cos(turn) - frame.y * np.sin(turn)) * zoom
    v = (frame.x * np.sin(turn) + frame.y * np.cos(turn)) * zoom
    for scale, reach in ((0.45, 0.13), (0.8, 0.085), (1.4, 0.040)):
        first, second = sample(texture, u * scale + 0.1, v * scale), sample(texture, u * scale + 0.55, v * scale + 0.3)
        u, v = u + reach * first, v + reach * second
    folds = sample(texture, u * 0.9, v * 0.9)
    silk = sample(texture, u * 3.2 + 0.3, v * 1.4)
    centre = np.hypot(frame.x - frame.aspect * rng.uniform(0.35, 0.65), (frame.y - rng.uniform(0.4, 0.65)) * 1.1)
    amount = np.clip(0.62 + 0.24 * folds + 0.05 * silk - 0.42 * centre / max(0.8, frame.aspect), 0, 1)
    slope_y, slope_x = np.gradient(blur(folds + 0.25 * silk, 0.0012 * frame.height))
    relief = np.tanh((slope_x * 0.8 + slope_y) * frame.height / 26)
    picture = ramp(hexes(*INKS[frame.seed % len(INKS)].split()), smooth(0.05, 0.95, amount))
    picture *= np.clip(1 - 0.32 * relief, 0.45, 1.7)[..., None]
    return develop(frame, picture, Look(contrast=0.2, bloom=0.08, halation=0.03, grain=0.4, vignette=0.2))


SHORES = (
    ("f0dcb8 d8bc90 a9a88a 6fc0b4 2f9aa6 14708e 0b4a6e", "e8533a f4f0e6 2f6fa8"),
    ("e9d8c8 cdb49c 9aa89a 7ab8b0 3f8f98 22687c 123f58", "f2b84b f4f0e6 c8473a"),
    ("3c3a3c 2a2a2e 3a4a50 4f8a90 2a6f80 164c62 0a2c42", "f4f0e6 d9a441 a83c32"),
    ("f4e6d8 e4c4b0 c0b0a0 8acfc8 4fb4ba 2a8aa8 1a5f8a", "f07a8a f4f0e6 3aa0a0"),
)


def shore(frame: Frame) -> Image.Image:
    """A beach straight from above: sand, lace of foam, shallows, deep water, a few parasols."""
    rng = frame.rng("plan")
    codes, parasols = (hexes(*p.split()) for p in SHORES[frame.seed % len(SHORES)])
    turn = rng.uniform(-0.5, 0.5) + rng.choice([0, np.pi / 2]) * (frame.aspect > 0.9)
    x, y = frame.x - frame.aspect / 2, frame.y - 0.5
    across = x * np.cos(turn) + y * np.sin(turn)
    along = -x * np.sin(turn) + y * np.cos(turn)
    swell = fbm(frame, "swell", 1.5, 1.5, octaves=4, gain=0.4)
    sea = across + 0.05 * np.sin(along * 5 + rng.uniform(0, 6)) + 0.035 * swell + rng.uniform(-0.02, 0.14)
    fine = fbm(frame, "fine", 5, 5, octaves=7, gain=0.6)
    picture = ramp(codes, np.clip(0.30 + sea * 1.0 + 0.012 * fine, 0, 1), (0, 0.24, 0.30, 0.40, 0.52, 0.72, 1))
    grain = fbm(frame, "sand", 60, 60, octaves=4, gain=0.85)
    dry = smooth(0.0, -0.08, sea)
    picture *= (1 + 0.035 * dry * grain + 0.05 * fine * (1 - dry))[..., None]
    caustics = 1 - np.abs(fbm(frame, "caustics", 9, 9, octaves=4, gain=0.55))
    picture += (smooth(0.75, 1.0, caustics) * smooth(0.02, 0.12, sea) * smooth(0.5, 0.15, sea) * 0.10)[..., None]
    _foam(frame, picture, sea, along)
    _parasols(frame, picture, sea, parasols)
    return develop(
        frame, picture, Look(contrast=0.2, bloom=0.06, halation=0.02, grain=0.4, vignette=0.18, saturation=1.05)
    )


def _foam(frame: Frame, picture: Plane, sea: Plane, along: Plane) -> None:
    rng = frame.rng("foam")
    lace = 1 - np.abs(fbm(frame, "lace", 10, 10, octaves=6, gain=0.62)) * 1.3
    wobble = fbm(frame, "wobble", 2.2, 2.2, octaves=6, gain=0.5)
    for i, place in enumerate((0.0, 0.07, 0.17, 0.30)):
        front = sea - place + 0.022 * wobble * (1 + i * 0.5) + 0.01 * np.sin(along * 9 + i * 2.3)
        wide = 0.035 + 0.02 * i * rng.uniform(0.6, 1.2)
        edge = smooth(-0.002, 0.003, front) * smooth(0.016, 0.004, front) * (0.95 - 0.18 * i)
        tail = smooth(0, 0.004, front) * smooth(wide * 2.2, 0, front) * smooth(0.45, 0.95, lace) * (0.9 - 0.15 * i)
        gaps = smooth(-0.9, 0.4, wobble + 1.2 - i * 0.75)
        over(picture, hexes("f8f7f2")[0], np.clip(np.maximum(edge, tail) * gaps, 0, 0.96))
    wet = smooth(-0.05, -0.002, sea + 0.01 * wobble) * (sea < 0.002)
    picture *= (1 - 0.24 * wet)[..., None]


def _parasols(frame: Frame, picture: Plane, sea: Plane, colours: Plane) -> None:
    rng = frame.rng("parasols")
    found = 0
    for _ in range(400):
        x, y = rng.uniform(0.04, frame.aspect - 0.04), rng.uniform(0.05, 0.95)
        depth = float(sea[int(y * frame.height), int(x * frame.height)])
        if not -0.42 < depth < -0.085 or found >= 9 * frame.aspect:
            continue
        found += 1
        _parasol(frame, picture, (x, y, rng.uniform(0.014, 0.019)), colours[int(rng.integers(3))], rng)


def _parasol(
    frame: Frame, picture: Plane, place: tuple[float, float, float], tint: Plane, rng: np.random.Generator
) -> None:
    x, y, radius = place
    h = frame.height
    rows = slice(max(0, int((y - 0.08) * h)), int((y + 0.08) * h))
    columns = slice(max(0, int((x - 0.08) * h)), int((x + 0.08) * h))
    part = picture[rows, columns]
    dx, dy = frame.x[:, columns] - x, frame.y[rows] - y
    shadow = np.hypot(dx - 0.022, dy - 0.015)
    part *= (1 - 0.5 * smooth(radius * 1.08, radius * 0.92, shadow))[..., None]
    towel = smooth(0.0105, 0.0095, np.abs(dx + 0.03)) * smooth(0.021, 0.020, np.abs(dy - 0.006))
    over(part, (tint + 0.6) * 0.6, towel * 0.9)
    distance, angle = np.hypot(dx, dy), np.arctan2(dy, dx) + rng.uniform(0, 3)
    panel = np.floor(angle * 8 / (2 * np.pi)) % 2
    body = np.where(panel[..., None] > 0, tint, hexes("f4f0e6")[0])
    body = body * (0.82 + 0.25 * np.cos(angle * 8 + 1))[..., None] * (1.1 - 6 * (dx + dy))[..., None]
    over(part, body, np.clip((radius - distance) / frame.px + 0.5, 0, 1))
