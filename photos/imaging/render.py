"""From an original to everything that is served: upright, sRGB, without metadata. Pure: bytes in, bytes out."""

import base64
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from PIL import Image, ImageOps

from photos.imaging.animation import animate
from photos.imaging.blurhash import encode_blurhash
from photos.imaging.decoding import decode
from photos.imaging.errors import UnreadableImage, too_complex
from photos.imaging.formats import Format
from photos.imaging.framing import FRAME_KEYS
from photos.imaging.header import read_header
from photos.imaging.likeness import likeness
from photos.imaging.recipes import apply_recipe, recipe_size

WIDTHS = (2048, 1280, 960, 640, 320)
SQUARE = 320
CONTENT_TYPES = ("image/jpeg", "image/avif")
MAX_RENDITION_PIXELS = 24_000_000  # of very long pictures the widest are left out
PLACEHOLDER_WIDTH = 24

Focus = tuple[float, float]  # from (-1, -1) at the left bottom corner to (1, 1)
MIDDLE: Focus = (0.0, 0.0)

JPEG_QUALITY = 80
AVIF_QUALITY = 60
AVIF_SPEED = 10

_SPARE = 1.25  # more pixels than are needed, for what a crop and a turn by some degrees resample once more
_MOST_FOR_CROPS = 40_000_000  # pixels in memory before a deep crop; it may come out smaller than it could


@dataclass(frozen=True, slots=True)
class Rendered:
    """One derived file; `name` is a rendition name of the API such as w640, square or animated."""

    name: str
    content_type: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Development:
    """All that is derived from one original. `placeholder` is a data: address of a few hundred bytes.

    `likenesses`: those of the original and of what the recipe made of it, the latter at the end; none for pictures of
    one colour (`photos.imaging.likeness`).
    """

    width: int
    height: int
    renditions: tuple[Rendered, ...]
    blurhash: str
    placeholder: str
    likenesses: tuple[int, ...] = ()


def develop(
    file: IO[bytes],
    format: Format,
    *,
    max_pixels: int,
    recipe: Mapping[str, Any] | None = None,
    focus: Focus = MIDDLE,
) -> Development:
    """Decode once, then shrink step by step. UnreadableImage for damaged files and for more pixels than allowed.

    The square is cut around `focus`. With a clean `recipe`, width and height are those after it. An animation has its
    moving rendition only without one.
    """
    header = read_header(file, format)
    if header.width * header.height > max_pixels:
        raise UnreadableImage("too_many_pixels", f"The picture has more than {max_pixels // 1_000_000} million pixels.")
    native = (header.width, header.height)
    size = recipe_size(native, recipe) if recipe else native
    picture = decode(file, format, header, _scale(native, size, recipe or {}))
    seen = [likeness(picture)]
    if recipe:
        picture = apply_recipe(picture, recipe)
        seen.append(likeness(picture))
    renditions = list(_stills(picture, size, focus))
    moving = animate(file, format, header) if header.is_animated and not recipe else None
    if moving is not None:
        renditions.append(Rendered("animated", "image/webp", *moving[0], moving[1]))
    likenesses = tuple(each for each in seen if each is not None)
    return Development(*size, tuple(renditions), _blurhash(picture), _placeholder(picture), likenesses)


def _scale(native: tuple[int, int], size: tuple[int, int], recipe: Mapping[str, Any]) -> float:
    """How many of the original's pixels a side are needed for renditions of what the recipe makes `size` of."""
    scale = max(_names(size)[0] / size[0], SQUARE / min(size))
    if not any(key in recipe for key in FRAME_KEYS):
        return min(1.0, scale)
    most: float = (_MOST_FOR_CROPS / (native[0] * native[1])) ** 0.5
    return min(1.0, scale * _SPARE, most)


def _stills(picture: Image.Image, native: tuple[int, int], focus: Focus) -> Iterator[Rendered]:
    """Every width and the square, each made from the one before that is large enough."""
    for name, sized in _cascade(picture, native):
        yield from _encode(name, sized)
        if min(sized.size) >= min(SQUARE, *picture.size):
            picture = sized
    side = min(SQUARE, *picture.size)
    centre = ((focus[0] + 1) / 2, (1 - focus[1]) / 2)
    yield from _encode("square", ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS, centering=centre))


def _cascade(picture: Image.Image, native: tuple[int, int]) -> Iterator[tuple[str, Image.Image]]:
    """(rendition name, picture) from wide to narrow, each made from the one before; none wider than the original."""
    for name in _names(native):
        width = min(name, native[0], picture.width)
        height = max(1, round(picture.height * width / picture.width))
        if picture.size != (width, height):
            picture = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
        yield f"w{name}", picture


def _names(native: tuple[int, int]) -> list[int]:
    """The widths that renditions of an original of this size are named after, the widest first; at least one."""
    width, height = native
    names = [name for name in WIDTHS if name <= width]
    if width not in names and width < WIDTHS[0]:
        names.insert(0, min(name for name in WIDTHS if name > width))
    pixels = {name: height / width * min(name, width) ** 2 for name in names}
    return [name for name in names if pixels[name] <= MAX_RENDITION_PIXELS] or names[-1:]


def _encode(name: str, picture: Image.Image) -> Iterator[Rendered]:
    """As JPEG for everything old and AVIF for everything else, from pixels alone: what a picture carries is dropped."""
    picture.info = {}
    for content_type in CONTENT_TYPES:
        data = io.BytesIO()
        try:
            if content_type == "image/jpeg":
                picture.save(data, "JPEG", quality=JPEG_QUALITY, progressive=True)
            else:
                picture.save(data, "AVIF", quality=AVIF_QUALITY, speed=AVIF_SPEED, max_threads=1)
        except (MemoryError, RuntimeError) as error:  # the encoder of AVIF raises the second for want of the first
            raise too_complex("The picture takes more memory than a picture may. Please send it smaller.") from error
        yield Rendered(name, content_type, *picture.size, data.getvalue())


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
