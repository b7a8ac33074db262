"""A picture of ours made to fit what somebody else takes."""

import io

from PIL import Image

QUALITIES = (90, 85, 80, 72, 64)
SMALLER = 0.8  # of the sides, where no quality is low enough
LEAST_SIDE = 64


def fit_jpeg(data: bytes, *, most_bytes: int, most_side: int, most_pixels: int) -> tuple[bytes, int, int]:
    """A JPEG of ours, as it is if it fits, else smaller, without what a file carries beside the picture; its size.

    OSError when `data` is no picture.
    """
    with Image.open(io.BytesIO(data)) as opened:
        width, height = opened.size
        scale = min(1.0, most_side / max(width, height), (most_pixels / (width * height)) ** 0.5)
        if scale == 1.0 and len(data) <= most_bytes and opened.format == "JPEG":
            return data, width, height
        picture = opened.convert("RGB")
    while True:
        size = max(1, int(width * scale)), max(1, int(height * scale))
        sized = picture if picture.size == size else picture.resize(size, Image.Resampling.LANCZOS)
        for quality in QUALITIES:
            made = _encoded(sized, quality)
            if len(made) <= most_bytes or (max(size) <= LEAST_SIDE and quality == QUALITIES[-1]):
                return made, *size
        scale *= SMALLER


def _encoded(picture: Image.Image, quality: int) -> bytes:
    picture.info = {}
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=quality, progressive=True)
    return data.getvalue()
