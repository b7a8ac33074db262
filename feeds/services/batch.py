"""Many feeds at once: gather the keys of all candidates of some people, keep the best of each person, pack them.

The window makes it cheap: a candidate costs reading one number, and what is chosen is only looked up afterwards.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from feeds.ranking import spread_from
from feeds.services.packs import Packs
from feeds.services.scores import Ints
from feeds.services.window import Window
from feeds.storing import header
from feeds.timeline import WIDTH

CANDIDATES_AT_ONCE = 250_000  # of people together; so much stays near the processor
SEEN_BIT = np.iinfo(np.int64).min  # the same bit as timeline.SEEN, as numpy's signed numbers have it


@dataclass(frozen=True, slots=True)
class Batch:
    """How feeds are built: from which posts, how long, with at most so many of an author in a row."""

    window: Window
    length: int
    most: int


def build_feeds(batch: Batch, packs: Packs, seen: Mapping[int, Ints], build_id: int) -> Iterator[tuple[int, bytes]]:
    """Each person and their feed, packed. `seen` has the ids of the posts that were shown to some of them."""
    window = batch.window
    starts, counts = find_authors(window, packs.followees)
    people = np.concatenate(([0], np.cumsum(packs.sizes)))  # where each person's followees begin
    candidates = np.concatenate(([0], np.cumsum(counts)))[people]  # and their candidates
    marks = Marks(window, seen)
    top = header(build_id, window.pulled_until)
    for first, last in _parts(candidates):
        some = slice(people[first], people[last])
        keys = gather_keys(window, starts[some], counts[some], packs.closeness[some])
        edges = (candidates[first : last + 1] - candidates[first]).tolist()
        names = packs.people[first:last]
        rows = [
            _choose(batch, keys[start:end], marks.of.get(name), marks)
            for name, (start, end) in zip(names, pairwise(edges), strict=True)
        ]
        yield from _pack(batch, names, rows, marks, top)


def find_authors(window: Window, followees: Ints) -> tuple[Ints, Ints]:
    """Where the keys of each followee begin in the window, and how many there are; none for who posted nothing."""
    starts, counts = np.zeros((2, len(followees)), dtype=np.int64)
    if len(window.parts):
        order = np.argsort(followees)  # looking them up in their order is several times faster
        ordered = followees[order]
        places = np.minimum(np.searchsorted(window.parts, ordered), len(window.parts) - 1)
        starts[order] = window.starts[places]
        counts[order] = np.where(window.parts[places] == ordered, window.counts[places], 0)
    return starts, counts


def gather_keys(window: Window, starts: Ints, counts: Ints, closeness: NDArray[np.uint8]) -> Ints:
    """The keys of all posts of these authors, one author after the other, with what closeness takes off."""
    keys = window.keys[_ranges(starts, counts)]
    near = np.flatnonzero(closeness)
    if len(near):
        behind = np.cumsum(counts)
        own = _ranges((behind - counts)[near], counts[near])
        keys[own] -= np.repeat(window.nearness[closeness[near]], counts[near])
    return keys


class Marks:
    """Which posts some people have seen. `of` has the newness of the posts that each person saw."""

    def __init__(self, window: Window, seen: Mapping[int, Ints]) -> None:
        self.of: dict[int, Ints] = {}
        self._flags = np.zeros(len(window.post_ids), dtype=bool)
        if not seen or not len(window.post_ids):
            return
        rising = window.post_ids[::-1].copy()
        for person, post_ids in seen.items():
            places = np.minimum(np.searchsorted(rising, post_ids), len(rising) - 1)
            self.of[person] = len(rising) - 1 - places[rising[places] == post_ids]

    def among(self, newness: Ints, seen: Ints) -> NDArray[np.bool_]:
        """Which of these posts are among those seen."""
        self._flags[seen] = True
        found = self._flags[newness]
        self._flags[seen] = False
        return found


def _choose(batch: Batch, keys: Ints, seen: Ints | None, marks: Marks) -> Ints:
    """The keys of the best posts of one person, best first. Spoils `keys`."""
    if seen is not None:
        keys[marks.among(keys & batch.window.mask, seen)] += batch.window.seen
    if len(keys) > batch.length:
        keys.partition(batch.length - 1)
        keys = keys[: batch.length]
    keys.sort()
    return keys


def _pack(batch: Batch, names: list[int], rows: list[Ints], marks: Marks, top: bytes) -> Iterator[tuple[int, bytes]]:
    """Each person and their packed feed, authors spread, what was seen marked."""
    ends = np.cumsum([len(row) for row in rows])
    chosen = np.concatenate(rows) & batch.window.mask
    _spread(batch, chosen, ends)
    entries = batch.window.post_ids[chosen]
    edges = [0, *ends.tolist()]
    for number in [number for number, name in enumerate(names) if name in marks.of] if marks.of else ():
        some = slice(edges[number], edges[number + 1])
        entries[some][marks.among(chosen[some], marks.of[names[number]])] |= SEEN_BIT
    packed = entries.astype(">i8").tobytes()
    for name, (start, end) in zip(names, pairwise(edges), strict=True):
        yield name, top + packed[start * WIDTH : end * WIDTH]


def _spread(batch: Batch, chosen: Ints, ends: Ints) -> None:
    """Spread the authors of each person wherever there are too many of one in a row."""
    authors = batch.window.author_of[chosen]
    same = authors[1:] == authors[:-1]
    same[ends[:-1][(ends[:-1] > 0) & (ends[:-1] < len(authors))] - 1] = False
    rows = same.copy()
    for back in range(1, batch.most):
        rows[back:] &= same[:-back]
        rows[:back] = False
    long_rows = np.flatnonzero(rows) + 1
    places: list[int] = []
    origins: list[int] = []
    names, done = memoryview(authors.data), 0
    for place, end in zip(long_rows.tolist(), ends[np.searchsorted(ends, long_rows, "right")].tolist(), strict=True):
        if place >= done:
            some = spread_from(names, batch.most, place, end)
            done = place + len(some)
            places.extend(range(place, done))
            origins.extend(some)
    chosen[places] = chosen[origins]


def _ranges(starts: Ints, counts: Ints) -> Ints:
    """The numbers from each start on, so many of each."""
    behind = np.cumsum(counts)
    ranges = np.repeat(starts - behind + counts, counts)
    ranges += np.arange(len(ranges))
    return ranges


def _parts(candidates: Ints) -> Iterator[tuple[int, int]]:
    """Ranges of people with CANDIDATES_AT_ONCE candidates together, or a single person with more."""
    first = 0
    while first < len(candidates) - 1:
        end = int(np.searchsorted(candidates, candidates[first] + CANDIDATES_AT_ONCE, side="right")) - 1
        last = max(end, first + 1)
        yield first, last
        first = last
