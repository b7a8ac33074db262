"""Portraits without a face: a head and shoulders in window light."""

from __future__ import annotations

import numpy as np
from PIL import Image

from photos.demo.scenes.frame import Frame, Plane, hexes, over, ramp, smooth
from photos.demo.scenes.noise import fbm
from photos.demo.scenes.optics import Look, blur, develop
from photos.demo.scenes.shapes import Stencil

GROUNDS = (
    "f2c9a0 d98a5a",
    "a8c8c4 4f8a8a",
    "e8d4b0 c8964a",
    "b8b4d8 6a5f9a",
    "f0b8a8 c85a50",
    "c4d4a8 6f8a4a",
    "a8c0dc 3f6a9a",
    "e0c4d0 a85a80",
    "d8d0c4 8a7a6a",
    "f4dc98 d9a030",
    "98b8b0 2f5a5a",
    "e4b498 8a4a3a",
    "c8ccd4 5a6478",
)
SKINS = ("f0c8a4", "d9a47a", "a8714a", "7a4a30", "e8b48e", "5a3624")
HAIRS = ("1c1614", "3a2418", "6a4428", "a86a3a", "d8b87a", "8a8480", "4a1c14", "241c2c")
CLOTHES = ("23364a", "8a3a2c", "3f5a4a", "d8cbb0", "5a4a6a", "c08a3a", "2a2a2e", "7a9aa4")


def portrait(frame: Frame) -> Image.Image:
    """A bust from plain shapes, soft light from one side; reads well as a small circle."""
    rng = frame.rng("plan")
    ground = hexes(*GROUNDS[frame.seed % len(GROUNDS)].split())
    skin, hair, cloth = (hexes(tints[int(rng.integers(len(tints)))])[0] for tints in (SKINS, HAIRS, CLOTHES))
    side = float(rng.choice([-1.0, 1.0]))
    cx = frame.aspect / 2
    glow = np.hypot(frame.x - cx - side * 0.28, frame.y - 0.36)
    picture = ramp(ground, np.clip(glow * 1.15, 0, 1))
    picture *= (1 + 0.035 * fbm(frame, "plaster", 3, 3, octaves=7, gain=0.6))[..., None]
    style = int(rng.integers(5))
    back, top = _hair(frame, rng, cx, style, side)
    _lay(frame, picture, back, hair, side, "hair-back")
    _lay(frame, picture, _shoulders(frame, cx), cloth, side, "cloth")
    _lay(frame, picture, _neck(frame, cx), skin * 0.86, side, "neck")
    _lay(frame, picture, _head(frame, cx), skin, side, "face")
    _lay(frame, picture, top, hair, side, "hair")
    return develop(frame, picture, Look(contrast=0.16, bloom=0.10, halation=0.06, grain=0.55, vignette=0.2))


def _lay(frame: Frame, picture: Plane, mask: Plane, tint: Plane, side: float, weave: str) -> None:
    """Paints one shape with light from `side`, a darker far edge and a soft shadow on what lies behind."""
    size = 0.075 * frame.height
    soft = blur(mask, size * 0.8)
    shift = round(0.05 * frame.height)
    lit = np.roll(soft, round(-side * shift), axis=1)
    away = np.roll(soft, round(side * shift), axis=1)
    form = np.clip((away - lit) * 1.5, -1, 1)
    shadow = np.clip(blur(np.roll(mask, (shift // 2, round(-side * shift * 0.7)), (0, 1)), size * 0.45) - mask, 0, 1)
    picture *= (1 - 0.34 * shadow)[..., None]
    tone = np.clip(0.82 - 0.62 * form - 0.10 * (frame.y - 0.4), 0.22, 1.6)
    grain = 1 + 0.035 * fbm(frame, weave, 16, 16, octaves=5, gain=0.7)
    warm = np.array([1.08, 1.0, 0.90], np.float32) ** np.clip(tone * 2 - 1, -1, 1.5)[..., None]
    over(picture, tint * (tone * grain)[..., None] * warm, mask)


def _outline(frame: Frame, points: list[tuple[float, float]]) -> Plane:
    stencil = Stencil(frame, 3)
    stencil.polygon(points)
    return stencil.mask()


def _egg(cx: float, cy: float, rx: float, ry: float, power: float = 0.0) -> list[tuple[float, float]]:
    a = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    narrow = 1 - power * np.maximum(np.sin(a), 0) ** 1.5
    return [(float(x), float(y)) for x, y in zip(cx + rx * np.cos(a) * narrow, cy + ry * np.sin(a), strict=True)]


def _head(frame: Frame, cx: float) -> Plane:
    return _outline(frame, _egg(cx, 0.40, 0.135, 0.19, 0.22))


def _neck(frame: Frame, cx: float) -> Plane:
    return _outline(frame, [(cx - 0.075, 0.46), (cx + 0.075, 0.46), (cx + 0.085, 0.66), (cx + 0.13, 0.72), (cx, 0.80),
                            (cx - 0.13, 0.72), (cx - 0.085, 0.66)])  # fmt: skip


def _shoulders(frame: Frame, cx: float) -> Plane:
    t = np.linspace(-1, 1, 80)
    rise = 0.70 + 0.20 * np.abs(t) ** 2.4 + 0.06 * np.abs(t)
    top = [(cx + float(u) * 0.40, float(y)) for u, y in zip(t, rise, strict=True)]
    return _outline(frame, [*top, (cx + 0.43, 1.1), (cx - 0.43, 1.1)])


def _hair(frame: Frame, rng: np.random.Generator, cx: float, style: int, side: float) -> tuple[Plane, Plane]:
    """Masks of the hair behind the head and of the hair over the forehead."""
    back, top = Stencil(frame, 3), Stencil(frame, 3)
    lift = rng.uniform(0.0, 0.012)
    if style == 0:  # long
        back.polygon([*_egg(cx, 0.37, 0.175, 0.205)])
        back.polygon([(cx - 0.175, 0.36), (cx + 0.175, 0.36), (cx + 0.20, 0.74), (cx - 0.20, 0.74)])
    elif style == 1:  # bob
        back.polygon([*_egg(cx, 0.40, 0.185, 0.215)])
    elif style == 2:  # bun
        back.polygon(_egg(cx + 0.02 * side, 0.165, 0.075, 0.07))
        back.polygon(_egg(cx, 0.36, 0.15, 0.185))
    elif style == 3:  # curls
        for a in np.linspace(0.9 * np.pi, 2.1 * np.pi, 19):
            back.polygon(_egg(cx + 0.15 * float(np.cos(a)), 0.36 + 0.165 * float(np.sin(a)), 0.062, 0.062))
    else:  # short
        back.polygon(_egg(cx, 0.365, 0.147, 0.185))
    fringe = np.linspace(0, 1, 40)
    part = cx + side * rng.uniform(-0.02, 0.07)
    upper = [(cx + 0.142 * float(np.cos(a)), 0.385 + (0.20 + lift) * float(np.sin(a))) for a in np.pi + np.pi * fringe]
    lower = [
        (cx + 0.142 - 0.284 * float(u), 0.385 - 0.095 * float(np.exp(-(((cx + 0.142 - 0.284 * u - part) / 0.11) ** 2))))
        for u in fringe
    ]
    top.polygon([*upper, *lower])
    return back.mask(), top.mask() * smooth(0.5, 0.42, frame.y)
