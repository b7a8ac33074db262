from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import get_resolver

from accounts.names import RESERVED, clean_username
from core.exceptions import InvalidInput


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("alma", "alma"),
        (" Alma ", "alma"),
        ("a.l_m4", "a.l_m4"),
        ("ａｌｍａ", "alma"),
        ("ﬁlm", "film"),
        ("Straße", "strasse"),
        ("xy", "xy"),
        ("x" * 30, "x" * 30),
        ("_a_", "_a_"),
    ],
)
def test_username_is_made_plain(typed: str, name: str) -> None:
    assert clean_username(typed) == name


@pytest.mark.parametrize(
    "typed",
    [
        *("", "x", "x" * 31, ".alma", "alma.", "al..ma", "al ma", "al-ma", "al@ma", "al/ma", "älma", "аlma"),
        *("al\u200dma", "al\u202ema", "alma\x00", "алма", "١٢", "ıı", "<script>", "../etc", "x" * 100_000),
    ],
)
def test_username_of_another_shape_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        clean_username(typed)

    assert [(each.field, each.code) for each in refused.value.errors] == [("username", "username_invalid")]


@pytest.mark.parametrize("typed", ["admin", "ADMIN", " Settings", "ａｄｍｉｎ", "rest", "static"])
def test_username_that_looks_official_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        clean_username(typed)

    assert refused.value.code == "username_reserved"


def first_parts(patterns: list[Any], before: str = "") -> Iterator[str]:
    """The first part of every address of the site."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if "/" in route or not hasattr(pattern, "url_patterns"):
            yield route.split("/")[0]
        else:
            yield from first_parts(pattern.url_patterns, route)


def test_first_parts_of_our_own_addresses_are_reserved() -> None:
    parts = set(first_parts(get_resolver().url_patterns))

    assert {"rest", "login", "p"} <= parts
    assert {part for part in parts if part.isalpha() and len(part) > 1} - RESERVED == set()
