"""Conditions on the kept words of posts (photos/models/words.py), for filters.

`way` is the way from a row to its kept words, as in a filter; "" for rows of kept words.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import BooleanField, F, Func, Q, Value

from photos.words import Word, near_forms

EVERYWHERE = "abc"


def words_of(weights: str, way: str = "") -> "Func[Any]":
    """The kept words of these weights; there is an index of just this expression for `a` and `ab`."""
    which = "{" + ",".join(weights) + "}"
    return Func(F(f"{way}words"), template=f"ts_filter(%(expressions)s, '{which}')", output_field=SearchVectorField())


def says(words: Sequence[Word], weights: str = EVERYWHERE, way: str = "") -> Q:
    """All `words` stand there; the last may be the beginning of one, as it is while somebody types."""
    query = " & ".join([*(word.query() for word in words[:-1]), words[-1].query(begins=True)])
    return _finds(query, weights, way)


def says_nearly(words: Sequence[Word], way: str = "") -> Q:
    """The same, but each may have a slip in it where it stands in title or tags."""
    condition = Q()
    for word in words:
        stands = _finds(word.query(begins=word is words[-1]), EVERYWHERE, way)
        condition &= stands | Q(**{f"{way}near__overlap": near_forms(word.text)}) if word.has_near else stands
    return condition


def _finds(query: str, weights: str, way: str) -> Q:
    kept: Any = F(f"{way}words") if weights == EVERYWHERE else words_of(weights, way)
    found = Func(
        kept, Value(query), arg_joiner=" @@ ", template="%(expressions)s::tsquery", output_field=BooleanField()
    )
    return Q(found)
