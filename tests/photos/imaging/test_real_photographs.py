"""Real files of cameras and phones, from a folder beside the repository; without it these tests say so and skip."""

import io
from pathlib import Path

import pytest
from PIL import Image

from photos.imaging.formats import HEAD_BYTES, MOV, MP4, Format, is_complete, sniff_format
from photos.imaging.header import read_header
from photos.imaging.render import Rendered, develop

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "photos"
FILES = sorted(path for path in FOLDER.glob("*") if path.suffix in (".jpg", ".heic", ".avif", ".webp"))

pytestmark = pytest.mark.skipif(not FILES, reason="the folder shared/photos beside the repository is not there")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_real_photograph_is_whole_and_develops_without_metadata(path: Path) -> None:
    data = path.read_bytes()
    format = sniff_format(data[:64])
    assert format is not None

    development = develop(io.BytesIO(data), format, max_pixels=100_000_000)

    header = read_header(io.BytesIO(data), format)
    assert is_complete(io.BytesIO(data), format, len(data))
    assert (header.width, header.height) == (development.width, development.height)
    kept = [(dict(i.getexif()), "icc_profile" in i.info, "xmp" in i.info) for i in map(_open, development.renditions)]
    assert kept == [({}, False, False)] * len(kept)
    assert max(each.width for each in development.renditions) == min(development.width, 2048)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_real_photograph_cut_short_is_not_whole(path: Path) -> None:
    data = path.read_bytes()[:-1000]
    format = sniff_format(data[:64])

    assert format is not None
    assert not is_complete(io.BytesIO(data), format, len(data))


def test_real_photographs_carry_positions_so_that_these_tests_mean_something() -> None:
    pictures = [(path.suffix, Image.open(io.BytesIO(path.read_bytes())).getexif().get_ifd(0x8825)) for path in FILES]

    assert {suffix for suffix, position in pictures if position} >= {".heic", ".jpg"}


@pytest.mark.parametrize(("name", "format"), [("video_h264.mp4", MP4), ("video_rotated.mov", MOV)])
def test_real_clip_is_whole_and_cut_short_it_is_not(name: str, format: Format) -> None:
    data = (FOLDER / name).read_bytes()

    assert sniff_format(data[:HEAD_BYTES]) == format
    assert is_complete(io.BytesIO(data), format, len(data))
    assert not is_complete(io.BytesIO(data[:-1000]), format, len(data) - 1000)


def _open(rendered: Rendered) -> Image.Image:
    return Image.open(io.BytesIO(rendered.data))
