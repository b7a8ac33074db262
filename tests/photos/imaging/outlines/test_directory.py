import io
import struct
from typing import Literal

import pytest

from photos.imaging.errors import UnreadableImage
from photos.imaging.outlines.directory import Directory, first_directory

BOTH_ORDERS = pytest.mark.parametrize("order", ["<", ">"])


def block(order: Literal["<", ">"], *fields: tuple[int, int, int, bytes], behind: bytes = b"") -> Directory:
    """The directory of (tag, kind, count, the four bytes of its value or place); `behind` starts at 14 + 12 a field."""
    start = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "LH", 8, len(fields))
    entries = b"".join(struct.pack(order + "HHL", *field[:3]) + field[3].ljust(4, b"\0") for field in fields)
    return first_directory(io.BytesIO(start + entries + bytes(4) + behind))


@BOTH_ORDERS
def test_number_of_a_short_is_its_value(order: Literal["<", ">"]) -> None:
    assert block(order, (256, 3, 1, struct.pack(order + "H", 4000))).number(256) == 4000


@BOTH_ORDERS
def test_numbers_of_fractions_are_read_where_they_lie(order: Literal["<", ">"]) -> None:
    place = struct.pack(order + "L", 26)
    behind = struct.pack(order + "LLLL", 1, 250, 7, 0)

    assert block(order, (1, 5, 2, place), behind=behind).numbers(1) == (1 / 250, 0.0)


@BOTH_ORDERS
def test_text_ends_at_its_mark(order: Literal["<", ">"]) -> None:
    place = struct.pack(order + "L", 26)

    assert block(order, (1, 2, 8, place), behind=b"M6\0hidden").text(1) == "M6"


def test_numbers_are_no_more_than_asked_for() -> None:
    place = struct.pack("<L", 26)

    assert block("<", (1, 1, 3_000_000_000, place), behind=b"\1\2\3\4").numbers(1, 3) == (1, 2, 3)


@pytest.mark.parametrize(
    ("kind", "count", "value"),
    [(4, 1_000, b"\xff\xff\xff\xff"), (2, 4, b"text"), (99, 1, b"\1\0\0\0")],
    ids=["outside", "text", "unknown kind"],
)
def test_numbers_that_cannot_be_read_are_none(kind: int, count: int, value: bytes) -> None:
    directory = block("<", (1, kind, count, value))

    assert (directory.numbers(1), directory.number(1, 7.0)) == ((), 7.0)


def test_below_follows_a_pointer() -> None:
    inner = struct.pack("<H", 1) + struct.pack("<HHLHxx", 2, 3, 1, 42)

    below = block("<", (1, 4, 1, struct.pack("<L", 26)), behind=inner).below(1)

    assert below is not None
    assert below.number(2) == 42


def test_below_of_a_pointer_that_leads_nowhere_is_none() -> None:
    assert block("<", (1, 4, 1, b"\xff\xff\xff\x7f")).below(1) is None


@pytest.mark.parametrize("data", [b"", b"II*\0", b"II*\0\x08\0\0\0\x05\0", b"XX*\0\x08\0\0\0\0\0"])
def test_first_directory_that_is_not_there_is_damaged(data: bytes) -> None:
    with pytest.raises(UnreadableImage) as caught:
        first_directory(io.BytesIO(data))

    assert caught.value.code == "damaged"
