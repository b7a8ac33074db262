"""Pictures drawn by code: about thirty kinds of scene, each different for every seed."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image

from photos.demo.scenes.abstract import ink, shore
from photos.demo.scenes.aurora import aurora
from photos.demo.scenes.balloons import balloons
from photos.demo.scenes.blossom import blossom
from photos.demo.scenes.city import rain, skyline
from photos.demo.scenes.coast import boats, lighthouse, pier
from photos.demo.scenes.cyanotype import cyanotype
from photos.demo.scenes.dunes import dunes
from photos.demo.scenes.facade import arches, facade, stairs
from photos.demo.scenes.fields import lavender, peaks
from photos.demo.scenes.forest import birches, forest
from photos.demo.scenes.frame import Frame
from photos.demo.scenes.kites import kites
from photos.demo.scenes.mountains import mountains
from photos.demo.scenes.night import milky_way, moonrise, star_trails
from photos.demo.scenes.portrait import portrait
from photos.demo.scenes.sea import sea, tide
from photos.demo.scenes.stilllife import still_life

_DRAWERS: dict[str, Callable[[Frame], Image.Image]] = {
    "arches": arches,
    "aurora": aurora,
    "balloons": balloons,
    "birches": birches,
    "blossom": blossom,
    "boats": boats,
    "cyanotype": cyanotype,
    "dunes": dunes,
    "facade": facade,
    "forest": forest,
    "ink": ink,
    "kites": kites,
    "lavender": lavender,
    "lighthouse": lighthouse,
    "milky-way": milky_way,
    "moonrise": moonrise,
    "mountains": mountains,
    "peaks": peaks,
    "pier": pier,
    "portrait-abstract": portrait,
    "rain": rain,
    "sea": sea,
    "shore": shore,
    "skyline": skyline,
    "stairs": stairs,
    "star-trails": star_trails,
    "still-life": still_life,
    "tide": tide,
}
SCENES: tuple[str, ...] = tuple(_DRAWERS)


def draw(scene: str, *, seed: int, width: int, height: int) -> Image.Image:
    """An RGB picture of one of `SCENES`; the same arguments give the same pixels. Sides are at least 32 pixels."""
    if scene not in _DRAWERS:
        raise ValueError(f"unknown scene {scene!r}")
    return _DRAWERS[scene](Frame(scene, seed, width, height))
