"""What is typed into a search, taken apart: words, "phrases", -words and operators such as from:hana.

Pure. What looks like an operator and is none of OPERATORS is words; one of them with a value that it cannot have is
refused.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from core.exceptions import FieldError, InvalidInput
from core.text import fold_tag, is_tag
from photos.places import fold_place
from photos.words import Word, words_in

MOST_WORDS = 30
ME = "me"
KINDS = {"photo": "photo", "photos": "photo", "image": "photo", "video": "video", "videos": "video"}
_USERNAME = re.compile(r"@?[a-z0-9._]{1,30}")
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
_QUOTES = '"\u201c\u201d\u201e'
_TOKEN = re.compile(
    rf"(?P<minus>(?<!\S)-)?(?:(?<![^\s-])(?P<name>[^\W\d_]+):)?"
    rf"(?:[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]?|(?P<plain>[^\s{_QUOTES}]+)|(?<=:)(?=\s|\Z))"
)


@dataclass(frozen=True, slots=True)
class Term:
    """Words that are looked for: one alone, or those of a phrase, which stand side by side."""

    words: tuple[Word, ...]
    is_phrase: bool = False


@dataclass(slots=True)
class Asked:
    """`terms` must be there and `without` must not. `author` is a username, ME, or "" for everybody.

    `before` and `after` are days in the calendar of who asks: earlier than the one, from the other on. `places` are
    slugs, "" for anywhere at all. `excluded` is what operators with a minus say.
    """

    terms: list[Term] = field(default_factory=list)
    without: list[Term] = field(default_factory=list)
    author: str = ""
    kind: str = ""
    tags: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    excluded: "Asked | None" = None
    before: date | None = None
    after: date | None = None

    @property
    def narrows(self) -> bool:
        """Whether an operator says which posts are wanted, so that no word is needed."""
        return bool(self.author or self.kind or self.tags or self.places or self.before or self.after)


def read_question(text: str) -> Asked:
    """What `text` asks for, MOST_WORDS words at most. InvalidInput names each operator with a value it cannot have."""
    asked, problems = Asked(), list[FieldError]()
    for token in _TOKEN.finditer(text):
        name, is_minus = (token["name"] or "").lower(), bool(token["minus"])
        if name not in OPERATORS:
            _take_words(asked, token, is_minus=is_minus)
        elif problem := _operate(asked, name, (token["phrase"] or token["plain"] or "").strip(), is_minus=is_minus):
            problems.append(FieldError("q", "operator_invalid", f"{name}: {problem}"))
    if problems:
        raise InvalidInput(problems[0].message, errors=problems)
    return asked


def _operate(asked: Asked, name: str, value: str, *, is_minus: bool) -> str:
    """What is wrong with it, or ""."""
    if not is_minus:
        return OPERATORS[name](asked, value)
    if name in ("before", "after"):
        return "cannot be left out; say the other one."
    asked.excluded = asked.excluded or Asked()
    return OPERATORS[name](asked.excluded, value)


def _take_words(asked: Asked, token: re.Match[str], *, is_minus: bool) -> None:
    """A phrase stays together, and so does what is to be left out."""
    words = tuple(words_in(token[0]))
    taken = sum(len(term.words) for term in (*asked.terms, *asked.without))
    words = words[: MOST_WORDS - taken]
    if not words:
        return
    if is_minus:
        asked.without.append(Term(words, is_phrase=True))
    elif token["phrase"] is not None:
        asked.terms.append(Term(words, is_phrase=True))
    else:
        asked.terms += [Term((word,)) for word in words]


def _from(asked: Asked, value: str) -> str:
    name = value.lower()
    if not _USERNAME.fullmatch(name):
        return "needs a username, or me."
    asked.author = name.lstrip("@")
    return ""


def _tag(asked: Asked, value: str) -> str:
    tag = fold_tag(value)
    if not is_tag(tag):
        return "needs a tag of letters, digits and _."
    asked.tags.append(tag)
    return ""


def _type(asked: Asked, value: str) -> str:
    if value.lower() not in KINDS:
        return "must be photo or video."
    asked.kind = KINDS[value.lower()]
    return ""


def _place(asked: Asked, value: str) -> str:
    slug = fold_place(value)
    if not slug:
        return "needs the name of a place."
    asked.places.append(slug)
    return ""


def _has(asked: Asked, value: str) -> str:
    if value.lower() not in ("location", "place"):
        return "must be location."
    asked.places.append("")
    return ""


def _before(asked: Asked, value: str) -> str:
    asked.before = _first_day(value)
    return "" if asked.before else "needs a date such as 2026-05-31, 2026-05 or 2026."


def _after(asked: Asked, value: str) -> str:
    asked.after = _first_day(value)
    return "" if asked.after else "needs a date such as 2026-05-31, 2026-05 or 2026."


def _first_day(value: str) -> date | None:
    """Of the year, month or day that is meant, so far from the ends of the calendar that every zone has it."""
    match = _DATE.fullmatch(value)
    try:
        day = date(int(match[1]), int(match[2] or 1), int(match[3] or 1)) if match else None
        if day is not None:
            _ = day - timedelta(days=2), day + timedelta(days=2)
    except (ValueError, OverflowError):
        return None
    return day


OPERATORS: dict[str, Callable[[Asked, str], str]] = {  # each takes a value, and returns what is wrong with it
    "from": _from,
    "tag": _tag,
    "type": _type,
    "place": _place,
    "has": _has,
    "before": _before,
    "after": _after,
}
