"""What kept words must be like for a question: its words with their stems, what operators ask for, what is excluded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Q

from photos.finding import Matches
from photos.matching import CAPTION, EVERYWHERE, TAGS, TITLE, finds, reads
from photos.questions import Asked, Term
from photos.spelling import similar_words
from photos.stemming import lex
from photos.words import Word, author_mark, kind_mark, place_mark, stem_mark, tag_mark

CIRCLES = (TITLE, TAGS, CAPTION, EVERYWHERE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """`stems` are those of some words; `similar` is what some of them may be meant for."""

    terms: Sequence[Term]
    marks: Sequence[str] = ()
    without: Sequence[str] = ()  # tsqueries
    stems: Mapping[str, str] = field(default_factory=dict)
    similar: Mapping[str, Sequence[str]] = field(default_factory=dict)
    is_whole: bool = False  # the last word is so common as it is that no longer one is looked for
    reads_last: bool = False  # it begins so many that it is cheaper to read what the others find

    @property
    def circles(self) -> Sequence[str]:
        """The weights in which words are looked for, the best first; each holds those of the one before."""
        return CIRCLES if self.terms else (EVERYWHERE,)

    @property
    def has_query(self) -> bool:
        return bool(self.terms or self.marks)

    def condition(self, weights: str = EVERYWHERE, way: str = "") -> Q:
        """On the kept words that lie that `way`."""
        pieces = [self._piece(term, begins=term is self.terms[-1] and not self.is_whole) for term in self.terms]
        condition = Q()
        if self.reads_last:
            condition = reads(pieces.pop(), weights, way)
        if pieces or self.marks:
            condition &= finds(" & ".join([*pieces, *(f"'{mark}'" for mark in self.marks)]), weights, way)
        return condition & ~finds(" | ".join(self.without), EVERYWHERE, way) if self.without else condition

    def widened(self) -> "Wanted | None":
        """The same with what each word may be meant for; None for words that are looked for as they are.

        Two queries. Where nothing is like them it is as much: a word of hidden posts costs no more than none.
        """
        typed = [term.words[0].text for term in self.terms if not term.is_phrase and term.words[0].has_near]
        return replace(self, similar=similar_words(typed)) if typed else None

    def reading_last(self) -> "Wanted":
        """The same, as is cheaper: an index has to collect all that a beginning begins. Four queries at most."""
        if not self.terms or len(self.terms) + len(self.marks) < 2 or self.terms[-1].is_phrase:
            return self
        if Matches(finds(self._piece(self.terms[-1], begins=False))).is_common:
            return replace(self, is_whole=True)
        return replace(self, reads_last=Matches(finds(self._piece(self.terms[-1], begins=True))).is_common)

    def _piece(self, term: Term, *, begins: bool) -> str:
        """As tsquery has it. The last word may be the beginning of one, as it is while somebody types."""
        if term.is_phrase:
            return phrase(term.words)
        (word,) = term.words
        same = [word.query(begins=begins)]
        if (stem := self.stems.get(word.text)) is not None:
            same += [f"'{stem}'", f"'{stem_mark(stem)}'"]
        same += [f"'{other}'" for other in self.similar.get(word.text, ())]
        return f"({' | '.join(dict.fromkeys(same))})"


def wanted_by(asked: Asked, author_id: int | None, excluded_id: int | None, language: str) -> Wanted:
    """`author_id` is that of `asked.author`, 0 for nobody, None if no author is asked for; the other is that of those
    to be left out. Five queries at most.
    """
    words = {term.words[0].text for term in asked.terms if not term.is_phrase and not term.words[0].is_run}
    stems = {word: known[language] for word, known in lex(words, [language] if language else []).items() if known}
    without = [phrase(term.words) for term in asked.without]
    if asked.excluded:
        without += [f"'{mark}'" for mark in _marks(asked.excluded, excluded_id)]
    kept = {word: stem for word, stem in stems.items() if stem is not None}
    return Wanted(_telling(asked.terms, stems), _marks(asked, author_id), without, kept).reading_last()


def phrase(words: Sequence[Word]) -> str:
    """What finds these words side by side, as tsquery has it."""
    *first, last = words
    pieces = [f"'{piece}'" for word in first for piece in word.pieces]
    return f"({' <-> '.join([*pieces, last.query()])})"


def _telling(terms: Sequence[Term], stems: Mapping[str, str | None]) -> Sequence[Term]:
    """Without the little words ("the"), as far as other words are left; the last may be a beginning, and stays."""
    told = [term for term in terms if term.is_phrase or stems.get(term.words[0].text, "") is not None]
    return [term for term in terms if term in told or term is terms[-1]] if told else terms


def _marks(asked: Asked, author_id: int | None) -> list[str]:
    return [
        *([author_mark(author_id)] if author_id is not None else []),
        *map(tag_mark, asked.tags),
        *map(place_mark, asked.places),
        *([kind_mark(asked.kind)] if asked.kind else []),
    ]
