"""Pictures of 100 megapixels are developed with less than a gigabyte of memory, whatever their pixels are made of."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from photos.imaging.darkroom import develop_safely
from photos.imaging.formats import AVIF, JPEG, PNG, TIFF, WEBP, Format

SIDE = 10_000
GIGABYTE = 1024**3


def blank(mode: str) -> Image.Image:
    return Image.new(mode, (SIDE, SIDE))


PICTURES: dict[str, tuple[Format, Callable[[Path], None]]] = {
    "progressive jpeg in full colour": (JPEG, lambda path: blank("RGB").save(path, progressive=True, subsampling=0)),
    "png": (PNG, lambda path: blank("RGB").save(path, compress_level=1)),
    "transparent png": (PNG, lambda path: blank("RGBA").save(path, compress_level=1)),
    "png of 16 bits": (PNG, lambda path: blank("I;16").save(path, compress_level=1)),
    "png with a transparent palette": (PNG, lambda path: blank("P").save(path, compress_level=1, transparency=0)),
    "tiff for print": (TIFF, lambda path: blank("CMYK").save(path, compression="tiff_lzw")),
    "tiff of fractions": (TIFF, lambda path: blank("F").save(path, compression="tiff_lzw")),
    "sideways tiff": (TIFF, lambda path: blank("RGB").save(path, compression="tiff_lzw", tiffinfo={274: 6})),
    "webp": (WEBP, lambda path: blank("RGBA").save(path, lossless=True, quality=0, method=0)),
    "avif": (AVIF, lambda path: blank("RGB").save(path, speed=10)),
}


@pytest.mark.parametrize("name", PICTURES)
def test_large_picture_is_developed_in_less_than_a_gigabyte(name: str, tmp_path: Path) -> None:
    format, write = PICTURES[name]
    path = tmp_path / f"large{format.suffix}"
    write(path)

    development = develop_safely(str(path), format, max_pixels=SIDE * SIDE, seconds=120, memory=GIGABYTE)

    assert (development.width, development.height, len(development.renditions)) == (SIDE, SIDE, 12)
