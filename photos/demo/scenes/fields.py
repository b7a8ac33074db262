"""Open country: rows of flowers, and peaks above deep snow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PIL import Image

from photos.demo.scenes import skies
from photos.demo.scenes.frame import Frame, Plane, hexes, over, smooth
from photos.demo.scenes.noise import curve, sample, tile
from photos.demo.scenes.optics import Look, develop
from photos.demo.scenes.shapes import Stencil, below
from photos.demo.scenes.terrain import Ground, Lens, ground, project

DAWNS = (
    ("4f7ba0 a9c0c8 f3dcb6 ffe6bd", "ffd79c"),
    ("3a3f72 9a6f96 ee9d80 ffd49a", "ffb27c"),
    ("86a5b4 c4d0d0 e8e6da f4f0e4", "fff0d4"),
    ("274a78 6f93b0 c9cfc8 f6dcb4", "ffe0ae"),
)


def lavender(frame: Frame) -> Image.Image:
    """Rows of lavender running to a low sun, a lone tree on the rise."""
    rng = frame.rng("plan")
    sky_codes, light = (hexes(*p.split()) for p in DAWNS[(frame.seed + 1) % len(DAWNS)])
    lens = Lens(eye=1.9, near=0.9, far=160, horizon=rng.uniform(0.36, 0.46), focal=1.15, depths=1100)
    lean, sun = rng.uniform(-0.12, 0.12), (frame.aspect * rng.uniform(0.3, 0.7), lens.horizon - 0.07)
    land = ground(frame, lens, _rows_of(frame, lean))
    sky = skies.gradient(frame, sky_codes, lens.horizon)
    density = skies.clouds(frame, lens.horizon, cover=rng.uniform(0.35, 0.55), flat=4)
    sky = skies.lit_clouds(frame, sky, density, sun, np.stack([sky_codes[1], sky_codes[3], light[0] * 0.5]))
    skies.add_sun(frame, sky, sun, radius=0.02, light=light[0], glow=0.6)
    far = lens.horizon - 0.012 - 0.035 * np.abs(curve(frame.rng("far"), frame.x[0], 1.2, ridged=True))
    over(sky, (sky_codes[1] + sky_codes[3]) * 0.36, below(frame, far))
    _tree(frame, sky, rng, lens.horizon)
    flower = hexes("7a5ab0", "b04a6a", "d9b04a", "8a6ac0")[int(rng.integers(0, 4))]
    picture = project(frame, lens, land, _blooms(frame, land, lean, flower, light[0], sky_codes[-1]), sky)
    return develop(frame, picture, Look(contrast=0.2, bloom=0.22, halation=0.16, grain=0.42, vignette=0.3))


def _rows_of(frame: Frame, lean: float) -> Callable[[Plane, Plane], Plane]:
    texture = tile(frame.rng("swell"), 256, slope=3, highest=8)
    tuft = tile(frame.rng("tuft"), 512, slope=1.0, lowest=4)

    def height_of(x: Plane, z: Plane) -> Plane:
        row = 0.5 + 0.5 * np.cos((x + lean * z) * 2 * np.pi / 1.5)
        rough = sample(tuft, x / 3.1, z / 3.1)
        swell = 0.5 * sample(texture, x / 120, z / 120) * smooth(4, 60, z)
        return np.asarray(swell + np.sqrt(row) * (0.42 + 0.07 * rough) * np.exp(-z / 60))

    return height_of


def _blooms(frame: Frame, land: Ground, lean: float, flower: Plane, light: Plane, haze: Plane) -> Plane:
    texture = tile(frame.rng("bloom"), 512, slope=0.8, lowest=6)
    row = 0.5 + 0.5 * np.cos((land.x + lean * land.z) * 2 * np.pi / 1.5)
    fleck = sample(texture, land.x / 1.3, land.z / 2.6) * np.exp(-land.z / 14) + 0.35 * sample(
        texture, land.x / 9, land.z / 9
    )
    bloom = smooth(0.28, 0.7, row + 0.14 * fleck)
    soil = hexes("3a2c20")[0] * (1 + 0.2 * fleck)[..., None]
    leaf = hexes("47503a")[0] * (1 + 0.3 * fleck)[..., None]
    petals = flower * np.clip(0.85 + 0.38 * fleck, 0.2, 2.2)[..., None]
    paint = soil + (leaf - soil) * smooth(0.1, 0.4, row)[..., None]
    paint = paint + (petals - paint) * bloom[..., None]
    glow = 0.5 + 1.1 * land.facing((0.1, 0.35, 1.0)) + 0.25 * row
    paint = paint * (glow[..., None] * (0.35 + 0.75 * light))
    far = (1 - np.exp(-((land.z / 90) ** 1.2)))[..., None]
    return np.asarray(paint * (1 - far) + haze * 0.8 * far, np.float32)


def _tree(frame: Frame, sky: Plane, rng: np.random.Generator, horizon: float) -> None:
    x, size = frame.aspect * rng.uniform(0.15, 0.85), rng.uniform(0.05, 0.085)
    stencil = Stencil(frame, 3)
    stencil.polygon([(x - size * 0.06, horizon + 0.02), (x - size * 0.035, horizon - size),
                     (x + size * 0.035, horizon - size), (x + size * 0.06, horizon + 0.02)])  # fmt: skip
    for _ in range(240):
        angle, reach = rng.uniform(0, 2 * np.pi), size * rng.random() ** 0.5
        stencil.disc(
            x + reach * np.cos(angle) * 0.95,
            horizon - size * 1.35 + reach * np.sin(angle) * 0.75,
            size * rng.uniform(0.03, 0.12),
        )
    over(sky, hexes("1e2420")[0], stencil.mask() * 0.94)


def peaks(frame: Frame) -> Image.Image:
    """Snow peaks catching the first light above a sea of clouds."""
    rng = frame.rng("plan")
    sky_codes, light = (hexes(*p.split()) for p in DAWNS[frame.seed % len(DAWNS)])
    side = float(rng.choice([-1.0, 1.0]))
    lens = Lens(eye=0, near=4, far=240, horizon=rng.uniform(0.36, 0.46), focal=2.0, depths=1000)
    crags, billows = _crags(frame), _billows(frame)
    land = ground(frame, lens, lambda x, z: np.maximum(crags(x, z), billows(x, z)))
    lens = replace(lens, eye=float(np.percentile(land.height[:500], 70)) + rng.uniform(4.0, 6.5))
    depth = crags(land.x, land.z) - billows(land.x, land.z)
    sky = skies.gradient(frame, sky_codes, lens.horizon + 0.1)
    density = skies.clouds(frame, lens.horizon, cover=0.4, flat=6)
    sky = skies.lit_clouds(frame, sky, density, (frame.aspect * (0.5 + side * 0.6), lens.horizon),
                           np.stack([sky_codes[1], sky_codes[3], light[0] * 0.4]))  # fmt: skip
    picture = project(frame, lens, land, _snow(frame, land, depth, side, (sky_codes, light[0])), sky)
    return develop(frame, picture, Look(contrast=0.24, bloom=0.14, halation=0.06, grain=0.4, vignette=0.25))


def _crags(frame: Frame) -> Callable[[Plane, Plane], Plane]:
    rng = frame.rng("crags")
    textures = [tile(rng, 512, slope=2.6, highest=14) for _ in range(2)]
    size = rng.uniform(80, 110)

    def height_of(x: Plane, z: Plane) -> Plane:
        u, v = x / size, z / size
        total, amplitude, scale, weight = np.zeros_like(x), 17.0, 0.42, np.ones_like(x)
        for octave in range(6):
            ridge = 1 - np.abs(sample(textures[octave % 2], u * scale + 0.37 * octave, v * scale + 0.21 * octave)) * 0.8
            ridge = np.clip(ridge, 0, 1) ** 1.7
            total = total + amplitude * ridge * weight
            weight, amplitude, scale = np.clip(ridge * 1.4, 0.15, 1), amplitude * 0.44, scale * 2.1
        return np.asarray(total * smooth(14, 70, z) * (0.75 + 0.25 * smooth(60, 160, z)))

    return height_of


def _billows(frame: Frame) -> Callable[[Plane, Plane], Plane]:
    texture = tile(frame.rng("billows"), 512, slope=2.6, highest=12)

    def top_of(x: Plane, z: Plane) -> Plane:
        broad, fine = sample(texture, x / 170, z / 170), sample(texture, x / 60 + 0.3, z / 60)
        return np.asarray(7.6 + 1.3 * broad + 1.5 * np.abs(fine) + 0.55 * np.abs(sample(texture, x / 17, z / 17)))

    return top_of


def _snow(frame: Frame, land: Ground, depth: Plane, side: float, tones: tuple[Plane, Plane]) -> Plane:
    """Rock, snow and cloud; `depth` is how far the rock stands out of the cloud."""
    sky, light = tones
    texture = tile(frame.rng("snow"), 512, slope=1.3, lowest=3)
    fleck = sample(texture, land.x / 20, land.z / 20)
    steep = np.sqrt(land.slope_x**2 + land.slope_z**2)
    snow = smooth(1.25, 0.6, steep + 0.22 * fleck) * smooth(0.0, 1.5, depth)
    stone = hexes("4a4648")[0] * (1 + 0.25 * fleck)[..., None]
    albedo = stone + (hexes("e9ebee")[0] - stone) * snow[..., None]
    sunlit = land.sunlit(side, 0.3, 0.5)
    facing = land.facing((side, 0.42, -0.15))
    shade = sky[0] * 0.5 + sky[1] * 0.45
    paint = albedo * (shade * 0.85 + (facing * sunlit * 1.5)[..., None] * light)
    vapour = shade * 0.75 + (light * 0.35 + sky[-1] * 0.4) * (facing * (0.35 + 0.65 * sunlit) * 1.7)[..., None]
    cloud = smooth(1.3, -0.2, depth + 0.35 * fleck)
    paint += (vapour - paint) * cloud[..., None]
    far = (1 - np.exp(-((land.z / 190) ** 2.0)))[..., None]
    return np.asarray(paint * (1 - far) + (sky[-1] * 0.75 + sky[1] * 0.2) * far, np.float32)
