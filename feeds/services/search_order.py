"""The orders in which found posts come: by relevance, the newest, the most liked. Each answers one page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice

from django.db.models import Case, Q, Value, When

from core.ids import MAX_ID
from core.paging import Page, decode_cursor, decode_ids, encode_cursor, encode_ids
from photos.finding import Matches
from photos.models import Post
from photos.querysets import PostQuerySet
from photos.wanted import Wanted

FEW = 5  # posts; with fewer those are shown, too, that are spelled nearly so
RANKED = 200  # matches; so many are put into tiers together
HANDFUL = 1000  # matches of a tier; so many are looked up together
PIECE = 120  # posts; so many of them are asked who may find them at once
BEST = 200  # posts that `top` chooses
MANY = 3000  # matches; among so many it chooses, of more among the newest BEST_OF that the viewer may find
BEST_OF = 500

_RELEVANCE, _NEWEST, _TOP = "search", "search-newest", "search-top"
_WAY = "kept_words__"
_NEAR = 4  # the tier of what is spelled nearly so

Condition = Callable[[str], Q]  # of the way to the kept words


@dataclass(frozen=True, slots=True)
class Found:
    """`posts` are all that may be found, `wanted` what they must say; ids are between `above` and `below`."""

    posts: PostQuerySet
    wanted: Wanted
    above: int = -1
    below: int = MAX_ID

    def widened(self) -> "Found | None":
        """With what words may be meant for; None where they are looked for as they are."""
        wanted = self.wanted.widened()
        return replace(self, wanted=wanted) if wanted else None

    def circles(self) -> list[Condition]:
        """Each holds for all the posts of the one before, which are better, and for more."""
        return [partial(self.wanted.condition, weights) for weights in self.wanted.circles]

    def everywhere(self, way: str) -> Q:
        return self.wanted.condition(way=way)

    def matches(self, condition: Condition) -> Matches:
        """The posts for which `condition` holds, whoever may find them."""
        return Matches(condition(""))

    def handful(self, matches: Matches, most: int) -> list[int] | None:
        """All of them; None if they are more than `most`, or whatever there is."""
        return matches.at_most(most) if self.wanted.has_query else None

    def these(self, ids: list[int]) -> PostQuerySet:
        """Of these posts those that may be found."""
        return self.posts.filter(pk__in=[*ids, 0])  # never empty: no match takes as long as a hidden one

    def divide(self, ids: list[int], last: int) -> Iterator[PostQuerySet]:
        """The same of these ids."""
        rest = sorted((post_id for post_id in ids if post_id < last), reverse=True)
        for start, end in ((0, PIECE), (PIECE, len(rest))):
            if start == 0 or start < end:
                yield self.these(rest[start:end]).order_by("-pk")

    def walk(self, matches: Matches, last: int) -> Iterator[PostQuerySet]:
        """Those of them behind the post `last` that may be found, the newest first, in pieces."""
        for ids in matches.newest(below=min(last, self.below), above=self.above):
            yield self.these(ids).order_by("-pk")


def _by_relevance(found: Found | None, cursor: str, limit: int) -> Page[Post]:
    """By tiers, the newest first in each: a tier is what one circle has beyond the one before."""
    tier, last, wide = decode_cursor(_RELEVANCE, cursor, 3) if cursor else (0, MAX_ID, 0)
    if found is None:
        return Page([], "")
    widened = found.widened() if wide else None
    rows = _ranked(found, widened, tier, last, _enough(cursor, limit))
    if not cursor and len(rows) < FEW:
        widened = found.widened()
        rows += _ranked(found, widened, _NEAR, MAX_ID, limit + 1 - len(rows)) if widened else []
    posts = [post for _, post in rows[:limit]]
    if len(rows) <= limit:
        return Page(posts, "")
    return Page(posts, encode_cursor(_RELEVANCE, rows[limit - 1][0], posts[-1].pk, int(widened is not None)))


def _ranked(found: Found, widened: Found | None, first: int, last: int, enough: int) -> list[tuple[int, Post]]:
    """`enough` posts with the numbers of their tiers, beginning in that tier behind the post `last`."""
    if enough <= 0:
        return []
    circles = [*found.circles(), *([widened.everywhere] if widened else [])]
    ids = found.handful(found.matches(circles[-1]), RANKED)
    if ids is None:
        return list(islice(_walk(found, circles, first, last, enough), enough))
    tiers = Case(
        *(When(circle(_WAY), then=Value(number)) for number, circle in enumerate(circles)), default=Value(len(circles))
    )
    posts = found.these(ids).annotate(tier=tiers).filter(Q(tier__gt=first) | Q(tier=first, pk__lt=last))
    rows = posts.order_by("tier", "-pk")[:enough]
    return [(post.tier, post) for post in rows]  # type: ignore[attr-defined]  # annotated


def _walk(found: Found, circles: list[Condition], first: int, last: int, enough: int) -> Iterator[tuple[int, Post]]:
    """The same where there are many: tier by tier, as long as posts are wanted."""
    for number in range(first, len(circles)):
        tier = partial(_beyond, circles[number], circles[number - 1]) if number else circles[0]
        posts = _posts(found, tier, last if number == first else MAX_ID, enough)
        yield from ((number, post) for post in posts)


def _beyond(circle: Condition, inner: Condition, way: str) -> Q:
    return circle(way) & ~inner(way)


def _newest(found: Found | None, cursor: str, limit: int) -> Page[Post]:
    last, wide = decode_cursor(_NEWEST, cursor, 2) if cursor else (MAX_ID, 0)
    if found is None:
        return Page([], "")
    widened = found.widened() if wide else None
    wanted = widened or found
    posts = _posts(wanted, wanted.everywhere, last, _enough(cursor, limit))
    if not cursor and len(posts) < FEW and (widened := found.widened()):
        posts = _posts(widened, widened.everywhere, last, limit + 1)
    more = len(posts) > limit
    return Page(posts[:limit], encode_cursor(_NEWEST, posts[limit - 1].pk, int(widened is not None)) if more else "")


def _posts(found: Found, condition: Condition, last: int, enough: int) -> list[Post]:
    """`enough` of those for which `condition` holds that may be found, behind the post `last`, the newest first."""
    matches = found.matches(condition)
    ids = found.handful(matches, HANDFUL)
    pieces = found.walk(matches, last) if ids is None else found.divide(ids, last)
    return list(islice(chain.from_iterable(pieces), enough))


def _top(found: Found | None, cursor: str, limit: int) -> Page[Post]:
    """The BEST most liked. Which they are is settled with the first page: cursors have those that are still to come."""
    rest = decode_ids(_TOP, cursor, BEST) if cursor else []
    if found is None:
        return Page([], "")
    if cursor:
        condition = (found.widened() or found).everywhere
        known = found.posts.filter(condition(_WAY), pk__in=rest).in_bulk()
        posts = [known[post_id] for post_id in rest if post_id in known]
    else:
        posts = _best(found)
        if len(posts) < FEW and (widened := found.widened()):
            posts = _best(widened)
    return Page(posts[:limit], encode_ids(_TOP, [post.pk for post in posts[limit:]]) if len(posts) > limit else "")


def _best(found: Found) -> list[Post]:
    matches = found.matches(found.everywhere)
    ids = found.handful(matches, MANY)
    if ids is None:
        pieces = (posts.values_list("pk", flat=True) for posts in found.walk(matches, MAX_ID))
        ids = list(islice(chain.from_iterable(pieces), BEST_OF))
    return list(found.these(ids).order_by("-like_count", "-pk")[:BEST])


def _enough(cursor: str, limit: int) -> int:
    """How many to read to know the next page, and from the first whether it is only a few."""
    return limit + 1 if cursor else max(limit + 1, FEW)


ORDERS: dict[str, Callable[[Found | None, str, int], Page[Post]]] = {
    "relevance": _by_relevance,
    "newest": _newest,
    "top": _top,
}
