"""Cursor pages: newest first by id, so new rows never shift, repeat or hide what comes next."""

import base64
import binascii
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

from core.exceptions import Malformed
from core.ids import MAX_ID

DEFAULT_LIMIT = 20
MAX_LIMIT = 100

T = TypeVar("T")
ModelT = TypeVar("ModelT", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`items` in order; `next_cursor` is "" on the last page."""

    items: Sequence[T]
    next_cursor: str


def encode_cursor(kind: str, *numbers: int) -> str:
    """An opaque cursor for lists of one `kind`; a cursor of another kind is refused when it comes back."""
    plain = ".".join([kind, *map(str, numbers)])
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def decode_cursor(kind: str, cursor: str, count: int) -> list[int]:
    """The `count` numbers of a cursor. Malformed (400, cursor_unknown) for anything `encode_cursor` did not make."""
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        found_kind, *parts = plain.split(".")
        numbers = [int(part) for part in parts if part.isdigit() and len(part) <= 19]
    except (ValueError, binascii.Error):
        found_kind, parts, numbers = "", [], []
    valid = found_kind == kind and len(numbers) == len(parts) == count and all(n <= MAX_ID for n in numbers)
    if not valid or encode_cursor(kind, *numbers) != cursor:
        raise unknown_cursor()
    return numbers


def encode_ids(kind: str, ids: Sequence[int]) -> str:
    """A cursor that has all the ids that are still to come, eleven signs each."""
    return base64.urlsafe_b64encode(b"%b.%b" % (kind.encode(), struct.pack(f">{len(ids)}Q", *ids))).decode().rstrip("=")


def decode_ids(kind: str, cursor: str, most: int) -> list[int]:
    """The ids of such a cursor, `most` at most. Malformed (400, cursor_unknown) for anything else."""
    begin = kind.encode() + b"."
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        ids = list(struct.unpack(f">{(len(plain) - len(begin)) // 8}Q", plain.removeprefix(begin)))
    except (ValueError, binascii.Error, struct.error):
        ids = []
    valid = 0 < len(ids) <= most and all(number <= MAX_ID for number in ids)
    if not valid or encode_ids(kind, ids) != cursor:
        raise unknown_cursor()
    return ids


def refuse_cursor(cursor: str) -> None:
    """For a list that has one page: it has made no cursor, so any is Malformed (400, cursor_unknown)."""
    if cursor:
        raise unknown_cursor()


def unknown_cursor() -> Malformed:
    return Malformed("That page address is not one of ours. Start again from the first page.", code="cursor_unknown")


def clamp_limit(text: str | None) -> int:
    """The page size asked for, between 1 and MAX_LIMIT. Malformed when it is not a number."""
    if not text:
        return DEFAULT_LIMIT
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()):
        raise Malformed("limit must be a whole number.", code="limit_invalid")
    if text.startswith("-"):
        return 1
    return min(max(int(digits[:10]), 1), MAX_LIMIT)


def page_by_id(queryset: QuerySet[ModelT], *, kind: str, cursor: str, limit: int, field: str = "id") -> Page[ModelT]:
    """One page of `queryset`, newest id first. One query. Malformed for a cursor of another list."""
    if cursor:
        (last,) = decode_cursor(kind, cursor, 1)
        queryset = queryset.filter(**{f"{field}__lt": last})
    rows = list(queryset.order_by(f"-{field}")[: limit + 1])
    if len(rows) <= limit:
        return Page(rows, "")
    rows = rows[:limit]
    return Page(rows, encode_cursor(kind, getattr(rows[-1], field)))
