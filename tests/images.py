"""Small pictures made in memory."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageDraw

LONDON = {1: "N", 2: (51.0, 30.0, 26.0), 3: "W", 4: (0.0, 7.0, 39.0)}


def draw(width: int = 64, height: int = 48, *, seed: int = 0, mode: str = "RGB") -> Image.Image:
    """A picture with structure: no two seeds give the same bytes."""
    image = Image.radial_gradient("L").resize((width, height)).convert("RGB")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, width // 3, height // 3), fill=(200, (40 + seed * 37) % 256, (90 + seed * 11) % 256))
    pen.point((width - 1, height - 1), fill=(seed % 256, seed // 256 % 256, 255))
    return image.convert(mode)


def encode(image: Image.Image, format: str = "JPEG", **options: Any) -> bytes:
    data = io.BytesIO()
    image.save(data, format, **options)
    return data.getvalue()


def jpeg(width: int = 64, height: int = 48, *, seed: int = 0, **options: Any) -> bytes:
    return encode(draw(width, height, seed=seed), "JPEG", **options)


def png(width: int = 64, height: int = 48, *, seed: int = 0) -> bytes:
    return encode(draw(width, height, seed=seed), "PNG")


def jpeg_with_secrets(*, orientation: int = 1, seed: int = 0) -> bytes:
    """A JPEG as a phone writes it: position, serial number, owner, camera, orientation."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Fieldworks", "Fieldworks Mk II"
    exif[0x0112] = orientation
    exif[0x8298] = "Copyright of the secret owner"
    details = exif.get_ifd(0x8769)
    details[0x9003] = "2026:03:04 05:06:07"
    details[0x829D], details[0x829A], details[0x8827] = 2.8, 1 / 250, 400
    details[0xA430], details[0xA431] = "Secret Owner", "SERIAL-0815"
    exif.get_ifd(0x8825).update(LONDON)
    return jpeg(80, 60, seed=seed, exif=exif)


def png_header_only(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )
