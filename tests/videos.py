"""Small clips, made by ffmpeg the first time a test asks for them, and looking at what becomes of them.

Each corner of a clip has a colour, so that turning shows.
"""

import io
import re
import struct
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import imageio_ffmpeg
import pytest
from PIL import Image

from photos.imaging.errors import UnreadableImage
from photos.imaging.formats import MKV, MOV, MP4, WEBM, Format
from photos.imaging.video import Transcoded, VideoHeader, poster, probe, transcode

FFMPEG: str = imageio_ffmpeg.get_ffmpeg_exe()

CODECS = {
    "H.264": ("libx264", "-preset", "ultrafast"),
    "HEVC": ("libx265", "-preset", "ultrafast", "-x265-params", "log-level=error"),
    "VP8": ("libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "500k"),
    "VP9": ("libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "500k"),
    "AV1": ("libsvtav1", "-preset", "12"),
}
PLAYED = [
    *[(MP4, codec) for codec in ("H.264", "HEVC", "VP9", "AV1")],
    *[(MOV, codec) for codec in ("H.264", "HEVC")],
    *[(WEBM, codec) for codec in ("VP8", "VP9", "AV1")],
    *[(MKV, codec) for codec in ("H.264", "HEVC", "VP9", "AV1")],
]
PALETTE = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}
CORNERS = (("0", "0"), ("3*iw/4", "0"), ("0", "3*ih/4"), ("3*iw/4", "3*ih/4"))
PLAYED_NAMES = [f"{codec} in {format.name}" for format, codec in PLAYED]
BT2020 = "color_primaries=bt2020:colorspace=bt2020nc:range=tv"
UPRIGHT = ("red", "lime", "blue", "white")
TURNED = {
    0: UPRIGHT,
    90: ("blue", "red", "white", "lime"),
    180: ("white", "blue", "lime", "red"),
    270: ("lime", "white", "red", "blue"),
}
# How a player turns what is stored: the matrix of a track in MP4 and MOV.
TURNS = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}


@cache
def clip(
    format: Format = MP4,
    codec: str = "H.264",
    *,
    size: str = "160x120",
    seconds: float = 1.0,
    rate: int = 25,
    sound: str | None = "default",
    filters: str = "null",
    options: tuple[str, ...] = (),
) -> bytes:
    """A whole file: red, lime, blue and white corners (left to right, top to bottom) on grey, and a tone."""
    drawn = "".join(
        f",drawbox=x={x}:y={y}:w=iw/4:h=ih/4:c={colour}:t=fill" for colour, (x, y) in zip(UPRIGHT, CORNERS, strict=True)
    )
    encoder = CODECS.get(codec, (codec,))
    tag = ("-tag:v", "hvc1") if codec == "HEVC" and format in (MP4, MOV) else ()
    return make(
        format,
        *("-f", "lavfi", "-i", f"color=gray:s={size}:r={rate}:d={seconds},format=gbrp{drawn},{filters}"),
        *(("-f", "lavfi", "-i", f"sine=f=440:d={seconds}") if sound else ("-an",)),
        *("-c:v", *encoder, *tag, *(() if "-pix_fmt" in options else ("-pix_fmt", "yuv420p"))),
        *(("-c:a", _sound(format, sound)) if sound else ()),
        *options,
    )


def hdr(format: Format, transfer: str) -> bytes:
    """A clip with the colours of HDR, and the brightness of this transfer as ffmpeg calls it."""
    return clip(
        format,
        "HEVC",
        filters=f"format=yuv420p10le,setparams={BT2020}:color_trc={transfer}",
        options=("-pix_fmt", "yuv420p10le"),
    )


def make(format: Format, *arguments: str) -> bytes:
    """What ffmpeg writes as this format when it is told so."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"clip{format.suffix}"
        command = [FFMPEG, "-loglevel", "error", "-nostdin", "-y", *arguments, "-strict", "-2", str(target)]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        return target.read_bytes()


def _sound(format: Format, sound: str) -> str:
    if sound != "default":
        return sound
    return "libopus" if format in (WEBM, MKV) else "aac"


def turned(data: bytes, degrees: int) -> bytes:
    """An MP4 or MOV whose video is to be turned clockwise by a player; the frames stay as they are."""
    a, b, c, d = TURNS[degrees]
    return with_matrix(data, a, b, c, d)


def with_matrix(data: bytes, a: int, b: int, c: int, d: int) -> bytes:
    place = data.index(b"tkhd") + 4 + 40
    one = 1 << 16
    matrix = struct.pack(">9i", a * one, b * one, 0, c * one, d * one, 0, 0, 0, 1 << 30)
    return data[:place] + matrix + data[place + 36 :]


def with_size(data: bytes, old: tuple[int, int], new: tuple[int, int]) -> bytes:
    """An MP4 or MOV whose headers claim another size than its frames have."""
    for letter, shift in (("H", 0), ("I", 16)):
        data = data.replace(
            struct.pack(f">2{letter}", *(side << shift for side in old)),
            struct.pack(f">2{letter}", *(side << shift for side in new)),
        )
    return data


def boxes(data: bytes) -> list[bytes]:
    """The kinds of the outermost boxes of an MP4 or MOV, in order."""
    kinds, at = [], 0
    while at < len(data):
        kinds.append(data[at + 4 : at + 8])
        at += int.from_bytes(data[at : at + 4])
    return kinds


def corners(picture: bytes) -> tuple[str, ...]:
    """The colours nearest to those in the four corners, left to right, top to bottom."""
    with Image.open(io.BytesIO(picture)) as image:
        width, height = image.size
        places = [(x, y) for y in (height // 8, height * 7 // 8) for x in (width // 8, width * 7 // 8)]
        return tuple(_nearest(image.convert("RGB").getpixel(place)) for place in places)


def _nearest(pixel: float | tuple[int, ...] | None) -> str:
    assert isinstance(pixel, tuple)
    return min(PALETTE, key=lambda name: sum((a - b) ** 2 for a, b in zip(PALETTE[name], pixel, strict=True)))


def written(folder: Path, data: bytes, format: Format = MP4) -> Path:
    path = folder / f"original{format.suffix}"
    path.write_bytes(data)
    return path


def header_of(folder: Path, data: bytes, format: Format = MP4) -> VideoHeader:
    return probe(written(folder, data, format), format)


def poster_of(folder: Path, data: bytes, format: Format = MP4, *, at: float | None = None) -> bytes:
    path = written(folder, data, format)
    return poster(path, format, probe(path, format), at=at, ffmpeg=FFMPEG, seconds=20)


def transcoded(folder: Path, data: bytes, format: Format = MP4) -> tuple[Transcoded, bytes]:
    path, target = written(folder, data, format), folder / "target.mp4"
    made = transcode(
        path, format, probe(path, format), target, ffmpeg=FFMPEG, seconds=30, on_progress=lambda percent: None
    )
    return made, target.read_bytes()


def refusal(folder: Path, data: bytes, format: Format = MP4) -> tuple[str, str]:
    """Code and words of what is wrong, wherever on the way it is found."""
    with pytest.raises(UnreadableImage) as caught:
        transcoded(folder, data, format)
    return caught.value.code, caught.value.detail


def streams(folder: Path, data: bytes) -> list[str]:
    """What ffmpeg says about each stream of an MP4."""
    path = folder / "looked-at.mp4"
    path.write_bytes(data)
    told = subprocess.run([FFMPEG, "-hide_banner", "-i", str(path)], capture_output=True, text=True, check=False).stderr
    return re.findall(r"^  Stream #0:\d+.*?: (.*)$", told, re.MULTILINE)


def size_of(picture: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(picture)) as image:
        return image.size


def frames(data: bytes) -> int:
    """How many the table of sizes of the only track of an MP4 has."""
    place = data.index(b"stsz") + 12
    return int.from_bytes(data[place : place + 4])
