"""Still life: bowls, vases and fruit in window light, ray-traced from ellipsoids."""

from __future__ import annotations

import numpy as np
from PIL import Image

from photos.demo.scenes.ellipsoids import (
    EYE,
    Body,
    Hits,
    camera_rays,
    shadows,
    softened,
    trace,
)
from photos.demo.scenes.frame import Frame, Plane, colour, hexes, smooth
from photos.demo.scenes.noise import fbm, sample, tile
from photos.demo.scenes.optics import Look, develop, shrunk

SETS = (
    ("b9a58c 7d6a55", "d9cdb8 c46a3c b8863c 8a9a8c 4f5a5e"),
    ("7f8a88 5b5048", "e8e0d2 d98a4a a83c32 c9b48a 6d7a86"),
    ("c9b9a6 a08a72", "f0e8da c98a7a d9a441 a9b59a 7a5a50"),
    ("4a5048 3c322a", "d2c4a8 b8502c d98f2e 8a8f6a 5a6470"),
    ("a9b4b8 8c8078", "ece6da e0a070 c85a3c 92a0a8 3f4a54"),
)


def still_life(frame: Frame) -> Image.Image:
    rng = frame.rng("plan")
    ground, tints = (hexes(*p.split()) for p in SETS[frame.seed % len(SETS)])
    side = float(rng.choice([-1.0, 1.0]))
    big = frame.enlarged(1.2)
    bodies = _arrangement(rng, tints, frame.aspect)
    picture = _render(big, bodies, ground, side)
    return develop(frame, shrunk(picture, frame.width, frame.height), Look(
        exposure=1.25, contrast=0.22, bloom=0.08, halation=0.06, grain=0.45, vignette=0.42,
        shadows=(0.0, 0.004, 0.012)))  # fmt: skip


def _arrangement(rng: np.random.Generator, tints: Plane, aspect: float) -> list[Body]:
    bodies: list[Body] = []
    spread = 1.15 * min(1.5, max(0.72, aspect))
    wide = rng.uniform(0.62, 0.78)
    x = rng.uniform(-0.4, 0.4) * spread
    bodies.append(Body((x, 0.60, 0.2), (wide, 0.58, wide), tints[0], 0.9, rim=0.56))
    for i in range(int(rng.integers(2, 5))):
        turn = i * 2.2 + rng.uniform(0, 0.6)
        at = (x + 0.32 * np.cos(turn), 0.56 + 0.05 * (i % 2), 0.2 + 0.3 * np.sin(turn))
        bodies.append(_fruit(rng, (float(at[0]), at[1], float(at[2])), tints[1 + i % 2]))
    other = -np.sign(x) if x else 1.0
    bodies += _vase(
        rng, (float(x + other * rng.uniform(1.15, 1.4)), rng.uniform(0.5, 0.9)), tints[3 + int(rng.integers(0, 2))]
    )
    for i in range(int(rng.integers(1, 4))):
        radius = rng.uniform(0.2, 0.29)
        at = (x + other * (0.55 + 0.42 * i) + rng.normal(0, 0.1), radius * 0.95, -0.75 - 0.25 * rng.random())
        bodies.append(_fruit(rng, (float(at[0]), at[1], at[2]), tints[1 + i % 2], radius))
    return bodies


def _fruit(rng: np.random.Generator, at: tuple[float, float, float], tint: Plane, radius: float | None = None) -> Body:
    r = radius or rng.uniform(0.22, 0.28)
    return Body(at, (r, r * rng.uniform(0.88, 1.05), r), tint * rng.uniform(0.85, 1.1), 0.35, mottled=1.0)


def _vase(rng: np.random.Generator, at: tuple[float, float], tint: Plane) -> list[Body]:
    x, z = at
    belly = rng.uniform(0.34, 0.46)
    tall = rng.uniform(0.5, 0.72)
    neck = rng.uniform(0.10, 0.15)
    top = tall * 1.72
    return [
        Body((x, tall * 0.93, z), (belly, tall, belly), tint, 0.7),
        Body((x, top + 0.18, z), (neck, 0.62, neck), tint, 0.7, rim=top + 0.42),
        Body((x, top + 0.46, z), (neck * 1.5, 0.09, neck * 1.5), tint, 0.7, rim=top + 0.46),
    ]


def _render(frame: Frame, bodies: list[Body], ground: Plane, side: float) -> Plane:
    rays = camera_rays(frame)
    hits = trace(rays, bodies)
    table = -EYE[1] / np.minimum(rays[1], -1e-4)
    wall = (2.6 - EYE[2]) / rays[2]
    back = np.minimum(table, wall)
    empty = hits.body < 0
    length = np.where(empty, back, hits.length)
    on_table = empty & (table < wall)
    on_wall = empty & ~on_table
    hits.normal[1][on_table] = 1
    hits.normal[2][on_wall] = -1
    place = [EYE[i] + rays[i] * length for i in range(3)]
    light = np.array([side * 0.72, 0.62, -0.42], np.float32)
    light /= np.linalg.norm(light)
    shade, occlusion = shadows(place, hits, bodies, light)
    albedo = _albedo(frame, place, hits, bodies, ground, on_table)
    n = hits.normal
    cosine = np.clip(n[0] * light[0] + n[1] * light[1] + n[2] * light[2], 0, 1)
    sun = cosine * shade * np.where(empty, _window(place, light, on_wall), 1)
    sky = (0.30 + 0.16 * n[1] + 0.16 * side * n[0]) * occlusion
    warm, cool = np.array([1.28, 1.08, 0.84], np.float32), np.array([0.50, 0.56, 0.66], np.float32)
    bounce = np.clip(0.3 - 0.5 * n[1], 0, 1) * np.exp(-place[1] * 1.4) * ~empty * 0.35
    picture = albedo * (sun[..., None] * warm + sky[..., None] * cool + bounce[..., None] * ground[1])
    picture += _gloss(rays, n, light, hits.body, bodies, shade)[..., None] * warm
    return softened(picture, hits.body)


def _albedo(frame: Frame, place: list[Plane], hits: Hits, bodies: list[Body], ground: Plane, on_table: Plane) -> Plane:
    """Surface colours: mottled fruit with a stem, speckled glaze on a bare foot, wood grain, plaster."""
    kinds = np.array([1 if body.mottled else 2 for body in bodies] + [0], np.int8)[hits.body]
    kinds[on_table] = 3
    tints = np.stack([body.tint for body in bodies] + [ground[1], ground[0]]).astype(np.float32)
    albedo = tints[np.where(on_table, len(bodies), hits.body)]
    grain = fbm(frame, "plaster", 5, 5, octaves=8, gain=0.66)
    speckle = smooth(1.7, 2.3, fbm(frame, "speckle", 70, 70, octaves=3, gain=0.8))
    wood = tile(frame.rng("wood"), 512, slope=1.3, lowest=2)
    fruit, glaze, table = (np.nonzero(kinds == kind) for kind in (1, 2, 3))
    factor = 1 + 0.035 * grain
    factor[table] = 1 + 0.13 * sample(wood, place[0][table] * 0.05, np.clip(place[2][table], -7, 3) * 0.55)
    bare = smooth(0.02, -0.02, place[1][glaze] - 0.14 - 0.02 * grain[glaze])
    factor[glaze] = 1 - 0.45 * speckle[glaze] - 0.35 * bare
    n = [axis[fruit] for axis in hits.normal]
    blush = np.clip(0.25 * grain[fruit] + 0.35 * n[1] + 0.1, -0.5, 0.7)
    factor[fruit] = (1 + 0.25 * blush) * (1 - 0.8 * np.exp(-((n[0] ** 2 + n[2] ** 2) / 0.012)) * (n[1] > 0))
    albedo *= factor[..., None]
    albedo[fruit] += colour("e0b040") * np.clip(blush, 0, 1)[:, None] * 0.25
    return albedo


def _window(place: list[Plane], light: Plane, on_wall: Plane) -> Plane:
    """Light falling through a window with four panes: bright quadrilaterals on wall and table."""
    back = place[2] / light[2]
    u, v = place[0] - light[0] * back, place[1] - light[1] * back
    soft = np.where(on_wall, 0.16, 0.10)
    pane_u, pane_v = np.abs(np.mod(u + 1.0, 2.3) - 1.15), np.abs(np.mod(v + 0.2, 2.1) - 1.05)
    bars = np.clip((pane_u - 0.07) / soft, 0, 1) * np.clip((pane_v - 0.06) / soft, 0, 1)
    frame_edge = smooth(2.9, 2.5, np.abs(u)) * smooth(3.4, 2.9, v)
    return np.asarray(0.16 + 0.84 * bars * frame_edge)


def _gloss(rays: list[Plane], n: list[Plane], light: Plane, body: Plane, bodies: list[Body], shade: Plane) -> Plane:
    """The window mirrored in glaze, and a faint sheen towards the edges."""
    size = np.sqrt(rays[0] ** 2 + rays[1] ** 2 + rays[2] ** 2)
    facing = (rays[0] * n[0] + rays[1] * n[1] + rays[2] * n[2]) / size
    bounced = [rays[i] / size - 2 * facing * n[i] for i in range(3)]
    along = bounced[0] * light[0] + bounced[1] * light[1] + bounced[2] * light[2]
    gloss = np.array([b.gloss for b in bodies] + [0.0], np.float32)[body]
    sheen = (1 - np.clip(-facing, 0, 1)) ** 4 * 0.10
    return np.asarray(
        gloss * ((smooth(0.955, 0.985, along) * 0.5 + np.clip(along, 0, 1) ** 14 * 0.08) * (0.3 + 0.7 * shade) + sheen)
    )
