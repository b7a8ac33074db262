"""Which files are pictures we take, told from their first bytes alone, and whether they are all there."""

from dataclasses import dataclass
from typing import IO


@dataclass(frozen=True, slots=True)
class Format:
    """`pillow` is the only decoder a file of this format is ever given to."""

    name: str
    content_type: str
    suffix: str
    pillow: str


JPEG = Format("JPEG", "image/jpeg", ".jpg", "JPEG")
PNG = Format("PNG", "image/png", ".png", "PNG")
GIF = Format("GIF", "image/gif", ".gif", "GIF")
WEBP = Format("WebP", "image/webp", ".webp", "WEBP")
TIFF = Format("TIFF", "image/tiff", ".tif", "TIFF")
AVIF = Format("AVIF", "image/avif", ".avif", "AVIF")
HEIC = Format("HEIC", "image/heic", ".heic", "HEIF")

FORMATS = (JPEG, PNG, GIF, WEBP, TIFF, AVIF, HEIC)

_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_OTHERS = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"<svg", "an SVG drawing"),
    (b"<?xml", "an XML file"),
    (b"<!doc", "a web page"),
    (b"<html", "a web page"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"%!PS", "a PostScript file"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"BM", "a BMP picture"),
    (b"8BPS", "a Photoshop file"),
)


def sniff_format(head: bytes) -> Format | None:
    """The format of a file that starts with `head` (64 bytes are enough); None for what we do not take."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith((b"II*\x00", b"MM\x00*")):
        return TIFF
    return _sniff_boxes(head)


def _sniff_boxes(head: bytes) -> Format | None:
    if head[4:8] != b"ftyp":
        return None
    brands = {head[8:12]} | {head[at : at + 4] for at in range(16, min(int.from_bytes(head[:4]), len(head)) - 3, 4)}
    if brands & _AVIF_BRANDS:
        return AVIF
    return HEIC if brands & _HEIC_BRANDS else None


def describe_stranger(head: bytes) -> str:
    """What a refused file seems to be, for the sentence that refuses it."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    for magic, name in _OTHERS:
        if start[: len(magic)].lower() == magic.lower():
            return name
    if head[4:8] == b"ftyp":
        return "a video"
    return "not a picture"


def is_complete(file: IO[bytes], format: Format, size: int) -> bool:
    """Whether the file reaches its own end mark, so that one cut off on the way is refused at once."""
    if format is JPEG:
        return _jpeg_is_complete(file)
    if format is PNG:
        file.seek(max(size - 4096, 0))
        return b"IEND" in file.read()
    if format is WEBP:
        file.seek(4)
        return int.from_bytes(file.read(4), "little") + 8 <= size
    if format is GIF:
        file.seek(max(size - 64, 0))
        return b"\x3b" in file.read()
    if format in (AVIF, HEIC):
        return _boxes_are_complete(file, size)
    return True


def _jpeg_is_complete(file: IO[bytes]) -> bool:
    """An end-of-image mark behind the first scan; embedded previews before it do not count."""
    file.seek(2)
    while True:
        marker = file.read(2)
        if len(marker) < 2 or marker[0] != 0xFF:
            return False
        if marker[1] == 0xDA:
            break
        length = int.from_bytes(file.read(2))
        if length < 2:
            return False
        file.seek(length - 2, 1)
    tail = b""
    while chunk := file.read(1024 * 1024):
        if b"\xff\xd9" in tail + chunk:
            return True
        tail = chunk[-1:]
    return False


def _boxes_are_complete(file: IO[bytes], size: int) -> bool:
    at = 0
    while at < size:
        file.seek(at)
        header = file.read(16)
        if len(header) < 8:
            return False
        length = int.from_bytes(header[:4])
        if length == 0:
            return True
        if length == 1:
            length = int.from_bytes(header[8:16])
        if length < 8:
            return False
        at += length
    return at == size
