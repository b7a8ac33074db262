"""What a picture's header tells: size, orientation, when and how it was taken. Nothing is decoded."""

import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import IO

import pillow_heif
from PIL import AvifImagePlugin, Image, ImageFile, JpegImagePlugin, PngImagePlugin

from photos.imaging.errors import UnreadableImage, damaged
from photos.imaging.exif import Exif, read_exif
from photos.imaging.formats import TIFF, Format
from photos.imaging.outlines.base import MAX_FRAMES, Outline
from photos.imaging.outlines.gif import read_gif_outline
from photos.imaging.outlines.jpeg import read_jpeg_outline
from photos.imaging.outlines.png import MAX_TEXT_BYTES, read_png_outline
from photos.imaging.outlines.tiff import read_tiff_outline
from photos.imaging.outlines.webp import read_webp_outline

__all__ = ["Header", "UnreadableImage", "open_image", "read_header"]

pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
Image.MAX_IMAGE_PIXELS = None  # sizes are checked against UPLOAD_MAX_PIXELS before anything is decoded
ImageFile.LOAD_TRUNCATED_IMAGES = False
AvifImagePlugin.DEFAULT_MAX_THREADS = 1
PngImagePlugin.MAX_TEXT_CHUNK = MAX_TEXT_BYTES

_TURNED_BY_DECODER = ("HEIF",)  # libheif hands out upright pixels
_OUTLINES: dict[str, Callable[[IO[bytes], int], Outline]] = {
    "JPEG": read_jpeg_outline,
    "PNG": read_png_outline,
    "GIF": read_gif_outline,
    "WebP": read_webp_outline,
    "TIFF": read_tiff_outline,
}


@dataclass(frozen=True, slots=True)
class Header:
    """`width` and `height` are upright, after `orientation` (1 to 8, what is still to be turned after decoding)."""

    width: int
    height: int
    taken_at: datetime | None
    camera: dict[str, str] | None
    has_position: bool = False
    frames: int = 1
    orientation: int = 1

    @property
    def stored_size(self) -> tuple[int, int]:
        return (self.height, self.width) if self.orientation >= 5 else (self.width, self.height)

    @property
    def is_animated(self) -> bool:
        return self.frames > 1


def read_header(file: IO[bytes], format: Format) -> Header:
    """UnreadableImage for damaged headers, and for those made to cost more than a picture is worth."""
    size = file.seek(0, io.SEEK_END)
    read = _OUTLINES.get(format.name)
    outline = read(file, size) if read else _opened_outline(file, format)
    if outline.width < 1 or outline.height < 1:
        raise UnreadableImage("damaged", "The file is damaged: it has no pixels.")
    if outline.frames > MAX_FRAMES:
        raise UnreadableImage("too_many_frames", f"The animation has more than {MAX_FRAMES} frames.")
    if format is TIFF:
        open_image(file, format)  # tells at once whether it is of a kind that can be decoded
    exif = read_exif(file if format is TIFF else io.BytesIO(outline.exif)) if outline.exif or format is TIFF else Exif()
    mark = 1 if format is TIFF or format.pillow in _TURNED_BY_DECODER else exif.orientation
    width, height = (outline.height, outline.width) if mark >= 5 else (outline.width, outline.height)
    return Header(width, height, exif.taken_at, exif.camera, exif.has_position, outline.frames, mark)


def _opened_outline(file: IO[bytes], format: Format) -> Outline:
    """Of HEIC and AVIF, whose decoders read the boxes within limits of their own."""
    image = open_image(file, format)
    frames: int = getattr(image, "n_frames", 1)
    exif: bytes = image.info.get("exif") or b""
    return Outline(
        image.width, image.height, frames if format.name == "AVIF" else 1, exif.removeprefix(b"Exif\x00\x00")
    )


def open_image(file: IO[bytes], format: Format) -> Image.Image:
    """The picture, undecoded, by the one decoder of its format. UnreadableImage when the header is broken."""
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if format.pillow == "JPEG":  # the first picture, without a look at others behind it
                return JpegImagePlugin.JpegImageFile(file)
            return Image.open(file, formats=[format.pillow])
    except Exception as error:
        raise damaged() from error
