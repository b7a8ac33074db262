"""A video's renditions: a poster in every size of a photograph, and one film every browser plays."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import imageio_ffmpeg
from django.conf import settings

from photos.imaging.darkroom import develop_safely
from photos.imaging.formats import PNG, Format, format_of
from photos.imaging.render import Development
from photos.imaging.video import VideoHeader, poster, probe, transcode
from photos.models import Media
from photos.services.derived import Derived, DerivedFile

FILM = "video_720p"


@contextmanager
def derive_video(media: Media, path: Path, on_progress: Callable[[int], None]) -> Iterator[Derived]:
    """Poster and film of the original at `path`; the film lies on disk while the body runs.

    `on_progress` hears per cent. UnreadableImage when the video is damaged or of a kind that cannot be played.
    """
    ffmpeg = settings.FFMPEG or imageio_ffmpeg.get_ffmpeg_exe()
    format = format_of(media.content_type)
    header = probe(path, format)
    stills = _stills(media, path, format, header, ffmpeg)
    size = (header.width, header.height)
    if media.renditions.filter(name=FILM).exists():  # a recipe of a video changes its poster only
        files = tuple(_poster_files(stills))
        yield Derived(*size, stills.blurhash, stills.placeholder, files, (FILM,), stills.likenesses)
        return
    with tempfile.TemporaryDirectory(prefix="film-") as folder:
        film = Path(folder) / "film.mp4"
        made = transcode(
            path,
            format,
            header,
            film,
            ffmpeg=ffmpeg,
            seconds=settings.TRANSCODE_SECONDS,
            on_progress=on_progress,
        )
        whole = (*_poster_files(stills), DerivedFile(FILM, "video/mp4", made.width, made.height, film))
        yield Derived(*size, stills.blurhash, stills.placeholder, whole, (), stills.likenesses)


def _stills(media: Media, path: Path, format: Format, header: VideoHeader, ffmpeg: str) -> Development:
    """The poster frame, developed as a photograph is."""
    at = (media.recipe or {}).get("poster_at")
    frame = poster(path, format, header, at=at, ffmpeg=ffmpeg, seconds=settings.DEVELOP_SECONDS)
    with tempfile.NamedTemporaryFile(prefix="poster-", suffix=".png") as file:
        file.write(frame)
        file.flush()
        return develop_safely(
            file.name,
            PNG,
            max_pixels=settings.PHOTO_MAX_PIXELS,
            focus=(media.focus_x, media.focus_y),
            seconds=settings.DEVELOP_SECONDS,
            memory=settings.DEVELOP_MEMORY,
        )


def _poster_files(stills: Development) -> list[DerivedFile]:
    """The stills, and the widest of them once more under the name the contract gives it."""
    files = [
        DerivedFile(each.name, each.content_type, each.width, each.height, each.data) for each in stills.renditions
    ]
    widest = max(each.width for each in files if each.name != "square")
    posters = [each for each in files if each.width == widest and each.name != "square"]
    return files + [DerivedFile("poster", e.content_type, e.width, e.height, e.source) for e in posters]
