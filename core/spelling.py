"""Words that differ from a typed one by one slip: what somebody may have meant who finds nothing."""

from functools import lru_cache
from itertools import pairwise

SHORTEST, LONGEST = 3, 24  # letters of words that are looked at

_ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz0123456789_",
    "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґ",
    "αβγδεζηθικλμνξοπρσςτυφχψω",
)


def slips(word: str) -> list[str]:
    """What `word` becomes with one letter more, less, different, or changed with its neighbour; without itself.

    Some hundred spellings, for look-ups in an index; none for words that are too short or too long to guess, or have a
    NUL in them. Letters are those of the alphabets that the word is written in, and its own.
    """
    if not SHORTEST <= len(word) <= LONGEST or "\0" in word:
        return []
    letters = _letters(frozenset(word))
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    found = {begin + end[1:] for begin, end in halves if end}
    found |= {begin + letter + end[1:] for begin, end in halves if end for letter in letters}
    found |= {begin + letter + end for begin, end in halves for letter in letters}
    found |= {word[:at] + second + first + word[at + 2 :] for at, (first, second) in enumerate(pairwise(word))}
    return sorted(found - {word})


@lru_cache(maxsize=1000)
def _letters(signs: frozenset[str]) -> str:
    own = "".join(signs)
    return "".join(dict.fromkeys(own + "".join(each for each in _ALPHABETS if signs & frozenset(each))))
