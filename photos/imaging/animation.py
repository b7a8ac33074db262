"""The moving rendition of an animation: one WebP, as wide as a post is shown, that every browser plays."""

import io
import math
from collections.abc import Iterator
from typing import IO

from PIL import Image

from photos.imaging.colour import Flatten, converting, flattening
from photos.imaging.decoding import DAMAGED, turn_upright
from photos.imaging.errors import UnreadableImage, too_complex
from photos.imaging.formats import GIF, Format
from photos.imaging.header import Header, open_image

MAX_WIDTH = 640
MAX_DECODED_PIXELS = 500_000_000  # of all frames together; beyond it an animation is shown as a still
MAX_ENCODED_PIXELS = 50_000_000  # of all frames together; many frames become smaller ones
QUALITY = 70
METHOD = 2

_FASTEST = 20  # milliseconds; browsers show what claims to be faster than this in _DEFAULT
_DEFAULT = 100


def animate(file: IO[bytes], format: Format, header: Header) -> tuple[tuple[int, int], bytes] | None:
    """(width and height, WebP) with every frame and how long it is shown; None for what is only shown as a still.

    UnreadableImage when any frame is damaged.
    """
    if not header.is_animated or header.width * header.height * header.frames > MAX_DECODED_PIXELS:
        return None
    size = _size(header)
    try:
        image = open_image(file, format)
        durations: list[int] = []
        frames = list(_frames(image, format, header, size, durations))
    except MemoryError as error:
        raise too_complex("The animation takes more memory than a picture may. Please send it smaller.") from error
    except DAMAGED as error:
        raise UnreadableImage("damaged", "The animation is damaged or stops early. Please send it again.") from error
    if len(frames) < 2:
        return None
    data = io.BytesIO()
    frames[0].save(
        data,
        "WEBP",
        save_all=True,
        append_images=frames[1:],
        duration=durations,
        loop=_loop(image, format),
        quality=QUALITY,
        method=METHOD,
    )
    return size, data.getvalue()


def _size(header: Header) -> tuple[int, int]:
    share = math.sqrt(MAX_ENCODED_PIXELS / (header.width * header.height * header.frames))
    share = min(1.0, MAX_WIDTH / header.width, share)
    return max(1, int(header.width * share)), max(1, int(header.height * share))


def _frames(
    image: Image.Image, format: Format, header: Header, size: tuple[int, int], durations: list[int]
) -> Iterator[Image.Image]:
    """Upright sRGB frames of this size; how long each is shown, in milliseconds, is added to `durations`."""
    stored = size[::-1] if header.orientation >= 5 else size
    convert: dict[str, Flatten] = {}
    first = 1 if image.info.get("default_image") else 0  # APNG: a still for programs that know no animation
    for number in range(first, getattr(image, "n_frames", 1)):
        image.seek(number)
        image.load()
        durations.append(_shown_for(image, format))
        flatten = flattening(image)
        frame = image.copy() if flatten is None else flatten(image)
        if frame.size != stored:
            frame = frame.resize(stored, Image.Resampling.LANCZOS, reducing_gap=1.0)
        if frame.mode not in convert:
            convert[frame.mode] = converting(frame.mode, image.info.get("icc_profile"))
        frame = turn_upright(convert[frame.mode](frame), header.orientation)
        frame.info = {}
        yield frame


def _shown_for(image: Image.Image, format: Format) -> int:
    shown = round(image.info.get("duration", 0))
    return _DEFAULT if shown < _FASTEST and format is GIF else min(max(shown, 1), 0xFFFFFF)


def _loop(image: Image.Image, format: Format) -> int:
    """How often it plays, 0 for ever. A GIF counts how often it is repeated, if it says so at all."""
    loop = min(int(image.info.get("loop", 1 if format is GIF else 0)), 0xFFFE)
    return loop + 1 if format is GIF and loop and "loop" in image.info else loop
