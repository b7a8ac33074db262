import io
import struct

import numpy as np
import pytest
from PIL import Image

from photos.imaging.decoding import decode
from photos.imaging.errors import UnreadableImage
from photos.imaging.formats import GIF, PNG, TIFF, WEBP, Format
from photos.imaging.header import read_header
from tests.bombs import BLOATED
from tests.images import draw, encode


def decoded(data: bytes, format: Format, scale: float) -> Image.Image:
    file = io.BytesIO(data)
    return decode(file, format, read_header(file, format), scale)


@pytest.mark.parametrize("scale", [1.0, 0.6, 0.3, 0.1, 0.04])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "CMYK", "I;16"])
def test_decode_in_bands_gives_the_picture_that_decoding_it_whole_gives(mode: str, scale: float) -> None:
    drawing = draw(401, 307)
    image = drawing.convert("L").point(lambda value: value * 257, "I").convert("I;16") if mode == "I;16" else drawing
    format = TIFF if mode in ("CMYK", "I;16") else PNG

    seen = decoded(encode(image if mode == "I;16" else image.convert(mode), format.pillow), format, scale)

    whole = drawing.convert("L" if mode == "I;16" else mode).convert("RGB").resize(seen.size, Image.Resampling.LANCZOS)
    assert seen.size == (max(1, round(401 * scale)), max(1, round(307 * scale)))
    difference = np.abs(np.asarray(seen, dtype=np.int16) - np.asarray(whole, dtype=np.int16))
    assert difference.mean() < 4


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (129, 257), (2, 1000)], ids=str)
@pytest.mark.parametrize("mode", ["RGBA", "P", "L"])
def test_decode_of_an_odd_shape_keeps_it(mode: str, size: tuple[int, int]) -> None:
    seen = decoded(encode(Image.new("RGB", size, "red").convert(mode), "PNG"), PNG, 0.25)

    assert seen.size == (max(1, round(size[0] * 0.25)), max(1, round(size[1] * 0.25)))


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 90}], ids=["lossless", "lossy"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_decode_of_a_still_webp_gives_the_pixels_pillow_gives(mode: str, options: dict[str, int]) -> None:
    layer = draw(90, 70).convert(mode)
    if mode == "RGBA":
        layer.putalpha(Image.linear_gradient("L").resize(layer.size))
    data = encode(layer, "WEBP", exact=True, **options)

    seen = decoded(data, WEBP, 1.0)

    reference = Image.open(io.BytesIO(data)).convert("RGBA")
    white = Image.alpha_composite(Image.new("RGBA", reference.size, "white"), reference).convert("RGB")
    assert np.abs(np.asarray(seen, dtype=np.int16) - np.asarray(white, dtype=np.int16)).max() <= 2


def test_decode_of_a_gif_whose_first_frame_is_smaller_than_its_canvas_has_the_size_of_the_canvas() -> None:
    data = bytearray(encode(Image.new("P", (20, 10)), "GIF"))
    data[6:10] = (40).to_bytes(2, "little") + (30).to_bytes(2, "little")

    assert decoded(bytes(data), GIF, 1.0).size == (40, 30)


CHECKED: dict[str, tuple[Format, dict[str, str]]] = {
    "png": (PNG, {}),
    "deflated tiff": (TIFF, {"compression": "tiff_adobe_deflate"}),
}


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7])
@pytest.mark.parametrize("damage", [b"\0" * 200, b"\x55"], ids=["hole", "byte"])
@pytest.mark.parametrize("name", CHECKED)
def test_decode_of_a_picture_with_a_wrong_checksum_is_refused(name: str, damage: bytes, share: float) -> None:
    format, options = CHECKED[name]
    data = encode(Image.effect_noise((300, 200), 70), format.pillow, **options)
    at = int(len(data) * share)
    assert data[at : at + len(damage)] != damage
    assert decoded(data, format, 0.5).size == (150, 100)

    with pytest.raises(UnreadableImage) as caught:
        decoded(data[:at] + damage + data[at + len(damage) :], format, 0.5)

    assert caught.value.code == "damaged"


def test_decode_of_a_tiff_whose_strip_unpacks_without_end_is_refused() -> None:
    fields = [(256, 3, 1, 64), (257, 3, 1, 48), (258, 3, 1, 8), (259, 3, 1, 8), (262, 3, 1, 1)]
    fields += [(273, 4, 1, 8), (277, 3, 1, 1), (278, 3, 1, 48), (279, 4, 1, len(BLOATED))]
    shape = {3: "<HHLHxx", 4: "<HHLL"}
    entries = b"".join(struct.pack(shape[field[1]], *field) for field in fields)
    head = b"II*\x00" + struct.pack("<L", 8 + len(BLOATED))
    data = head + BLOATED + struct.pack("<H", len(fields)) + entries + bytes(4)

    with pytest.raises(UnreadableImage) as caught:
        decoded(data, TIFF, 1.0)

    assert caught.value.code == "too_complex"
