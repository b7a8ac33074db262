"""The likeness of a picture: 64 bits that stay nearly the same when it is resized, compressed anew, cropped a little or
toned otherwise, and that differ by some thirty between any two pictures. (pHash: the signs of the lowest frequencies.)
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

BITS = 64
_SIDE = 32  # pixels each way that are looked at
_LOW = 8  # frequencies each way that are kept
_FLAT = 6.0  # below this strength of its frequencies a picture has nothing to be known by

_PLACES = (2 * np.arange(_SIDE) + 1) * np.pi / (2 * _SIDE)
_COSINES: NDArray[np.float64] = np.cos(np.outer(np.arange(1, _LOW + 1), _PLACES)) * np.sqrt(2 / _SIDE)


def likeness(picture: Image.Image) -> int | None:
    """The likeness of an upright picture, from 0 to 2**64 - 1; None for one that is nearly of one colour."""
    small = picture.convert("L").resize((_SIDE, _SIDE), Image.Resampling.BOX, reducing_gap=3.0)
    frequencies = _COSINES @ np.asarray(small, dtype=np.float64) @ _COSINES.T
    if float(np.abs(frequencies).mean()) < _FLAT:
        return None
    bits = (frequencies > np.median(frequencies)).flatten()
    return int.from_bytes(np.packbits(bits).tobytes())


def distance(one: int, other: int) -> int:
    """In how many of the BITS two likenesses differ."""
    return (one ^ other).bit_count()
