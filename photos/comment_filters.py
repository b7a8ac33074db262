"""Whether a text has one of the words that somebody does not want under their posts."""

import unicodedata
from collections.abc import Iterable

# Scripts that write words without spaces between them: their words are found wherever they stand.
_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x3400, 0x9FFF),  # Han
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
_ALIKE = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\uff07", "'"))


def has_filtered(text: str, filters: Iterable[str]) -> bool:
    """Whether one of these words or phrases stands in `text` as a whole, whatever its case, width and spacing."""
    folded = fold(text)
    return any(_stands_in(word, folded) for word in map(fold, filters) if word)


def fold(text: str) -> str:
    """The one spelling in which words are compared: no signs that only steer, single spaces."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", plain.translate(_ALIKE).casefold()).split())


def _stands_in(word: str, text: str) -> bool:
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not _joins(text[at - 1 : at], word[0]) and not _joins(word[-1], text[end : end + 1]):
            return True
        at = text.find(word, at + 1)
    return False


def _joins(left: str, right: str) -> bool:
    """Whether two signs beside each other are inside one word; "" is the edge of the text."""
    return _is_letter(left) and _is_letter(right) and not (_is_unspaced(left) or _is_unspaced(right))


def _is_letter(sign: str) -> bool:
    return bool(sign) and (sign == "_" or unicodedata.category(sign)[0] in "LNM")


def _is_unspaced(sign: str) -> bool:
    return any(first <= ord(sign) <= last for first, last in _UNSPACED)
