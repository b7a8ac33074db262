"""Words as searching compares them: what posts say and what is typed are folded and taken apart by the same rules.

A word of a script that is written without spaces (Chinese, Japanese, Thai, ...) has no ends that could be seen. So a
run of such signs, or of emoji, is kept as its pairs of neighbours and its last sign: any part of the run is then a row
of pairs that stand side by side, and one sign alone is the beginning of a pair.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Literal

RULES = 2  # raised with each change of what is kept, so that posts kept by older rules are known
LONGEST = 64  # signs of a word that count
NEAR_LENGTHS = range(4, 25)  # letters of words that are also found with a slip in them

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
# Where each begins, far from the one before, and its weight. Marks are in every part.
_TITLE, _TAGS, _CAPTION, _REST, _MARKS = (1, "A"), (200, "B"), (5000, "C"), (15_000, "D"), (16_000, "A")

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


@dataclass(frozen=True, slots=True)
class Said:
    """What is said in and about a post. `rest` is its place and its author, `marks` are of `marks_of`."""

    title: str
    tags: Sequence[str]
    caption: str
    rest: str = ""
    marks: Sequence[str] = ()

    def parts(self) -> list[tuple[tuple[int, str], list[Word]]]:
        """The words of each part, with where it begins and its weight."""
        texts = (self.title, " ".join(self.tags), self.caption, self.rest)
        return [(part, words_in(text)) for part, text in zip((_TITLE, _TAGS, _CAPTION, _REST), texts, strict=True)]

    def plain_words(self) -> list[str]:
        """Those that have a stem."""
        return [word.pieces[0] for _, words in self.parts() for word in words if not word.is_run]

    def spelled_words(self) -> list[str]:
        """Those of title and tags that are found in spite of a slip, each once."""
        words = (word for _, words in self.parts()[:2] for word in words if word.has_near)
        return list(dict.fromkeys(word.text for word in words))


def marks_of(author_id: int, tags: Iterable[str], place_slug: str, kinds: Iterable[str]) -> list[str]:
    """What operators find a post by: who made it, its tags, its place and the larger ones it is in, what it shows."""
    parts = place_slug.split("-") if place_slug else []
    places = ["-".join(parts[:count]) for count in range(1, len(parts) + 1)]
    return [
        author_mark(author_id),
        *map(tag_mark, tags),
        *map(place_mark, ["", *places] if places else []),
        *map(kind_mark, kinds),
    ]


def author_mark(author_id: int) -> str:
    return f"@{author_id}"


def tag_mark(tag: str) -> str:
    return f"#{tag}"


def place_mark(slug: str) -> str:
    """Of a slug; "" is for anywhere at all."""
    return f"%{slug}"


def kind_mark(kind: str) -> str:
    return f"~{kind}"


def stem_mark(stem: str) -> str:
    """How a stem is kept, where it is another than the word: apart from words that are spelled like it."""
    return f"={stem}"


def kept_words(said: Said, stems: Mapping[str, Iterable[str]] | None = None) -> str:
    """The words of a post as Postgres reads a tsvector, with weight A, B, C or D for where they stand.

    `stems` has those of some words, which stand where the word stands.
    """
    places: dict[str, list[str]] = {}
    for (begin, weight), words in said.parts():
        place = begin
        for word in words:
            for piece in word.pieces:
                known = (stems or {}).get(piece, ()) if not word.is_run else ()
                for kept in (piece, *(stem_mark(stem) for stem in known if stem != piece)):
                    places.setdefault(kept, []).append(f"{place}{weight}")
                place += 1
    for mark in said.marks:
        places[mark] = ["{}{}".format(*_MARKS)]
    return " ".join(f"'{piece}':{','.join(where)}" for piece, where in places.items())


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
