"""Explore: recent good posts of everybody, for anybody; and its hourly refresh."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef

from accounts.models import Mute
from accounts.querysets import Viewer
from core.exceptions import Malformed, NotSignedIn
from core.locks import try_lock
from core.paging import decode_cursor, encode_cursor
from feeds.services.explore_lists import RANGES, TAGS, read_list, read_snapshot, refresh_list
from photos.models import Post, PostTag, Tag


@dataclass(frozen=True, slots=True)
class ExplorePage:
    """Posts in order, with id and audience loaded. `widest` is another range than `range` if that had too little."""

    posts: list[Post]
    next_cursor: str
    range: str
    widest: str
    built_at: datetime


def explore_page(viewer: Viewer, *, range_name: str, cursor: str, limit: int) -> ExplorePage:
    """One page of Explore; its end is an end. One query when the list is kept.

    Malformed for an unknown range or cursor; NotSignedIn for visitors where the operator closed it to them.
    """
    if viewer.is_anonymous and not settings.EXPLORE_OPEN:
        raise NotSignedIn
    if range_name not in RANGES:
        raise Malformed(f"range must be one of {', '.join(RANGES)}.", code="range_unknown")
    kind = f"explore-{range_name}"
    build_id, last = decode_cursor(kind, cursor, 2) if cursor else (None, None)
    made = read_list(range_name) if build_id is None else read_snapshot(range_name, build_id)
    if made is None or (last is not None and last not in made.ids):
        raise Malformed("This page is too old. Start again from the first page.", code="cursor_expired")
    rest = made.ids if last is None else made.ids[made.ids.index(last) + 1 :]
    visible = _visible(viewer, rest)
    next_cursor = encode_cursor(kind, made.build_id, visible[limit - 1].pk) if len(visible) > limit else ""
    return ExplorePage(visible[:limit], next_cursor, range_name, made.widest, made.built_at)


def _visible(viewer: Viewer, post_ids: Sequence[int]) -> list[Post]:
    """Those of the posts that Explore may show to `viewer` now, in their order. One query."""
    posts = Post.objects.offered_to(viewer).filter(
        pk__in=post_ids,
        audience=Post.Audience.PUBLIC,
        state=Post.State.PUBLISHED,
        sensitive=False,
        author__is_private=False,
        author__in_discovery=True,
    )
    if viewer.is_authenticated:
        posts = posts.exclude(author__in=Mute.objects.in_force().filter(muter=viewer.pk).values("muted"))
    found = posts.only("id", "audience").in_bulk()
    return [found[post_id] for post_id in post_ids if post_id in found]


def popular_tags(viewer: Viewer) -> list[str]:
    """The tags of the day that `viewer` would find posts under, those of most people first."""
    made = read_list(TAGS)
    public = Post.objects.offered_to(viewer).filter(
        pk=OuterRef("post"),
        audience=Post.Audience.PUBLIC,
        state=Post.State.PUBLISHED,
        author__is_private=False,
        author__in_discovery=True,
    )
    used = PostTag.objects.filter(Exists(public), tag=OuterRef("pk"))
    names = dict(Tag.objects.filter(Exists(used), pk__in=made.ids).values_list("pk", "name"))
    return [names[tag_id] for tag_id in made.ids if tag_id in names]


def refresh_explore() -> int:
    """Choose every list anew; returns how many. Does nothing while another process is at it.

    RedisError when Valkey is away; readers then choose on the spot.
    """
    with try_lock("feeds.explore", 0) as is_first:
        return sum(refresh_list(name) for name in (*RANGES, TAGS)) if is_first else 0
