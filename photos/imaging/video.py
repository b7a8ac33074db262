"""Videos: what their headers tell, a still picture of one, and the one form every browser plays.

The header is read by our own code, so a web process can do it at once and starts nothing. Frames are only ever decoded
by ffmpeg in a confined child: with the demuxer of the format the bytes are of, so that what a playlist names is never
opened, with the decoders of the codecs we take, and with no frame larger than MAX_VIDEO_PIXELS.
"""

import io
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from PIL import Image, ImageStat

from photos.imaging.commands import MAX_VIDEO_PIXELS, clip_output, poster_output, source
from photos.imaging.errors import UnreadableImage
from photos.imaging.ffmpeg import FfmpegFailed, Limits, TookTooLong, TookTooMuch, run_ffmpeg
from photos.imaging.formats import MKV, MOV, MP4, WEBM, Format
from photos.imaging.matroska import read_matroska
from photos.imaging.quicktime import read_quicktime
from photos.imaging.tracks import Movie, Transfer, damaged

VIDEO_CODECS = ("H.264", "HEVC", "VP8", "VP9", "AV1")
SOUND_CODECS = ("AAC", "MP3", "Opus", "Vorbis", "FLAC", "ALAC", "AC-3", "E-AC-3", "PCM", "AMR")

_READERS: dict[Format, Callable[[IO[bytes]], Movie]] = {
    MP4: read_quicktime,
    MOV: read_quicktime,
    WEBM: read_matroska,
    MKV: read_matroska,
}
_DEMUXERS = {MP4: "mov", MOV: "mov", WEBM: "matroska", MKV: "matroska"}
_MAX_TARGET_BYTES = 1024**3
# Each thread that decodes holds frames of its own. Above this many pixels there is one, to stay within its memory.
_LARGE = 3840 * 2160
# The mean brightness, of 255, below which a poster says nothing.
_BLACK = 20
# Its reader of MKV goes on behind a damaged part, and only says so.
_SKIPS = "[matroska"


@dataclass(frozen=True, slots=True)
class VideoHeader:
    """`width` and `height` as people see the video: turned upright, with square pixels. `duration` in seconds.

    `sound` is the track of sound that is kept, counted from 0 among those with sound; None for a silent video.
    """

    width: int
    height: int
    duration: float
    sound: int | None
    codec: str
    rotation: int
    transfer: Transfer
    taken_at: datetime | None

    @property
    def has_sound(self) -> bool:
        return self.sound is not None


@dataclass(frozen=True, slots=True)
class Transcoded:
    """What was written: size in pixels, length in bytes, `duration` in seconds."""

    width: int
    height: int
    bytes: int
    duration: float


def probe(path: Path, format: Format) -> VideoHeader:
    """Reads headers only, in milliseconds. How long a video may be is the caller's to decide.

    UnreadableImage with the codes damaged, no_video, unsupported_codec and too_many_pixels.
    """
    with path.open("rb") as file:
        movie = _READERS[format](file)
    if not movie.videos:
        raise UnreadableImage("no_video", "There is no video in this file.")
    video = movie.videos[0]
    if video.codec not in VIDEO_CODECS:
        raise _unsupported("Videos", video.codec, "H.264, HEVC, VP9 and AV1")
    if movie.sounds and not set(movie.sounds) & set(SOUND_CODECS):
        raise _unsupported("Videos with sound", movie.sounds[0], "AAC, MP3, Opus and others")
    if min(*video.coded, *video.shown) < 1:
        raise damaged()
    if max(video.coded[0] * video.coded[1], video.shown[0] * video.shown[1]) > MAX_VIDEO_PIXELS:
        raise UnreadableImage("too_many_pixels", "The video has larger frames than 8192 by 4320 pixels.")
    width, height = video.shown if video.rotation in (0, 180) else video.shown[::-1]
    sound = next((place for place, codec in enumerate(movie.sounds) if codec in SOUND_CODECS), None)
    return VideoHeader(width, height, movie.seconds, sound, video.codec, video.rotation, video.transfer, movie.taken_at)


def _unsupported(what: str, codec: str, taken: str) -> UnreadableImage:
    return UnreadableImage("unsupported_codec", f"{what} in {codec} cannot be read. Those in {taken} can.")


def poster(
    path: Path, format: Format, header: VideoHeader, *, at: float | None = None, ffmpeg: str, seconds: float
) -> bytes:
    """One upright frame as PNG, no side longer than MAX_POSTER_SIDE: that at `at` seconds into the video.

    Without `at`, a key frame near the beginning, or a later one where that is black. Raises what transcode raises.
    """
    deadline = time.monotonic() + seconds
    kept = b""
    for moment in _moments(header.duration, at):
        seek = ["-ss", f"{moment:.3f}", *([] if moment == at else ["-noaccurate_seek"])]
        arguments = source(str(path.resolve()), _DEMUXERS[format], threads=1, seek=seek)
        output = bytearray()
        limits = Limits(max(0.0, deadline - time.monotonic()))
        _run(ffmpeg, [*arguments, *poster_output(header.transfer)], limits, path, on_output=output.extend)
        if output and (moment == at or not _is_black(output)):
            return bytes(output)
        kept = kept or bytes(output)
    if not kept:
        raise _stops_early()
    return kept


def _moments(duration: float, at: float | None) -> Iterator[float]:
    if at is not None:
        yield at
    yield from (min(1.0, duration * 0.1), duration * 0.25, duration * 0.5, 0.0)


def _is_black(png: bytes | bytearray) -> bool:
    with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
        return ImageStat.Stat(image.convert("L").resize((32, 32), Image.Resampling.BOX)).mean[0] < _BLACK


def transcode(  # noqa: PLR0913  what to read, what to write, and how: none of these has a sensible default
    path: Path,
    format: Format,
    header: VideoHeader,
    target: Path,
    *,
    ffmpeg: str,
    seconds: float,
    on_progress: Callable[[int], None],
) -> Transcoded:
    """Writes the video to `target` as every browser plays it: H.264 and AAC in a fast-start MP4 without metadata.

    Its short side is at most MAX_SHORT_SIDE and nothing is scaled up. `on_progress` gets rising whole per cents, 100
    when all is done. UnreadableImage with the codes damaged (errors inside, or it ends before its header says),
    too_slow (not done in `seconds`) and too_large (limits of memory or of bytes written); OSError when the disk is
    full, FfmpegMissing without ffmpeg. What stands in `target` after an error is worth nothing.
    """
    target.touch()
    threads = _threads()
    readers = 1 if header.width * header.height > _LARGE else threads
    longest = header.duration * 1.1 + 10
    arguments = [
        *source(str(path.resolve()), _DEMUXERS[format], threads=readers),
        *clip_output(str(target.resolve()), header.transfer, header.sound, threads=threads, seconds=longest),
    ]
    limits = Limits(seconds, file=_MAX_TARGET_BYTES)
    errors = _run(ffmpeg, arguments, limits, path, target, on_output=_Progress(header.duration, on_progress).feed)
    made = probe(target, MP4)
    if _SKIPS in errors or made.duration < header.duration * 0.95 - 0.5 or made.duration >= longest - 0.1:
        raise _stops_early()
    on_progress(100)
    return Transcoded(made.width, made.height, target.stat().st_size, made.duration)


class _Progress:
    """Reads ffmpeg's reports, which come in any pieces: lines of name=value, of which the time written counts."""

    def __init__(self, duration: float, on_progress: Callable[[int], None]) -> None:
        self._duration = max(duration, 0.001)
        self._on_progress = on_progress
        self._rest = b""
        self._reached = 0

    def feed(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            name, _, value = line.strip().partition(b"=")
            if name == b"out_time_us" and value.isdigit():
                self._reach(min(99, int(int(value) / 1e4 / self._duration)))

    def _reach(self, percent: int) -> None:
        if percent > self._reached:
            self._reached = percent
            self._on_progress(percent)


def _threads() -> int:
    """One core is left to everybody else."""
    return max(1, min(4, (os.cpu_count() or 1) - 1))


def _run(
    ffmpeg: str,
    arguments: list[str],
    limits: Limits,
    reads: Path,
    writes: Path | None = None,
    *,
    on_output: Callable[[bytes], None],
) -> str:
    try:
        return run_ffmpeg(ffmpeg, arguments, limits=limits, reads=reads, writes=writes, on_output=on_output)
    except FfmpegFailed as error:
        raise _stops_early() from error
    except TookTooLong as error:
        raise UnreadableImage("too_slow", "Preparing the video takes longer than is allowed.") from error
    except TookTooMuch as error:
        raise UnreadableImage("too_large", "Preparing the video needs more memory or space than is allowed.") from error


def _stops_early() -> UnreadableImage:
    return UnreadableImage("damaged", "The video stops early or is damaged. Please send it again.")
