"""Finding people by how a word of their username or name begins; case and accents make no difference.

Postgres has no unaccent here: both sides are decomposed (NFKD) and their marks dropped, by Postgres and by Python. The
words of everybody are in the index `accounts_words`, which is made of this very expression.
"""

import re
import unicodedata
from typing import Any, TypeVar

from django.apps import apps
from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db.models import CharField, F, Func, QuerySet, TextField, Value
from django.db.models.functions import Concat, Lower

from core.spelling import slips

MOST_SIGNS = 100  # of what is typed; the rest is left out
MOST_WORDS = 5
FEW = 1000  # people; so many are looked up one by one rather than read past

_MARKS = "[\u0300-\u036f]+"
_BETWEEN_WORDS = r"[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f\u00a0\u3000]+"
_WHOLE, _PLAIN = "øłđħı", "oldhi"  # letters that have no mark to drop

Rows = TypeVar("Rows", bound="QuerySet[Any]")


def begins_with(rows: Rows, typed: str, *, person: str = "") -> Rows:
    """Those of `rows` where each word of `typed` begins a word of the username or name; all if nothing is typed.
    One query happens here.

    `person` is the way from a row to the person, as in a filter; "" for rows of people.
    """
    if not typed.strip():
        return rows
    words = fold(typed.replace("\0", " ")[:MOST_SIGNS]).split()
    if not words:
        return rows.none()
    wanted = SearchQuery(" & ".join(f"'{word}':*" for word in words[:MOST_WORDS]), search_type="raw", config="simple")
    few = _few(wanted)
    if few is not None:
        return rows.filter(**{f"{person}__in" if person else "pk__in": few})
    found: Rows = rows.annotate(_words=words_of(person)).filter(_words=wanted)
    return found


def spelled_nearly(rows: Rows, typed: str) -> Rows:
    """Those of `rows`, people, where each word of `typed`, with one slip in it or none, stands in the username or name.
    One query happens here, and none of the people if nothing could be meant.
    """
    words = fold(typed.replace("\0", " ")[:MOST_SIGNS]).split()[:MOST_WORDS]
    if not any(slips(word) for word in words):
        return rows.none()
    query = " & ".join(
        "(" + " | ".join([f"'{word}':*", *(f"'{slip}'" for slip in slips(word))]) + ")" for word in words
    )
    few = _few(SearchQuery(query, search_type="raw", config="simple"))
    return rows.none() if few is None else rows.filter(pk__in=few)


def _few(wanted: SearchQuery) -> list[int] | None:
    """The ids of all people found, from the index; None if there are many: then a page of any list is soon full."""
    people = apps.get_model("accounts", "User").objects.annotate(_words=words_of()).filter(_words=wanted)
    ids = list(people.values_list("pk", flat=True)[: FEW + 1])
    return ids if len(ids) <= FEW else None


def fold(text: str) -> str:
    """`text` in lower case without accents, one space between words."""
    plain = re.sub(_MARKS, "", unicodedata.normalize("NFKD", text.lower()))
    return re.sub(_BETWEEN_WORDS, " ", plain.translate(str.maketrans(_WHOLE, _PLAIN)))


def words_of(person: str = "") -> "Func[Any]":
    """The words of username and name, folded by Postgres as `fold` does."""
    way = f"{person}__" if person else ""
    spaced = Concat(F(f"{way}username"), Value(" "), F(f"{way}display_name"), output_field=CharField())
    apart = Func(Lower(spaced), template="normalize(%(expressions)s, NFKD)", output_field=TextField())
    plain = _replaced(apart, _MARKS, "")
    same = Func(plain, Value(_WHOLE), Value(_PLAIN), function="translate", output_field=TextField())
    words = _replaced(same, _BETWEEN_WORDS, " ")
    return Func(words, template="to_tsvector('simple', %(expressions)s)", output_field=SearchVectorField())


def _replaced(text: "Func[Any]", pattern: str, by: str) -> "Func[Any]":
    return Func(text, Value(pattern), Value(by), Value("g"), function="regexp_replace", output_field=TextField())
