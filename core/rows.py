"""Rows of other tables that come along with a row, as JSON: one query instead of one for each table.

A model takes them as an attribute that a query annotates, and `keep_related` puts them where `prefetch_related` would.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models import DateTimeField, F, Func, IntegerField, Model, Subquery, TextField

ModelT = TypeVar("ModelT", bound=Model)


class CountOf(Subquery):
    """How many rows a query has, with its limit."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def json_rows(sql: str, key: str = "pk") -> "Func[Any]":
    """The text of a JSON array: all that `sql` selects, one value a row; `{key}` in it is the row's own `key`."""
    text = f"(SELECT coalesce(json_agg(each.value), '[]')::text FROM ({sql}) each(value))"  # noqa: S608  a constant
    return Func(F(key), template=text.replace("{key}", "%(expressions)s"), output_field=TextField())


def from_rows(model: type[ModelT], rows: Iterable[Mapping[str, Any]]) -> list[ModelT]:
    """What `to_json` of rows of its table says, as instances."""
    columns, moments = _columns(model)
    found = []
    for row in rows:
        values = [row[column] for column, _ in columns]
        for at, field in moments:
            values[at] = field.to_python(values[at])
        found.append(model.from_db(DEFAULT_DB_ALIAS, [name for _, name in columns], values))
    return found


def keep_related(row: Model, relation: str, found: Sequence[Model]) -> None:
    """From now on `row.<relation>.all()` is `found`, without a query."""
    queryset = getattr(row, relation).get_queryset()
    queryset._result_cache, queryset._prefetch_done = list(found), True  # noqa: SLF001  there is no public way
    vars(row).setdefault("_prefetched_objects_cache", {})[relation] = queryset


@cache
def _columns(model: type[Model]) -> tuple[list[tuple[str, str]], list[tuple[int, "DateTimeField[Any, Any]"]]]:
    """Column and attribute of each field; the place of those that JSON has no type for."""
    fields = model._meta.concrete_fields
    columns = [(str(field.column), field.attname) for field in fields]
    return columns, [(at, field) for at, field in enumerate(fields) if isinstance(field, DateTimeField)]
