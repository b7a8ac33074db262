"""Stems of words, so that "mountains" finds "mountain": by the Snowball dictionaries that come with every Postgres.

Both sides are stemmed as they are kept: folded, without accents. Who searches has one language; a post is kept by the
stems of the language that most of its little words ("the", "und", "les") are of, or, where it has none of them, by
those of all SEARCH_LANGUAGES.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.conf import settings
from django.db import connection

from photos.words import fold

Lexed = Mapping[str, Mapping[str, str | None]]  # of each word, by language: its stem; None for a little word

_ASK = """
    SELECT word, language, ts_lexize(dictionary::regdictionary, word)
    FROM unnest(%s::text[]) word, unnest(%s::text[], %s::text[]) known (language, dictionary)
"""
_SAME = {"nb": "no", "nn": "no"}


def language_of(tag: str) -> str:
    """Which of SEARCH_LANGUAGES a language tag such as "de-AT" is of; of another the first, "" if there are none."""
    code = tag.lower().replace("_", "-").split("-")[0]
    code = _SAME.get(code, code)
    return code if code in settings.SEARCH_LANGUAGES else next(iter(settings.SEARCH_LANGUAGES), "")


def lex(words: Collection[str], languages: Sequence[str]) -> Lexed:
    """Of folded words their stems, folded, in these languages. One query, or none for no words."""
    lexed: dict[str, dict[str, str | None]] = {word: {} for word in words}
    if words and languages:
        names = [f"{settings.STEMMED_LANGUAGES[language]}_stem" for language in languages]
        with connection.cursor() as cursor:
            cursor.execute(_ASK, [list(lexed), list(languages), names])
            for word, language, stems in cursor.fetchall():
                lexed[word][language] = fold(stems[0]) if stems else None
    return lexed


def stems_in(words: Iterable[str], lexed: Lexed) -> dict[str, list[str]]:
    """The stems to keep for each of the words of one text."""
    words = list(words)
    little = Counter(language for word in words for language, stem in lexed[word].items() if stem is None)
    most = max(little.values(), default=0)
    return {
        word: sorted({stem for language, stem in lexed[word].items() if stem is not None and little[language] == most})
        for word in words
    }
