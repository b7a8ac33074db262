"""What is typed into a search, taken apart."""

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.exceptions import InvalidInput
from photos.questions import MOST_WORDS, Asked, Term, read_question


def told(asked: Asked) -> dict[str, Any]:
    """What is not empty, terms as text, those of phrases in quotes."""
    whole = {name: getattr(asked, name) for name in Asked.__dataclass_fields__}
    whole |= {"terms": [text_of(term) for term in asked.terms], "without": [text_of(term) for term in asked.without]}
    whole["excluded"] = told(asked.excluded) if asked.excluded else None
    return {name: value for name, value in whole.items() if value}


def text_of(term: Term) -> str:
    text = " ".join(word.text for word in term.words)
    return f'"{text}"' if term.is_phrase else text


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Golden  hour", {"terms": ["golden", "hour"]}),
        ('"Golden hour" lake', {"terms": ['"golden hour"', "lake"]}),
        ("„Golden hour“", {"terms": ['"golden hour"']}),
        ('"never closed', {"terms": ['"never closed"']}),
        ('lake -dark -"golden hour"', {"terms": ["lake"], "without": ['"dark"', '"golden hour"']}),
        ("well-known a - b", {"terms": ["well", "known", "a", "b"]}),
        ("from:@Hana lake", {"author": "hana", "terms": ["lake"]}),
        ("From:me", {"author": "me"}),
        ("tag:#Mist tag:lake", {"tags": ["mist", "lake"]}),
        ("type:videos", {"kind": "video"}),
        ('place:"São Paulo" has:location', {"places": ["sao-paulo", ""]}),
        ("after:2026-05 before:2027", {"after": date(2026, 5, 1), "before": date(2027, 1, 1)}),
        ("lake -from:me -tag:mist", {"terms": ["lake"], "excluded": {"author": "me", "tags": ["mist"]}}),
        ("12:30 http://x.y foo:", {"terms": ["12", "30", "http", "x", "y", "foo"]}),
        ('"tag:mist"', {"terms": ['"tag mist"']}),
        ("- : \" '' !", {}),
        ("", {}),
    ],
)
def test_question_is_taken_apart(typed: str, expected: dict[str, Any]) -> None:
    assert told(read_question(typed)) == expected


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("from:", ["from"]),
        ("from: me", ["from"]),
        ("tag:a-b type:song", ["tag", "type"]),
        ("before:2026-02-30", ["before"]),
        ("after:soon", ["after"]),
        ("after:0001-01-01 before:9999-12-31", ["after", "before"]),
        ("-before:2026", ["before"]),
        ("place:!?", ["place"]),
        ("has:cake", ["has"]),
    ],
)
def test_value_that_an_operator_cannot_have_is_refused_by_its_name(typed: str, names: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_question(typed)

    assert [error.message.split(":")[0] for error in refused.value.errors] == names


def test_words_beyond_the_most_are_left_out() -> None:
    asked = read_question("a " * 50 + "-b")

    assert (len(asked.terms), asked.without) == (MOST_WORDS, [])


@given(st.text(max_size=200))
def test_any_text_is_taken_apart_or_refused(text: str) -> None:
    with suppress(InvalidInput):
        assert len(read_question(text).terms) <= MOST_WORDS
