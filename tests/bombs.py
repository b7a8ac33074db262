"""Small files that would cost a careless reader seconds or gigabytes; all made in memory."""

import struct
import zlib

from photos.imaging.formats import GIF, JPEG, PNG, TIFF, WEBP, Format
from tests.files import picture

FRAMES = 20_000
BLOATED = zlib.compress(bytes(64 * 1024 * 1024), 9)
HALF_BLOATED = zlib.compress(bytes(2 * 1024 * 1024), 9)  # may be unpacked once or twice


def png_with(*chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG with these chunks right behind its header."""
    data = picture(PNG)
    inserted = b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )
    return data[:33] + inserted + data[33:]


def gif_with(block: bytes, count: int) -> bytes:
    """A GIF with one frame and so many more blocks in front of its end."""
    data = picture(GIF)
    return data[:-1] + block * count + b"\x3b"


def webp_with_frames(count: int) -> bytes:
    size = (79).to_bytes(3, "little") + (59).to_bytes(3, "little")
    frame = b"ANMF" + struct.pack("<I", 16) + bytes(16)
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + size + frame * count
    return b"RIFF" + struct.pack("<I", len(body)) + body


def tiff_with_fields(count: int, each: int) -> bytes:
    """A TIFF with so many unknown fields, every one of them claiming the same `each` bytes."""
    known = [(256, 3, 1, 8), (257, 3, 1, 8), (273, 4, 1, 8), (279, 4, 1, 64)]
    fields = known + [(tag, 1, each, 8) for tag in range(1000, 1000 + count)]
    shape = {1: "<HHLL", 3: "<HHLHxx", 4: "<HHLL"}
    entries = b"".join(struct.pack(shape[kind], tag, kind, amount, value) for tag, kind, amount, value in fields)
    return b"II*\x00" + struct.pack("<L", 8 + each) + bytes(each) + struct.pack("<H", len(fields)) + entries + bytes(4)


def with_claimed_size(data: bytes, width: int, height: int) -> bytes:
    """An AVIF whose size property claims this."""
    at = data.index(b"ispe") + 8
    return data[:at] + struct.pack(">II", width, height) + data[at + 8 :]


BOMBS: dict[str, tuple[Format, bytes, str]] = {
    "png with a bloated text": (PNG, png_with((b"zTXt", b"Comment\0\0" + BLOATED)), "too_complex"),
    "png with a bloated international text": (PNG, png_with((b"iTXt", b"XMP\0\1\0\0\0" + BLOATED)), "too_complex"),
    "png with a bloated profile": (PNG, png_with((b"iCCP", b"icc\0\0" + BLOATED)), "too_complex"),
    "png of many bloated texts": (PNG, png_with(*[(b"zTXt", b"Comment\0\0" + HALF_BLOATED)] * 100), "too_complex"),
    "png of many broken texts": (
        PNG,
        png_with(*[(b"zTXt", b"Comment\0\0" + HALF_BLOATED[:-4] + b"oops")] * 100),
        "too_complex",
    ),
    "png of many chunks": (PNG, png_with(*[(b"tEXt", b"a\0b")] * 50_000), "too_complex"),
    "apng of many frames": (PNG, png_with((b"acTL", struct.pack(">II", FRAMES, 0))), "too_many_frames"),
    "gif of many frames": (
        GIF,
        gif_with(b"\x2c\0\0\0\0\1\0\1\0\0\x02\x02\x44\x01\0", FRAMES),
        "too_many_frames",
    ),
    "gif of many comments": (GIF, gif_with(b"\x21\xfe\xff" + b"x" * 255 + b"\0", 100_000), "too_complex"),
    "gif of many parts": (GIF, gif_with(b"\x21\xff" + b"\1x" * 2_000_000 + b"\0", 1), "too_complex"),
    "webp of many frames": (WEBP, webp_with_frames(FRAMES), "too_many_frames"),
    "jpeg of many segments": (
        JPEG,
        picture(JPEG)[:2] + b"\xff\xfe\0\2" * 1_000_000 + picture(JPEG)[2:],
        "too_complex",
    ),
    "jpeg of many fill bytes": (JPEG, picture(JPEG)[:2] + b"\xff" * 1_000_000 + picture(JPEG)[2:], "too_complex"),
    "tiff of many fields": (TIFF, tiff_with_fields(60_000, 1_000_000), "damaged"),
}
