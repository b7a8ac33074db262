"""Albums in archives: those of a person among everything else they have, and one alone with its originals."""

from collections.abc import Callable
from typing import Any

from django.conf import settings

from core.ids import to_code
from core.times import iso_utc
from exports.lines import Lines, address, listed
from exports.models import Export
from photos.models import Album, AlbumItem, Media, Post


def albums(export: Export) -> Lines:
    """One's own albums with the posts in them in their order, by their addresses."""
    own = Album.objects.filter(owner=export.owner_id).order_by("pk")
    return listed(_album(album) for album in own)


def place_in(export: Export, media: Media) -> str:
    """Where an original stands in the archive of an album: its place there, from 1, and its code."""
    places = export.places
    suffix = media.original_key.rpartition(".")[2]
    return f"{places[media.pk]:0{len(str(len(places)))}}_{to_code(media.pk)}.{suffix}"


def contents(export: Export) -> Lines:
    """Whose album it is, and of each file the words, the author and the licence."""
    for album in Album.objects.filter(archives=export):
        yield f"{album.title}\n@{export.owner.username} at {settings.SITE_NAME}\n"
        yield f"{settings.ORIGIN}/albums/{to_code(album.pk)}/\n"
        yield f"\n{album.text}\n" if album.text else ""
    yield "\nEvery photo and video is as it was uploaded, byte for byte. Check with: sha256sum -c checksums.sha256\n"
    rows = Media.objects.filter(pk__in=export.media_ids).select_related("post__author").in_bulk()
    for media_id in export.media_ids:
        if media_id in rows:
            yield _words(export, rows[media_id])


ALBUM_SECTIONS: dict[str, Callable[[Export], Lines]] = {"README.txt": contents}


def _words(export: Export, media: Media) -> str:
    post = media.post
    if post is None:
        return ""
    told = [post.title, media.alt_text, f"© @{post.author.username}, {post.get_licence_display()}", address(post.pk)]
    return "".join(f"{line}\n" for line in [f"\n{place_in(export, media)}", *filter(None, told)])


def _album(album: Album) -> dict[str, Any]:
    items = AlbumItem.objects.filter(album=album).exclude(post__state=Post.State.REMOVED).order_by("position", "pk")
    return {
        "title": album.title,
        "text": album.text,
        "audience": album.audience,
        "cover": address(album.cover_id) if album.cover_id else None,
        "created_at": iso_utc(album.created_at),
        "edited_at": iso_utc(album.edited_at),
        "posts": [address(post_id) for post_id in items.values_list("post_id", flat=True)],
    }
