import base64
import io
import struct

import pytest
from PIL import Image

from photos.imaging.formats import AVIF, GIF, HEIC, JPEG, PHOTO_FORMATS, PNG, TIFF, WEBP, Format, sniff_format
from photos.imaging.header import UnreadableImage
from photos.imaging.render import Development, develop
from tests.files import (
    FORMAT_NAMES,
    PAYLOAD,
    SECRETS,
    WITH_METADATA,
    jpeg_with_exif_block,
    jpeg_with_thumbnail,
    opened,
    picture,
    picture_with_metadata,
    polyglots,
    profile,
    secret_exif,
    with_segment,
)
from tests.images import draw, encode, jpeg, jpeg_with_secrets, png, png_header_only
from tests.photos.imaging.test_header import BROKEN_EXIF

MILLION = 1_000_000
CORNERS = {"red": (0, 0), "lime": (1, 0), "blue": (0, 1), "white": (1, 1)}
STORED_AS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
METADATA_MARKS = (
    b"Exif",
    b"http://ns.adobe.com",
    b"<x:xmpmeta",
    b"ICC_PROFILE",
    b"acsp",
    b"Photoshop",
    b"8BIM",
    b"mime",
)


def developed(data: bytes, format: Format | None = None, *, max_pixels: int = 100 * MILLION) -> Development:
    found = format or sniff_format(data[:64])
    assert found is not None
    return develop(io.BytesIO(data), found, max_pixels=max_pixels)


def sizes(development: Development, content_type: str = "image/jpeg") -> dict[str, tuple[int, int]]:
    return {r.name: (r.width, r.height) for r in development.renditions if r.content_type == content_type}


def colour(development: Development, share_x: float = 0.5, share_y: float = 0.5) -> tuple[int, int, int]:
    """The pixel at this place of the widest JPEG."""
    image = opened(development.renditions[0].data)
    value = image.getpixel((int((image.width - 1) * share_x), int((image.height - 1) * share_y)))
    assert isinstance(value, tuple)
    return (value[0], value[1], value[2])


def near(one: tuple[int, ...], other: tuple[int, ...], most: int = 12) -> bool:
    return len(one) == len(other) and all(abs(a - b) <= most for a, b in zip(one, other, strict=True))


def four_corners(width: int = 160, height: int = 120) -> Image.Image:
    image = Image.new("RGB", (width, height))
    for name, (x, y) in CORNERS.items():
        image.paste(name, (x * width // 2, y * height // 2, (x + 1) * width // 2, (y + 1) * height // 2))
    return image


def one_colour(mode: str, value: float | tuple[int, ...], format: str, size: tuple[int, int] = (40, 30)) -> bytes:
    return encode(Image.new(mode, size, value), format)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((2048, 1024), {"w2048": (2048, 1024), "w1280": (1280, 640), "w960": (960, 480)}),
        ((3000, 1500), {"w2048": (2048, 1024), "w1280": (1280, 640), "w960": (960, 480)}),
        ((1500, 1000), {"w2048": (1500, 1000), "w1280": (1280, 853), "w960": (960, 640)}),
        ((1000, 500), {"w1280": (1000, 500), "w960": (960, 480)}),
    ],
)
def test_develop_makes_each_width_up_to_that_of_the_original(
    size: tuple[int, int], expected: dict[str, tuple[int, int]]
) -> None:
    ratio = size[1] / size[0]
    small = {"w640": (640, round(640 * ratio)), "w320": (320, round(320 * ratio)), "square": (320, 320)}

    development = developed(jpeg(*size))

    assert sizes(development) == sizes(development, "image/avif")
    made = sizes(development)
    assert {name: width for name, (width, _) in made.items()} == {n: w for n, (w, _) in (expected | small).items()}
    assert [name for name in made if abs(made[name][1] - (expected | small)[name][1]) > 1] == []


@pytest.mark.parametrize("format", PHOTO_FORMATS, ids=FORMAT_NAMES)
def test_develop_of_a_small_picture_makes_nothing_larger_than_it(format: Format) -> None:
    development = developed(picture(format, 80, 60))

    assert sizes(development) == {"w320": (80, 60), "square": (60, 60)}
    assert (development.width, development.height) == (80, 60)


@pytest.mark.parametrize("format", PHOTO_FORMATS, ids=FORMAT_NAMES)
def test_develop_writes_files_that_are_what_they_say(format: Format) -> None:
    development = developed(picture(format, 400, 300))

    said = [(r.content_type, (r.width, r.height)) for r in development.renditions]
    found = [(Image.MIME[str(o.format)], o.size) for o in (opened(r.data) for r in development.renditions)]
    assert said == found


@pytest.mark.parametrize(
    ("size", "widest", "square"),
    [
        ((1, 1), ("w320", (1, 1)), (1, 1)),
        ((1, 3000), ("w320", (1, 3000)), (1, 1)),
        ((3000, 1), ("w2048", (2048, 1)), (1, 1)),
        ((20000, 10), ("w2048", (2048, 1)), (10, 10)),
        ((10, 20000), ("w320", (10, 20000)), (10, 10)),
    ],
)
def test_develop_of_an_extreme_shape_still_makes_everything(
    size: tuple[int, int], widest: tuple[str, tuple[int, int]], square: tuple[int, int]
) -> None:
    development = developed(png(*size))

    assert next(iter(sizes(development).items())) == widest
    assert sizes(development)["square"] == square
    assert len(development.blurhash) == 28
    assert development.placeholder.startswith("data:image/webp;base64,")


@pytest.mark.parametrize("mark", range(1, 9))
@pytest.mark.parametrize("format", [JPEG, PNG, WEBP, TIFF, AVIF, HEIC], ids=lambda each: each.name)
def test_develop_turns_the_pixels_upright(format: Format, mark: int) -> None:
    turn = STORED_AS[mark]
    upright = four_corners()
    stored = upright if turn is None else upright.transpose(turn)
    exif = secret_exif(mark)

    development = developed(encode(stored, format.pillow, exif=exif if format is TIFF else exif.tobytes()))

    assert sizes(development) == {"w320": (160, 120), "square": (120, 120)}
    seen = {name: colour(development, 0.1 + 0.8 * x, 0.1 + 0.8 * y) for name, (x, y) in CORNERS.items()}
    wanted = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}
    assert {name: near(seen[name], wanted[name], 40) for name in CORNERS} == dict.fromkeys(CORNERS, True)


def test_develop_turns_a_picture_large_enough_to_be_shrunk_while_reading() -> None:
    stored = four_corners(6000, 4200).transpose(Image.Transpose.ROTATE_90)

    development = developed(encode(stored, "JPEG", exif=secret_exif(6)))

    assert sizes(development)["w2048"] == (2048, 1434)
    assert near(colour(development, 0.1, 0.1), (255, 0, 0), 40)
    assert near(colour(development, 0.1, 0.9), (0, 0, 255), 40)


@pytest.mark.parametrize("format", WITH_METADATA, ids=lambda each: each.name)
def test_develop_leaves_no_metadata_in_any_file(format: Format) -> None:
    data = picture_with_metadata(format)
    assert b"Secret Owner" in data

    development = developed(data)

    found = {(r.name, mark) for r in development.renditions for mark in (*SECRETS, *METADATA_MARKS) if mark in r.data}
    assert found == set()
    for image in (opened(r.data) for r in development.renditions):
        assert (dict(image.getexif()), image.info.get("icc_profile"), image.info.get("xmp")) == ({}, None, None)


def test_develop_leaves_no_camera_owner_or_position_of_a_phone_picture() -> None:
    development = developed(jpeg_with_secrets(orientation=6))

    words = (b"Fieldworks", b"Secret Owner", b"SERIAL-0815", b"Copyright", b"2026:03:04")
    assert [word for r in development.renditions for word in words if word in r.data] == []


def test_develop_leaves_no_embedded_thumbnail() -> None:
    development = developed(jpeg_with_thumbnail())

    jpegs = [r.data for r in development.renditions if r.content_type == "image/jpeg"]
    assert [(data.count(b"\xff\xd8\xff"), data.count(b"\xff\xd9")) for data in jpegs] == [(1, 1)] * 3


def test_develop_leaves_no_metadata_in_the_placeholder() -> None:
    placeholder = developed(jpeg_with_secrets()).placeholder
    data = io.BytesIO(base64.b64decode(placeholder.partition(",")[2]))

    assert len(placeholder) < 1000
    assert (b"EXIF" in data.getvalue(), b"ICCP" in data.getvalue(), Image.open(data).width) == (False, False, 24)


@pytest.mark.parametrize("name", polyglots())
def test_develop_of_a_polyglot_passes_nothing_but_pixels(name: str) -> None:
    data = polyglots()[name]
    assert PAYLOAD in data

    development = developed(data)

    assert [r.name for r in development.renditions if b"the-hidden-part" in r.data or b"PK\x03\x04" in r.data] == []


def test_develop_lays_transparent_pictures_on_white() -> None:
    assert near(colour(developed(one_colour("RGBA", (255, 0, 0, 0), "PNG"))), (255, 255, 255), 2)


@pytest.mark.parametrize("format", ["PNG", "WEBP", "AVIF", "TIFF"])
def test_develop_mixes_half_transparent_colour_with_white(format: str) -> None:
    assert near(colour(developed(one_colour("RGBA", (255, 0, 0, 128), format))), (255, 127, 127))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(one_colour("L", 120, "PNG"), (120, 120, 120), id="grey png"),
        pytest.param(one_colour("L", 120, "JPEG"), (120, 120, 120), id="grey jpeg"),
        pytest.param(one_colour("LA", (120, 255), "PNG"), (120, 120, 120), id="grey with alpha"),
        pytest.param(one_colour("LA", (0, 0), "PNG"), (255, 255, 255), id="transparent grey"),
        pytest.param(one_colour("1", 1, "PNG"), (255, 255, 255), id="one bit"),
        pytest.param(one_colour("I;16", 120 * 256, "PNG"), (120, 120, 120), id="16 bit png"),
        pytest.param(one_colour("I;16", 120 * 256, "TIFF"), (120, 120, 120), id="16 bit tiff"),
        pytest.param(one_colour("F", 120.0, "TIFF"), (120, 120, 120), id="float tiff"),
        pytest.param(one_colour("CMYK", (0, 255, 255, 0), "JPEG"), (255, 0, 0), id="cmyk jpeg"),
        pytest.param(one_colour("CMYK", (0, 255, 255, 0), "TIFF"), (255, 0, 0), id="cmyk tiff"),
        pytest.param(one_colour("YCbCr", (76, 85, 255), "JPEG"), (254, 0, 0), id="ycbcr jpeg"),
        pytest.param(encode(Image.new("RGB", (40, 30), "red").quantize(), "PNG"), (255, 0, 0), id="palette png"),
        pytest.param(encode(Image.new("RGB", (40, 30), "red").quantize(), "GIF"), (255, 0, 0), id="palette gif"),
    ],
)
def test_develop_keeps_the_colour_of_every_kind_of_pixel(data: bytes, expected: tuple[int, int, int]) -> None:
    assert near(colour(developed(data)), expected)


def test_develop_lays_a_transparent_palette_colour_on_white() -> None:
    data = encode(Image.new("P", (40, 30), 0), "PNG", transparency=0)

    assert near(colour(developed(data)), (255, 255, 255), 2)


def test_develop_takes_the_first_frame_of_an_animation() -> None:
    frames = [Image.new("RGB", (60, 40), name) for name in ("red", "lime", "blue")]
    data = encode(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=50)

    assert near(colour(developed(data, GIF)), (255, 0, 0))


def test_develop_turns_a_colour_profile_into_srgb() -> None:
    swapped = profile().replace(b"rXYZ", b"tmp.").replace(b"bXYZ", b"rXYZ").replace(b"tmp.", b"bXYZ")
    data = encode(Image.new("RGB", (40, 30), "red"), "PNG", icc_profile=swapped)

    assert near(colour(developed(data)), (0, 0, 255), 30)


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_develop_with_a_broken_colour_profile_takes_colours_as_they_are(mode: str) -> None:
    data = encode(Image.new("RGB", (40, 30), "white").convert(mode), "JPEG", icc_profile=b"broken profile" * 20)

    assert near(colour(developed(data)), (255, 255, 255), 3)


def test_develop_with_the_colour_profile_of_another_kind_of_pixel_takes_colours_as_they_are() -> None:
    data = encode(Image.new("L", (40, 30), 120), "JPEG", icc_profile=profile())

    assert near(colour(developed(data)), (120, 120, 120), 3)


@pytest.mark.parametrize("block", BROKEN_EXIF.values(), ids=BROKEN_EXIF)
def test_develop_with_broken_exif_costs_nobody_a_picture(block: bytes) -> None:
    assert sizes(developed(jpeg_with_exif_block(block))) == {"w320": (64, 48), "square": (48, 48)}


def test_develop_with_any_byte_of_its_exif_damaged_costs_nobody_a_picture() -> None:
    whole = jpeg_with_secrets(orientation=6)
    start = whole.index(b"Exif\x00\x00")
    (length,) = struct.unpack(">H", whole[start - 2 : start])

    names = set()
    for at in range(start, start + length - 2, 3):
        damaged = whole[:at] + b"\x00\x01"[at % 2 : at % 2 + 1] + whole[at + 1 :]
        names.add(tuple(sizes(developed(damaged))))

    assert names == {("w320", "square")}


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("format", [JPEG, PNG, GIF, WEBP, TIFF, AVIF, HEIC], ids=FORMAT_NAMES)
def test_develop_of_half_a_picture_is_refused_as_damaged(format: Format, share: float) -> None:
    data = picture(format, 400, 300)

    with pytest.raises(UnreadableImage) as caught:
        developed(data[: int(len(data) * share)], format)

    assert caught.value.code == "damaged"


@pytest.mark.parametrize("format", PHOTO_FORMATS, ids=FORMAT_NAMES)
def test_develop_of_damaged_bytes_either_works_or_says_damaged(format: Format) -> None:
    whole = picture(format, 40, 30)
    codes = set()
    for at in range(16, len(whole), max(1, len(whole) // 60)):
        try:
            developed(whole[:at] + b"\x00\xff"[at % 2 : at % 2 + 1] + whole[at + 1 :], format, max_pixels=MILLION)
        except UnreadableImage as error:
            codes.add(error.code)
        else:
            codes.add("works")

    assert codes <= {"works", "damaged", "too_many_pixels"}
    assert codes != {"too_many_pixels"}


def test_develop_of_too_many_pixels_is_refused_before_they_are_decoded() -> None:
    with pytest.raises(UnreadableImage) as caught:
        developed(png_header_only(30_000, 30_000), PNG)

    assert (caught.value.code, caught.value.detail) == (
        "too_many_pixels",
        "The picture has more than 100 million pixels.",
    )


def test_develop_allows_exactly_as_many_pixels_as_the_limit() -> None:
    assert developed(png(100, 100), max_pixels=10_000).width == 100


def test_develop_twice_gives_the_same_pictures() -> None:
    data = jpeg_with_secrets()

    assert developed(data) == developed(data)


def test_develop_keeps_the_pixels_of_the_drawing() -> None:
    image = opened(developed(encode(draw(400, 300), "PNG")).renditions[0].data)

    red, green, blue = image.getpixel((20, 20))  # type: ignore[misc]
    assert near((red, green, blue), (200, 40, 90), 10)


def test_develop_with_an_empty_recipe_gives_what_it_gives_without() -> None:
    data = jpeg(700, 500)

    assert develop(io.BytesIO(data), JPEG, max_pixels=MILLION, recipe={}) == developed(data)


def test_develop_with_a_crop_makes_nothing_larger_than_the_crop() -> None:
    recipe = {"version": 1, "crop": {"x": 0.5, "y": 0.0, "width": 0.5, "height": 0.5}}

    development = develop(io.BytesIO(jpeg(2000, 1000)), JPEG, max_pixels=2 * MILLION, recipe=recipe)

    assert (development.width, development.height) == (1000, 500)
    assert sizes(development) == {
        "w1280": (1000, 500),
        "w960": (960, 480),
        "w640": (640, 320),
        "w320": (320, 160),
        "square": (320, 320),
    }


def test_develop_with_a_crop_shows_that_part_of_the_upright_picture() -> None:
    stored = four_corners(800, 600).transpose(Image.Transpose.ROTATE_90)
    recipe = {"version": 1, "crop": {"x": 0.5, "y": 0.0, "width": 0.5, "height": 0.5}}

    development = develop(
        io.BytesIO(encode(stored, "JPEG", exif=secret_exif(6))), JPEG, max_pixels=MILLION, recipe=recipe
    )

    assert (development.width, development.height) == (400, 300)
    assert [near(colour(development, x, y), (0, 255, 0), 20) for x in (0.1, 0.9) for y in (0.1, 0.9)] == [True] * 4


def test_develop_with_a_crop_keeps_as_many_pixels_as_the_original_has() -> None:
    recipe = {"version": 1, "crop": {"x": 0.25, "y": 0.25, "width": 0.5, "height": 0.5}}

    development = develop(io.BytesIO(jpeg(6000, 300)), JPEG, max_pixels=2 * MILLION, recipe=recipe)

    assert (development.width, sizes(development)["w2048"], sizes(development)["square"]) == (
        3000,
        (2048, 102),
        (150, 150),
    )


def test_develop_with_a_turn_swaps_width_and_height() -> None:
    development = develop(io.BytesIO(jpeg(600, 400)), JPEG, max_pixels=MILLION, recipe={"version": 1, "rotate": 270})

    assert (development.width, development.height, sizes(development)["w640"]) == (400, 600, (400, 600))


def test_develop_with_a_look_changes_every_rendition() -> None:
    data = jpeg(700, 500)

    silver = develop(io.BytesIO(data), JPEG, max_pixels=MILLION, recipe={"version": 1, "look": "silver"})

    plain = {(each.name, each.content_type): each.data for each in developed(data).renditions}
    same = [each.name for each in silver.renditions if plain[each.name, each.content_type] == each.data]
    assert (same, sizes(silver)) == ([], sizes(developed(data)))


def test_develop_of_a_long_panorama_has_a_square_as_high_as_it() -> None:
    development = developed(jpeg(8000, 400))

    assert (sizes(development)["w2048"], sizes(development)["square"]) == ((2048, 102), (320, 320))


@pytest.mark.parametrize(
    "behind",
    [
        pytest.param(jpeg(100, 75), id="gain map"),
        pytest.param(b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42" + b"x" * 5000, id="motion photo"),
    ],
)
def test_develop_of_a_phone_picture_with_more_behind_it_shows_the_first(behind: bytes) -> None:
    first = with_segment(jpeg(400, 300), 0xE2, b"MPF\x00II*\x00\x08\x00\x00\x00\x00\x00")

    development = developed(first + behind)

    assert [each.data for each in development.renditions] == [
        each.data for each in developed(jpeg(400, 300)).renditions
    ]


def test_develop_writes_no_file_behind_another() -> None:
    development = developed(jpeg(700, 500))

    ends = {each.data[-2:] for each in development.renditions if each.content_type == "image/jpeg"}
    assert ends == {b"\xff\xd9"}


def test_develop_of_a_very_long_picture_leaves_out_the_widths_that_would_be_too_large() -> None:
    development = developed(encode(Image.new("L", (1300, 24_000)), "PNG"))

    assert sizes(development) == {
        "w960": (960, 17_723),
        "w640": (640, 11_815),
        "w320": (320, 5908),
        "square": (320, 320),
    }
