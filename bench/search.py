"""Searching posts among many: each sort of word, in each order, beside the barest query that finds the same word."""

import os
import time
from collections.abc import Callable, Container, Iterator, Sequence
from statistics import median, quantiles

import numpy as np
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from accounts.models import User
from accounts.querysets import Viewer
from accounts.selectors import search_people
from bench.copying import without_indexes
from bench.graph import FOLLOWS, Ints, make_follows, make_people, make_posts, post_counts
from bench.tables import print_table
from feeds.services.search import SORTS, Question, search_posts, short_queries
from photos.models import Post, Tag
from photos.selectors import search_tags
from photos.words import kept_near, kept_words

POSTS = int(os.environ.get("BENCH_POSTS", "200000"))
ROUNDS = 60
VOCABULARY = 20_000
COMMON, SIGNS = "light", "東京都京橋区日本橋夜景朝焼海岸山道花火祭"
TABLES = ["accounts_user", "accounts_follow", "photos_post", "photos_postwords", "photos_tag", "photos_posttag"]
BARE = "SELECT post_id FROM photos_postwords WHERE words @@ %s::tsquery ORDER BY post_id DESC LIMIT 20"
# What is typed, and the query that its floor asks.
TYPED = {
    "common, 1 post of 5": (COMMON, f"'{COMMON}':*"),
    "rare, 20 posts": ("quaggaville", "'quaggaville':*"),
    "two words, both common": (f"{COMMON} w3x", f"'{COMMON}' & 'w3x':*"),
    "beginning of many words": ("w1", "'w1':*"),
    "with a slip, rare": ("quaggavile", "'quaggaville':*"),
    "with a slip, common": ("lihgt", f"'{COMMON}':*"),
    "two signs of Han": ("京橋", "'京橋'"),
    "one sign of Han": ("京", "'京':*"),
    "that nobody wrote": ("zzyzxabc", "'zzyzxabc':*"),
}


def main() -> None:
    member = fill()
    viewers: dict[str, Viewer] = {"visitor": AnonymousUser(), "member": member}
    for name, viewer in viewers.items():
        rows = [row for label, typed in TYPED.items() for row in measure(viewer, label, *typed)]
        title = f"A page of 20 of {Post.objects.count():,} posts, for a {name}; bare: one query of the words alone"
        print_table(title, ["word", "sort", "posts", "p50 ms", "p99 ms", "bare p50 ms", "of bare"], rows)
        rows = [[label, *percentiles([timed(act)[1] for _ in range(ROUNDS)])] for label, act in names(viewer)]
        print_table(f"People and tags, 20 of them, for a {name}", ["what", "p50 ms", "p99 ms"], rows)


def measure(viewer: Viewer, label: str, text: str, query: str) -> Iterator[list[object]]:
    """A row for each order, its floor taken in turn with it."""
    for sort in SORTS:
        question = Question(text, sort=sort)
        times: tuple[list[float], list[float]] = [], []
        for _ in range(ROUNDS):
            count, milliseconds = timed(lambda question=question: find(viewer, question))  # type: ignore[misc]
            times[0].append(milliseconds)
            times[1].append(timed(lambda: ask(query))[1])
        middle, slow = percentiles(times[0])
        floor = median(times[1])
        yield [label, sort, count, middle, slow, floor, middle / floor]


def names(viewer: Viewer) -> list[tuple[str, Callable[[], int]]]:
    def people(typed: str) -> Callable[[], int]:
        return lambda: len(search_people(viewer, typed, cursor="", limit=20).items)

    def tags(typed: str) -> Callable[[], int]:
        return lambda: len(search_tags(viewer, typed, cursor="", limit=20).items)

    some = User.objects.values_list("username", flat=True)[0]
    return [
        ("everybody", people("p")),
        ("one person", people(some)),
        ("nobody", people("zzyzx")),
        ("a tag of many posts", tags("w1x")),
        ("many tags", tags("w")),
        ("no tag", tags("zzyzx")),
    ]


def percentiles(times: list[float]) -> tuple[float, float]:
    cuts = quantiles(times, n=100, method="inclusive")
    return cuts[49], cuts[98]


def find(viewer: Viewer, question: Question) -> int:
    with short_queries():
        return len(search_posts(viewer, question, cursor="", limit=20).items)


def ask(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(BARE, [query])
        return len(cursor.fetchall())


def timed(act: Callable[[], int]) -> tuple[int, float]:
    """What it answers, and milliseconds."""
    started = time.perf_counter()
    answer = act()
    return answer, (time.perf_counter() - started) * 1000


def fill() -> User:
    """People and their posts with words; returns one who follows many."""
    chance = np.random.default_rng(1)
    with without_indexes(TABLES):
        people = make_people(chance, POSTS // 5)
        popular = people[chance.permutation(len(people))]
        posts = make_posts(chance, popular, post_counts(len(people)))
        make_follows(chance, people[:1000], popular, FOLLOWS)
        words = [f"w{number}x" for number in range(VOCABULARY)]
        Tag.objects.bulk_create([Tag(pk=place, name=word) for place, word in enumerate(words, 1)])
        shares = 1 / np.arange(5, VOCABULARY + 5)
        said = chance.choice(VOCABULARY, size=(len(posts), 17), p=shares / shares.sum())
        write_words(words, posts, said, rare=set(chance.choice(len(posts), 20, replace=False).tolist()))
        write_tags(posts, said)
    return User.objects.get(pk=int(people[0]))


def write_words(words: Sequence[str], posts: Ints, said: Ints, *, rare: Container[int]) -> None:
    """Three words of title, two tags and twelve words of caption for each post, and what TYPED looks for."""
    statement = "COPY photos_postwords (post_id, words, near, indexed_at) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for number, post_id in enumerate(posts.tolist()):
            its = [words[place] for place in said[number]]
            title = [*its[:3], *([COMMON] if number % 10 == 0 else []), *(["quaggaville"] if number in rare else [])]
            title += [SIGNS[number % 12 : number % 12 + 6]] if number % 20 == 0 else []
            caption = [*its[5:], *([COMMON] if number % 10 == 5 else [])]
            text, tags = " ".join(title), its[3:5]
            near = "{" + ",".join(map(str, kept_near(text, tags))) + "}"
            copy.write_row((post_id, kept_words(text, tags, " ".join(caption)), near, "2026-11-30T00:00:00Z"))


def write_tags(posts: Ints, said: Ints) -> None:
    rows = {(int(post_id), int(tag) + 1) for post_id, its in zip(posts, said, strict=True) for tag in its[3:5]}
    with connection.cursor() as cursor, cursor.copy("COPY photos_posttag (post_id, tag_id) FROM STDIN") as copy:
        for row in sorted(rows):
            copy.write_row(row)
