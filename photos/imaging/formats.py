"""Which files we take, told from their first bytes alone, and whether they are all there."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Literal

from photos.imaging.errors import UnreadableImage
from photos.imaging.outlines.boxes import are_boxes_complete
from photos.imaging.outlines.directory import first_directory
from photos.imaging.outlines.ebml import is_ebml_complete, read_doc_type
from photos.imaging.outlines.gif import is_gif_complete
from photos.imaging.outlines.jpeg import is_jpeg_complete
from photos.imaging.outlines.png import is_png_complete
from photos.imaging.outlines.tiff import is_tiff_complete
from photos.imaging.outlines.webp import is_webp_complete
from photos.imaging.strangers import describe_stranger

__all__ = [
    "AVIF",
    "FORMATS",
    "GIF",
    "HEAD_BYTES",
    "HEIC",
    "JPEG",
    "MKV",
    "MOV",
    "MP4",
    "PHOTO_FORMATS",
    "PNG",
    "TIFF",
    "VIDEO_FORMATS",
    "WEBM",
    "WEBP",
    "Format",
    "describe_stranger",
    "format_of",
    "is_complete",
    "sniff_format",
]

HEAD_BYTES = 4096  # as much of a file as tells its format


@dataclass(frozen=True, slots=True)
class Format:
    """`pillow` is the only decoder a photo of this format is ever given to; "" for videos."""

    name: str
    content_type: str
    suffix: str
    pillow: str
    kind: Literal["photo", "video"] = "photo"


JPEG = Format("JPEG", "image/jpeg", ".jpg", "JPEG")
PNG = Format("PNG", "image/png", ".png", "PNG")
GIF = Format("GIF", "image/gif", ".gif", "GIF")
WEBP = Format("WebP", "image/webp", ".webp", "WEBP")
TIFF = Format("TIFF", "image/tiff", ".tif", "TIFF")
AVIF = Format("AVIF", "image/avif", ".avif", "AVIF")
HEIC = Format("HEIC", "image/heic", ".heic", "HEIF")
MP4 = Format("MP4", "video/mp4", ".mp4", "", "video")
MOV = Format("MOV", "video/quicktime", ".mov", "", "video")
WEBM = Format("WebM", "video/webm", ".webm", "", "video")
MKV = Format("MKV", "video/x-matroska", ".mkv", "", "video")

PHOTO_FORMATS = (JPEG, PNG, GIF, WEBP, TIFF, AVIF, HEIC)
VIDEO_FORMATS = (MP4, MOV, WEBM, MKV)
FORMATS = PHOTO_FORMATS + VIDEO_FORMATS

_BY_CONTENT_TYPE = {format.content_type: format for format in FORMATS}

_MAGIC = (
    (JPEG, 0, b"\xff\xd8\xff"),
    (PNG, 0, b"\x89PNG\r\n\x1a\n"),
    (GIF, 0, b"GIF87a"),
    (GIF, 0, b"GIF89a"),
    (WEBP, 8, b"WEBP"),
)
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_MP4_BRANDS = {b"mp41", b"mp42", b"avc1", b"dash", b"cmfc", b"cmfs", b"hvc1", b"M4V ", b"M4VH", b"M4VP", b"XAVC"}
_MP4_FAMILIES = (b"iso", b"3gp", b"3g2", b"msdh", b"MSNV", b"mmp4", b"f4v")  # 3GP is MP4 by another name
_OTHER_BRANDS = {b"crx ", b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B "}
_OLD_MOV_BOXES = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
_WIDTH, _SUBFILE, _PHOTOMETRIC, _SUB_DIRECTORIES, _MAKE, _DNG = 256, 254, 262, 330, 271, 0xC612

_COMPLETE: dict[str, Callable[[IO[bytes], int], bool]] = {
    "JPEG": is_jpeg_complete,
    "PNG": is_png_complete,
    "GIF": is_gif_complete,
    "WebP": is_webp_complete,
    "TIFF": is_tiff_complete,
    "WebM": is_ebml_complete,
    "MKV": is_ebml_complete,
}


def sniff_format(head: bytes) -> Format | None:
    """The format of a file that starts with `head` (its first HEAD_BYTES); None for what we do not take."""
    for format, at, magic in _MAGIC:
        if head[at : at + len(magic)] == magic and (at == 0 or head.startswith(b"RIFF")):
            return format
    if head.startswith((b"II*\x00", b"MM\x00*")):
        return None if _is_raw(head) else TIFF
    if head.startswith(b"\x1aE\xdf\xa3"):
        return {"webm": WEBM, "matroska": MKV}.get(read_doc_type(head))
    return _sniff_boxes(head)


def format_of(content_type: str) -> Format:
    """KeyError for what we do not take."""
    return _BY_CONTENT_TYPE[content_type]


def _sniff_boxes(head: bytes) -> Format | None:
    length = int.from_bytes(head[:4])
    if head[4:8] in _OLD_MOV_BOXES and (length >= 8 or length == 1):
        return MOV
    if head[4:8] != b"ftyp" or len(head) < 12:
        return None
    major = head[8:12]
    brands = {major} | {head[at : at + 4] for at in range(16, min(length, len(head)) - 3, 4)}
    return None if major in _OTHER_BRANDS else _by_brands(major, brands)


def _by_brands(major: bytes, brands: set[bytes]) -> Format | None:
    if brands & _AVIF_BRANDS:
        return AVIF
    if brands & _HEIC_BRANDS:
        return HEIC
    if major == b"qt  ":
        return MOV
    return MP4 if brands & _MP4_BRANDS or any(brand.startswith(_MP4_FAMILIES) for brand in brands) else None


def _is_raw(head: bytes) -> bool:
    """What cameras keep of the sensor looks like TIFF, but its first page is a preview or a mosaic."""
    if head[8:10] == b"CR":
        return True
    try:
        directory = first_directory(io.BytesIO(head))
    except UnreadableImage:
        return False  # its directory stands behind the pixels, as no camera writes it
    fields = directory.fields
    preview = directory.number(_SUBFILE) == 1 or _WIDTH not in fields
    return (
        _DNG in fields
        or directory.number(_PHOTOMETRIC) in (32803, 34892)
        or (preview and _SUB_DIRECTORIES in fields and _MAKE in fields)
    )


def is_complete(file: IO[bytes], format: Format, size: int) -> bool:
    """Whether the file of `size` bytes reaches its own end mark, so that one cut off on the way is refused at once."""
    return _COMPLETE.get(format.name, are_boxes_complete)(file, size)
