import base64

import pytest

from core.exceptions import Malformed
from core.ids import MAX_ID
from core.models import IdempotentAnswer
from core.paging import clamp_limit, decode_cursor, decode_ids, encode_cursor, encode_ids, page_by_id


@pytest.mark.parametrize("numbers", [[], [0], [1, 2, 3], [MAX_ID, 0]])
def test_cursor_gives_its_numbers_back(numbers: list[int]) -> None:
    cursor = encode_cursor("likes", *numbers)

    assert decode_cursor("likes", cursor, len(numbers)) == numbers


def forged(plain: bytes) -> str:
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")


REFUSED = {
    "empty": "",
    "not base64": "!!!",
    "not ascii": "ährchen",
    "one character": "a",
    "zero byte": "\x00",
    "an id in the open": "12345",
    "of another list": encode_cursor("followers", 5),
    "too few numbers": encode_cursor("likes"),
    "too many numbers": encode_cursor("likes", 5, 6),
    "negative": forged(b"likes.-5"),
    "text for a number": forged(b"likes.five"),
    "leading zero": forged(b"likes.05"),
    "fraction": forged(b"likes.5e1"),
    "beyond every id": forged(b"likes.%d" % (MAX_ID + 1)),
    "very many digits": forged(b"likes." + b"9" * 6000),
    "not text inside": forged(b"likes.\xff\xfe"),
    "padded": encode_cursor("likes", 5) + "=",
    "with a line break": encode_cursor("likes", 5) + "\n",
    "followed by rubbish": encode_cursor("likes", 5) + "!",
    "another spelling": forged(b"likes.5\x00"),
    "sql": "1' OR '1'='1",
}


@pytest.mark.parametrize("cursor", REFUSED.values(), ids=REFUSED.keys())
def test_cursor_that_is_not_ours_is_refused(cursor: str) -> None:
    with pytest.raises(Malformed) as refused:
        decode_cursor("likes", cursor, 1)

    assert (refused.value.status, refused.value.code) == (400, "cursor_unknown")


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        (None, 20),
        ("", 20),
        ("1", 1),
        ("100", 100),
        ("101", 100),
        ("0", 1),
        ("-5", 1),
        ("1000000000", 100),
        ("9" * 9000, 100),
    ],
)
def test_limit_is_kept_between_one_and_a_hundred(text: str | None, limit: int) -> None:
    assert clamp_limit(text) == limit


@pytest.mark.parametrize("text", ["ten", "1.5", "1e3", " 5", "--5", "-", "+5", "٣", "²", "0x10", "\x00"])
def test_limit_that_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(Malformed) as refused:
        clamp_limit(text)

    assert refused.value.code == "limit_invalid"


@pytest.fixture
def five_rows(db: None) -> list[int]:
    return [IdempotentAnswer.objects.create(owner_id=1, key=str(number)).pk for number in range(5)]


def walk(limit: int) -> list[list[int]]:
    """The ids of each page, from the first to the last."""
    pages, cursor = [], ""
    while True:
        page = page_by_id(IdempotentAnswer.objects.all(), kind="rows", cursor=cursor, limit=limit)
        pages.append([row.pk for row in page.items])
        if not page.next_cursor:
            return pages
        cursor = page.next_cursor


@pytest.mark.parametrize(("limit", "sizes"), [(1, [1, 1, 1, 1, 1]), (2, [2, 2, 1]), (4, [4, 1]), (5, [5]), (6, [5])])
def test_pages_hold_every_row_once_newest_first(five_rows: list[int], limit: int, sizes: list[int]) -> None:
    pages = walk(limit)

    assert [len(page) for page in pages] == sizes
    assert [pk for page in pages for pk in page] == five_rows[::-1]


def test_page_of_nothing_is_empty_and_last(db: None) -> None:
    assert walk(20) == [[]]


def test_next_page_is_not_shifted_by_rows_that_came_since(five_rows: list[int]) -> None:
    first = page_by_id(IdempotentAnswer.objects.all(), kind="rows", cursor="", limit=2)
    IdempotentAnswer.objects.create(owner_id=1, key="new")

    second = page_by_id(IdempotentAnswer.objects.all(), kind="rows", cursor=first.next_cursor, limit=2)

    assert [row.pk for row in second.items] == [five_rows[2], five_rows[1]]


def test_next_page_leaves_no_gap_when_its_first_rows_went(five_rows: list[int]) -> None:
    first = page_by_id(IdempotentAnswer.objects.all(), kind="rows", cursor="", limit=2)
    IdempotentAnswer.objects.filter(pk=five_rows[3]).delete()

    second = page_by_id(IdempotentAnswer.objects.all(), kind="rows", cursor=first.next_cursor, limit=2)

    assert [row.pk for row in second.items] == [five_rows[2], five_rows[1]]


def test_page_by_another_field_follows_that_field(five_rows: list[int]) -> None:
    for number, pk in enumerate(five_rows):
        IdempotentAnswer.objects.filter(pk=pk).update(owner_id=10 - number)
    rows = IdempotentAnswer.objects.all()

    first = page_by_id(rows, kind="owners", cursor="", limit=3, field="owner_id")
    second = page_by_id(rows, kind="owners", cursor=first.next_cursor, limit=3, field="owner_id")

    assert [row.owner_id for row in [*first.items, *second.items]] == [10, 9, 8, 7, 6]


@pytest.mark.parametrize("ids", [[1], [MAX_ID, 0, 5], list(range(200))])
def test_cursor_of_ids_gives_them_back(ids: list[int]) -> None:
    assert decode_ids("search", encode_ids("search", ids), 200) == ids


@pytest.mark.parametrize(
    "cursor",
    [
        *REFUSED.values(),
        encode_ids("search", []),
        encode_ids("search", [1] * 201),
        encode_ids("search", [MAX_ID + 1]),
        encode_ids("other", [1]),
        encode_ids("search", [1]) + "=",
        forged(b"search." + b"x" * 9),
        "QUFB" * 2560,
    ],
)
def test_what_is_no_cursor_of_ids_is_refused(cursor: str) -> None:
    with pytest.raises(Malformed) as refused:
        decode_ids("search", cursor, 200)

    assert refused.value.code == "cursor_unknown"
