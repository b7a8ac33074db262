"""What Explore shows, chosen once an hour for everybody: lists of ids in Valkey that can always be made again.

A list is good posts of its range, best first: applause times freshness (feeds/ranking.py), at most two of an author,
and no author twice in a row where that can be. Only public posts of open accounts are candidates, and none that its
author marked as sensitive. A range with little in it is filled up from the next wider one.
"""

import struct
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, QuerySet
from django.utils import timezone

from core.ids import MAX_ID, first_id_at
from core.ready import await_others, store, take_leases
from core.valkey import valkey, when_away
from feeds.ranking import Candidate, rank_value, spread_authors
from feeds.weights import created_ms, current_weights
from photos.models import Post, PostTag
from photos.querysets import PostQuerySet

RANGES = ("day", "week", "all")
TAGS = "tags"
LENGTH = 200
ENOUGH = 12  # posts; a range with fewer is filled up
TAG_COUNT = 12
MOST_OF_AN_AUTHOR = 2
KEEP_SECONDS = 2 * 3600
SNAPSHOT_SECONDS = 4 * 3600

HOURS = {"day": 24, "week": 7 * 24}
SLOWER = {"day": 1, "week": 7, "all": 90}  # how much longer a post stays fresh than in Top
# The newest of each slice of time are looked at, so that however much is posted the work stays the same.
SLICE_ENDS = (1, 2, 4, 8, 16, 24, 48, 96, 168, *(168 * 2**step for step in range(1, 10)))  # hours ago
OF_A_SLICE = 500


@dataclass(frozen=True, slots=True)
class ExploreList:
    """`build_id` in milliseconds since 1970; ids of posts or tags, best first; `widest` is the widest range used."""

    build_id: int
    widest: str
    ids: Sequence[int]

    @property
    def built_at(self) -> datetime:
        return datetime.fromtimestamp(self.build_id / 1000, tz=UTC)


def everybodys_posts() -> PostQuerySet:
    """What may be put before anybody."""
    posts = Post.objects.offered_to(AnonymousUser())
    return posts.filter(
        audience=Post.Audience.PUBLIC, state=Post.State.PUBLISHED, sensitive=False, author__in_discovery=True
    )


def read_list(name: str) -> ExploreList:
    """The list of a range, or TAGS, as it is now: kept, or made on the spot by one while others wait a moment."""
    return when_away(lambda: _kept_or_made(name), None) or build_list(name)


def read_snapshot(name: str, build_id: int) -> ExploreList | None:
    """The list of that build, for somebody who is paging through it. Made anew while Valkey is away."""

    def read() -> list[ExploreList]:
        value = cast("bytes | None", valkey().get(_snapshot_key(name, build_id)))
        return [unpack(value)] if value else []

    found = when_away(read, None)
    if found is None:
        return build_list(name)
    return found[0] if found else None


def refresh_list(name: str) -> bool:
    """Make the list and keep it, unless somebody else is at it. RedisError when Valkey is away."""
    leases = take_leases([_key(name)])
    if leases:
        _keep(name, build_list(name), leases)
    return bool(leases)


def build_list(name: str) -> ExploreList:
    """Choose anew from Postgres; nothing is kept."""
    return _build_tags() if name == TAGS else _build_posts(name)


def pack(made: ExploreList) -> bytes:
    return struct.pack(f">{len(made.ids) + 2}Q", made.build_id, RANGES.index(made.widest), *made.ids)


def unpack(value: bytes) -> ExploreList:
    build_id, widest, *ids = struct.unpack(f">{len(value) // 8}Q", value)
    return ExploreList(build_id, RANGES[widest], ids)


def _kept_or_made(name: str) -> ExploreList:
    value = cast("bytes | None", valkey().get(_key(name)))
    if value is None:
        leases = take_leases([_key(name)])
        if leases:
            made = build_list(name)
            _keep(name, made, leases)
            return made
        await_others([_key(name)])
        value = cast("bytes | None", valkey().get(_key(name)))
    return unpack(value) if value else build_list(name)


def _keep(name: str, made: ExploreList, leases: dict[bytes, bytes]) -> None:
    valkey().set(_snapshot_key(name, made.build_id), pack(made), ex=SNAPSHOT_SECONDS)
    store({_key(name): pack(made)}, leases, seconds=KEEP_SECONDS)


def _key(name: str) -> bytes:
    return f"explore:{name}".encode()


def _snapshot_key(name: str, build_id: int) -> bytes:
    return f"explore:{name}:{build_id:016x}".encode()


def _build_posts(name: str) -> ExploreList:
    now = timezone.now()
    chosen: list[Candidate] = []

    def add(range_name: str) -> int:
        before = len(chosen)
        _add_best(chosen, _candidates(range_name, now), range_name)
        return len(chosen) - before

    widest = _widen(name, add, lambda: len(chosen) >= ENOUGH)
    order = _apart([each.author_id for each in chosen])
    return ExploreList(_milliseconds(now), widest, [chosen[place].post_id for place in order])


def _build_tags() -> ExploreList:
    """The tags that most people used lately."""
    now = timezone.now()
    found: list[int] = []

    def add(range_name: str) -> int:
        posts = [each.post_id for each in _candidates(range_name, now)]
        used = PostTag.objects.filter(post__in=posts).exclude(tag__in=found).values_list("tag")
        used = used.annotate(people=Count("post__author", distinct=True), posts=Count("post"))
        tags = [row[0] for row in used.order_by("-people", "-posts", "-tag")[: TAG_COUNT - len(found)]]
        found.extend(tags)
        return len(tags)

    widest = _widen("day", add, lambda: len(found) >= TAG_COUNT)
    return ExploreList(_milliseconds(now), widest, found)


def _widen(name: str, add: Callable[[str], int], is_enough: Callable[[], bool]) -> str:
    """Add from the range and, until there is enough, from wider ones; the widest that had anything to add."""
    widest = name
    for range_name in RANGES[RANGES.index(name) :]:
        if add(range_name):
            widest = range_name
        if is_enough():
            break
    return widest


def _candidates(range_name: str, now: datetime) -> list[Candidate]:
    """The newest public posts of every slice of the range. One query, bounded."""
    ends = [hours for hours in SLICE_ENDS if hours <= HOURS.get(range_name, hours)]
    edges = [MAX_ID, *(first_id_at(now - timedelta(hours=hours)) for hours in ends)]
    if range_name not in HOURS:
        edges.append(0)
    first, *others = (_slice(older, newer) for newer, older in pairwise(edges))
    rows = first.union(*others, all=True)
    return [Candidate(pk, author, created_ms(pk), likes, comments) for pk, author, likes, comments in rows]


def _slice(older: int, newer: int) -> QuerySet[Post, tuple[int, int, int, int]]:
    """Id, author, likes and comments of the newest posts with ids from `older` up to, but without, `newer`."""
    posts = everybodys_posts().filter(id__gte=older, id__lt=newer).order_by("-id")
    return posts.values_list("id", "author_id", "like_count", "comment_count")[:OF_A_SLICE]


def _add_best(chosen: list[Candidate], candidates: Sequence[Candidate], range_name: str) -> None:
    """Append the best of the candidates that are not in `chosen` yet, up to LENGTH, two of an author at most."""
    weights = current_weights()
    weights = replace(weights, half_life_hours=weights.half_life_hours * SLOWER[range_name])
    known = {each.post_id for each in chosen}
    of_author = Counter(each.author_id for each in chosen)
    for each in sorted(candidates, key=lambda post: (-rank_value(post, weights), -post.post_id)):
        if len(chosen) == LENGTH:
            return
        if each.post_id not in known and of_author[each.author_id] < MOST_OF_AN_AUTHOR:
            of_author[each.author_id] += 1
            chosen.append(each)


def _apart(authors: Sequence[int]) -> list[int]:
    """The places of `authors` in an order where none is twice in a row, if there is one with so little moved."""
    order = spread_authors(authors, 1)
    if len(order) < 3 or authors[order[-1]] != authors[order[-2]]:
        return order
    last = order.pop()
    around = [None, *(authors[place] for place in order)]
    for at in range(len(order) - 1, -1, -1):
        if authors[last] not in (around[at], around[at + 1]):
            return [*order[:at], last, *order[at:]]
    return [*order, last]


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
