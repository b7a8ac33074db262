"""What a worker has made of an original, before it is stored."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DerivedFile:
    """One file to be served. `name` is a rendition name of the API; `source` its bytes or where they lie."""

    name: str
    content_type: str
    width: int
    height: int
    source: bytes | Path


@dataclass(frozen=True, slots=True)
class Derived:
    """All that was made of one original; width and height are upright and after the recipe.

    Renditions of the names in `kept` are not in `files` because those of before are still right. `likenesses` as in
    `Development`: the last is that of what is shown.
    """

    width: int
    height: int
    blurhash: str
    placeholder: str
    files: tuple[DerivedFile, ...]
    kept: tuple[str, ...] = ()
    likenesses: tuple[int, ...] = ()
