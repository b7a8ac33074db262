import io
from datetime import UTC, datetime
from fractions import Fraction

from PIL import ExifTags, Image

from photos.demo.encode import Camera, encode

CAMERA = Camera("Contact Sheet", "Field 35", 2.8, Fraction(1, 250), 400, 35)


def decoded(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_encode_writes_a_jpeg_of_the_same_size() -> None:
    image = decoded(encode(Image.new("RGB", (90, 60), "teal")))

    assert (image.format, image.size) == ("JPEG", (90, 60))


def test_encode_writes_the_camera_and_its_settings() -> None:
    exif = decoded(encode(Image.new("RGB", (30, 20)), camera=CAMERA)).getexif()
    details = exif.get_ifd(ExifTags.IFD.Exif)

    assert (exif[ExifTags.Base.Make], exif[ExifTags.Base.Model]) == ("Contact Sheet", "Field 35")
    assert float(details[ExifTags.Base.FNumber]) == 2.8
    assert Fraction(str(details[ExifTags.Base.ExposureTime])) == Fraction("0.004")
    assert details[ExifTags.Base.ISOSpeedRatings] == 400
    assert float(details[ExifTags.Base.FocalLength]) == 35


def test_encode_writes_when_the_picture_was_taken() -> None:
    taken_at = datetime(2026, 11, 3, 6, 41, 9, tzinfo=UTC)

    details = decoded(encode(Image.new("RGB", (30, 20)), taken_at=taken_at)).getexif().get_ifd(ExifTags.IFD.Exif)

    assert details[ExifTags.Base.DateTimeOriginal] == "2026:11:03 06:41:09"


def test_encode_is_the_same_every_time() -> None:
    first, second = (encode(Image.new("RGB", (30, 20), "navy"), camera=CAMERA) for _ in range(2))

    assert first == second
