"""What somebody's feed contains now, and why, for staff who look into it. Nothing is written but that they looked: no
post counts as seen, no feed is kept, and the person was not here.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from redis.exceptions import RedisError

from accounts.models import Block, Follow, Mute, User
from core.admin import LOOKED
from core.ids import split_id
from core.valkey import when_away
from feeds.models import Feed
from feeds.ranking import HOUR_MS, Candidate, Terms, score_terms
from feeds.selectors import closeness, feed_posts, latest_ids, tagged_posts
from feeds.services.build import build_timeline
from feeds.services.hot import hot_since
from feeds.services.pages import FeedItem, Way
from feeds.services.reasons import reason_of
from feeds.storing import read_seen
from feeds.timeline import Timeline, read_timeline
from feeds.weights import created_ms, current_weights, now_ms
from photos.models import Post

PAGE = 50

Source = Literal["kept", "missing", "outdated", "away"]
FACTS = ("author", "state", "audience", "like_count", "comment_count")
PERSON = ("username", "display_name", "is_active", "is_private")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """One post of a feed. `number` is its place from 1, None for one that is not in it; `post` is None once deleted.

    `hidden` says why the person is not shown it, "" for one that is shown: gone, a state of posts, closed, blocked,
    muted, unfollowed or audience. `reason` is what the person reads.
    """

    post_id: int
    number: int | None
    post: Post | None
    at: datetime
    way: Way
    hidden: str
    terms: Terms | None
    reason: str


@dataclass(frozen=True, slots=True)
class Look:
    """A page of a feed. `source`: Valkey keeps it; there is none, or it must be made anew, or Valkey is away: then this
    is what would be built now. `hidden` of the `count` posts are not shown; both are None for Latest, which has no end.
    """

    entries: Sequence[Entry]
    source: Source | None
    built_at: datetime | None
    count: int | None
    hidden: int | None
    next: str


@dataclass(frozen=True, slots=True)
class _Ties:
    """How the person stands to some authors: ids of each kind."""

    followed: Collection[int]
    muted: Collection[int]
    blocked: Collection[int]
    closeness: Mapping[int, int]


def look_at_top(person: User, start: int) -> Look:
    """PAGE posts of Top, from place `start` on (0: the first), as the next reading will find them."""
    timeline, source = _timeline(person)
    ids = list(timeline.post_ids)
    shown = _shown(person, ids)
    seen = {each for each, was_seen in zip(ids, timeline.seen, strict=False) if was_seen}
    page = ids[start : start + PAGE]
    numbers = {post_id: start + place for place, post_id in enumerate(page, 1)}
    return Look(
        entries=_entries(person, dict.fromkeys(page, "top"), numbers=numbers, shown=shown, seen=seen),
        source=source,
        built_at=timeline.built_at,
        count=len(ids),
        hidden=len(ids) - len(shown),
        next=str(start + PAGE) if start + PAGE < len(ids) else "",
    )


def look_at_latest(person: User, before: int) -> Look:
    """PAGE posts of Latest with lower ids than `before` (0: of all)."""
    found = latest_ids(person.pk, before=before, limit=PAGE + 1)
    page = dict(list(found.items())[:PAGE])
    ways: dict[int, Way] = {post_id: "tag" if by_tag else "latest" for post_id, by_tag in page.items()}
    numbers = {post_id: place for place, post_id in enumerate(page, 1)} if not before else {}
    entries = _entries(person, ways, numbers=numbers, shown=_shown(person, list(ways), by_tag=True), seen=_seen(person))
    return Look(entries, None, None, None, None, str(min(page)) if len(found) > PAGE else "")


def look_at_post(person: User, post_id: int) -> Entry:
    """One post, whether it is in Top or not."""
    timeline, _ = _timeline(person)
    ids = list(timeline.post_ids)
    numbers = {post_id: ids.index(post_id) + 1} if post_id in ids else {}
    shown = _shown(person, [post_id])
    return _entries(person, {post_id: "top"}, numbers=numbers, shown=shown, seen=_seen(person))[0]


def note_look(staff: User, person: User, what: str) -> None:
    """Leave a trace that somebody of the staff looked into a feed: in the log of the admin and in that of the site."""
    kind = ContentType.objects.get_for_model(Feed, for_concrete_model=False)
    LogEntry.objects.create(
        user=staff,
        content_type=kind,
        object_id=str(person.pk),
        object_repr=person.username,
        action_flag=LOOKED,
        change_message=what,
    )
    logger.info("a feed was looked into", extra={"staff": staff.pk, "person": person.pk, "what": what})


def _timeline(person: User) -> tuple[Timeline, Source]:
    try:
        kept = read_timeline(person.pk)
        hot = _hot(person, kept) if kept else []
    except (RedisError, OSError):
        return build_timeline(person.pk), "away"
    if kept is None:
        return build_timeline(person.pk), "missing"
    if any(now_ms() - created_ms(post_id) > HOUR_MS for post_id in hot):
        return build_timeline(person.pk), "outdated"
    ids, seen = [*hot, *kept.post_ids], [False] * len(hot) + list(kept.seen or [False] * len(kept.post_ids))
    return Timeline(kept.build_id, kept.pulled_until, ids, seen), "kept"


def _hot(person: User, kept: Timeline) -> list[int]:
    """Posts of authors with many followers that the next reading pulls in front, the newest announcement first."""
    announced = [post_id for post_id in hot_since(kept.pulled_until) if post_id not in set(kept.post_ids)]
    shown = _shown(person, announced)
    return [post_id for post_id in announced if post_id in shown]


def _seen(person: User) -> set[int]:
    nothing: dict[int, Any] = {}
    return {int(each) for each in when_away(lambda: read_seen([person.pk]), nothing).get(person.pk, ())}


def _shown(person: User, ids: Sequence[int], *, by_tag: bool = False) -> set[int]:
    """Those of the posts that the rule lets into Top; with `by_tag` into Latest. One query for each; none for none."""
    if not ids:
        return set()
    found = set(feed_posts(person).filter(pk__in=ids).values_list("pk", flat=True))
    if by_tag and person.tags_in_latest:
        tagged = tagged_posts(person).filter(pk__in=ids, post_tags__tag__followers__user=person)
        found |= set(tagged.values_list("pk", flat=True))
    return found


def _entries(
    person: User, ways: Mapping[int, Way], *, numbers: Mapping[int, int], shown: set[int], seen: set[int]
) -> list[Entry]:
    """The posts in their order. Six queries at most."""
    rows = Post.objects.filter(pk__in=ways).select_related("author")
    posts = rows.only(*FACTS, *(f"author__{name}" for name in PERSON)).in_bulk()
    ties = _ties(person, {post.author_id for post in posts.values()})
    entries = []
    for post_id, way in ways.items():
        post, at = posts.get(post_id), split_id(post_id).created_at
        if post is None:
            entries.append(Entry(post_id, numbers.get(post_id), None, at, way, "gone", None, ""))
            continue
        hidden = "" if post_id in shown else _why_hidden(post, ties)
        item = _item(post, ties, way, seen=post_id in seen)
        terms = score_terms(_candidate(item), current_weights(), now_ms())
        entries.append(Entry(post_id, numbers.get(post_id), post, at, way, hidden, terms, reason_of(item).text))
    return entries


def _item(post: Post, ties: _Ties, way: Way, *, seen: bool) -> FeedItem:
    return FeedItem(
        post_id=post.pk,
        author_id=post.author_id,
        like_count=post.like_count,
        comment_count=post.comment_count,
        mutual=False,
        liked=False,
        saved=False,
        closeness=ties.closeness[post.author_id],
        seen=seen,
        person=b"",
        body=b"",
        way=way,
    )


def _candidate(item: FeedItem) -> Candidate:
    return Candidate(
        post_id=item.post_id,
        author_id=item.author_id,
        created_ms=created_ms(item.post_id),
        likes=item.like_count,
        comments=item.comment_count,
        closeness=item.closeness,
        seen=item.seen,
    )


def _ties(person: User, authors: set[int]) -> _Ties:
    follows = Follow.objects.filter(follower=person, followee__in=authors, state=Follow.State.ACCEPTED)
    mutes = Mute.objects.in_force().filter(muter=person, muted__in=authors)
    blocks = Block.objects.filter(
        Q(blocker=person, blocked__in=authors) | Q(blocker__in=authors, blocked=person)
    ).values_list("blocker_id", "blocked_id")
    return _Ties(
        followed=set(follows.values_list("followee_id", flat=True)),
        muted=set(mutes.values_list("muted_id", flat=True)),
        blocked={each for pair in blocks for each in pair} - {person.pk},
        closeness=closeness(person, authors),
    )


def _why_hidden(post: Post, ties: _Ties) -> str:
    """The first thing that keeps a post out, as the rule asks for them."""
    if post.state != Post.State.PUBLISHED:
        return str(post.state)
    if not post.author.is_active:
        return "closed"
    if post.author_id in ties.blocked:
        return "blocked"
    if post.author_id not in ties.followed:
        return "unfollowed"
    return "muted" if post.author_id in ties.muted else "audience"
