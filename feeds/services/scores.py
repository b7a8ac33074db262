"""The formula of `feeds.ranking` for many posts at once, in numpy; the same integers, so the same order."""

import numpy as np
from numpy.typing import NDArray

from feeds.ranking import HOUR_MS, MAX_CLOSENESS, STEPS, Weights, nearness, spread_authors, steps_of
from feeds.weights import ID_SHIFT

Ints = NDArray[np.int64]


def base_values(post_ids: Ints, likes: Ints, comments: Ints, weights: Weights) -> Ints:
    """The part of each post's `rank_value` that is the same for every viewer."""
    freshness = np.floor((post_ids >> ID_SHIFT) / (weights.half_life_hours * HOUR_MS) * STEPS)
    applause = 1 + weights.likes * np.log2(1 + likes) + weights.comments * np.log2(1 + comments)
    value: Ints = freshness.astype(np.int64) + np.rint(np.log2(applause) * STEPS).astype(np.int64)
    return value


def nearness_values(weights: Weights) -> Ints:
    """What each closeness from 0 to MAX_CLOSENESS adds to the value."""
    return np.array([steps_of(nearness(each, weights)) for each in range(MAX_CLOSENESS + 1)], dtype=np.int64)


def best(values: Ints, post_ids: Ints, length: int) -> Ints:
    """The places of the `length` greatest values, greatest first; equal ones newest first."""
    places = np.arange(len(values))
    if len(values) > length:
        least = np.partition(values, len(values) - length)[len(values) - length]
        places = np.flatnonzero(values >= least)
    return places[np.lexsort((-post_ids[places], -values[places]))][:length]


def spread(places: Ints, authors: Ints, most: int) -> Ints:
    """`places`, which are by `authors`, with at most `most` of one author in a row."""
    return places[spread_authors(authors.tolist(), most)]
