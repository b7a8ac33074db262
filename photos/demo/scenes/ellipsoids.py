"""Ellipsoids and bowls met by camera rays, with soft shadows: what a still life is built of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from photos.demo.scenes.frame import Frame, Plane, smooth


@dataclass(frozen=True)
class Body:
    """An ellipsoid; cut at height `rim` (and hollow) if it is a bowl."""

    centre: tuple[float, float, float]
    radii: tuple[float, float, float]
    tint: Plane
    gloss: float
    rim: float = 99.0
    mottled: float = 0.0


@dataclass
class Hits:
    """What each camera ray met: ray length, position and normal planes (x, y, z), and the body's number (-1 none)."""

    length: Plane
    normal: list[Plane]
    body: Plane


EYE = np.array([0.0, 1.75, -6.4], np.float32)


def camera_rays(frame: Frame) -> list[Plane]:
    scale = max(2.9, 3.6 / frame.aspect)
    u = (frame.x - frame.aspect / 2) * scale / 6.4
    v = (0.5 - frame.y) * scale / 6.4
    dx = np.broadcast_to(u, (frame.height, frame.width))
    dy = np.broadcast_to(v - 0.155, (frame.height, frame.width))
    return [dx, dy, np.ones_like(dx)]


def trace(rays: list[Plane], bodies: list[Body]) -> Hits:
    shape = rays[0].shape
    hits = Hits(
        np.full(shape, 1e6, np.float32), [np.zeros(shape, np.float32) for _ in range(3)], np.full(shape, -1, np.int8)
    )
    for number, body in enumerate(bodies):
        _meet(rays, body, number, hits)
    return hits


def _meet(rays: list[Plane], body: Body, number: int, hits: Hits) -> None:
    start = [(EYE[i] - body.centre[i]) / body.radii[i] for i in range(3)]
    way = [rays[i] / np.float32(body.radii[i]) for i in range(3)]
    a = way[0] ** 2 + way[1] ** 2 + way[2] ** 2
    b = start[0] * way[0] + start[1] * way[1] + start[2] * way[2]
    inside = b * b - a * np.float32(start[0] ** 2 + start[1] ** 2 + start[2] ** 2 - 1)
    where = np.nonzero(inside > 0)
    if not where[0].size:
        return
    a, b, root = a[where], b[where], np.sqrt(inside[where])
    near, far = (-b - root) / a, (-b + root) / a
    dy = rays[1][where]
    is_near = EYE[1] + dy * near <= body.rim
    length = np.where(is_near, near, far)
    good = (EYE[1] + dy * length <= body.rim) & (length < hits.length[where]) & (EYE[1] + dy * length > -0.02)
    rows, columns = where[0][good], where[1][good]
    length, is_near = length[good], is_near[good]
    hits.length[rows, columns] = length
    hits.body[rows, columns] = number
    normal = [(start[i] + way[i][rows, columns] * length) / body.radii[i] for i in range(3)]
    size = np.sqrt(normal[0] ** 2 + normal[1] ** 2 + normal[2] ** 2) * np.where(is_near, 1, -1)
    for i in range(3):
        hits.normal[i][rows, columns] = normal[i] / size


def softened(picture: Plane, body: Plane) -> Plane:
    """Blends the pixels along outlines with their neighbours."""
    edge = np.zeros(body.shape, bool)
    for axis in (0, 1):
        differs = np.diff(body, axis=axis) != 0
        edge[: differs.shape[0], : differs.shape[1]] |= differs
        edge[body.shape[0] - differs.shape[0] :, body.shape[1] - differs.shape[1] :] |= differs
    rows, columns = np.nonzero(edge)
    around = [(j, i) for j in (-1, 0, 1) for i in (-1, 0, 1)]
    height, width = body.shape
    total = sum(picture[np.clip(rows + j, 0, height - 1), np.clip(columns + i, 0, width - 1)] for j, i in around)
    picture[rows, columns] = np.asarray(total) / len(around)
    return picture


def shadows(place: list[Plane], hits: Hits, bodies: list[Body], light: Plane) -> tuple[Plane, Plane]:
    """Soft shadow of the window light and ambient occlusion, both 1 where nothing is in the way."""
    shade, open_sky = np.ones_like(place[0]), np.ones_like(place[0])
    normal, own = hits.normal, hits.body
    for number, body in enumerate(bodies):
        cut = min(body.rim, body.centre[1] + body.radii[1])
        low = body.centre[1] - body.radii[1]
        centre = (body.centre[0], (cut + low) / 2, body.centre[2])
        radii = (body.radii[0], max(0.05, (cut - low) / 2), body.radii[2])
        to = [(centre[i] - place[i]) / np.float32(radii[i]) for i in range(3)]
        way = light / np.asarray(radii, np.float32)
        speed = float(np.linalg.norm(way))
        ahead = (to[0] * way[0] + to[1] * way[1] + to[2] * way[2]) / speed
        square = to[0] ** 2 + to[1] ** 2 + to[2] ** 2
        aside = np.sqrt(np.maximum(square - ahead**2, 0)) - 1
        soft = 0.12 + 0.16 * np.maximum(ahead, 0)
        other = own != number
        shade *= 1 - (1 - smooth(-0.5, 0.5, aside / soft)) * smooth(0, 0.5, ahead) * other * 0.96
        reach = np.maximum(square, 1.0)
        facing = (to[0] * normal[0] + to[1] * normal[1] + to[2] * normal[2]) / np.sqrt(reach)
        open_sky *= 1 - np.clip(facing * 0.6 + 0.3, 0, 1) / reach * other * 0.9
    return shade, open_sky
