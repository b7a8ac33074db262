"""Places as addresses name them: pure, the same for everybody who writes the same name."""

import re
import unicodedata

from photos.words import fold, words_in

SLUG_LENGTH = 100
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc]")


def fold_place(name: str) -> str:
    """The slug of a place: lower case, without accents, "-" between words, SLUG_LENGTH signs at most.

    "" for a name without any letter or digit, which has no page.
    """
    plain = _APOSTROPHES.sub("", fold(name))
    kept = "".join(sign if unicodedata.category(sign)[0] in "LMN" else "-" for sign in plain)
    return re.sub("-+", "-", kept)[: SLUG_LENGTH + 1].strip("-")[:SLUG_LENGTH].strip("-")


def place_words(slug: str) -> str:
    """The words of a slug as Postgres reads a tsvector."""
    words = dict.fromkeys(piece for word in words_in(slug) for piece in word.pieces)
    return " ".join(f"'{piece}':{number}" for number, piece in enumerate(words, 1))
