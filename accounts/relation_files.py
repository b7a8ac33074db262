"""Follows, blocks and mutes as CSV: what is written for people to take along, and what is read of what they bring.

Written: `username,since`, for mutes also `scope,until`. Read: the same, or files of others that begin with a column of
names or of addresses (`name@site`), with a header or without.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from io import StringIO

from core.exceptions import InvalidInput

MOST_BYTES = 1024**2
MOST_ROWS = 10_000
MOST_SIGNS = 100  # of a cell; more is no name and no time

_NAME_HEADERS = {"username", "account address", "account", "address"}
# What spreadsheets take for the beginning of a formula, or read over before one; wide signs are such signs to some.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_NAME = re.compile(r"[a-z0-9._]{1,30}")

Row = tuple[int, str, str, str]  # line from 1, name, scope, until


def write_csv(header: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """The file line by line, so that it need not be in memory whole; no cell is taken for a formula."""
    yield _line(header)
    for row in rows:
        yield _line(row)


def read_csv(file: bytes) -> list[Row]:
    """The rows of a file. InvalidInput on field `file` when it is too large, too long, empty, or no CSV in UTF-8."""
    if len(file) > MOST_BYTES:
        raise _refused("This file is larger than 1 MB.", "too_large")
    try:
        text = file.decode("utf-8-sig")
        lines = [(number, cells) for number, cells in _read(text) if any(cell.strip() for cell in cells)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise _refused("This is not a CSV file in UTF-8.", "not_csv") from error
    columns = _columns(lines[0][1]) if lines else None
    rows = [_row(number, cells, columns) for number, cells in (lines[1:] if columns else lines)]
    if not rows:
        raise _refused("There is nobody in this file.", "empty")
    if len(rows) > MOST_ROWS:
        raise _refused(f"This file has more than {MOST_ROWS:,} rows. Please split it.", "too_many")
    return rows


def local_name(typed: str, host: str) -> str | None:
    """The username that `typed` means on the site `host`; "" for what is no name, None for one of another site."""
    name, _, site = typed.strip().removeprefix("'").removeprefix("@").lower().partition("@")
    if site and site != host:
        return None
    return name if _NAME.fullmatch(name) else ""


def _read(text: str) -> Iterator[tuple[int, list[str]]]:
    if "\0" in text:
        raise csv.Error("a NUL")
    reader = csv.reader(StringIO(text, newline=""))
    for cells in reader:
        yield reader.line_num, cells


def _columns(first: list[str]) -> dict[str, int] | None:
    """Where what stands, if this row is a header."""
    names = [cell.strip().lower() for cell in first]
    return {name: place for place, name in enumerate(names)} if names[0] in _NAME_HEADERS else None


def _row(number: int, cells: list[str], columns: dict[str, int] | None) -> Row:
    places = (0, columns.get("scope"), columns.get("until")) if columns else (0, 2, 3)
    name, scope, until = (_cell(cells, place) for place in places)
    return number, name, scope, until


def _cell(cells: list[str], place: int | None) -> str:
    """What stands there, without the sign that `write_csv` puts before what looks like a formula."""
    text = cells[place].strip() if place is not None and place < len(cells) else ""
    return text.removeprefix("'")[:MOST_SIGNS]


def _line(row: Iterable[str]) -> str:
    line = StringIO()
    csv.writer(line).writerow([f"'{cell}" if cell.startswith(_RISKY) else cell for cell in row])
    return line.getvalue()


def _refused(message: str, code: str) -> InvalidInput:
    return InvalidInput.field("file", message, code=code)
