"""Which posts come first in Top: one pure formula, term by term.

    score     = freshness * applause * nearness
    freshness = halves every HALF_LIFE_HOURS
    applause  = 1 + LIKES * log2(1 + likes) + COMMENTS * log2(1 + comments)
    nearness  = 1 + CLOSENESS * log2(1 + closeness)

`closeness` is how many posts of this author the viewer liked lately. The logarithms keep a post with a thousand likes
from burying one with ten. At most MAX_IN_A_ROW posts of one author follow each other.
"""

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HALF_LIFE_HOURS = 24.0
LIKES = 0.35
COMMENTS = 0.5
CLOSENESS = 0.4
MAX_IN_A_ROW = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A post that could be shown; `age_hours` at the time of ranking, `closeness` in liked posts."""

    post_id: int
    author_id: int
    age_hours: float
    likes: int
    comments: int
    closeness: int


@dataclass(frozen=True, slots=True)
class Terms:
    """The factors of one score; their product is the score."""

    freshness: float
    applause: float
    closeness: float

    @property
    def score(self) -> float:
        return self.freshness * self.applause * self.closeness


def score_terms(candidate: Candidate) -> Terms:
    return Terms(
        freshness=0.5 ** (max(candidate.age_hours, 0.0) / HALF_LIFE_HOURS),
        applause=1 + LIKES * math.log2(1 + candidate.likes) + COMMENTS * math.log2(1 + candidate.comments),
        closeness=1 + CLOSENESS * math.log2(1 + candidate.closeness),
    )


def rank(candidates: Iterable[Candidate], length: int) -> list[int]:
    """The ids of the best `length` posts, best first; equal scores newest first."""
    ordered = sorted(candidates, key=lambda each: (-score_terms(each).score, -each.post_id))
    return [each.post_id for each in spread_authors(ordered)][:length]


def spread_authors(ordered: Sequence[Candidate]) -> list[Candidate]:
    """The same posts, as little moved as needed so that no author has more than MAX_IN_A_ROW in a row.

    The posts of one author keep their order. When only one author is left the rest follows as it is.
    """
    result: list[Candidate] = []
    held: deque[Candidate] = deque()  # all of one author: what anybody else made fits behind theirs
    for candidate in ordered:
        if held and _fits(result, held[0]):
            result.append(held.popleft())
        waits_its_turn = bool(held) and held[0].author_id == candidate.author_id
        (held if waits_its_turn or not _fits(result, candidate) else result).append(candidate)
    return [*result, *held]


def _fits(result: list[Candidate], candidate: Candidate) -> bool:
    tail = result[-MAX_IN_A_ROW:]
    return len(tail) < MAX_IN_A_ROW or any(each.author_id != candidate.author_id for each in tail)
