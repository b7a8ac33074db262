"""Files that call themselves pictures, and pictures that hide something; all made in memory."""

import io
import struct
from typing import Any

import pillow_heif
from PIL import Image, ImageCms

from photos.imaging.formats import AVIF, GIF, HEIC, JPEG, PHOTO_FORMATS, PNG, TIFF, WEBP, Format
from tests.images import draw, encode, jpeg

pillow_heif.register_heif_opener(thumbnails=False)

PAYLOAD = b"<script>alert('the-hidden-part')</script>"
SECRETS = (b"Secret Owner", b"SERIAL-0815", b"secret-note", b"the-hidden-part")
FORMAT_NAMES = [each.name for each in PHOTO_FORMATS]
WITH_METADATA = (JPEG, PNG, WEBP, TIFF, AVIF, HEIC)

STRANGERS = {
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "an SVG drawing"),
    "svg behind a byte order mark": (b"\xef\xbb\xbf \n<SVG/>", "an SVG drawing"),
    "svg in letters of two bytes": ("\ufeff<svg/>".encode("utf-16-le"), "an SVG drawing"),
    "svg in letters of two bytes, the other way": ("\ufeff<svg/>".encode("utf-16-be"), "an SVG drawing"),
    "svg in xml": (b'<?xml version="1.0"?>\n<!-- drawn -->\n<svg/>', "an SVG drawing"),
    "xml": (b'<?xml version="1.0"?><note/>', "an XML file"),
    "html": (b"<!DOCTYPE html><script>alert(1)</script>", "a web page"),
    "html without doctype": (b"<html><body>", "a web page"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
    "postscript": (b"%!PS-Adobe-3.0", "a PostScript file"),
    "eps of windows": (b"\xc5\xd0\xd3\xc6\x20\x00", "a PostScript file"),
    "zip": (b"PK\x03\x04\x14\x00", "a ZIP archive"),
    "office": (b"PK\x03\x04\x14\x00\x06\x00" + bytes(22) + b"[Content_Types].xml", "an office document"),
    "old office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an office document"),
    "7z": (b"7z\xbc\xaf\x27\x1c\x00\x04", "a 7-Zip archive"),
    "rar": (b"Rar!\x1a\x07\x01\x00", "a RAR archive"),
    "gzip": (b"\x1f\x8b\x08\x00", "a gzip archive"),
    "xz": (b"\xfd7zXZ\x00\x00\x04", "an XZ archive"),
    "zstandard": (b"\x28\xb5\x2f\xfd\x04", "a Zstandard archive"),
    "tar": (b"photo.jpg".ljust(257, b"\0") + b"ustar\x0000", "a tar archive"),
    "elf": (b"\x7fELF\x02\x01\x01", "a program"),
    "mach-o": (b"\xcf\xfa\xed\xfe\x07\x00\x00\x01", "a program"),
    "windows program": (b"MZ\x90\x00", "a program"),
    "script": (b"#!/bin/sh\nid\n", "a script"),
    "mvg": (b"push graphic-context\nimage over 0,0 0,0 'https://example.org/'", "an ImageMagick drawing"),
    "msl": (b'<image><read filename="/etc/passwd"/></image>', "an ImageMagick drawing"),
    "m3u8": (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "a video playlist"),
    "ffconcat": (b"ffconcat version 1.0\nfile /etc/passwd\n", "a video playlist"),
    "pls": (b"[playlist]\nFile1=/etc/passwd\n", "a video playlist"),
    "dash": (b'<?xml version="1.0"?><MPD><BaseURL>file:///etc/passwd</BaseURL></MPD>', "a video playlist"),
    "mp3": (b"ID3\x04\x00\x00", "a sound file"),
    "mp3 without tags": (b"\xff\xfb\x90\x64\x00", "a sound file"),
    "wav": (b"RIFF\x24\x00\x00\x00WAVEfmt ", "a sound file"),
    "flac": (b"fLaC\x00\x00\x00\x22", "a sound file"),
    "ogg": (b"OggS\x00\x02", "an Ogg file"),
    "m4a": (b"\x00\x00\x00\x1cftypM4A \x00\x00\x00\x00M4A mp42isom", "a sound file"),
    "avi": (b"RIFF\x24\x00\x00\x00AVI LIST", "an AVI video"),
    "flash": (b"FLV\x01\x05", "a Flash video"),
    "windows media": (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "a Windows Media file"),
    "mpeg program stream": (b"\x00\x00\x01\xba\x44", "an MPEG video"),
    "mpeg transport stream": ((b"\x47" + bytes(187)) * 3, "an MPEG transport stream"),
    "ebml of another kind": (b"\x1aE\xdf\xa3\x84\x42\x82\x81\x78", "a video of a kind we do not take"),
    "boxes of another kind": (b"\x00\x00\x00\x10ftypzzzz\x00\x00\x00\x00", "a video of a kind we do not take"),
    "cr2": (b"II*\x00\x10\x00\x00\x00CR\x02\x00", "a camera RAW file"),
    "cr3": (b"\x00\x00\x00\x18ftypcrx \x00\x00\x00\x01crx isom", "a camera RAW file"),
    "raf": (b"FUJIFILMCCD-RAW 0201", "a camera RAW file"),
    "rw2": (b"IIU\x00\x18\x00\x00\x00", "a camera RAW file"),
    "orf": (b"IIRO\x08\x00\x00\x00", "a camera RAW file"),
    "bmp": (b"BM\x46\x00\x00\x00", "a BMP picture"),
    "photoshop": (b"8BPS\x00\x01", "a Photoshop file"),
    "icon": (b"\x00\x00\x01\x00\x01\x00", "an icon"),
    "jpeg xl": (b"\xff\x0a\xfa\x7f", "a JPEG XL picture"),
    "jpeg 2000": (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "a JPEG 2000 picture"),
    "bigtiff": (b"II+\x00\x08\x00\x00\x00", "a BigTIFF picture"),
    "font": (b"OTTO\x00\x0b", "a font"),
    "json": (b'{"picture": 1}', "a text file"),
    "words": (b"only words", "a text file"),
    "nearly a jpeg": (b"\xff\xd8\x00\xff", "not a picture or video"),
    "nearly a png": (b"\x89PNG\n\x1a\n\x00", "not a picture or video"),
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


def damaged() -> bytes:
    """A PNG that is all there, header and end, with wrong bytes in the middle of its pixels."""
    whole = picture(PNG, 400, 300)
    middle = len(whole) // 2
    return whole[:middle] + bytes(each ^ 0xFF for each in whole[middle : middle + 40]) + whole[middle + 40 :]


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
