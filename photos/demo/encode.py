"""Drawn pictures as JPEG files with the EXIF a camera would write."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

QUALITY = 90


@dataclass(frozen=True)
class Camera:
    """A made-up camera and the settings of one exposure: focal length in millimetres, exposure in seconds."""

    make: str
    model: str
    f_number: float
    exposure: Fraction
    iso: int
    focal_length: int


def encode(image: Image.Image, *, camera: Camera | None = None, taken_at: datetime | None = None) -> bytes:
    """The image as JPEG bytes; `taken_at` is written as the local time it shows."""
    exif = Image.Exif()
    if camera:
        exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = camera.make, camera.model
    exif[ExifTags.Base.Software] = "Contact Sheet demo"
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details.update(_settings(camera) if camera else {})
    if taken_at:
        stamp = taken_at.strftime("%Y:%m:%d %H:%M:%S")
        exif[ExifTags.Base.DateTime] = stamp
        details[ExifTags.Base.DateTimeOriginal] = details[ExifTags.Base.DateTimeDigitized] = stamp
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, subsampling=0, optimize=True, exif=exif)
    return out.getvalue()


def _settings(camera: Camera) -> dict[int, object]:
    return {
        ExifTags.Base.FNumber: IFDRational(round(camera.f_number * 10), 10),
        ExifTags.Base.ExposureTime: IFDRational(camera.exposure.numerator, camera.exposure.denominator),
        ExifTags.Base.ISOSpeedRatings: camera.iso,
        ExifTags.Base.FocalLength: IFDRational(camera.focal_length, 1),
    }
