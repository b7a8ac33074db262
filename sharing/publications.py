"""A post with its pictures as networks are given it: from what the site shows, never from originals.

What is shown has the author's recipe, and nothing of where and with what it was taken.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from core.media_urls import SHOWN, absolute
from core.storage import media_storage
from photos.cards import post_url
from photos.imaging.fitting import fit_jpeg
from photos.models import Media, Post, Rendition
from sharing.models import CrossPost
from sharing.networks.base import Film, Picture, PictureLimits, PostFile, Publication, TryLater

FILM = ("video_720p", "video/mp4")


@dataclass(frozen=True, slots=True)
class StoredPostFile:
    """One media of a post with its renditions loaded; films are laid into `folder` before they go."""

    media: Media
    folder: Path

    @property
    def is_film(self) -> bool:
        return self.media.kind == Media.Kind.VIDEO

    @property
    def alt(self) -> str:
        return self.media.alt_text

    def picture(self, limits: PictureLimits) -> Picture:
        stills = [each for each in self.media.renditions.all() if _is_whole_picture(each)]
        if not stills:
            raise TryLater("not_ready", "The picture is not ready yet.")
        data = b"".join(media_storage(SHOWN).read(max(stills, key=lambda each: each.width).key))
        sizes = {"most_bytes": limits.bytes, "most_side": limits.side, "most_pixels": limits.pixels}
        return Picture(*fit_jpeg(data, **sizes))

    def film(self, most_bytes: int, most_seconds: float = 0) -> Film | None:
        found = next((each for each in self.media.renditions.all() if (each.name, each.content_type) == FILM), None)
        seconds = self.media.duration or 0.0
        if found is None or found.bytes > most_bytes or (most_seconds and seconds > most_seconds):
            return None
        with tempfile.NamedTemporaryFile(dir=self.folder, suffix=".mp4", delete=False) as file:
            for chunk in media_storage(SHOWN).read(found.key):
                file.write(chunk)
        return Film(Path(file.name), found.width, found.height, seconds)


def publication_of(row: CrossPost, post: Post, folder: Path) -> Publication:
    """`post` (loaded for a card) as it goes to where `row` says."""
    files: list[PostFile] = [StoredPostFile(media, folder) for media in post.media.all()]
    return Publication(
        key=row.pk,
        link=absolute(post_url(post)),
        title=post.title,
        caption=post.caption,
        tags=[tag.name for tag in post.tags.all()],
        sensitive=post.sensitive,
        spoiler=post.spoiler,
        created_at=row.created_at,
        files=files,
    )


def _is_whole_picture(rendition: Rendition) -> bool:
    """Not cut square, and no part of an animation."""
    is_still = rendition.name == "poster" or (rendition.name[0] == "w" and rendition.name[1:].isdigit())
    return is_still and rendition.content_type == "image/jpeg"
