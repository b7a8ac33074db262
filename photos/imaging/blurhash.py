"""BlurHash: a picture as a short string that apps turn back into a blur. The format is that of blurha.sh."""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"


def encode_blurhash(image: Image.Image, components_x: int = 4, components_y: int = 3) -> str:
    """The hash of a small RGB picture (32 pixels wide is plenty), with 1 to 9 components each way."""
    linear = _to_linear(np.asarray(image.convert("RGB"), dtype=np.float64) / 255)
    height, width, _ = linear.shape
    across = _cosines(width, components_x)
    down = _cosines(height, components_y)
    factors = np.einsum("jy,ix,yxc->jic", down, across, linear) / (width * height)
    factors *= 2
    factors[0, 0] /= 2
    return _pack(factors)


def _cosines(length: int, count: int) -> NDArray[np.float64]:
    positions = np.arange(length)
    return np.cos(np.pi * np.outer(np.arange(count), positions) / length)


def _pack(factors: NDArray[np.float64]) -> str:
    rows, columns, _ = factors.shape
    flat = factors.reshape(-1, 3)
    average, details = flat[0], flat[1:]
    strongest = float(np.abs(details).max()) if len(details) else 0.0
    scale = max(0, min(82, math.floor(strongest * 166 - 0.5)))
    most = (scale + 1) / 166
    parts = [_base83(columns - 1 + (rows - 1) * 9, 1), _base83(scale, 1)]
    red, green, blue = (_to_srgb(float(value)) for value in average)
    parts.append(_base83((red << 16) + (green << 8) + blue, 4))
    for detail in details:
        steps = [max(0, min(18, math.floor(_signed_root(float(value) / most) * 9 + 9.5))) for value in detail]
        parts.append(_base83(steps[0] * 361 + steps[1] * 19 + steps[2], 2))
    return "".join(parts)


def _base83(value: int, length: int) -> str:
    return "".join(_DIGITS[value // 83 ** (length - place) % 83] for place in range(1, length + 1))


def _signed_root(value: float) -> float:
    return math.copysign(math.sqrt(abs(value)), value)


def _to_linear(values: NDArray[np.float64]) -> NDArray[np.float64]:
    low = values / 12.92
    high = ((values + 0.055) / 1.055) ** 2.4
    return np.where(values <= 0.04045, low, high)


def _to_srgb(value: float) -> int:
    value = max(0.0, min(1.0, value))
    curved = value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
    return int(curved * 255 + 0.5)
