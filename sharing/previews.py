"""What other sites show of a page of ours: oEmbed, and the code that embeds a post. Of what is public alone."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.access import get_user_for
from accounts.models import User
from core.exceptions import NotFound
from core.media_urls import absolute
from photos.access import get_post_for
from photos.albums import AlbumAbout, album_about
from photos.cards import is_public
from photos.models import Post, Rendition
from sharing.offers import may_stand_for_album, offer_album, preview_of, preview_url, title_of

NOBODY = AnonymousUser()
WIDTH = 540  # pixels of an embedded post, where there is room
BESIDE = 96  # pixels of its height that are not picture
TALLEST = 4 / 5  # width by height, as on pages
CACHE_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Room:
    """The most that the other site has room for, in pixels; None for as much as one likes."""

    width: int | None = None
    height: int | None = None


def get_public_post(post_id: int) -> Post:
    """A post that everybody may see and find, loaded for a card; NotFound for any other, whoever asks. One query."""
    post = get_post_for(NOBODY, post_id)
    if not is_public(post):
        raise NotFound
    return post


def describe(url: str, room: Room) -> dict[str, Any]:
    """The oEmbed answer about a page of ours. NotFound for any other address, and for what is not public."""
    match = _page_of(url)
    if match.view_name == "photos:post-detail":
        return _describe_post(get_public_post(match.kwargs["post_id"]), room)
    if match.view_name == "photos:album":
        return _describe_album(album_about(NOBODY, match.kwargs["album_id"]), room)
    if match.view_name == "feeds:profile":
        return _describe_person(get_user_for(NOBODY, match.kwargs["username"]))
    raise NotFound


def embed_code(post: Post, room: Room = Room()) -> SafeString:
    """HTML for another site: a frame with the post, and nothing that runs there."""
    width, height = _size(post, room)
    return format_html(
        '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy" '
        'style="border:0;max-width:100%" allowfullscreen></iframe>',
        f"{settings.ORIGIN}{reverse('sharing:post-embed', args=[post.pk])}",
        width,
        height,
        title_of(post),
    )


def _page_of(url: str) -> ResolverMatch:
    """The address with or without a slash at its end, and with http, too."""
    try:
        asked = urlsplit(url)
        if asked.scheme not in ("http", "https") or asked.netloc.lower() != urlsplit(settings.ORIGIN).netloc:
            raise NotFound
        return resolve(unquote(asked.path).rstrip("/") + "/")
    except (ValueError, Resolver404):
        raise NotFound from None


def _describe_post(post: Post, room: Room) -> dict[str, Any]:
    width, height = _size(post, room)
    is_film = not post.sensitive and any(media.kind == "video" for media in list(post.media.all())[:1])
    return {
        "type": "video" if is_film else "rich",
        **_about(title_of(post), post.author),
        "width": width,
        "height": height,
        "html": str(embed_code(post, room)),
        **_thumbnail(post, room),
    }


def _describe_album(about: AlbumAbout, room: Room) -> dict[str, Any]:
    """An unlisted album is found by its address alone: it is told of to nobody."""
    if offer_album(about.album, None).shareable is None:
        raise NotFound
    cover = about.cover if about.cover and may_stand_for_album(about.cover) else None
    return {
        "type": "link",
        **_about(about.album.title, about.album.owner),
        **(_thumbnail(cover, room) if cover else {}),
    }


def _describe_person(person: User) -> dict[str, Any]:
    if person.is_private:
        raise NotFound
    return {"type": "link", **_about(person.display_name or person.username, person)}


def _about(title: str, author: User) -> dict[str, Any]:
    return {
        "version": "1.0",
        "title": title,
        "author_name": author.display_name or author.username,
        "author_url": absolute(reverse("feeds:profile", args=[author.username])),
        "provider_name": settings.SITE_NAME,
        "provider_url": f"{settings.ORIGIN}/",
        "cache_age": CACHE_SECONDS,
    }


def _thumbnail(post: Post, room: Room) -> dict[str, Any]:
    """The largest preview that fits; nothing of what is covered."""
    picture = None if post.sensitive else preview_of(post, most=room.width)
    if picture is None or any(most is not None and size > most for size, most in _sides(picture, room)):
        return {}
    return {
        "thumbnail_url": preview_url(post) + (f"?w={picture.width}" if room.width else ""),
        "thumbnail_width": picture.width,
        "thumbnail_height": picture.height,
    }


def _sides(picture: Rendition, room: Room) -> tuple[tuple[int, int | None], ...]:
    return (picture.width, room.width), (picture.height, room.height)


def _size(post: Post, room: Room) -> tuple[int, int]:
    """Of the frame: the picture in its ratio with the words below, and not beyond the room there is."""
    first = next(iter(post.media.all()), None)
    ratio = max(first.width / max(first.height, 1), TALLEST) if first else 1
    width = min(WIDTH, room.width or WIDTH)
    height = round(width / ratio) + BESIDE
    return width, min(height, room.height or height)
