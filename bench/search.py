"""Searching posts among many: each sort of word, the first page and the tenth, beside the barest look-up of the word.

BENCH_POSTS says how many (5,000,000 take half an hour and 15 GB of disk).
"""

import os
import time
from collections.abc import Callable
from functools import partial
from statistics import quantiles

from django.contrib.auth.models import AnonymousUser
from django.db import connection

from accounts.models import User
from accounts.querysets import Viewer
from accounts.selectors import search_people
from bench.search_site import COMMON, RARE, close_accounts, fill
from bench.tables import print_table
from feeds.services.search import Question, search_posts, short_queries
from feeds.services.suggest_words import suggest
from photos.selectors import search_places, search_tags

POSTS = int(os.environ.get("BENCH_POSTS", "200000"))
ROUNDS = 40
LIMIT = 20
BARE = "SELECT post_id FROM photos_postwords WHERE words @@ %s::tsquery LIMIT 20"
INDEXES = ("photos_words", "photos_words_title", "photos_words_tags", "photos_postwords_pkey")
# What is typed, in which order it is wanted, and the query that its floor asks.
TYPED = {
    "one word, 1 post of 5": (COMMON, "relevance", f"'{COMMON}'"),
    "one word, 1 of 100": ("w150xs", "relevance", "'w150xs'"),
    "one word, 1 of 1,000": ("w1501x", "relevance", "'w1501x'"),
    "one word, 1 of 5, newest": (COMMON, "newest", f"'{COMMON}'"),
    "one word, 1 of 5, top": (COMMON, "top", f"'{COMMON}'"),
    "two words, both common": (f"{COMMON} w4x", "relevance", f"'{COMMON}' & 'w4x'"),
    "two words, one rare": (f"{COMMON} w1501x", "relevance", f"'{COMMON}' & 'w1501x'"),
    "beginning of many words": ("w1", "relevance", "'w1':*"),
    "beginning of few words": ("w150", "relevance", "'w150':*"),
    "rare, 20 posts": (RARE, "relevance", f"'{RARE}'"),
    "rare, by its beginning": ("quagg", "relevance", "'quagg':*"),
    "rare, with a slip": ("quaggavile", "relevance", f"'{RARE}'"),
    "a phrase": ('"w4x w7x"', "relevance", "'w4x' <-> 'w7x'"),
    "word and place": (f"{COMMON} place:place-60", "relevance", f"'{COMMON}' & '%place-60'"),
    "without a word": (f"w150xs -{COMMON}", "relevance", "'w150xs'"),
    "two signs of Han": ("京橋", "relevance", "'京橋'"),
    "that nobody wrote": ("zzyzxabc", "relevance", "'zzyzxabc'"),
}


def main() -> None:
    filled = fill(POSTS)
    rows = [[name, size / 2**20] for name in INDEXES for size in [_size(name)]]
    title = (
        f"{POSTS:,} posts in {filled.rows_seconds:,.0f} s, indexes of their words with statistics in "
        f"{filled.index_seconds:,.0f} s, {_size('photos_postwords') / 2**20:,.0f} MB of words"
    )
    print_table(title, ["index", "MB"], rows)
    for mix in ("one post of ten for followers", "eight accounts of ten private"):
        if mix.startswith("eight"):
            close_accounts()
        for name, viewer in (("visitor", AnonymousUser()), ("member", filled.member)):
            measure_all(viewer, f"{LIMIT} of {POSTS:,} posts, {mix}, for a {name}")
    name_all(filled.member)


def measure_all(viewer: Viewer, title: str) -> None:
    """A row for each sort of word; of those with fewer than ten pages the first alone."""
    rows = []
    for label, (text, sort, query) in TYPED.items():
        question = Question(text, sort=sort)
        for number, cursor in (("1", ""), ("10", _cursor_of_page(viewer, question, 10))):
            if number == "1" or cursor:
                rows.append([label, number, *measure(partial(find, viewer, question, cursor), query)])
    print_table(title, ["word", "page", "posts", "p50 ms", "p95 ms", "bare p50 ms", "of bare"], rows)


def measure(act: Callable[[], int], query: str) -> list[object]:
    """Its floor is taken in turn with it."""
    act()
    times: tuple[list[float], list[float]] = [], []
    for _ in range(ROUNDS):
        count, milliseconds = timed(act)
        times[0].append(milliseconds)
        times[1].append(timed(lambda: ask(query))[1])
    (middle, slow), (floor, _) = map(percentiles, times)
    return [count, middle, slow, floor, middle / floor]


def name_all(viewer: Viewer) -> None:
    """People, tags and places, and all three while somebody types."""
    some = User.objects.values_list("username", flat=True)[0]
    finds: dict[str, Callable[[], object]] = {
        f"{what}, {typed!r}": partial(search, viewer, typed, cursor="", limit=LIMIT)
        for what, search in (("people", search_people), ("tags", search_tags), ("places", search_places))
        for typed in ("p", some if what == "people" else "place-7" if what == "places" else "w150x", "zzyzx")
    }
    finds |= {
        f"while typing {typed!r}": partial(suggest, viewer, typed) for typed in ("p", "w1", "place", some, "zzyzx")
    }
    rows = []
    for label, act in finds.items():
        act()
        rows.append([label, *percentiles([timed(lambda act=act: bool(act()))[1] for _ in range(ROUNDS)])])  # type: ignore[misc]
    print_table("Names", ["what", "p50 ms", "p95 ms"], rows)


def percentiles(times: list[float]) -> tuple[float, float]:
    """The middle and the 95th."""
    cuts = quantiles(times, n=100, method="inclusive")
    return cuts[49], cuts[94]


def find(viewer: Viewer, question: Question, cursor: str) -> int:
    with short_queries():
        return len(search_posts(viewer, question, cursor=cursor, limit=LIMIT).items)


def _cursor_of_page(viewer: Viewer, question: Question, number: int) -> str:
    """What leads there; "" if there are fewer pages."""
    cursor = ""
    for _ in range(number - 1):
        with short_queries():
            cursor = search_posts(viewer, question, cursor=cursor, limit=LIMIT).next_cursor
        if not cursor:
            break
    return cursor


def ask(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(BARE, [query])
        return len(cursor.fetchall())


def _size(name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size(%s)", [name])
        return int(cursor.fetchone()[0])


def timed(act: Callable[[], int]) -> tuple[int, float]:
    """What it answers, and milliseconds."""
    started = time.perf_counter()
    answer = act()
    return answer, (time.perf_counter() - started) * 1000
