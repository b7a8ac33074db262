"""One page of the home feed. Ids come ranked; what the viewer may not see any more is left out on the last mile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from core.exceptions import Malformed
from core.paging import decode_cursor, encode_cursor, page_by_id
from core.valkey import when_away
from feeds.selectors import closeness, feed_posts
from feeds.services.build import build_and_keep, build_timeline
from feeds.timeline import Timeline, read_timeline
from photos.models import Post

RANKINGS = ("top", "latest")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a post is in the feed: a code for programs, a sentence for people."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Posts in feed order, loaded for cards; `built_at` is None for Latest, which is read as it is."""

    posts: Sequence[Post]
    reasons: dict[int, Reason]
    next_cursor: str
    built_at: datetime | None


def feed_page(person: User, *, ranking: str, cursor: str, limit: int) -> FeedPage:
    """One page of the home feed. Malformed for an unknown ranking or cursor."""
    if ranking not in RANKINGS:
        raise Malformed(f"ranking must be one of {', '.join(RANKINGS)}.", code="ranking_unknown")
    if ranking == "latest":
        page = page_by_id(feed_posts(person).for_cards(), kind="latest", cursor=cursor, limit=limit)
        reasons = {post.pk: Reason("followed", f"You follow {post.author.username}.") for post in page.items}
        return FeedPage(page.items, reasons, page.next_cursor, None)
    return _top_page(person, cursor, limit)


def _top_page(person: User, cursor: str, limit: int) -> FeedPage:
    build_id, last = decode_cursor("top", cursor, 2) if cursor else (None, None)
    timeline = _timeline(person, build_id)
    ids = timeline.post_ids
    if last is not None and last not in ids:
        raise _expired()
    start = 0 if last is None else ids.index(last) + 1
    posts, stop = _visible(person, ids, start, limit)
    more = stop < len(ids) and bool(posts)
    next_cursor = encode_cursor("top", timeline.build_id, posts[-1].pk) if more else ""
    return FeedPage(posts, _reasons(person, posts), next_cursor, timeline.built_at)


def _timeline(person: User, build_id: int | None) -> Timeline:
    """The kept feed, or one built on the spot: nobody sees an empty feed because a cache is cold.

    A page of a certain build comes from that build or is refused as expired, so that nothing appears twice. With Valkey
    away every page comes from a feed built now.
    """

    def read() -> Timeline:
        kept = read_timeline(person.pk, build_id)
        if kept is None and build_id is not None:
            raise _expired()
        return kept or build_and_keep(person)

    return when_away(read, None) or build_timeline(person)


def _expired() -> Malformed:
    return Malformed("This page is too old. Start again from the first page.", code="cursor_expired")


def _visible(person: User, ids: Sequence[int], start: int, limit: int) -> tuple[list[Post], int]:
    """Up to `limit` posts from position `start` on that may still be shown, and the position behind the last one."""
    found: list[Post] = []
    while start < len(ids) and len(found) < limit:
        some = list(ids[start : start + limit])
        posts = {post.pk: post for post in feed_posts(person).for_cards().filter(pk__in=some)}
        for offset, post_id in enumerate(some, 1):
            if post_id in posts:
                found.append(posts[post_id])
            if len(found) == limit:
                return found, start + offset
        start += len(some)
    return found, start


def _reasons(person: User, posts: Sequence[Post]) -> dict[int, Reason]:
    close = closeness(person, {post.author_id for post in posts})
    return {post.pk: _reason(post, close[post.author_id]) for post in posts}


def _reason(post: Post, liked: int) -> Reason:
    name = post.author.username
    if liked >= 3:
        return Reason("close", f"You follow {name} and liked {liked} of their pictures lately.")
    if post.like_count >= 3:
        return Reason("applause", f"You follow {name}, and {post.like_count} people like this.")
    return Reason("fresh", f"You follow {name}, and this is recent.")
