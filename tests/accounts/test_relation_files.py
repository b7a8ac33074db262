import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.relation_files import local_name, read_csv, write_csv
from core.exceptions import InvalidInput


@pytest.mark.parametrize(
    ("file", "rows"),
    [
        ("hana\ntom\n", [(1, "hana", "", ""), (2, "tom", "", "")]),
        ("\ufeffusername,since\r\nhana,2026-01-01\r\n", [(2, "hana", "", "")]),
        ("Account address,Hide notifications\nhana@site.example,true\n", [(2, "hana@site.example", "", "")]),
        ("username,since,scope,until\nhana,x,everything,2027-01-01\n", [(2, "hana", "everything", "2027-01-01")]),
        ("hana,x,posts,", [(1, "hana", "posts", "")]),
        ("until,username\n2027-01-01,hana\n", [(1, "until", "", ""), (2, "2027-01-01", "", "")]),
        ("\n  \nhana\n\n", [(3, "hana", "", "")]),
        ("'=hana", [(1, "=hana", "", "")]),
        ('"a\nb",c\n', [(2, "a\nb", "", "")]),
        ("x" * 300, [(1, "x" * 100, "", "")]),
    ],
)
def test_file_is_read_with_and_without_header(file: str, rows: list[tuple[int, str, str, str]]) -> None:
    assert read_csv(file.encode()) == rows


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (b"", "empty"),
        (b"\n\n , \n", "empty"),
        (b"username,since\n", "empty"),
        (b"\xff\xfe\x00h", "not_csv"),
        (b"a\0b", "not_csv"),
        (b'"' + b"x" * 200_000, "not_csv"),
        (b"hana\n" * 10_001, "too_many"),
        (b"x" * (1024**2 + 1), "too_large"),
    ],
)
def test_file_that_cannot_be_used_is_refused(file: bytes, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_csv(file)

    assert [(each.field, each.code) for each in refused.value.errors] == [("file", code)]


def test_file_of_ten_thousand_rows_is_read() -> None:
    assert len(read_csv(b"hana\n" * 10_000)) == 10_000


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("hana", "hana"),
        ("@Hana", "hana"),
        ("'@hana", "hana"),
        ("hana@here.example", "hana"),
        ("@hana@HERE.example", "hana"),
        ("hana@elsewhere.example", None),
        ("", ""),
        ("two words", ""),
        ("ха́на", ""),
        ("x" * 31, ""),
    ],
)
def test_name_is_that_of_somebody_on_this_site(typed: str, name: str | None) -> None:
    assert local_name(typed, "here.example") == name


@given(st.lists(st.lists(st.text(st.characters(exclude_characters="\0\r\n", exclude_categories=["Cs"])), min_size=1)))
def test_no_cell_begins_like_a_formula(rows: list[list[str]]) -> None:
    file = "".join(write_csv(["username"], rows))

    cells = [cell for row in csv.reader(StringIO(file, newline="")) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_cells_that_are_risky_are_quoted_and_read_back() -> None:
    file = "".join(write_csv(["username"], [['=HYPERLINK("x")'], ["hana"]]))

    assert file == 'username\r\n"\'=HYPERLINK(""x"")"\r\nhana\r\n'
    assert read_csv(file.encode()) == [(2, '=HYPERLINK("x")', "", ""), (3, "hana", "", "")]
