"""What a picture's header tells: size, orientation, when and how it was taken. Nothing is decoded."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any

import pillow_heif
from PIL import ExifTags, Image, ImageFile

from photos.imaging.formats import Format

pillow_heif.register_heif_opener(thumbnails=False)
Image.MAX_IMAGE_PIXELS = None  # sizes are checked against UPLOAD_MAX_PIXELS before anything is decoded
ImageFile.LOAD_TRUNCATED_IMAGES = False


class UnreadableImage(Exception):
    """The bytes cannot be read as the picture they claim to be. `code` for programs, the text for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Header:
    """`width` and `height` are upright, after the orientation mark. `camera` has only harmless, known keys."""

    width: int
    height: int
    taken_at: datetime | None
    camera: dict[str, str] | None


def open_image(file: IO[bytes], format: Format) -> Image.Image:
    """The picture, undecoded, by the one decoder of its format. UnreadableImage when the header is broken."""
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Image.open(file, formats=[format.pillow])
    except Exception as error:
        raise UnreadableImage("damaged", "The file is damaged and cannot be read as a picture.") from error


def read_header(file: IO[bytes], format: Format) -> Header:
    image = open_image(file, format)
    width, height = upright_size(image, format)
    exif = _exif(image)
    if width < 1 or height < 1:
        raise UnreadableImage("damaged", "The file is damaged: it has no pixels.")
    details: Mapping[int, Any] = {}
    try:
        details = exif.get_ifd(ExifTags.IFD.Exif)
    except Exception:  # noqa: BLE001  broken EXIF must not cost anybody a picture
        details = {}
    return Header(width, height, _taken_at(details), _camera(exif, details))


def orientation(image: Image.Image, format: Format) -> int:
    """How the pixels must still be turned, 1 to 8 as in EXIF. The decoders of HEIC and TIFF turn them themselves."""
    mark: Any = _exif(image).get(ExifTags.Base.Orientation)
    return int(mark) if mark in range(1, 9) and format.pillow not in ("HEIF", "TIFF") else 1


def upright_size(image: Image.Image, format: Format) -> tuple[int, int]:
    """Width and height as people see it."""
    return (image.height, image.width) if orientation(image, format) >= 5 else (image.width, image.height)


def _exif(image: Image.Image) -> Image.Exif:
    """What stands in the header. The method of PNG pictures would decode all pixels to look for more behind them."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Image.Image.getexif(image)
    except Exception:  # noqa: BLE001  broken EXIF must not cost anybody a picture
        return Image.Exif()


def _taken_at(details: Mapping[int, Any]) -> datetime | None:
    text = str(details.get(ExifTags.Base.DateTimeOriginal, ""))
    try:
        return datetime.strptime(text.strip("\x00 "), "%Y:%m:%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _camera(exif: Image.Exif, details: Mapping[int, Any]) -> dict[str, str] | None:
    """Camera, lens and exposure as short words; no serial number, owner, note or position ever gets in."""
    make, model = (_word(exif.get(tag)) for tag in (ExifTags.Base.Make, ExifTags.Base.Model))
    camera = {
        "camera": model if model.lower().startswith(make.lower()) else f"{make} {model}".strip(),
        "lens": _word(details.get(ExifTags.Base.LensModel)),
        "aperture": _number(details.get(ExifTags.Base.FNumber), "ƒ/{:.3g}"),
        "exposure": _exposure(details.get(ExifTags.Base.ExposureTime)),
        "iso": _number(details.get(ExifTags.Base.ISOSpeedRatings), "ISO {:.0f}"),
        "focal_length": _number(details.get(ExifTags.Base.FocalLength), "{:.3g} mm"),
    }
    return {key: value for key, value in camera.items() if value} or None


def _word(value: Any) -> str:
    return "".join(letter for letter in str(value or "") if letter.isprintable()).strip()[:60]


def _as_float(value: Any) -> float:
    try:
        number = float(value[0] if isinstance(value, tuple) else value)
    except (TypeError, ValueError, ZeroDivisionError, IndexError):
        return 0.0
    return number if 1e-6 < number < 1e7 else 0.0


def _number(value: Any, shape: str) -> str:
    number = _as_float(value)
    return shape.format(number) if number else ""


def _exposure(value: Any) -> str:
    seconds = _as_float(value)
    if not seconds:
        return ""
    return f"{seconds:.3g} s" if seconds >= 0.4 else f"1/{round(1 / seconds)}"
