"""From an original to everything that is served: upright, sRGB, without metadata. Pure: bytes in, bytes out."""

import base64
import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from PIL import Image, ImageCms, ImageOps

from photos.imaging.blurhash import encode_blurhash
from photos.imaging.formats import JPEG, Format
from photos.imaging.header import UnreadableImage, open_image, orientation, upright_size

WIDTHS = (2048, 1280, 960, 640, 320)
SQUARE = 320
PLACEHOLDER_WIDTH = 24
JPEG_QUALITY = 80
AVIF_QUALITY = 60
AVIF_SPEED = 10

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What the decoders raise for broken files, each its own: those of AVIF and HEIC RuntimeError, of TIFF the last two.
_DAMAGED = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    MemoryError,
    RuntimeError,
    TypeError,
    struct.error,
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """One derived file; `name` is a rendition name of the API such as w640 or square."""

    name: str
    content_type: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Development:
    """All that is derived from one original. `placeholder` is a data: address of a few hundred bytes."""

    width: int
    height: int
    renditions: tuple[Rendered, ...]
    blurhash: str
    placeholder: str


def develop(file: IO[bytes], format: Format, *, max_pixels: int) -> Development:
    """Decode once, then shrink step by step. UnreadableImage for damaged files and for more pixels than allowed."""
    image = open_image(file, format)
    if image.width * image.height > max_pixels:
        raise UnreadableImage("too_many_pixels", f"The picture has more than {max_pixels // 1_000_000} million pixels.")
    size = upright_size(image, format)
    picture = _decode(image, format)
    renditions: list[Rendered] = []
    for name, sized in _cascade(picture, size[0]):
        renditions.extend(_encode(name, sized))
        if min(sized.size) >= SQUARE:
            picture = sized
    square = ImageOps.fit(picture, (min(SQUARE, *picture.size),) * 2, Image.Resampling.LANCZOS)
    renditions.extend(_encode("square", square))
    return Development(*size, tuple(renditions), _blurhash(picture), _placeholder(picture))


def _decode(image: Image.Image, format: Format) -> Image.Image:
    """Upright sRGB pixels, at least as many as the widest rendition needs."""
    try:
        if format is JPEG:
            image.draft("RGB", (WIDTHS[0], WIDTHS[0]))
        turn = _TURNS.get(orientation(image, format))
        image.load()
        return _to_srgb(image if turn is None else image.transpose(turn))
    except _DAMAGED as error:
        detail = "The file stops early or is damaged. Please send it again."
        raise UnreadableImage("damaged", detail) from error


def _to_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if image.mode.startswith(("I", "F")):
        image = _to_eight_bits(image)
    if profile and image.mode in ("RGB", "CMYK", "L"):
        image = _apply_profile(image, profile)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        ground = Image.new("RGBA", layer.size, (255, 255, 255, 255))
        return Image.alpha_composite(ground, layer).convert("RGB")
    return image.convert("RGB")


def _to_eight_bits(image: Image.Image) -> Image.Image:
    return (
        image.convert("I").point([value // 256 for value in range(65536)], "L")
        if image.mode != "F"
        else image.convert("L")
    )


def _apply_profile(image: Image.Image, profile: bytes) -> Image.Image:
    """Colours as sRGB; a broken profile is taken as sRGB."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return converted if converted is not None else image


def _cascade(picture: Image.Image, native_width: int) -> Iterator[tuple[str, Image.Image]]:
    """(rendition name, picture) from wide to narrow, each made from the one before; none wider than the original."""
    names = [width for width in WIDTHS if width <= native_width]
    if native_width not in names and native_width < WIDTHS[0]:
        names.insert(0, min(width for width in WIDTHS if width > native_width))
    for name in names:
        width = min(name, native_width)
        height = max(1, round(picture.height * width / picture.width))
        if picture.size != (width, height):
            picture = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
        yield f"w{name}", picture


def _encode(name: str, picture: Image.Image) -> Iterator[Rendered]:
    """As JPEG for everything old and AVIF for everything else. Only pixels are passed on, so no metadata can be."""
    clean = Image.frombytes("RGB", picture.size, picture.tobytes())
    jpeg, avif = io.BytesIO(), io.BytesIO()
    clean.save(jpeg, "JPEG", quality=JPEG_QUALITY, progressive=True, optimize=True)
    yield Rendered(name, "image/jpeg", *clean.size, jpeg.getvalue())
    clean.save(avif, "AVIF", quality=AVIF_QUALITY, speed=AVIF_SPEED, max_threads=1)
    yield Rendered(name, "image/avif", *clean.size, avif.getvalue())


def _blurhash(picture: Image.Image) -> str:
    """Of at most 32 pixels each way, and at least one however long and thin the picture is."""
    scale = min(1.0, 32 / max(picture.size))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return encode_blurhash(picture.resize(size, Image.Resampling.BOX))


def _placeholder(picture: Image.Image) -> str:
    size = (PLACEHOLDER_WIDTH, max(1, min(64, round(picture.height * PLACEHOLDER_WIDTH / picture.width))))
    small = picture.resize(size, Image.Resampling.BOX, reducing_gap=3.0)
    data = io.BytesIO()
    small.save(data, "WEBP", quality=30, method=6)
    return "data:image/webp;base64," + base64.b64encode(data.getvalue()).decode()
