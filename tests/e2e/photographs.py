"""The six files of the journeys: real photographs where they are at hand, otherwise drawn ones of the same kinds."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import pillow_heif
from PIL import Image

from tests.images import draw, encode

REAL = Path(__file__).resolve().parents[3] / "shared" / "photos"

# name -> type, width, height: one of 24 megapixels, three of 12 (one a HEIC with a position in it), two small ones
KINDS = {
    "craft-beer.jpg": ("image/jpeg", 6000, 4000),
    "IMG_2682.heic": ("image/heic", 4032, 3024),
    "book-beside-flowers.jpg": ("image/jpeg", 3024, 4032),
    "japanese-shop.jpg": ("image/jpeg", 4217, 2817),
    "denali.webp": ("image/webp", 600, 315),
    "prairie_falcon.jpg": ("image/jpeg", 800, 533),
}
SOURCE = "real" if all((REAL / name).is_file() for name in KINDS) else "drawn"


@dataclass(frozen=True)
class Photograph:
    """One file as a person chooses it. `width` and `height` are upright."""

    name: str
    content_type: str
    width: int
    height: int
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @property
    def alt_text(self) -> str:
        return f"What {self.name.partition('.')[0]} shows"


def six_photographs(source: str) -> list[Photograph]:
    """`source` is "real" (../shared/photos) or "drawn"."""
    return [
        Photograph(name, *kind, (REAL / name).read_bytes() if source == "real" else _draw(*kind))
        for name, kind in KINDS.items()
    ]


def _draw(content_type: str, width: int, height: int) -> bytes:
    picture = draw(width, height, seed=width)
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 26.0), 3: "W", 4: (0.0, 7.0, 39.0)})
    if content_type == "image/heic":
        data = io.BytesIO()
        pillow_heif.from_pillow(picture).save(data, quality=60, exif=exif.tobytes())
        return data.getvalue()
    return encode(picture, content_type.removeprefix("image/").upper(), exif=exif.tobytes())
