"""Media and posts as the API writes them (`Media` and `Post` in the contract)."""

from collections.abc import Sequence
from typing import Any

from accounts.querysets import Viewer
from accounts.representations import represent_user
from core.ids import to_code
from core.media_urls import absolute, media_url
from core.text import linkify, mentions
from core.times import iso_utc
from photos.cards import address_seconds, post_url
from photos.counts import post_counts_for
from photos.models import Media, Post, Rendition
from photos.people import people_in, represent_people
from photos.standings import PostStanding, may_comment, post_standing


def represent_media(media: Media, post: Post | None, *, own: bool = False) -> dict[str, Any]:
    """The part of a media that everybody who sees its post may know. Needs `renditions` loaded.

    The camera is shown to its owner, and to others when the owner has opted in.
    """
    seconds = address_seconds(post)
    shows_camera = own or (post is not None and post.author.show_camera)
    renditions = sorted(media.renditions.all(), key=lambda each: (each.name, each.content_type))
    return {
        "id": str(media.pk),
        "kind": media.kind,
        "state": media.state if own or not renditions else Media.State.READY.value,
        "content_type": media.content_type,
        "width": media.width,
        "height": media.height,
        "duration": media.duration,
        "alt_text": media.alt_text,
        "blurhash": media.blurhash or None,
        "focus": {"x": media.focus_x, "y": media.focus_y},
        "renditions": [represent_rendition(each, seconds) for each in renditions],
        "poster_url": next((_address(each, seconds) for each in renditions if _is_poster(each)), None),
        "taken_at": iso_utc(media.taken_at),
        "camera": media.camera if shows_camera else None,
    }


def represent_rendition(rendition: Rendition, seconds: int) -> dict[str, Any]:
    return {
        "name": rendition.name,
        "url": _address(rendition, seconds),
        "width": rendition.width,
        "height": rendition.height,
        "content_type": rendition.content_type,
        "bytes": rendition.bytes,
    }


def _address(rendition: Rendition, seconds: int) -> str:
    return absolute(media_url("renditions", rendition.key, content_type=rendition.content_type, seconds=seconds))


def _is_poster(rendition: Rendition) -> bool:
    return rendition.name == "poster" and rendition.content_type == "image/jpeg"


def represent_posts(posts: Sequence[Post], viewer: Viewer) -> list[dict[str, Any]]:
    """Posts (loaded with `for_cards`, and with `seen_by` of `viewer`) in their order. No query.

    A list does not say who is in the pictures, as that differs from viewer to viewer: `people` is None.
    """
    return [_represent_post(post, viewer, post_standing(post, viewer)) for post in posts]


def represent_post(post: Post, viewer: Viewer) -> dict[str, Any]:
    """One post, loaded so, with who is in the pictures. One query."""
    people = represent_people(viewer, people_in(viewer, post))
    return {**_represent_post(post, viewer, post_standing(post, viewer)), "people": people}


def _represent_post(post: Post, viewer: Viewer, standing: PostStanding) -> dict[str, Any]:
    own = viewer.pk == post.author_id
    media = list(post.media.all())
    counts = post_counts_for(viewer, post, standing.surplus)
    return {
        "id": str(post.pk),
        "code": to_code(post.pk),
        "url": absolute(post_url(post)),
        "author": represent_user(post.author, viewer, standing.author),
        "title": post.title,
        "caption": post.caption,
        "caption_html": linkify(post.caption),
        "tags": sorted(tag.name for tag in post.tags.all()),
        "mentions": mentions(post.caption),
        "location": represent_location(post),
        "audience": post.audience,
        "sensitive": post.sensitive,
        "spoiler": post.spoiler,
        "media": [represent_media(item, post, own=own) for item in media],
        "people": None,
        "comments": post.comments,
        "like_count": counts.likes,
        "comment_count": counts.comments,
        "viewer": {
            "liked": standing.liked,
            "saved": standing.saved,
            "can_edit": own,
            "can_comment": may_comment(viewer, post, follows=standing.follows),
            "can_download": own or post.downloads,
        },
        "licence": post.licence,
        "state": post.state,
        "published_at": iso_utc(post.published_at),
        "edited_at": iso_utc(post.edited_at),
    }


def represent_location(post: Post) -> dict[str, Any] | None:
    if not post.location_name and post.latitude is None:
        return None
    return {"name": post.location_name, "latitude": post.latitude, "longitude": post.longitude}
