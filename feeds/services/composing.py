"""A page of the feed from Postgres alone: slower, by the same rule, with the same cards."""

from collections.abc import Mapping, Sequence

from accounts.counts import close_friend_owners
from accounts.models import Follow, User
from accounts.ready import read_person
from core.valkey import when_away
from feeds.selectors import closeness, feed_posts, tagged_posts
from feeds.services.build import build_timeline
from feeds.services.hidden import leave_out_hidden
from feeds.services.pages import FeedItem, FeedPage, Place, Way, expired, first_id_in, latest_cursor, top_cursor
from feeds.timeline import Timeline, note_reader, read_timeline
from photos.ready.reading import ReadyPost, ready_posts
from photos.selectors import marked_posts

AT_ONCE = 200  # entries of a feed whose rule is asked in one query


def top_page(viewer_id: int, place: Place, *, limit: int, kind: str) -> FeedPage:
    """One page of Top: of the kept feed if Valkey has it, else of one made now, without what came after `place`.

    Such a walk has no doubles and no gaps while likes stay as they are; a post that is liked meanwhile may move across
    the border of two pages. Malformed when the last post of the page before is not in the feed any more.
    """
    timeline, kept = _timeline(viewer_id, place)
    ids = list(timeline.post_ids)
    if place.last and place.last not in ids:
        raise expired()
    start = ids.index(place.last) + 1 if place.last else 0
    visible, stop = _visible(viewer_id, ids, start, limit)
    seen = {post_id for post_id, was_seen in zip(ids, timeline.seen, strict=False) if was_seen}
    items = make_items(viewer_id, dict.fromkeys(visible, "top"), kind, seen=seen)
    more = stop < len(ids) and bool(visible)
    cursor = top_cursor(Place(timeline.build_id, ids[stop - 1], kept=kept)) if more else ""
    return FeedPage(items, cursor, timeline.built_at, first_id_in(timeline.build_id), stale=False)


def latest_page(viewer_id: int, ids: Mapping[int, bool], *, more: bool, kind: str) -> FeedPage:
    """Posts of `latest_ids`, which has the rule in it."""
    ways: dict[int, Way] = {post_id: "tag" if by_tag else "latest" for post_id, by_tag in ids.items()}
    cursor = latest_cursor(min(ids)) if more else ""
    return FeedPage(make_items(viewer_id, ways, kind), cursor, None, max(ids, default=0), stale=False)


def make_items(
    viewer_id: int, ways: Mapping[int, Way], kind: str, *, seen: frozenset[int] | set[int] = frozenset()
) -> list[FeedItem]:
    """The posts in their order, with what the viewer has to do with them.

    Five queries beside those for cards at most, and six for a viewer with numbers of their own.
    The rule is asked again about the cards as they are: one may be newer than the answer that led to it.
    """
    viewer = User(pk=viewer_id)
    posts = _still_shown(viewer, ready_posts(ways, kind), ways)
    authors = {post.author_id for post in posts.values()}
    marked = marked_posts(viewer, list(posts))
    back = Follow.objects.filter(follower__in=authors, followee=viewer_id, state=Follow.State.ACCEPTED)
    mutual = set(back.values_list("follower_id", flat=True))
    near = closeness(viewer_id, authors)
    close = close_friend_owners(
        viewer, {post.author_id for post in posts.values() if read_person(post.person).close_friend_posts}
    )
    items = [
        FeedItem(
            post_id=post.post_id,
            author_id=post.author_id,
            like_count=post.like_count,
            comment_count=post.comment_count,
            mutual=post.author_id in mutual,
            liked=post.post_id in marked.liked,
            saved=post.post_id in marked.saved,
            closeness=near[post.author_id],
            seen=post.post_id in seen,
            person=post.person,
            body=post.body,
            way=ways[post.post_id],
            close=post.author_id in close,
        )
        for post in posts.values()
    ]
    if User.objects.filter(pk=viewer_id, has_blocks=True).exists():
        leave_out_hidden(viewer_id, items)
    return items


def _still_shown(viewer: User, posts: Mapping[int, ReadyPost], ways: Mapping[int, Way]) -> dict[int, ReadyPost]:
    """What may be in the feed, or in Latest for its tag. One query, and one more for tags."""
    by_tag = [post_id for post_id in posts if ways[post_id] == "tag"]
    shown = set(feed_posts(viewer).filter(pk__in=posts.keys() - by_tag).values_list("pk", flat=True))
    if by_tag:
        shown |= set(tagged_posts(viewer).filter(pk__in=by_tag).values_list("pk", flat=True))
    return {post_id: post for post_id, post in posts.items() if post_id in shown}


def _timeline(viewer_id: int, place: Place) -> tuple[Timeline, bool]:
    """The feed that `place` is in, and whether the next page goes on in the same."""
    build_id = place.build_id if place.last else None
    kept = when_away(lambda: _read_kept(viewer_id, build_id), None) if place.kept else None
    if kept is not None:
        return kept, True
    made = build_timeline(viewer_id)
    if not place.last:
        return made, False
    border = max(first_id_in(place.build_id), place.last)
    ids = [post_id for post_id in made.post_ids if post_id <= border]
    return Timeline(place.build_id, place.build_id, ids), place.kept


def _read_kept(viewer_id: int, build_id: int | None) -> Timeline | None:
    kept = read_timeline(viewer_id, build_id)
    if kept is not None:
        note_reader(viewer_id)
    return kept


def _visible(viewer_id: int, ids: Sequence[int], start: int, limit: int) -> tuple[list[int], int]:
    """Up to `limit` posts from position `start` on that may still be shown, and the position behind the last one."""
    allowed = feed_posts(User(pk=viewer_id))
    found: list[int] = []
    while start < len(ids) and len(found) < limit:
        some = ids[start : start + AT_ONCE]
        visible = set(allowed.filter(pk__in=some).values_list("pk", flat=True))
        for offset, post_id in enumerate(some, 1):
            if post_id in visible:
                found.append(post_id)
            if len(found) == limit:
                return found, start + offset
        start += len(some)
    return found, start
