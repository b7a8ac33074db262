"""Words as searching compares them: what posts say and what is typed are folded and taken apart by the same rules.

A word of a script that is written without spaces (Chinese, Japanese, Thai, ...) has no ends that could be seen. So a
run of such signs, or of emoji, is kept as its pairs of neighbours and its last sign: any part of the run is then a row
of pairs that stand side by side, and one sign alone is the beginning of a pair.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Literal

LONGEST = 64  # signs of a word that count
MOST_WORDS = 30  # of what is typed
NEAR_LENGTHS = range(4, 25)  # letters of words that are also found with a slip in them
MOST_NEAR = 40  # words of a post

_WHOLE = str.maketrans("øłđħı", "oldhi")  # letters that have no mark to drop
_DROPPED_MARKS = (range(10, 37), range(200, 256))  # combining classes: accents, points and vowel signs that people omit
_UNSPACED = (
    range(0x0E00, 0x1100),  # Thai, Lao, Tibetan, Burmese
    range(0x1780, 0x1800),  # Khmer
    range(0x3005, 0x3008),
    range(0x3040, 0x3200),  # kana, bopomofo
    range(0x31F0, 0x3200),
    range(0x3400, 0xA000),  # Han
    range(0xAC00, 0xD7B0),  # Hangul
    range(0xF900, 0xFB00),
    range(0x20000, 0x40000),
)
_TITLE, _TAGS, _CAPTION = (1, "A"), (200, "B"), (5000, "C")  # where each begins, far from the one before; its weight

Sort = Literal["word", "run", "joint", "gap"]


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word, or a run of signs that are written without spaces."""

    text: str
    is_run: bool

    @property
    def pieces(self) -> list[str]:
        """As they are kept, one after the other."""
        if not self.is_run:
            return [self.text[:LONGEST]]
        return [*map("".join, zip(self.text, self.text[1:], strict=False)), self.text[-1]]

    def query(self, *, begins: bool = False) -> str:
        """What finds it, as tsquery has it; with `begins` also a word of which it is the beginning."""
        pieces = self.pieces
        if not self.is_run:
            return f"'{pieces[0]}'{':*' if begins and len(pieces[0]) > 1 else ''}"
        if len(pieces) == 1:
            return f"'{pieces[0]}':*"
        return "('" + "' <-> '".join(pieces[:-1]) + "')"

    @property
    def has_near(self) -> bool:
        return not self.is_run and len(self.text) in NEAR_LENGTHS and not self.text.isdigit()


def words_in(text: str) -> list[Word]:
    """The words of `text` in their order, folded."""
    found: list[Word] = []
    current, sort = "", "gap"
    for sign in fold(text):
        kind = _sort_of(sign)
        if kind == "joint":
            continue
        if kind != sort and current:
            found.append(Word(current, sort == "run"))
            current = ""
        current, sort = (current + sign if kind != "gap" else ""), kind
    return [*found, Word(current, sort == "run")] if current else found


def fold(text: str) -> str:
    """`text` without case, accents and other differences that people do not type."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(sign for sign in apart if not _is_dropped(sign))
    return unicodedata.normalize("NFC", plain.translate(_WHOLE))


def kept_words(title: str, tags: Iterable[str], caption: str) -> str:
    """The words of a post as Postgres reads a tsvector, with weight A, B or C for where they stand."""
    places: dict[str, list[str]] = {}
    for text, (begin, weight) in ((title, _TITLE), (" ".join(tags), _TAGS), (caption, _CAPTION)):
        pieces = [piece for word in words_in(text) for piece in word.pieces]
        for place, piece in enumerate(pieces, begin):
            places.setdefault(piece, []).append(f"{place}{weight}")
    return " ".join(f"'{piece}':{','.join(where)}" for piece, where in places.items())


def kept_near(title: str, tags: Iterable[str]) -> list[int]:
    """What a word with a slip in it is found by, of all words in title and tags."""
    words = dict.fromkeys(word.text for word in words_in(f"{title} {' '.join(tags)}") if word.has_near)
    return sorted({form for word in list(words)[:MOST_NEAR] for form in near_forms(word)})


def near_forms(word: str) -> Sequence[int]:
    """Numbers for the word and for what is left of it without any one of its letters.

    Two words share one if one letter is more, less, different or has changed places with its neighbour.
    """
    return [_number(form) for form in {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}]


def _number(text: str) -> int:
    """64 bits with a sign."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), signed=True)


@lru_cache(maxsize=10_000)
def _sort_of(sign: str) -> Sort:
    category, code = unicodedata.category(sign), ord(sign)
    if category in ("Cf", "Me") or code in range(0xFE00, 0xFE10) or code in range(0x1F3FB, 0x1F400) or sign == "\u0640":
        return "joint"  # joins or colours what stands before it
    if category == "So" or (category[0] in "LMN" and any(code in script for script in _UNSPACED)):
        return "run"
    return "word" if category[0] in "LMN" else "gap"


@lru_cache(maxsize=10_000)
def _is_dropped(sign: str) -> bool:
    return any(unicodedata.combining(sign) in classes for classes in _DROPPED_MARKS)
