"""The words of titles and tags, and the places, that there are: what is typed with a slip is corrected by them."""

from collections.abc import Collection

from django.db import connection, transaction

from photos.models import KnownWord, Place, Post
from photos.places import place_words
from photos.words import near_forms

BATCH = 1000
# So many rows of one word are enough to see that there is one: Postgres may pass over others.
_ENOUGH = "SET LOCAL gin_fuzzy_search_limit = 1000"
_FORGET = """
    DELETE FROM photos_knownword known WHERE known.word = ANY(%s) AND NOT EXISTS (
        SELECT FROM photos_postwords kept WHERE ts_filter(kept.words, '{a,b}') @@ ('''' || known.word || '''')::tsquery
    )
"""


def know_words(words: Collection[str]) -> None:
    """In their order, so that of two who write the same words at once one waits for the other."""
    rows = [KnownWord(word=word, near=sorted(near_forms(word))) for word in sorted(words)]
    KnownWord.objects.bulk_create(rows, ignore_conflicts=True)


def know_places(slugs: Collection[str]) -> None:
    rows = [Place(slug=slug, words=place_words(slug)) for slug in sorted(slugs)]
    Place.objects.bulk_create(rows, ignore_conflicts=True)


def forget_words() -> int:
    """Forget words that stand in no title or tag any more, and places that no post is at; returns how many."""
    forgotten, last = 0, ""
    while batch := list(KnownWord.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        forgotten += _forget(batch)
        last = batch[-1]
    empty = Place.objects.exclude(slug__in=Post.objects.filter(place_slug__gt="").values("place_slug"))
    return forgotten + empty.delete()[0]


def _forget(words: list[str]) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ENOUGH)
        cursor.execute(_FORGET, [words])
        return int(cursor.rowcount)
