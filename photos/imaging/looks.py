"""The twelve looks: each turns a colour into another colour, wherever in the picture it stands."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from pilgram import (
    _1977,
    brannan,
    clarendon,
    gingham,
    inkwell,
    kelvin,
    lark,
    moon,
    nashville,
    reyes,
    slumber,
    walden,
)

# Knots of the colour table along each channel. With 52 they lie on whole values (0, 5, 10 ... 255), where the table is
# the filter itself; between them it is off by less than one step of 255 on average.
KNOTS = 52


@dataclass(frozen=True, slots=True)
class Look:
    """`name` stands in recipes and never changes its meaning; `title` and `description` are for people."""

    name: str
    title: str
    description: str
    filter: Callable[[Image.Image], Image.Image]


# Only filters that treat all places of a picture alike: no vignettes, no gradients. So a look is the same at every size
# and in every crop, and is one table of colours that a browser can use as well.
LOOKS = (
    Look("harbour", "Harbour", "Vivid, deep blues", clarendon),
    Look("linen", "Linen", "Bright and airy", gingham),
    Look("morning", "Morning", "Light and cool, softened", lark),
    Look("paper", "Paper", "Faded, quiet colours", reyes),
    Look("walnut", "Walnut", "Muted, brown shadows", slumber),
    Look("amber", "Amber", "Glowing orange", kelvin),
    Look("dusk", "Dusk", "Blue shadows, warm lights", nashville),
    Look("tide", "Tide", "Sea blue, strong colours", walden),
    Look("plum", "Plum", "Old print, violet shadows", brannan),
    Look("peony", "Peony", "Pink wash", _1977),
    Look("silver", "Silver", "Black and white, full contrast", inkwell),
    Look("graphite", "Graphite", "Black and white, soft blacks", moon),
)

_BY_NAME = {look.name: look for look in LOOKS}


def apply_look(picture: Image.Image, name: str, strength: int) -> Image.Image:
    """The RGB picture with this much of the look: 0 leaves it as it is, 100 is the whole look. KeyError if unknown."""
    look = _BY_NAME[name]
    if strength == 0:
        return picture
    return picture.filter(ImageFilter.Color3DLUT(KNOTS, look_table(look, strength), _copy_table=False))


def look_table(look: Look, strength: int) -> NDArray[np.float32]:
    """What becomes of each colour: KNOTS ** 3 * 3 numbers from 0 to 1, red changing fastest, blue slowest."""
    knots = _knots()
    after = np.asarray(look.filter(Image.fromarray(knots)), dtype=np.float32)
    share = strength / 100
    return ((knots * (1 - share) + after * share) / 255).astype(np.float32).ravel()


def _knots() -> NDArray[np.uint8]:
    """Every colour of the table as a picture that is KNOTS ** 2 high and KNOTS wide."""
    steps = np.linspace(0, 255, KNOTS).round().astype(np.uint8)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    return np.stack((red, green, blue), axis=-1).reshape(KNOTS * KNOTS, KNOTS, 3)
