"""A site of any size, by chance from a seed: people, whom they follow (zipf) and what they posted within 30 days."""

import time
from dataclasses import dataclass, replace

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from bench.copying import Column, copy_rows, without_indexes
from core.ids import EPOCH_MS, SEQUENCE_BITS, SEQUENCES, SHARDS
from feeds.weights import ID_SHIFT

FOLLOWS = 50
HEAVY_FOLLOWS = 149
POSTS_EACH = 5
LIKES_EACH = 5
MOST_POSTS = 150  # of one author within the window
BUSY_POSTS = 30
DAY_MS = 24 * 3600 * 1000
SECONDS_TO_2000 = 946_684_800
PEOPLE_A_PIECE = 50_000

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Graph:
    """`people` and `heavy` are ids in rising order; the latter, an addition to the former, follow busy people only."""

    people: Ints
    heavy: Ints
    posts: int
    follows: int
    seconds: float
    disk_bytes: int


def make_graph(people: int, *, heavy: int = 0, seed: int = 1) -> Graph:
    """The same as `fill_graph`, in tables without their indexes, which are made at the end."""
    started = time.perf_counter()
    with without_indexes(["accounts_user", "accounts_follow", "photos_post", "photos_like"]):
        graph = fill_graph(people, heavy=heavy, seed=seed)
    return replace(graph, seconds=time.perf_counter() - started, disk_bytes=disk_bytes())


def fill_graph(people: int, *, heavy: int = 0, seed: int = 1) -> Graph:
    """So many people with FOLLOWS each, and `heavy` more with HEAVY_FOLLOWS; POSTS_EACH times as many posts.

    The tables of users, posts, follows and likes must be empty.
    """
    chance = np.random.default_rng(seed)
    ids = make_people(chance, people + heavy)
    typical, heavies = ids[:people], ids[people:]
    counts = post_counts(people)
    popular = typical[chance.permutation(people)]  # the most popular first
    posts = make_posts(chance, popular, counts)
    busy = popular[: max(int((counts >= BUSY_POSTS).sum()), HEAVY_FOLLOWS * 3)]
    follows = make_follows(chance, typical, popular, FOLLOWS) + make_follows(chance, heavies, busy, HEAVY_FOLLOWS)
    make_likes(chance, ids, posts)
    return Graph(typical, heavies, len(posts), follows, 0.0, 0)


def make_people(chance: np.random.Generator, amount: int, *, sequence: int = 0) -> Ints:
    """Their ids, rising: they joined one after the other since ids began, before the window.

    Each call for the same site needs another `sequence`.
    """
    joined = np.linspace(DAY_MS, now_ms() - 31 * DAY_MS, amount).astype(np.int64)
    ids: Ints = joined << ID_SHIFT | chance.integers(SHARDS, size=amount) << SEQUENCE_BITS | sequence
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE joining (id bigint)")
        copy_rows("joining", {"id": ids})
        cursor.execute("""
            INSERT INTO accounts_user (id, password, is_superuser, username, email, display_name, bio, pronouns,
                website, location, avatar_key, is_private, show_camera, tags_in_latest, follower_count, following_count,
                public_post_count, follower_post_count, close_friend_post_count, own_post_count, is_active, is_staff,
                created_at, last_seen_at, hides_counts, hides_follows, in_search, in_discovery, in_engines,
                shows_counts, awaits_approval, application, counted, has_blocks, time_zone, approves_comments,
                comment_filter, tags_from, approves_tags)
            SELECT id, '!', false, 'p' || id, 'p' || id || '@example.org', '', '', '',
                '', '', '', false, false, false, 0, 0, 0, 0, 0, 0, true, false, now(), now(), false, false, true, true,
                true, true, false, '', true, false, 'UTC', false, '{}', 'everyone', false
            FROM joining
        """)
        cursor.execute("DROP TABLE joining")
    return ids


def post_counts(people: int) -> Ints:
    """How many posts the person at each place of popularity made, the most popular first."""
    shares = np.arange(1, people + 1, dtype=np.float64) ** -0.7
    counts = np.minimum(shares / shares.sum() * people * POSTS_EACH, MOST_POSTS)
    scaled: Ints = np.floor(counts * people * POSTS_EACH / counts.sum() + 0.5).astype(np.int64)
    return scaled


def make_posts(chance: np.random.Generator, authors: Ints, counts: Ints) -> Ints:
    """The ids, those of the first author first. One of ten is for followers only; likes are as unequal as follows."""
    author = np.repeat(authors, counts)
    made = now_ms() - chance.integers(1000, 30 * DAY_MS, size=len(author))
    shard = author >> SEQUENCE_BITS & (SHARDS - 1)
    ids = made << ID_SHIFT | shard << SEQUENCE_BITS | chance.integers(SEQUENCES, size=len(author))
    _, first = np.unique(ids, return_index=True)
    by_author: Ints = ids[np.sort(first)]
    ids, author = ids[first], author[first]
    likes = np.minimum(chance.pareto(0.9, size=len(ids)), 5_000_000).astype(np.int32)
    comments = np.minimum(likes // 8, 2000)
    for_followers = chance.random(len(ids)) < 0.1
    for audience, which in ((b"public", ~for_followers), (b"followers", for_followers)):
        when = ((ids[which] >> ID_SHIFT) + EPOCH_MS - SECONDS_TO_2000 * 1000) * 1000
        columns: dict[str, Column] = {
            **dict.fromkeys(("title", "caption", "location_name", "place_slug", "spoiler", "removed_for"), b""),
            "id": ids[which],
            "author_id": author[which],
            "audience": audience,
            "sensitive": b"\0",
            "sensitive_by_staff": b"\0",
            "sensitive_before": b"\0",
            "comments": b"everyone",
            "downloads": b"\0",
            "licence": b"all_rights",
            "state": b"published",
            "like_count": likes[which],
            "comment_count": comments[which],
            "created_at": when,
            "published_at": when,
        }
        copy_rows("photos_post", columns)
    return by_author


def make_likes(chance: np.random.Generator, people: Ints, posts: Ints) -> None:
    """LIKES_EACH for everybody, mostly of the posts of the most popular; all of today."""
    place = (chance.random((len(people), LIKES_EACH)) ** 3 * len(posts)).astype(np.int64)
    place = np.sort(place, axis=1)
    fresh = np.ones_like(place, dtype=bool)
    fresh[:, 1:] = place[:, 1:] != place[:, :-1]
    person, post = np.repeat(people, fresh.sum(axis=1)), posts[place[fresh]]
    ids = (now_ms() - 1000) << ID_SHIFT | np.arange(len(post))
    now = np.full(len(post), (now_ms() + EPOCH_MS - SECONDS_TO_2000 * 1000) * 1000)
    copy_rows("photos_like", {"id": ids, "user_id": person, "post_id": post, "created_at": now})


def make_follows(chance: np.random.Generator, followers: Ints, by_popularity: Ints, each: int) -> int:
    """Let every follower follow `each` others, the more popular the likelier; returns how many follows there are."""
    most = len(by_popularity)
    total = 0
    for start in range(0, len(followers), PEOPLE_A_PIECE):
        some = followers[start : start + PEOPLE_A_PIECE]
        picked = pick_zipf(chance, most, len(some), min(each, most // 3))
        follower, followee = np.repeat(some, picked.shape[1]), by_popularity[picked.ravel()]
        keep = follower != followee
        follower, followee = follower[keep], followee[keep]
        ids = (np.arange(len(follower)) + total * 8) << 12 | (follower & 0xFFF) | np.int64(each) << 52
        now = np.full(len(follower), (now_ms() + EPOCH_MS - SECONDS_TO_2000 * 1000) * 1000)
        columns = {"id": ids, "follower_id": follower, "followee_id": followee, "state": b"accepted"}
        copy_rows("accounts_follow", {**columns, "created_at": now})
        total += len(follower)
    return total


def pick_zipf(chance: np.random.Generator, most: int, people: int, each: int) -> Ints:
    """For each of `people` a row of `each` different places below `most`; place p weighs about 1 / (p + 20)."""
    drawn = each * 2
    spread = np.exp(chance.random((people, drawn)) * np.log((most + 20) / 20)) * 20 - 20
    places = np.sort(np.minimum(spread.astype(np.int64), most - 1), axis=1)
    fresh = np.ones_like(places, dtype=bool)
    fresh[:, 1:] = places[:, 1:] != places[:, :-1]
    weight = np.where(fresh, chance.random(places.shape), 2.0)
    chosen = np.argsort(weight, axis=1)[:, :each]
    picked = np.take_along_axis(places, chosen, axis=1)
    missing = np.take_along_axis(weight, chosen, axis=1) > 1
    picked[missing] = -1
    return _fill(chance, picked, most)


def _fill(chance: np.random.Generator, picked: Ints, most: int) -> Ints:
    """Other places for -1, at random, until no row has one twice."""
    while True:
        order = np.argsort(picked, axis=1)
        ranked = np.take_along_axis(picked, order, axis=1)
        again = ranked == -1
        again[:, 1:] |= ranked[:, 1:] == ranked[:, :-1]
        if not again.any():
            return ranked
        ranked[again] = chance.integers(most, size=int(again.sum()))
        picked = ranked


def disk_bytes() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def now_ms() -> int:
    """Now, on the clock of ids."""
    return time.time_ns() // 1_000_000 - EPOCH_MS
