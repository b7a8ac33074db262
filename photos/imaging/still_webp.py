"""Decoding a WebP that does not move. Pillow takes each for an animation, which costs three times the memory."""

import ctypes
from pathlib import Path

from PIL import Image, _webp

from photos.imaging.errors import damaged


def _library() -> ctypes.CDLL | None:
    """The library Pillow was built with; None when its functions cannot be reached from outside."""
    library = ctypes.CDLL(str(Path(_webp.__file__)))
    try:
        decode = library.WebPDecodeRGBAInto
    except AttributeError:
        return None
    decode.restype = ctypes.c_void_p
    decode.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    return library


_LIBWEBP = _library()


def decode_still_webp(data: bytes, size: tuple[int, int], *, transparent: bool) -> Image.Image | None:
    """RGBA or RGBX pixels, read-only; None when this way is not open. UnreadableImage when the file is damaged."""
    if _LIBWEBP is None:
        return None
    width, height = size
    pixels = bytearray(width * height * 4)
    place = (ctypes.c_char * len(pixels)).from_buffer(pixels)
    if not _LIBWEBP.WebPDecodeRGBAInto(data, len(data), place, len(pixels), width * 4):
        raise damaged()
    mode = "RGBA" if transparent else "RGBX"
    return Image.frombuffer(mode, size, pixels, "raw", mode, 0, 1)
