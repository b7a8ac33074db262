"""From every kind of pixel to 8-bit RGB on white, and from every colour profile to sRGB."""

import io
from collections.abc import Callable
from itertools import product

import numpy as np
from PIL import Image, ImageCms

_WHITE = 255
_PLAIN = ("RGB", "CMYK", "L")
_CUBE = tuple(product((0, 51, 102, 153, 204, 255), repeat=3))  # colours by which profiles are compared
_SAME = 2  # levels of 255 nobody sees

Flatten = Callable[[Image.Image], Image.Image]


def flattening(image: Image.Image) -> Flatten | None:
    """What makes RGB, CMYK or L of a part of this decoded picture; None when it is that already."""
    if image.mode.startswith(("I", "F")):
        return _eight_bits(image)
    if image.has_transparency_data or image.mode in ("RGBa", "La"):
        return _on_white
    return None if image.mode in _PLAIN else _plain


def _plain(part: Image.Image) -> Image.Image:
    if part.mode == "LAB":
        lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(part, lab, srgb, outputMode="RGB") or part
    return part.convert("L" if part.mode == "1" else "RGB")


def _on_white(part: Image.Image) -> Image.Image:
    grey = part.mode in ("LA", "La")
    layer = part.convert("LA" if grey else "RGBA")
    ground = Image.new("L" if grey else "RGB", part.size, _WHITE if grey else (_WHITE,) * 3)
    ground.paste(layer.convert(ground.mode), mask=layer.getchannel("A"))
    return ground


def _eight_bits(image: Image.Image) -> Flatten:
    """Whole numbers have 16 bits; fractions go from 0 to 1, or to 255 when the picture has any above 1."""
    if image.mode != "F":
        return lambda part: Image.fromarray((np.clip(np.asarray(part), 0, 65535) >> 8).astype(np.uint8))
    _, highest = image.getextrema()
    scale = 255.0 if isinstance(highest, float) and highest <= 1 else 1.0
    return lambda part: Image.fromarray(np.clip(np.nan_to_num(np.asarray(part)) * scale + 0.5, 0, 255).astype(np.uint8))


def to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB of an RGB, CMYK or L picture. A profile that is broken or of another kind of pixel is left out."""
    return converting(picture.mode, profile)(picture)


def converting(mode: str, profile: bytes | None) -> Flatten:
    """What `to_srgb` does to pictures of this mode, prepared once for many."""
    transform = _transform(mode, profile) if profile else None
    if transform is None:
        return lambda picture: picture if picture.mode == "RGB" else picture.convert("RGB")
    return lambda picture: ImageCms.applyTransform(picture, transform) or picture


def _transform(mode: str, profile: bytes) -> ImageCms.ImageCmsTransform | None:
    """None also for profiles that are sRGB in all but name."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
        if mode == "RGB":
            cube = Image.new("RGB", (len(_CUBE), 1))
            cube.putdata(_CUBE)
            seen = np.asarray(ImageCms.applyTransform(cube, transform), dtype=np.int16)
            return transform if np.abs(seen - np.asarray(cube)).max() > _SAME else None
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    return transform
