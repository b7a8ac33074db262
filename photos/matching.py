"""Conditions on the kept words of posts (photos/models/words.py), for filters.

`way` is the way from a row to its kept words, as in a filter; "" for rows of kept words.
"""

from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import BooleanField, F, Func, Q, Value

TITLE, TAGS, CAPTION, EVERYWHERE = "a", "ab", "abc", "abcd"
INDEXED = (TITLE, TAGS)


def words_of(weights: str, way: str = "") -> "Func[Any]":
    """The kept words of these weights; there is an index of just this expression for those that are INDEXED."""
    which = "{" + ",".join(weights) + "}"
    return Func(F(f"{way}words"), template=f"ts_filter(%(expressions)s, '{which}')", output_field=SearchVectorField())


def finds(query: str, weights: str = EVERYWHERE, way: str = "") -> Q:
    """The words of these weights are such that `query`, a tsquery, holds."""
    if weights == EVERYWHERE:
        return holds(f"{way}words", query)
    found = _is_true(words_of(weights, way), query)
    return found if weights in INDEXED else holds(f"{way}words", query) & found


def holds(field: str, query: str) -> Q:
    """The words of a field that is a tsvector are such that `query`, a tsquery, holds."""
    return _is_true(F(field), query)


def reads(query: str, weights: str = EVERYWHERE, way: str = "") -> Q:
    """The same as `finds`, in a form for which Postgres reads the row instead of asking an index."""
    kept = F(f"{way}words") if weights == EVERYWHERE else words_of(weights, way)
    return _is_true(kept, query, template="(%(expressions)s::tsquery) IS TRUE")


def _is_true(kept: Any, query: str, template: str = "%(expressions)s::tsquery") -> Q:
    return Q(Func(kept, Value(query), arg_joiner=" @@ ", template=template, output_field=BooleanField()))
