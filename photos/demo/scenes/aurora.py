"""Aurora over a lake."""

from __future__ import annotations

import numpy as np
from PIL import Image

from photos.demo.scenes import skies, water
from photos.demo.scenes.frame import Frame, Plane, hexes, over, ramp, smooth
from photos.demo.scenes.noise import curve, fbm
from photos.demo.scenes.optics import Look, blur, develop
from photos.demo.scenes.shapes import Stencil, below, conifer

PALETTES = (
    "e9fff0 6df0a8 27c98c 1c8fa0 4a55b8 7a3fa0",
    "f4fff4 9af2a0 3fd08a 3aa09a 8a4fb0 c0488a",
    "eafffb 7df0d8 2fc0c0 2f7fd0 5a4fc0 803fb0",
)


def aurora(frame: Frame) -> Image.Image:
    rng = frame.rng("plan")
    shore = rng.uniform(0.6, 0.7)
    picture = skies.gradient(frame, hexes("02060f", "061225", "0c2438", "16384a"), shore)
    picture += skies.stars(frame, count=2600, brightness=0.8)
    colours = hexes(*PALETTES[frame.seed % len(PALETTES)].split())
    for i in range(int(rng.integers(2, 4))):
        picture += _curtain(frame, i, shore, colours)
    _hills(frame, picture, shore)
    picture = water.mirrored(frame, picture, shore, ripple=0.022, calm=0.35, dim=0.72)
    over(picture, hexes("0e2c38")[0], 0.35 * np.exp(-np.abs(frame.y - shore) / 0.012) * np.ones_like(frame.x))
    _shore(frame, picture)
    return develop(frame, picture, Look(contrast=0.18, bloom=0.3, halation=0.0, grain=0.5, vignette=0.35))


def _curtain(frame: Frame, i: int, shore: float, colours: Plane) -> Plane:
    """One ribbon of light: a wavering foot line, rays drawn up from it."""
    rng = frame.rng(f"curtain{i}")
    x = frame.x[0]
    foot = shore * rng.uniform(0.55, 0.8) + 0.13 * curve(rng, x, 0.9, octaves=3, gain=0.4)
    foot += rng.uniform(-0.25, 0.25) * (x / frame.aspect - 0.5)
    fold = np.gradient(foot) / frame.px
    warped = x + 0.10 * curve(rng, x, 1.7, octaves=3)
    rays = 0.55 + 0.45 * curve(rng, warped + 2, 9, octaves=5, gain=0.7)
    swell = smooth(-0.55, 0.5, curve(rng, x, 1.1, octaves=2))
    strength = np.clip(rays, 0, 2) * swell * (0.7 + 0.9 * np.minimum(np.abs(fold), 1.5))
    tall = 0.16 + 0.22 * np.clip(0.5 + 0.6 * curve(rng, warped, 3.5, octaves=4, gain=0.6), 0, 1)
    up = (foot[None, :] - frame.y) / tall[None, :]
    body = np.exp(-np.maximum(up, 0) * 1.9) * smooth(-0.10, 0.06, up)
    light = ramp(colours, np.clip(up * 0.55 + 0.12, 0, 1)) * (body * strength[None, :])[..., None]
    veil = blur(light, 0.03 * frame.height, 0.05 * frame.height)
    return np.asarray((blur(light, 0.0035 * frame.height, 0.02 * frame.height) * 0.75 + veil * 0.6) * 1.05)


def _hills(frame: Frame, picture: Plane, shore: float) -> None:
    rng = frame.rng("hills")
    far = shore - 0.05 - 0.07 * curve(rng, frame.x[0], 1.3, ridged=True)
    over(picture, hexes("0a1d2a")[0], below(frame, np.minimum(far, shore)))
    near = shore - 0.012 - 0.03 * np.abs(curve(rng, frame.x[0], 2.1))
    stencil = Stencil(frame)
    for x in rng.uniform(0, frame.aspect, int(110 * frame.aspect)):
        column = int(min(x * frame.height, frame.width - 1))
        stencil.polygon(conifer(rng, float(x), float(near[column]) + 0.01, rng.uniform(0.015, 0.045), 0.2))
    mask = np.maximum(stencil.mask(), below(frame, near))
    over(picture, hexes("030a10")[0], mask)


def _shore(frame: Frame, picture: Plane) -> None:
    """Dark stones along the lower edge, touched by the sky's light."""
    bank = fbm(frame, "bank", 5, 14, octaves=6)
    height = smooth(0.93, 1.02, frame.y + 0.018 * bank)
    light = np.clip(0.6 + 0.5 * bank, 0.05, 2)
    over(picture, hexes("06151a")[0] * light[..., None], height)
