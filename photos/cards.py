"""Posts as pages show them: plain values, ready for templates. No query happens here beyond what is said."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from accounts.cards import PersonCard, person_card
from accounts.querysets import Viewer
from core.ids import split_id, to_code
from core.media_urls import PRIVATE_SECONDS, PUBLIC_SECONDS, media_url
from core.templatetags.numbers import compact
from core.text import hashtags, linkify
from photos.counts import PostCounts, post_counts
from photos.models import Media, Post, Rendition
from photos.selectors import Marked, marked_posts

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
    """One item with every address the viewer's browser may choose from; all "" until it is ready.

    `state` is ready as soon as there is something to show; `developing_again` says that a changed recipe is on its way.
    `people` is the drawing of who is where (`photos.people_cards.MapCard`), on pages that show it.
    """

    id: int
    kind: str
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
    animated_src: str
    poster: str
    video_src: str
    video_width: int
    video_height: int
    duration_label: str
    shape: str
    rebate: str
    camera: list[tuple[str, str]]
    state: str
    developing_again: bool
    progress: int
    failure: str
    people: object = None


@dataclass(frozen=True, slots=True)
class PostCard:
    """`tags` are those that the caption does not show already; `failures` are (media id, position from 1, reason).

    `place_url` is "" where the page of the place would not show the post.
    """

    id: int
    code: str
    url: str
    author: PersonCard
    title: str
    caption_html: SafeString
    tags: list[str]
    location_name: str
    place_url: str
    audience: str
    audience_label: str
    sensitive: bool
    spoiler: str
    pictures: list[PictureCard]
    like_count: int | None
    comment_count: int
    comments: str
    comments_label: SafeString | str
    liked: bool
    saved: bool
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
    duration_label: str
    count: int
    audience: str
    audience_label: str
    like_count: int | None
    state: str
    sensitive: bool
    frame_label: str


def post_cards(posts: Sequence[Post], viewer: Viewer, *, reasons: dict[int, str] | None = None) -> list[PostCard]:
    """Cards of `posts` (loaded with `for_cards`) in their order. One query: what the viewer likes and has saved."""
    marked = marked_posts(viewer, [post.pk for post in posts])
    counts = post_counts(viewer, posts)
    cards = [post_card(post, viewer, reason=(reasons or {}).get(post.pk, "")) for post in posts]
    return [_for_viewer(card, counts[card.id], marked) for card in cards]


def _for_viewer(card: PostCard, counts: PostCounts, marked: Marked) -> PostCard:
    return replace(
        card,
        liked=card.id in marked.liked,
        saved=card.id in marked.saved,
        like_count=counts.likes,
        comment_count=counts.comments,
        comments_label=comments_label(counts.comments),
    )


def comments_label(count: int) -> SafeString | str:
    """What leads to the comments of a post, as HTML in which the number can be hidden; "" without any."""
    if not count:
        return ""
    text = ngettext("View {n} comment", "View {n} comments", count)
    return format_html(text, n=format_html("<span data-number>{}</span>", compact(count)))


def tile_cards(posts: Sequence[Post], viewer: Viewer | None = None, *, seconds: int | None = None) -> list[TileCard]:
    """Tiles of `posts` (loaded with `for_cards`) in their order, with the numbers that `viewer` may read.

    Without a viewer they are those of the author. No query, but those of `post_counts`. `seconds`: as of `post_card`.
    """
    tiles = [_tile_card(post, seconds) for post in posts if post.media.all()]
    if viewer is None:
        return tiles
    counts = post_counts(viewer, posts)
    return [replace(tile, like_count=counts[tile.id].likes) for tile in tiles]


def post_card(post: Post, viewer: Viewer, *, reason: str = "", seconds: int | None = None) -> PostCard:
    """One post (loaded with `for_cards`), as if the viewer had not marked it. No query.

    `seconds`: how long the addresses of its pictures live at most, if that is less than what they have by its audience.
    """
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
        place_url=_place_url(post),
        audience=post.audience,
        audience_label=post.get_audience_display(),
        sensitive=post.sensitive,
        spoiler=post.spoiler,
        pictures=[picture_card(item, post, own=own, seconds=seconds) for item in media],
        like_count=post.like_count,
        comment_count=post.comment_count,
        comments=post.comments,
        comments_label=comments_label(post.comment_count),
        liked=False,
        saved=False,
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


def _tile_card(post: Post, seconds: int | None) -> TileCard:
    media = list(post.media.all())
    picture = picture_card(media[0], post, seconds=seconds)
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
        kind="album" if len(media) > 1 else picture.kind,
        duration_label=picture.duration_label,
        count=len(media),
        audience=post.audience,
        audience_label=post.get_audience_display(),
        like_count=post.like_count,
        state=post.state,
        sensitive=post.sensitive,
        frame_label=frame_label(post.pk),
    )


def picture_card(
    media: Media, post: Post | None = None, *, own: bool = False, seconds: int | None = None
) -> PictureCard:
    """One item; its addresses live a day when its post is public, a quarter of an hour otherwise. No query.

    With `seconds` they live no longer than that. The camera shows to its owner, and to others when the owner has opted
    in.
    """
    renditions = sorted(media.renditions.all(), key=lambda each: each.width)
    jpegs = [each for each in renditions if each.content_type == "image/jpeg" and each.name.startswith("w")]
    avifs = [each for each in renditions if each.content_type == "image/avif" and each.name.startswith("w")]
    named = {(each.name, each.content_type): each for each in renditions}
    film = named.get(("video_720p", "video/mp4"))
    seconds = min(address_seconds(post), seconds or PUBLIC_SECONDS)
    medium = [each for each in jpegs if each.width <= 1280] or jpegs
    camera = (media.camera or {}) if own or (post is not None and post.author.show_camera) else {}

    def address(name: str, content_type: str) -> str:
        found = named.get((name, content_type))
        return _url(found, seconds) if found else ""

    return PictureCard(
        id=media.pk,
        kind=media.kind,
        width=media.width,
        height=media.height,
        alt=media.alt_text,
        lqip=media.placeholder,
        src=_url(medium[-1], seconds) if medium else "",
        full_url=_url(jpegs[-1], seconds) if jpegs else "",
        jpeg_srcset=_srcset(jpegs, seconds),
        avif_srcset=_srcset(avifs, seconds),
        square_src=address("square", "image/jpeg"),
        square_avif=address("square", "image/avif"),
        animated_src=address("animated", "image/webp"),
        poster=address("poster", "image/jpeg"),
        video_src=address("video_720p", "video/mp4"),
        video_width=film.width if film else 0,
        video_height=film.height if film else 0,
        duration_label=duration_label(media.duration),
        shape=_shape(media),
        rebate=" · ".join(filter(None, (camera.get(key, "") for key in ("aperture", "exposure", "iso")))),
        camera=[(label, camera[key]) for key, label in CAMERA_LABELS.items() if key in camera],
        state=Media.State.READY.value if renditions else media.state,
        developing_again=bool(renditions) and media.state in (Media.State.RECEIVED, Media.State.PROCESSING),
        progress=media.progress,
        failure=media.failure_detail,
    )


def duration_label(seconds: float | None) -> str:
    """Minutes and seconds as on a clock, 0:07 or 12:34; "" for photos. A film never shows as 0:00."""
    if seconds is None:
        return ""
    whole = max(1, round(seconds))
    return f"{whole // 60}:{whole % 60:02}"


def address_seconds(post: Post | None) -> int:
    """How long an address of this post's pictures lives."""
    return PUBLIC_SECONDS if post is not None and is_public(post) else PRIVATE_SECONDS


def is_public(post: Post) -> bool:
    """Whether everybody sees this post of an account that is there, and may find it."""
    published = post.state == Post.State.PUBLISHED
    return published and post.audience == Post.Audience.PUBLIC and not post.author.is_private


def post_url(post: Post) -> str:
    return reverse("photos:post-detail", args=[post.pk])


def _place_url(post: Post) -> str:
    is_listed = post.state == Post.State.PUBLISHED and post.audience != Post.Audience.UNLISTED
    return reverse("photos:place", args=[post.place_slug]) if is_listed and post.place_slug else ""


def frame_label(post_id: int) -> str:
    """The frame number on the rebate, as on a film of 36: the same for a post for ever."""
    parts = split_id(post_id)
    number = parts.created_at.timetuple().tm_yday * 24 + parts.created_at.hour + parts.sequence
    return f"FRAME {number % 36 + 1}{'A' if number // 36 % 2 else ''}"


def square_url(square: Rendition) -> str:
    """The address of a square of a post that everybody may see."""
    return _url(square, PUBLIC_SECONDS)


def _shape(media: Media) -> str:
    ratio = media.width / max(media.height, 1)
    if ratio < TALLEST:
        return "tall"
    return "wide" if ratio > WIDEST else "free"


def _url(rendition: Rendition, seconds: int) -> str:
    return media_url("renditions", rendition.key, content_type=rendition.content_type, seconds=seconds)


def _srcset(renditions: Sequence[Rendition], seconds: int) -> str:
    return ", ".join(f"{_url(each, seconds)} {each.width}w" for each in renditions)
