"""Nothing served tells where, by whom or with what it was taken: exiftool looks into every file that is made."""

import io
from pathlib import Path

import pytest

from photos.imaging.formats import AVIF, HEIC, JPEG, PNG, TIFF, WEBP, Format
from photos.imaging.header import read_header
from photos.imaging.render import develop
from tests.exiftool import SECRETS, read_tags, write_tags
from tests.files import picture_with_metadata
from tests.images import draw, encode, jpeg

SECRET_WORDS = ("Secret", "secret", "SERIAL", "GPS", "XMP", "IPTC", "Thumbnail", "ICC")


@pytest.fixture(params=[JPEG, PNG, WEBP, TIFF, AVIF, HEIC], ids=lambda each: each.name)
def original(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Format]:
    """A picture full of everything its format has a place for."""
    format: Format = request.param
    path = tmp_path / f"original{format.suffix}"
    path.write_bytes(picture_with_metadata(format))
    write_tags(path, SECRETS, thumbnail=jpeg(32, 24))
    return path, format


def written(folder: Path, data: bytes, name: str) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_original_carries_secrets_so_that_these_tests_mean_something(original: tuple[Path, Format]) -> None:
    (tags,) = read_tags(original[0])

    assert {"Secret Artist", "SERIAL-0816"} <= {str(value) for value in tags.values()}
    assert any("GPSLatitude" in name for name in tags)


def test_develop_leaves_nothing_that_exiftool_finds(original: tuple[Path, Format], tmp_path: Path) -> None:
    path, format = original
    with path.open("rb") as file:
        development = develop(file, format, max_pixels=1_000_000)

    files = [
        written(tmp_path, each.data, f"{each.name}.{each.content_type.partition('/')[2]}")
        for each in development.renditions
    ]

    assert read_tags(*files) == [{}] * len(files)


def test_develop_of_an_animation_leaves_nothing_that_exiftool_finds(tmp_path: Path) -> None:
    frames = [draw(200, 100, seed=seed) for seed in range(3)]
    path = written(tmp_path, encode(frames[0], "WEBP", save_all=True, append_images=frames[1:]), "original.webp")
    write_tags(path, {"GPSLatitude": "51.5", "GPSLatitudeRef": "N", "Artist": "Secret Artist", "XMP:City": "Secret"})
    assert "IFD0:Artist" in read_tags(path)[0]

    development = develop(io.BytesIO(path.read_bytes()), WEBP, max_pixels=1_000_000)

    moving = next(each for each in development.renditions if each.name == "animated")
    assert read_tags(written(tmp_path, moving.data, "animated.webp")) == [{}]


def test_read_header_finds_a_position_wherever_exiftool_puts_it(original: tuple[Path, Format]) -> None:
    path, format = original

    assert read_header(io.BytesIO(path.read_bytes()), format).has_position is True
