"""Photographs drawn by chance: no two are the same, and the same seed draws the same again."""

import hashlib
import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

SIZES = ((480, 360), (360, 480), (640, 420), (820, 560))  # in pixels; files of 0.2 to 2 MB
JPEG_QUALITY = 96
GRAIN = 40.0


@dataclass(frozen=True)
class Picture:
    number: int
    data: bytes
    sha256: str
    size: tuple[int, int]
    suffix: str

    @property
    def content_type(self) -> str:
        return "image/png" if self.suffix == "png" else "image/jpeg"


def draw(seed: int, number: int) -> Picture:
    """Every third one is a PNG; a slope of two colours under grain, so that files are as large as those of cameras."""
    chance = np.random.default_rng([seed, number])
    width, height = size = SIZES[number % len(SIZES)]
    slope = np.linspace(0, 1, width)[None, :, None] * np.linspace(0.5, 1, height)[:, None, None]
    colours = chance.uniform(0, 255, (2, 1, 1, 3))
    pixels = colours[0] * slope + colours[1] * (1 - slope) + chance.normal(0, GRAIN, (height, width, 3))
    image = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    file = io.BytesIO()
    suffix = "jpg" if number % 3 else "png"
    if suffix == "png":
        image.save(file, "PNG", compress_level=1)
    else:
        image.save(file, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    data = file.getvalue()
    return Picture(number, data, hashlib.sha256(data).hexdigest(), size, suffix)
