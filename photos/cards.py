"""Posts as pages show them: plain values, ready for templates. No query happens here beyond what is said."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.cards import PersonCard, person_card
from accounts.querysets import Viewer
from core.ids import split_id, to_code
from core.media_urls import PRIVATE_SECONDS, PUBLIC_SECONDS, media_url
from core.text import hashtags, linkify
from photos.models import Media, Post, Rendition
from photos.selectors import liked_posts

CAMERA_LABELS = {
    "camera": "Camera",
    "lens": "Lens",
    "focal_length": "Focal length",
    "aperture": "Aperture",
    "exposure": "Exposure",
    "iso": "Sensitivity",
}
TALLEST, WIDEST = 4 / 5, 1.91


@dataclass(frozen=True, slots=True)
class PictureCard:
    """One item with every address the viewer's browser may choose from; all "" until it is ready."""

    id: int
    width: int
    height: int
    alt: str
    lqip: str
    src: str
    full_url: str
    jpeg_srcset: str
    avif_srcset: str
    square_src: str
    square_avif: str
    shape: str
    rebate: str
    camera: list[tuple[str, str]]
    state: str
    failure: str


@dataclass(frozen=True, slots=True)
class PostCard:
    """`tags` are those that the caption does not show already; `failures` are (media id, position from 1, reason)."""

    id: int
    code: str
    url: str
    author: PersonCard
    title: str
    caption_html: SafeString
    tags: list[str]
    location_name: str
    audience: str
    audience_label: str
    sensitive: bool
    spoiler: str
    pictures: list[PictureCard]
    like_count: int
    comment_count: int
    liked: bool
    can_edit: bool
    can_download: bool
    state: str
    failures: list[tuple[int, int, str]]
    created_at: datetime
    published_at: datetime | None
    edited_at: datetime | None
    licence_label: str
    frame_label: str
    reason: str = field(default="")


@dataclass(frozen=True, slots=True)
class TileCard:
    """A post as one square of a grid or one frame of a wall: its first picture."""

    id: int
    code: str
    url: str
    title: str
    alt: str
    lqip: str
    square_src: str
    square_avif: str
    src: str
    jpeg_srcset: str
    avif_srcset: str
    width: int
    height: int
    kind: str
    count: int
    audience: str
    audience_label: str
    like_count: int
    state: str
    sensitive: bool
    frame_label: str


def post_cards(posts: Sequence[Post], viewer: Viewer, *, reasons: dict[int, str] | None = None) -> list[PostCard]:
    """Cards of `posts` (loaded with `for_cards`) in their order. One query: which of them the viewer likes."""
    liked = liked_posts(viewer, [post.pk for post in posts])
    return [_post_card(post, viewer, post.pk in liked, (reasons or {}).get(post.pk, "")) for post in posts]


def tile_cards(posts: Sequence[Post]) -> list[TileCard]:
    """Tiles of `posts` (loaded with `for_cards`) in their order. No query."""
    return [_tile_card(post) for post in posts if post.media.all()]


def _post_card(post: Post, viewer: Viewer, liked: bool, reason: str) -> PostCard:
    media = list(post.media.all())
    own = viewer.pk == post.author_id
    return PostCard(
        id=post.pk,
        code=to_code(post.pk),
        url=post_url(post),
        author=person_card(post.author, viewer),
        title=post.title,
        caption_html=linkify(post.caption),
        tags=sorted({tag.name for tag in post.tags.all()} - set(hashtags(post.caption))),
        location_name=post.location_name,
        audience=post.audience,
        audience_label=post.get_audience_display(),
        sensitive=post.sensitive,
        spoiler=post.spoiler,
        pictures=[picture_card(item, post) for item in media],
        like_count=post.like_count,
        comment_count=post.comment_count,
        liked=liked,
        can_edit=own,
        can_download=own or post.downloads,
        state=post.state,
        failures=[
            (item.pk, number, item.failure_detail) for number, item in enumerate(media, 1) if item.state == "failed"
        ],
        created_at=post.created_at,
        published_at=post.published_at,
        edited_at=post.edited_at,
        licence_label=post.get_licence_display(),
        frame_label=frame_label(post.pk),
        reason=reason,
    )


def _tile_card(post: Post) -> TileCard:
    media = list(post.media.all())
    picture = picture_card(media[0], post)
    return TileCard(
        id=post.pk,
        code=to_code(post.pk),
        url=post_url(post),
        title=post.title,
        alt=picture.alt or post.title or f"Picture by {post.author.username}",
        lqip=picture.lqip,
        square_src=picture.square_src,
        square_avif=picture.square_avif,
        src=picture.src,
        jpeg_srcset=picture.jpeg_srcset,
        avif_srcset=picture.avif_srcset,
        width=picture.width,
        height=picture.height,
        kind="album" if len(media) > 1 else "photo",
        count=len(media),
        audience=post.audience,
        audience_label=post.get_audience_display(),
        like_count=post.like_count,
        state=post.state,
        sensitive=post.sensitive,
        frame_label=frame_label(post.pk),
    )


def picture_card(media: Media, post: Post | None = None) -> PictureCard:
    """One item; its addresses live a day when its post is public, a quarter of an hour otherwise."""
    renditions = sorted(media.renditions.all(), key=lambda each: each.width)
    jpegs = [each for each in renditions if each.content_type == "image/jpeg" and each.name != "square"]
    avifs = [each for each in renditions if each.content_type == "image/avif" and each.name != "square"]
    squares = {each.content_type: each for each in renditions if each.name == "square"}
    seconds = address_seconds(post)
    medium = [each for each in jpegs if each.width <= 1280] or jpegs
    return PictureCard(
        id=media.pk,
        width=media.width,
        height=media.height,
        alt=media.alt_text,
        lqip=media.placeholder,
        src=_url(medium[-1], seconds) if medium else "",
        full_url=_url(jpegs[-1], seconds) if jpegs else "",
        jpeg_srcset=_srcset(jpegs, seconds),
        avif_srcset=_srcset(avifs, seconds),
        square_src=_url(squares["image/jpeg"], seconds) if "image/jpeg" in squares else "",
        square_avif=_url(squares["image/avif"], seconds) if "image/avif" in squares else "",
        shape=_shape(media),
        rebate=" · ".join(filter(None, ((media.camera or {}).get(key, "") for key in ("aperture", "exposure", "iso")))),
        camera=[
            (label, media.camera[key]) for key, label in CAMERA_LABELS.items() if media.camera and key in media.camera
        ],
        state=media.state,
        failure=media.failure_detail,
    )


def address_seconds(post: Post | None) -> int:
    """How long an address of this post's pictures lives."""
    public = post is not None and post.state == Post.State.PUBLISHED and post.audience == Post.Audience.PUBLIC
    return PUBLIC_SECONDS if public and not post.author.is_private else PRIVATE_SECONDS  # type: ignore[union-attr]


def post_url(post: Post) -> str:
    return reverse("photos:post-detail", args=[post.pk])


def frame_label(post_id: int) -> str:
    """The frame number on the rebate, as on a film of 36: the same for a post for ever."""
    parts = split_id(post_id)
    number = parts.created_at.timetuple().tm_yday * 24 + parts.created_at.hour + parts.sequence
    return f"FRAME {number % 36 + 1}{'A' if number // 36 % 2 else ''}"


def _shape(media: Media) -> str:
    ratio = media.width / max(media.height, 1)
    if ratio < TALLEST:
        return "tall"
    return "wide" if ratio > WIDEST else "free"


def _url(rendition: Rendition, seconds: int) -> str:
    return media_url("renditions", rendition.key, content_type=rendition.content_type, seconds=seconds)


def _srcset(renditions: Sequence[Rendition], seconds: int) -> str:
    return ", ".join(f"{_url(each, seconds)} {each.width}w" for each in renditions)
