"""Files that call themselves pictures, and pictures that hide something; all made in memory."""

import io
import struct
from typing import Any

import pillow_heif
from PIL import Image, ImageCms

from photos.imaging.formats import AVIF, FORMATS, GIF, HEIC, JPEG, PNG, TIFF, WEBP, Format
from tests.images import draw, encode, jpeg

pillow_heif.register_heif_opener(thumbnails=False)

PAYLOAD = b"<script>alert('the-hidden-part')</script>"
SECRETS = (b"Secret Owner", b"SERIAL-0815", b"secret-note", b"the-hidden-part")
FORMAT_NAMES = [each.name for each in FORMATS]
WITH_METADATA = (JPEG, PNG, WEBP, TIFF, AVIF, HEIC)

STRANGERS = {
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "an SVG drawing"),
    "svg behind a byte order mark": (b"\xef\xbb\xbf \n<SVG/>", "an SVG drawing"),
    "xml": (b'<?xml version="1.0"?><svg/>', "an XML file"),
    "html": (b"<!DOCTYPE html><script>alert(1)</script>", "a web page"),
    "html without doctype": (b"<html><body>", "a web page"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
    "zip": (b"PK\x03\x04\x14\x00", "a ZIP archive"),
    "elf": (b"\x7fELF\x02\x01\x01", "a program"),
    "windows program": (b"MZ\x90\x00", "a program"),
    "postscript": (b"%!PS-Adobe-3.0", "a PostScript file"),
    "mvg": (b"push graphic-context\nimage over 0,0 0,0 'https://example.org/'", "not a picture"),
    "mp4": (b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp42", "a video"),
    "quicktime": (b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  ", "a video"),
    "matroska": (b"\x1aE\xdf\xa3\x01\x00", "a video"),
    "bmp": (b"BM\x46\x00\x00\x00", "a BMP picture"),
    "photoshop": (b"8BPS\x00\x01", "a Photoshop file"),
    "words": (b"only words", "not a picture"),
    "nearly a jpeg": (b"\xff\xd8\x00\xff", "not a picture"),
    "nearly a png": (b"\x89PNG\n\x1a\n", "not a picture"),
    "a sound in riff": (b"RIFF\x24\x00\x00\x00WAVEfmt ", "not a picture"),
}


def picture(format: Format, width: int = 80, height: int = 60, **options: Any) -> bytes:
    """A whole small file of this format."""
    if "exif" in options and format is not TIFF:
        options["exif"] = options["exif"].tobytes()
    return encode(draw(width, height), format.pillow, **options)


def secret_exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x8298] = "Secret Owner"
    details = exif.get_ifd(0x8769)
    details[0xA430], details[0xA431] = "Secret Owner", "SERIAL-0815"
    details[0x927C] = b"secret-note" * 3
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 26.0), 3: "W", 4: (0.0, 7.0, 39.0)})
    return exif


def picture_with_metadata(format: Format) -> bytes:
    """A file with everything this format can carry beside pixels: EXIF with position, XMP, colour profile, comment."""
    options: dict[str, Any] = {"exif": secret_exif(), "icc_profile": profile()}
    if format in (JPEG, WEBP, AVIF, HEIC):
        options["xmp"] = b"<x:xmpmeta>secret-note</x:xmpmeta>"
    if format is JPEG:
        options["comment"] = PAYLOAD
    return picture(format, 400, 300, **options)


def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def with_segment(data: bytes, marker: int, content: bytes) -> bytes:
    """A JPEG with one more segment right behind its start."""
    return data[:2] + struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content + data[2:]


def jpeg_with_exif_block(block: bytes) -> bytes:
    """A JPEG whose EXIF segment holds just this."""
    return with_segment(jpeg(), 0xE1, b"Exif\x00\x00" + block)


def jpeg_with_thumbnail(width: int = 400, height: int = 300) -> bytes:
    """A JPEG with a whole small JPEG, end mark included, inside its EXIF block."""
    thumbnail = jpeg(32, 24)
    ifd0 = struct.pack(">HI", 0, 14)
    ifd1 = struct.pack(">HHHIIHHIII", 2, 0x0201, 4, 1, 44, 0x0202, 4, 1, len(thumbnail), 0)
    block = (b"MM\x00*" + struct.pack(">I", 8) + ifd0 + ifd1).ljust(44, b"\0") + thumbnail
    return with_segment(jpeg(width, height), 0xE1, b"Exif\x00\x00" + block)


def polyglots() -> dict[str, bytes]:
    """Whole pictures that are something else as well."""
    return {
        "jpeg and zip": jpeg(400, 300) + b"PK\x03\x04" + PAYLOAD,
        "jpeg with a page in its comment": with_segment(jpeg(400, 300), 0xFE, PAYLOAD),
        "png and page": picture(PNG, 400, 300) + PAYLOAD,
        "gif and script": picture(GIF, 400, 300, comment=b"*/=1;" + PAYLOAD),
        "webp and program": picture(WEBP, 400, 300) + b"\x7fELF" + PAYLOAD,
    }


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image
