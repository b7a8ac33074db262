"""Finding listed words in what people write, however they write them. Pure; the time grows with the text alone.

Both sides are folded: compatibility forms and case as one, accents, joiners and signs without width dropped, letters
that look like Latin ones as these. Words are compared whole, and once more with digits read as the letters they stand
in for and with single letters (s p a m) put together; what is in a script without spaces between words, or is listed
so, is found as a part of words, too.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.text import WORD_SIGN

MOST_SIGNS = 20_000  # of a text; nothing that is kept is longer

_DROPPED = re.compile(
    "[\u0300-\u036f\u034f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0]+"
)
_LOOKS = str.maketrans(  # Cyrillic, Greek, and Latin letters with a stroke
    "аеорсхуіјѕԛԝһкмтвнӏԁαορνικτυχεηıłøđħɡɑ",
    "aeopcxyijsqwhkmtbhldaopviktuxenilodhga",
)
_DIGITS = str.maketrans("034789@$5", "oeatbgass")
_WORD = re.compile(rf"(?:{WORD_SIGN}|[@$](?={WORD_SIGN}))+")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]"
)


def fold(text: str) -> str:
    """The words of `text` as they are compared, a space between two."""
    return " ".join(_plain(_signs(text)))


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry: its folded words, and whether it is also found inside of others."""

    key: int
    folded: str
    inside: bool = False


class WordList:
    """Entries, ready to be looked for."""

    def __init__(self, entries: Iterable[Listed]) -> None:
        self._whole: dict[str, int] = {}
        self._inside: dict[str, int] = {}
        for entry in entries:
            if entry.inside or _UNSPACED.search(entry.folded):
                self._inside[entry.folded.replace(" ", "")] = entry.key
            else:
                self._whole[entry.folded] = entry.key
        self._lengths = sorted({phrase.count(" ") + 1 for phrase in self._whole})
        self._sizes = sorted({len(part) for part in self._inside} - {0})

    def find(self, text: str) -> set[int]:
        """The keys of all entries that stand in `text`."""
        if not (self._whole or self._inside) or not text:
            return set()
        signs = _signs(text)
        ways = list(_ways(signs))
        found = {self._whole[phrase] for words in ways for phrase in self._phrases(words)}
        if self._sizes:
            found |= {key for words in ways for key in self._parts("".join(words))}
        return found

    def _phrases(self, words: list[str]) -> Iterator[str]:
        for length in self._lengths:
            for start in range(len(words) - length + 1):
                phrase = words[start] if length == 1 else " ".join(words[start : start + length])
                if phrase in self._whole:
                    yield phrase

    def _parts(self, text: str) -> Iterator[int]:
        for size in self._sizes:
            for start in range(len(text) - size + 1):
                key = self._inside.get(text[start : start + size])
                if key is not None:
                    yield key


def _signs(text: str) -> list[str]:
    """The words, in which @ and $ may stand for letters."""
    apart = unicodedata.normalize("NFKD", text[:MOST_SIGNS]).casefold()
    whole = unicodedata.normalize("NFKC", _DROPPED.sub("", apart)).translate(_LOOKS)
    return _WORD.findall(whole.replace("_", " "))


def _plain(signs: list[str]) -> list[str]:
    return " ".join(signs).replace("@", " ").replace("$", " ").split()


def _ways(signs: list[str]) -> Iterator[list[str]]:
    """The words; with single letters joined; and with digits as letters in words that have some (1 is i or l)."""
    words = _plain(signs)
    yield words
    joined = list(_join_singles(words))
    if joined != words:
        yield joined
    if any(map(_is_mixed, signs)):
        letters = [word.translate(_DIGITS) if _is_mixed(word) else word for word in signs]
        yield [word.replace("1", "i") for word in letters]
        if any("1" in word for word in letters):
            yield [word.replace("1", "l") for word in letters]


def _is_mixed(word: str) -> bool:
    """Whether it has letters, and signs that may stand for some."""
    return not word.isalpha() and any(sign.isalpha() for sign in word)


def _join_singles(words: list[str]) -> Iterator[str]:
    """Three and more words of one letter in a row are one word."""
    run: list[str] = []
    for word in [*words, ""]:
        if len(word) == 1:
            run.append(word)
            continue
        yield from ["".join(run)] if len(run) > 2 else run
        run = []
        if word:
            yield word
