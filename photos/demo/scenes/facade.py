"""Architecture in hard light: walls as relief maps with cast shadows."""

from __future__ import annotations

import numpy as np
from PIL import Image

from photos.demo.scenes.frame import Frame, Plane, hexes, over, smooth
from photos.demo.scenes.noise import fbm
from photos.demo.scenes.optics import Look, blur, develop, shrunk
from photos.demo.scenes.shapes import Stencil

WALLS = (
    ("e9c9a4", "2d6fae 7fb0d4", "b5532f"),
    ("f1ece2", "1f5fa8 6fa8dc", "2f6f8f"),
    ("d98a72", "4a86b8 a8cfe0", "f0d2a8"),
    ("dcb878", "2a5f9a 80b0d8", "f2ead8"),
    ("c8cfc8", "6a94b0 bcd2dc", "8a5a48"),
    ("d9a0a0", "3f7fb0 9fcbe0", "6a8a7a"),
)
SUN = np.array([1.12, 0.95, 0.72], np.float32)
SKY = np.array([0.34, 0.40, 0.52], np.float32)


def facade(frame: Frame) -> Image.Image:
    """A wall of windows with shutters and balconies."""
    rng = frame.rng("plan")
    big = frame.enlarged(1.5)
    wall, _, accent = _style(frame)
    relief, paint = np.zeros((big.height, big.width), np.float32), big.blank(wall)
    across, down = max(2, round(frame.aspect * rng.uniform(2.2, 3.2))), int(rng.integers(2, 4))
    cell_x, cell_y = frame.aspect / across, 1 / down
    closed = rng.random((down, across)) < 0.3
    for j in range(down):
        for i in range(across):
            _window(
                big, relief, paint, ((i + 0.5) * cell_x, (j + 0.5) * cell_y, cell_x, cell_y), accent, bool(closed[j, i])
            )
        _ledge(big, relief, (j + 0.965) * cell_y)
    picture = _lit(big, relief, paint, rng, leaves=bool(rng.random() < 0.5))
    return develop(frame, shrunk(picture, frame.width, frame.height), _look())


def arches(frame: Frame) -> Image.Image:
    """An arcade: round arches cut deep into plaster, a strip of sky above."""
    rng = frame.rng("plan")
    big = frame.enlarged(1.5)
    wall, sky, accent = _style(frame)
    relief, paint = np.zeros((big.height, big.width), np.float32), big.blank(wall)
    count = max(2, round(frame.aspect * rng.uniform(1.5, 2.4)))
    pitch = frame.aspect / count
    half, spring = pitch * rng.uniform(0.28, 0.36), rng.uniform(0.42, 0.52)
    floor = rng.uniform(0.86, 0.92)
    for i in range(count):
        x = (i + 0.5) * pitch
        round_top = np.hypot(big.x - x, (big.y - spring)) < half
        opening = (round_top | ((np.abs(big.x - x) < half) & (big.y > spring))) & (big.y < floor)
        relief[opening] = -0.16
        paint[opening] = wall * np.array([0.95, 0.9, 0.85], np.float32)
        door = (np.abs(big.x - x) < half * 0.5) & (big.y > spring + 0.06) & (big.y < floor)
        paint[door] = accent
    eaves = 0.11
    relief[(big.y[:, 0] > eaves) & (big.y[:, 0] < eaves + 0.03)] = 0.045
    relief[big.y[:, 0] > floor] = 0.07
    picture = _lit(big, relief, paint, rng, leaves=bool(rng.random() < 0.35))
    top = big.y[:, 0] < eaves
    picture[top] = (sky[0] + (sky[1] - sky[0]) * (big.y[top] / eaves))[:, None, :]
    return develop(frame, shrunk(picture, frame.width, frame.height), _look())


def stairs(frame: Frame) -> Image.Image:
    """Steps from above, a hard diagonal shadow folding over them."""
    rng = frame.rng("plan")
    big = frame.enlarged(1.5)
    wall, _, accent = _style(frame)
    count = int(rng.integers(7, 13))
    share = rng.uniform(0.45, 0.62)
    tilt = rng.uniform(-0.16, 0.16)
    along = (big.y + tilt * (big.x - frame.aspect / 2)) * count + 0.4
    step = np.floor(along)
    part = along - step
    tread = part < share
    depth = step + np.minimum(part / share, 1)
    drop = step + np.clip((part - share) / (1 - share), 0, 1)
    slope, lean = rng.choice([-1, 1]) * rng.uniform(0.5, 1.1), rng.uniform(0.5, 1.1)
    start = frame.aspect * rng.uniform(0.3, 0.6)
    edge = big.x - start - slope * (depth * lean - drop * 0.55 + count * 0.1) / count
    sun = smooth(-0.002, 0.002, edge * np.sign(slope))
    figure_x = frame.aspect * rng.uniform(0.6, 0.8)
    stain = fbm(big, "stain", 2.5, 5, octaves=8, gain=0.62)
    fleck = fbm(big, "fleck", 90, 90, octaves=3, gain=0.8)
    albedo = wall * (1 + 0.06 * stain + 0.03 * fleck)[..., None]
    over(albedo, accent, smooth(0.02, 0.0, np.abs(big.x - figure_x) - 0.06) * 0.9)
    direct = np.where(tread, 0.95, 0.42) * sun
    corner = np.where(tread, 1 - 0.45 * np.exp(-part / 0.07), 1 - 0.3 * np.exp(-(1 - part) / 0.12))
    nosing = np.exp(-(((part - share) / 0.018) ** 2)) * 0.35 * sun
    sky = np.where(tread, 0.9, 0.62) * corner
    picture = albedo * ((direct + nosing)[..., None] * SUN + sky[..., None] * SKY)
    return develop(frame, shrunk(picture, frame.width, frame.height), _look())


def _style(frame: Frame) -> tuple[Plane, Plane, Plane]:
    wall, sky, accent = WALLS[frame.seed % len(WALLS)]
    return hexes(wall)[0], hexes(*sky.split()), hexes(accent)[0]


def _look() -> Look:
    return Look(contrast=0.2, bloom=0.08, halation=0.06, grain=0.42, vignette=0.25, saturation=1.05)


def _box(frame: Frame, x: float, y: float, half_x: float, half_y: float) -> tuple[slice, slice]:
    h = frame.height
    return (
        slice(max(0, round((y - half_y) * h)), max(0, round((y + half_y) * h))),
        slice(max(0, round((x - half_x) * h)), max(0, round((x + half_x) * h))),
    )


def _window(
    frame: Frame, relief: Plane, paint: Plane, cell: tuple[float, float, float, float], accent: Plane, closed: bool
) -> None:
    x, y, wide, tall = cell
    half_x, half_y = wide * 0.17, tall * 0.27
    sill = _box(frame, x, y + half_y + 0.008, half_x * 1.2, 0.008)
    hole = _box(frame, x, y, half_x, half_y)
    relief[hole], relief[sill] = -0.05, 0.03
    paint[hole] = hexes("26323c")[0]
    for u in (-1.0, 1.0):
        leaf_x = x + u * half_x * (0.5 if closed else 1.52)
        leaf = _box(frame, leaf_x, y, half_x * 0.48, half_y * 1.01)
        relief[leaf], paint[leaf] = 0.014, accent
        rows = frame.y[leaf[0], 0]
        slats = (np.mod(rows * 62, 1) < 0.42) & (np.abs(rows - y) < half_y * 0.9)
        inner = slice(leaf[1].start + 1 + round(0.006 * frame.height), leaf[1].stop - 1 - round(0.006 * frame.height))
        block = relief[leaf[0], inner]
        block[slats] = 0.004
    if not closed:
        for box in (_box(frame, x, y, 0.0045, half_y), _box(frame, x, y - half_y * 0.3, half_x, 0.0045)):
            relief[box], paint[box] = -0.03, hexes("efe9dd")[0]


def _ledge(frame: Frame, relief: Plane, y: float) -> None:
    rows = np.abs(frame.y[:, 0] - y) < 0.009
    relief[rows] = 0.035


def _lit(frame: Frame, relief: Plane, paint: Plane, rng: np.random.Generator, *, leaves: bool) -> Plane:
    """Sun and sky on a relief map (depth towards the viewer in picture heights)."""
    side = float(rng.choice([-1.0, 1.0]))
    run = (side * rng.uniform(0.6, 1.3), rng.uniform(0.8, 1.5))
    reach = _roof(frame, relief, run)
    sun = smooth(0.0022, 0.0006, reach - relief)
    if leaves:
        sun = sun * (1 - 0.9 * _foliage(frame))
    stain = fbm(frame, "stain", 2, 3, octaves=9, gain=0.6)
    streak = fbm(frame, "streak", 18, 1.5, octaves=5, gain=0.7)
    fleck = fbm(frame, "fleck", 110, 110, octaves=3, gain=0.8)
    albedo = paint * (1 + 0.05 * stain + 0.03 * np.minimum(streak, 0) + 0.028 * fleck)[..., None]
    hollow = np.clip(1 - 5.5 * np.maximum(blur(relief, 0.022 * frame.height) - relief, 0), 0.3, 1)
    return np.asarray(albedo * ((sun * 0.95)[..., None] * SUN + (hollow * 1.05)[..., None] * SKY))


def _roof(frame: Frame, relief: Plane, run: tuple[float, float]) -> Plane:
    """For each point the height below which it lies in shadow; doubling steps make it cheap."""
    roof = relief.copy()
    step = 1.0 / frame.height
    while step < 0.28:
        dx, dy = round(run[0] * step * frame.height), round(run[1] * step * frame.height)
        moved = np.full_like(roof, -1.0)
        h, w = roof.shape
        target = (slice(max(0, dy), h + min(0, dy)), slice(max(0, dx), w + min(0, dx)))
        source = (slice(max(0, -dy), h + min(0, -dy)), slice(max(0, -dx), w + min(0, -dx)))
        moved[target] = roof[source] - step
        roof = np.maximum(roof, moved)
        step *= 2
    return roof


def _foliage(frame: Frame) -> Plane:
    """The soft shadow of palm fronds or twigs that hang into the light."""
    rng = frame.rng("leaves")
    stencil = Stencil(frame, 1)
    corner = frame.aspect * float(rng.choice([-0.05, 1.05]))
    for _ in range(int(rng.integers(5, 9))):
        angle = rng.uniform(0.15, 1.35)
        angle = angle if corner < 0 else np.pi - angle
        root, length = (corner, rng.uniform(-0.15, 0.3)), rng.uniform(0.55, 0.95)
        for k in np.linspace(0.12, 1, 46):
            droop = angle + 0.9 * k * k * (1 if corner < 0 else -1) * 0.6
            x, y = root[0] + np.cos(droop) * length * k, root[1] + np.sin(droop) * length * k
            for way in (-1, 1):
                turn, reach = droop + way * 0.65, 0.17 * np.sin(np.pi * (0.12 + 0.82 * k))
                tip = (x + np.cos(turn) * reach, y + np.sin(turn) * reach)
                side = (np.sin(turn) * 0.0055, -np.cos(turn) * 0.0055)
                mid = ((x + tip[0]) / 2, (y + tip[1]) / 2)
                stencil.polygon(
                    [(x, y), (mid[0] + side[0], mid[1] + side[1]), tip, (mid[0] - side[0], mid[1] - side[1])]
                )
    return blur(stencil.mask(), 0.0045 * frame.height)
