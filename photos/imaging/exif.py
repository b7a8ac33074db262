"""The few EXIF fields we show, read one by one: no serial number, owner, note or position ever gets further."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO

from photos.imaging.errors import UnreadableImage
from photos.imaging.outlines.directory import Directory, first_directory

_MAKE, _MODEL, _ORIENTATION, _DETAILS, _POSITION = 0x010F, 0x0110, 0x0112, 0x8769, 0x8825
_EXPOSURE, _APERTURE, _ISO, _TAKEN_AT, _FOCAL_LENGTH, _LENS = 0x829A, 0x829D, 0x8827, 0x9003, 0x920A, 0xA434
_LATITUDE = 2


@dataclass(frozen=True, slots=True)
class Exif:
    """`camera` has only harmless, known keys; `orientation` is 1 to 8, 1 when it is not told."""

    orientation: int = 1
    taken_at: datetime | None = None
    camera: dict[str, str] | None = None
    has_position: bool = False


def read_exif(block: IO[bytes]) -> Exif:
    """Never fails: broken EXIF must not cost anybody a picture."""
    try:
        first = first_directory(block)
    except UnreadableImage:
        return Exif()
    mark = first.number(_ORIENTATION)
    details, position = first.below(_DETAILS), first.below(_POSITION)
    return Exif(
        int(mark) if mark in range(1, 9) else 1,
        _taken_at(details) if details else None,
        _camera(first, details),
        position is not None and _LATITUDE in position.fields,
    )


def _taken_at(details: Directory) -> datetime | None:
    try:
        return datetime.strptime(details.text(_TAKEN_AT).strip(), "%Y:%m:%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _camera(first: Directory, details: Directory | None) -> dict[str, str] | None:
    """Camera, lens and exposure as short words."""
    make, model = _word(first.text(_MAKE)), _word(first.text(_MODEL))
    camera = {"camera": model if model.lower().startswith(make.lower()) else f"{make} {model}".strip()}
    if details:
        camera |= {
            "lens": _word(details.text(_LENS)),
            "aperture": _number(details, _APERTURE, "ƒ/{:.3g}"),
            "exposure": _exposure(_sane(details.number(_EXPOSURE))),
            "iso": _number(details, _ISO, "ISO {:.0f}"),
            "focal_length": _number(details, _FOCAL_LENGTH, "{:.3g} mm"),
        }
    return {key: value for key, value in camera.items() if value} or None


def _word(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable()).strip()[:60]


def _sane(number: float) -> float:
    return number if 1e-6 < number < 1e7 else 0.0


def _number(details: Directory, tag: int, shape: str) -> str:
    number = _sane(details.number(tag))
    return shape.format(number) if number else ""


def _exposure(seconds: float) -> str:
    if not seconds:
        return ""
    return f"{seconds:.3g} s" if seconds >= 0.4 else f"1/{round(1 / seconds)}"
