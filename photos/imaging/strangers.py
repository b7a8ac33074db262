"""Names for files that are no picture or video we take, so that a refusal can say what was sent."""

import re
from collections.abc import Callable

_RAW = "a camera RAW file"
_SOUND = "a sound file"
_VIDEO = "a video of a kind we do not take"
_PROGRAM = "a program"
_FONT = "a font"
_DISK = "an archive"
_OFFICE = "an office document"
_PLAYLIST = "a video playlist"
_DRAWING = "an ImageMagick drawing"

# (place, bytes, name); the first that fits is said.
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF", "a PDF"),
    (0, b"%!PS", "a PostScript file"),
    (0, b"\xc5\xd0\xd3\xc6", "a PostScript file"),
    (0, b"{\\rtf", _OFFICE),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OFFICE),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"\xfd7zXZ\x00", "an XZ archive"),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (0, b"BZh", "a bzip2 archive"),
    (0, b"MSCF", _DISK),
    (0, b"!<arch>", _DISK),
    (257, b"ustar", "a tar archive"),
    (0, b"\x7fELF", _PROGRAM),
    (0, b"\xfe\xed\xfa", _PROGRAM),
    (0, b"\xce\xfa\xed\xfe", _PROGRAM),
    (0, b"\xcf\xfa\xed\xfe", _PROGRAM),
    (0, b"\xca\xfe\xba\xbe", _PROGRAM),
    (0, b"\x00asm", _PROGRAM),
    (0, b"MZ", _PROGRAM),
    (0, b"#!AMR", _SOUND),
    (0, b"#!", "a script"),
    (0, b"ID3", _SOUND),
    (0, b"fLaC", _SOUND),
    (0, b"MThd", _SOUND),
    (8, b"WAVE", _SOUND),
    (8, b"AIFF", _SOUND),
    (8, b"AIFC", _SOUND),
    (0, b"OggS", "an Ogg file"),
    (8, b"AVI ", "an AVI video"),
    (0, b"FLV", "a Flash video"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "a Windows Media file"),
    (0, b".RMF", _VIDEO),
    (0, b"\x00\x00\x01\xba", "an MPEG video"),
    (0, b"\x00\x00\x01\xb3", "an MPEG video"),
    (0, b"\x1aE\xdf\xa3", _VIDEO),
    (0, b"FUJIFILMCCD-RAW", _RAW),
    (0, b"IIU\x00", _RAW),
    (0, b"IIRO", _RAW),
    (0, b"IIRS", _RAW),
    (0, b"MMOR", _RAW),
    (0, b"\x00MRM", _RAW),
    (0, b"FOVb", _RAW),
    (6, b"HEAPCCDR", _RAW),
    (0, b"II+\x00", "a BigTIFF picture"),
    (0, b"MM\x00+", "a BigTIFF picture"),
    (0, b"BM", "a BMP picture"),
    (0, b"8BPS", "a Photoshop file"),
    (0, b"gimp xcf", "a GIMP file"),
    (0, b"\x00\x00\x01\x00", "an icon"),
    (0, b"\x00\x00\x02\x00", "a mouse pointer"),
    (0, b"icns", "an icon"),
    (0, b"\xff\x0a", "a JPEG XL picture"),
    (4, b"JXL \r\n\x87\n", "a JPEG XL picture"),
    (4, b"jP  \r\n\x87\n", "a JPEG 2000 picture"),
    (0, b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (0, b"II\xbc", "a JPEG XR picture"),
    (0, b"\x76\x2f\x31\x01", "an OpenEXR picture"),
    (0, b"#?RADIANCE", "a Radiance picture"),
    (0, b"qoif", "a QOI picture"),
    (0, b"DDS ", "a DirectDraw picture"),
    (0, b"SIMPLE  =", "a FITS picture"),
    (0, b"\xd7\xcd\xc6\x9a", "a Windows metafile"),
    (40, b" EMF", "a Windows metafile"),
    (0, b"AT&TFORM", "a DjVu document"),
    (0, b"SQLite format 3", "a database"),
    (0, b"\x00\x01\x00\x00\x00", _FONT),
    (0, b"OTTO", _FONT),
    (0, b"ttcf", _FONT),
    (0, b"wOFF", _FONT),
    (0, b"wOF2", _FONT),
)

# What a text begins with, in small letters, behind spaces and a byte order mark.
_WORDS: tuple[tuple[bytes, str], ...] = (
    (b"#extm3u", _PLAYLIST),
    (b"ffconcat version", _PLAYLIST),
    (b"[playlist]", _PLAYLIST),
    (b"<asx", _PLAYLIST),
    (b"<smil", _PLAYLIST),
    (b"<mpd", _PLAYLIST),
    (b"<svg", "an SVG drawing"),
    (b"<!doctype svg", "an SVG drawing"),
    (b"<!doc", "a web page"),
    (b"<html", "a web page"),
    (b"<head", "a web page"),
    (b"<script", "a web page"),
    (b"push graphic-context", _DRAWING),
    (b"viewbox ", _DRAWING),
    (b"<image", _DRAWING),
    (b"%pdf", "a PDF"),
)
# What an XML file may turn out to be, behind its first line, comments and type.
_IN_XML = ((b"<svg", "an SVG drawing"), (b"<mpd", _PLAYLIST), (b"<playlist", _PLAYLIST), (b"<html", "a web page"))

_OFFICE_PARTS = (b"[Content_Types].xml", b"_rels/.rels", b"mimetypeapplication/vnd.oasis", b"mimetypeapplication/epub")
_SOUND_BRANDS = (b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B ")


def describe_stranger(head: bytes) -> str:
    """What a refused file that starts with `head` (4 kB are enough) seems to be, for the sentence that refuses it."""
    plain = _narrowed(head)
    for describe in (_by_magic, _as_zip, _as_boxes, _as_stream, _as_text):
        if name := describe(plain):
            return name
    return "not a picture or video"


def _narrowed(head: bytes) -> bytes:
    """A text of two bytes a letter as one of UTF-8; anything else as it is."""
    little, big = head[:2] == b"\xff\xfe" and head[3:4] == b"\0", head[:3] == b"\xfe\xff\0"
    return head.decode("utf-16", errors="ignore").encode() if little or big else head


def _by_magic(head: bytes) -> str:
    if head[:4] in (b"II*\x00", b"MM\x00*"):
        return _RAW
    return next((name for at, magic, name in _MAGIC if head[at : at + len(magic)] == magic), "")


def _as_zip(head: bytes) -> str:
    if not head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return ""
    return _OFFICE if any(part in head for part in _OFFICE_PARTS) else "a ZIP archive"


def _as_boxes(head: bytes) -> str:
    if head[4:8] != b"ftyp":
        return ""
    brand = head[8:12]
    if brand == b"crx ":
        return _RAW
    if brand in _SOUND_BRANDS:
        return _SOUND
    return "a JPEG 2000 picture" if brand.startswith(b"jp") else _VIDEO


def _as_stream(head: bytes) -> str:
    """Kinds that have no beginning, only a rhythm."""
    if len(head) > 196 and (head[0] == head[188] == 0x47 or head[4] == head[196] == 0x47):
        return "an MPEG transport stream"
    return _SOUND if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 in (0xE0, 0xE2, 0xE4, 0xE6) else ""


def _as_text(head: bytes) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<?xml", b"<!--")):
        return next((name for mark, name in _IN_XML if mark in start), "an XML file")
    for words, name in _WORDS:
        if start.startswith(words):
            return name
    return "a text file" if start and _is_text(head) else ""


_is_text: Callable[[bytes], object] = re.compile(rb"[\t\n\f\r\x20-\x7e\x80-\xff]*").fullmatch
