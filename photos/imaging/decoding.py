"""From a file to upright sRGB pixels, no more of them than are needed and in as little memory as can be."""

import io
import math
import struct
from typing import IO

from PIL import Image, JpegImagePlugin

from photos.imaging.colour import flattening, to_srgb
from photos.imaging.errors import UnreadableImage, damaged, too_complex
from photos.imaging.formats import PNG, TIFF, WEBP, Format, is_complete
from photos.imaging.header import Header, open_image
from photos.imaging.outlines.jpeg import scan_start
from photos.imaging.outlines.png import check_png_sums
from photos.imaging.outlines.tiff import check_tiff_sums
from photos.imaging.outlines.webp import read_webp_extras
from photos.imaging.still_webp import decode_still_webp
from photos.imaging.strict_jpeg import load_strictly

REDUCING_GAP = 2  # pixels are averaged down to twice the size that is wanted before they are resampled

_BAND_ROWS = 128
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Formats with checksums that their decoders leave unread.
_CHECKSUMS = {PNG: check_png_sums, TIFF: check_tiff_sums}
# What the decoders raise for broken files, each its own: those of AVIF and HEIC RuntimeError, of TIFF the last two.
DAMAGED = (OSError, ValueError, SyntaxError, EOFError, IndexError, RuntimeError, TypeError, struct.error)


def decode(file: IO[bytes], format: Format, header: Header, scale: float) -> Image.Image:
    """The first frame upright in sRGB, its sides `scale` (at most 1) times those of the original, on white.

    UnreadableImage when it is damaged anywhere, or takes more memory than there is.
    """
    upright = (max(1, round(header.width * scale)), max(1, round(header.height * scale)))
    stored = upright[::-1] if header.orientation >= 5 else upright
    try:
        if not is_complete(file, format, file.seek(0, io.SEEK_END)):
            raise damaged()  # HEIC is shown with black squares for what is missing
        picture, profile = _shrunk(file, format, header, stored)
        return turn_upright(to_srgb(picture, profile), header.orientation)
    except MemoryError as error:
        raise too_complex("The picture takes more memory than a picture may. Please send it smaller.") from error
    except DAMAGED as error:
        raise UnreadableImage("damaged", "The file stops early or is damaged. Please send it again.") from error


def turn_upright(picture: Image.Image, orientation: int) -> Image.Image:
    turn = _TURNS.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def _shrunk(file: IO[bytes], format: Format, header: Header, size: tuple[int, int]) -> tuple[Image.Image, bytes | None]:
    """RGB, CMYK or L pixels of this size, and their profile. What was decoded is let go before anything is added."""
    image = _load(file, format, header, size)
    profile: bytes | None = image.info.get("icc_profile")
    gap = min(image.width / size[0], image.height / size[1]) / REDUCING_GAP
    factor = max(1, math.floor(gap))
    box = (0.0, 0.0, image.width / factor, image.height / factor)
    image = _reduce(image, factor)
    if image.size != size:
        image = image.resize(size, Image.Resampling.LANCZOS, box=box)
    return image, profile


def _load(file: IO[bytes], format: Format, header: Header, size: tuple[int, int]) -> Image.Image:
    """The decoded picture; a JPEG already smaller, if it stays at least as large as `size`."""
    if format is WEBP and not header.is_animated:
        transparent, profile = read_webp_extras(file)
        file.seek(0)
        still = decode_still_webp(file.read(), (header.stored_size), transparent=transparent)
        if still is not None:
            still.info["icc_profile"] = profile
            return still
    if format in _CHECKSUMS:
        _CHECKSUMS[format](file)
    image = open_image(file, format)
    if isinstance(image, JpegImagePlugin.JpegImageFile) and (start := scan_start(file)):
        image.draft("RGB", size)
        file.seek(0)
        load_strictly(image, file.read(), start)
    image.load()
    return image


def _reduce(image: Image.Image, factor: int) -> Image.Image:
    """Averages of `factor` times `factor` pixels as RGB, CMYK or L, made in bands: the whole would not fit twice."""
    flatten = flattening(image)
    if flatten is None:
        return image.reduce(factor) if factor > 1 else image
    rows = factor * max(1, _BAND_ROWS // factor)
    target: Image.Image | None = None
    for top in range(0, image.height, rows):
        band = flatten(image.crop((0, top, image.width, min(top + rows, image.height)))).reduce(factor)
        if target is None:
            target = Image.new(band.mode, (band.width, -(-image.height // factor)))
        target.paste(band, (0, top // factor))
    return target or image
