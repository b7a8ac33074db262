"""Which posts come first in Top: one pure formula, term by term, and the same in words.

    score     = freshness * applause * nearness * seen
    freshness = halves every `half_life_hours`
    applause  = 1 + likes weight * log2(1 + likes) + comments weight * log2(1 + comments)
    nearness  = 1 + closeness weight * log2(1 + closeness)
    seen      = the weight `seen` for what the viewer was shown before, otherwise 1

`closeness` is how many posts of this author the viewer liked lately, at most 255. The logarithms keep a post with a
thousand likes from burying one with ten. The best posts are taken, and then moved as little as needed so that no author
has more than `max_in_a_row` of them in a row.

The order is that of base-2 logarithms in whole steps of 2 ** -28 (`rank_value`): sums of integers, so that Python,
numpy and SQL agree to the last bit, and no clock is needed. What differs by less than a step is equal; the newer is
first.
"""

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

STEPS = 2**28  # to one doubling of the score
MAX_CLOSENESS = 255
HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each term counts; the settings FEED_*."""

    half_life_hours: float = 24.0
    likes: float = 0.35
    comments: float = 0.5
    closeness: float = 0.4
    seen: float = 0.2
    max_in_a_row: int = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A post that could be shown; `created_ms` in milliseconds of any clock, the same for all."""

    post_id: int
    author_id: int
    created_ms: int
    likes: int = 0
    comments: int = 0
    closeness: int = 0
    seen: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """The factors of one score; their product is the score."""

    freshness: float
    applause: float
    nearness: float
    seen: float

    @property
    def score(self) -> float:
        return self.freshness * self.applause * self.nearness * self.seen


@dataclass(frozen=True, slots=True)
class Explanation:
    """One term of a score in plain words."""

    name: str
    factor: float
    sentence: str


def score_terms(candidate: Candidate, weights: Weights, now_ms: int) -> Terms:
    """`now_ms` on the clock of `created_ms`; a post from the future is as fresh as one of now."""
    age_ms = max(now_ms - candidate.created_ms, 0)
    return Terms(
        freshness=0.5 ** (age_ms / (weights.half_life_hours * HOUR_MS)),
        applause=applause(candidate.likes, candidate.comments, weights),
        nearness=nearness(candidate.closeness, weights),
        seen=weights.seen if candidate.seen else 1.0,
    )


def applause(likes: int, comments: int, weights: Weights) -> float:
    return 1 + weights.likes * math.log2(1 + likes) + weights.comments * math.log2(1 + comments)


def nearness(closeness: int, weights: Weights) -> float:
    return 1 + weights.closeness * math.log2(1 + min(closeness, MAX_CLOSENESS))


def rank_value(candidate: Candidate, weights: Weights) -> int:
    """The greater, the better: the logarithm of the score in steps, from a zero that is the same for all posts."""
    return (
        math.floor(candidate.created_ms / (weights.half_life_hours * HOUR_MS) * STEPS)
        + steps_of(applause(candidate.likes, candidate.comments, weights))
        + steps_of(nearness(candidate.closeness, weights))
        + (steps_of(weights.seen) if candidate.seen else 0)
    )


def steps_of(factor: float) -> int:
    return round(math.log2(factor) * STEPS)


def rank(candidates: Iterable[Candidate], length: int, weights: Weights) -> list[int]:
    """The ids of the best `length` posts, best first, authors spread."""
    ordered = sorted(candidates, key=lambda each: (-rank_value(each, weights), -each.post_id))[:length]
    places = spread_authors([each.author_id for each in ordered], weights.max_in_a_row)
    return [ordered[place].post_id for place in places]


def spread_authors(authors: Sequence[int], most: int) -> list[int]:
    """The places of `authors` in an order, as little changed as needed, with at most `most` of an author in a row.

    The places of one author stay in order. When only one author is left the rest follows as it is.
    """
    order, done = list(range(len(authors))), most
    for place in range(most, len(authors)):
        if place >= done and all(authors[place - back] == authors[place] for back in range(1, most + 1)):
            some = spread_from(authors, most, place, len(authors))
            done = place + len(some)
            order[place:done] = some
    return order


def spread_from(authors: Sequence[int], most: int, place: int, end: int) -> list[int]:
    """The places that stand from `place` on until everything is where it was before, at the latest at `end`.

    The `most` places before it, and nothing behind them yet, are of the author at `place`.
    """
    order: list[int] = []
    held: deque[int] = deque()  # all of one author: what anybody else made fits behind theirs
    last = holder = authors[place]
    row = most
    while place < end:
        if held and (last != holder or row < most):
            order.append(held.popleft())
            last, row = holder, row + 1 if last == holder else 1
        author = authors[place]
        if (held and author == holder) or (author == last and row == most):
            held.append(place)
            holder = author
        else:
            order.append(place)
            last, row = author, row + 1 if author == last else 1
        place += 1
        if not held and order[-most:] == list(range(place - most, place)):
            break
    return [*order, *held]


def explain(candidate: Candidate, weights: Weights, now_ms: int, *, author: str, days: int = 90) -> list[Explanation]:
    """Each term of the score of a post for its viewer; `author` is a name, `days` those in which closeness counts."""
    terms = score_terms(candidate, weights, now_ms)
    age = span_text(max(now_ms - candidate.created_ms, 0) // 1000)
    fresh = f"It was posted {age} ago; every {weights.half_life_hours:g} hours a picture counts half as much."
    liked = min(candidate.closeness, MAX_CLOSENESS)
    near = f"You liked {_amount(liked, 'picture')} of {author} in the last {days} days."
    return [
        Explanation("freshness", terms.freshness, fresh),
        Explanation("applause", terms.applause, _applause_text(candidate.likes, candidate.comments)),
        Explanation("nearness", terms.nearness, near if liked else f"You liked nothing of {author} lately."),
        Explanation(
            "seen",
            terms.seen,
            "You saw it before, so it sinks at the next ranking." if candidate.seen else "It is new to you.",
        ),
    ]


def span_text(seconds: int) -> str:
    """So many seconds in the largest unit that fits: 50 seconds, 1 minute, 3 hours, 12 days."""
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= size:
            return _amount(seconds // size, unit)
    return _amount(seconds, "second")


def _applause_text(likes: int, comments: int) -> str:
    amounts = [_amount(number, unit) for number, unit in ((likes, "like"), (comments, "comment")) if number]
    return f"It has {' and '.join(amounts)}." if amounts else "Nobody has liked it or commented yet."


def _amount(number: int, unit: str) -> str:
    return f"{number:,} {unit}" if number == 1 else f"{number:,} {unit}s"
