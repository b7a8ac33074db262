"""JSON line by line, so that no number of rows fills the memory."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings

from core.ids import to_code

Lines = Iterable[str]


def address(post_id: int) -> str:
    return f"{settings.ORIGIN}/p/{to_code(post_id)}/"


def document(value: Any) -> Iterator[str]:
    yield json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def listed(items: Iterable[Any]) -> Iterator[str]:
    """A JSON array, an item a line."""
    yield "["
    for number, item in enumerate(items):
        yield (",\n" if number else "\n") + json.dumps(item, ensure_ascii=False)
    yield "\n]\n"
