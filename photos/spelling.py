"""Which words of titles and tags may be meant by what somebody typed.

Two ways lead from a word to those like it. By its letters: it and the other have something in common when one letter is
left out of both (`near_forms`); that needs no extension. Where the database has pg_trgm, words that share enough groups
of three letters are found as well, which forgives more than one slip in a long word.
"""

from collections.abc import Mapping, Sequence

from django.db import ProgrammingError, connection, transaction

from photos.words import near_forms

MOST_SIMILAR = 8  # words for one that is typed
LIKENESS = 0.4  # of trigrams, from 0 to 1

_BY_SLIPS = """
    SELECT typed.word, known.word, 1.0 FROM unnest(%(words)s::text[], %(forms)s::text[]) typed (word, forms)
    JOIN photos_knownword known ON known.near && typed.forms::bigint[] AND known.word <> typed.word
"""
_BY_TRIGRAMS = """
    SELECT typed.word, known.word, similarity(known.word, typed.word) FROM unnest(%(words)s::text[]) typed (word)
    JOIN photos_knownword known ON known.word %% typed.word AND known.word <> typed.word
    WHERE similarity(known.word, typed.word) >= %(likeness)s
"""


def similar_words(typed: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """For each word (folded) those that may be meant, the likeliest first. One query."""
    ways = [_BY_SLIPS, _BY_TRIGRAMS] if has_trigrams() else [_BY_SLIPS]
    forms = ["{" + ",".join(map(str, near_forms(word))) + "}" for word in typed]
    found: dict[str, dict[str, float]] = {word: {} for word in typed}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(ways), {"words": list(typed), "forms": forms, "likeness": LIKENESS})
        for word, other, likeness in cursor.fetchall():
            found[word][other] = max(found[word].get(other, 0.0), float(likeness))
    return {word: _best(word, others) for word, others in found.items()}


def has_trigrams() -> bool:
    """Whether this database has pg_trgm. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regprocedure('similarity(text, text)') IS NOT NULL")
        return bool(cursor.fetchone()[0])


def use_trigrams() -> bool:
    """Take pg_trgm into use where Postgres has it and lets us, with an index for it; whether it is in use then."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm')")
        if not cursor.fetchone()[0]:
            return False
        try:
            with transaction.atomic():
                cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        except ProgrammingError:  # only a superuser of this server may
            return has_trigrams()
        cursor.execute(
            "CREATE INDEX IF NOT EXISTS photos_known_trigrams ON photos_knownword USING gin (word gin_trgm_ops)"
        )
    return True


def _best(typed: str, others: Mapping[str, float]) -> list[str]:
    """The most alike; of those that are equally so, words of the same beginning and length come first."""

    def rank(word: str) -> tuple[float, bool, int, str]:
        return -others[word], word[0] != typed[0], abs(len(word) - len(typed)), word

    return sorted(others, key=rank)[:MOST_SIMILAR]
