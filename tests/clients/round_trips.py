"""Whether a model that openapi-python-client has generated says all that came, and in types of its own."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import attrs


def faults_of(model: Any, sent: Any) -> list[str]:
    """What is wrong with `model`, made of the JSON `sent`."""
    back = model.to_dict()
    changed = [] if _plain(back) == _plain(sent) else [f"{type(model).__name__}: {back!r} instead of {sent!r}"]
    return [*changed, *_raw_values(model)]


def _plain(value: Any) -> Any:
    """JSON in which one moment is one value, however it is written."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return _moment(value) or value


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str) or "T" not in value:
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _raw_values(model: Any) -> Iterator[str]:
    """Fields that the generated code left as they came: objects that are no models, times that are texts, strangers."""
    name = type(model).__name__
    fields = {each.name: getattr(model, each.name) for each in attrs.fields(type(model))}
    strangers = fields.pop("additional_properties", {})
    if fields and strangers:
        yield f"{name} does not know {sorted(strangers)}"
    for field, value in fields.items():
        if isinstance(value, dict) or _moment(value):
            yield f"{name}.{field} is left as {value!r}"
        for each in value if isinstance(value, list) else [value]:
            if attrs.has(type(each)):
                yield from _raw_values(each)
