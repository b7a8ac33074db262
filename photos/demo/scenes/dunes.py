"""Dunes under raking light."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PIL import Image

from photos.demo.scenes import skies
from photos.demo.scenes.frame import Frame, Plane, hexes, smooth
from photos.demo.scenes.noise import sample, tile
from photos.demo.scenes.optics import Look, develop
from photos.demo.scenes.terrain import Ground, Lens, ground, project

PALETTES = (
    ("3f6a94 8fb0c4 f1d9b8", "e8b27a", "5a3b4c", "ffd9a0"),
    ("2c3f66 b98a8c f6c79a", "dda070", "40304c", "ffc890"),
    ("86a7b8 c9d3d0 efe5d2", "e6cfa8", "7d7a86", "fff0d8"),
    ("1d2748 5a5a86 d89a8a", "c08a66", "2a2440", "ffae80"),
)


def dunes(frame: Frame) -> Image.Image:
    rng = frame.rng("plan")
    sky_codes, sand, shade, light = PALETTES[frame.seed % len(PALETTES)]
    side = 1.0 if rng.random() < 0.5 else -1.0
    lens = Lens(eye=0, near=6, far=150, depths=900, horizon=rng.uniform(0.1, 0.24), focal=2.3)
    land = ground(frame, lens, _heights(frame))
    lens = replace(lens, eye=float(np.percentile(land.height[:200], 96)) + rng.uniform(2.2, 4.4))
    sky = skies.gradient(frame, hexes(*sky_codes.split()), lens.horizon + 0.04)
    veil = skies.clouds(frame, lens.horizon, cover=0.42, soft=1.1, flat=6)
    sky += (veil * 0.18)[..., None] * hexes(light)[0]
    paint = _sand(frame, land, side, hexes(sand, shade, light), sky[int(lens.horizon * frame.height) - 2, 0])
    picture = project(frame, lens, land, paint, sky)
    return develop(frame, picture, Look(contrast=0.2, bloom=0.12, vignette=0.3, grain=0.4))


def _heights(frame: Frame) -> Callable[[Plane, Plane], Plane]:
    rng = frame.rng("shape")
    broad, warp = tile(rng, 512, slope=2.6, highest=10), tile(rng, 512, slope=2.2, highest=12)
    size = rng.uniform(22, 30)

    def height_of(x: Plane, z: Plane) -> Plane:
        u, v = x / size, z / size
        round_off = 0.03 + 0.0016 * z
        bend = sample(warp, u * 0.5, v * 0.5)
        crest = sample(broad, u * 0.55 + 0.03 * bend, v * 0.75 + 0.045 * bend)
        ridge = 1 - np.sqrt(crest**2 + round_off**2) * 0.9
        small = 1 - np.sqrt(sample(broad, u * 1.3 + 0.4, v * 1.7 + 0.05 * bend) ** 2 + 2 * round_off**2)
        return np.asarray(2.6 * ridge + 0.55 * small + 0.8 * bend)

    return height_of


def _sand(frame: Frame, land: Ground, side: float, colours: Plane, haze: Plane) -> Plane:
    ripple = tile(frame.rng("ripple"), 512, slope=1.4, lowest=3, highest=60)
    phase = land.x * 7 * side + land.z * 3.2 + 2.2 * sample(ripple, land.x / 9, land.z / 9)
    near = np.exp(-land.z / 16)
    crests = np.sin(phase * 2.2) * near * 0.10
    grains = sample(ripple, land.x / 2.3, land.z / 2.3) * 0.06 * np.exp(-land.z / 25)
    facing = land.facing((side, 0.36, 0.12))
    sun = land.sunlit(side, 0.34, 0.08)
    lit = np.clip(facing * 1.9 * (1 + crests * 2) + grains, 0, 2) * sun
    ambient = 0.55 + 0.25 * smooth(-1, 2, land.height)
    sand, shade, light = colours
    paint = shade * (ambient * (1 + grains + crests * 0.5))[..., None] + sand * light * (lit * 1.15)[..., None]
    far = (1 - np.exp(-((land.z / 120) ** 1.8)))[..., None]
    return np.asarray(paint * (1 - far) + haze * far, np.float32)
