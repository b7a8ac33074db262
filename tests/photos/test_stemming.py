"""Stems of words by the dictionaries of Postgres."""

import pytest
from django.test import override_settings

from photos.stemming import language_of, lex, stems_in
from photos.words import Said


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the mountains", {"mountains": ["mountain"]}),
        ("die berge", {"berge": ["berg"]}),
        ("cities", {"cities": ["citi"]}),
    ],
)
def test_text_is_stemmed_in_the_language_of_its_little_words(text: str, expected: dict[str, list[str]]) -> None:
    words = Said(text, [], "").plain_words()

    stems = stems_in(words, lex(words, ["en", "de"]))

    assert {word: stems[word] for word in expected} == expected


@pytest.mark.parametrize(
    ("tag", "language"), [("de-AT", "de"), ("EN_us", "en"), ("nb", "no"), ("ja", "en"), ("", "en")]
)
@override_settings(SEARCH_LANGUAGES=["en", "de", "no"])
def test_language_is_one_of_those_that_are_kept(tag: str, language: str) -> None:
    assert language_of(tag) == language


@override_settings(SEARCH_LANGUAGES=[])
def test_without_languages_nothing_is_stemmed() -> None:
    assert (language_of("en"), lex(["kilns"], [])) == ("", {"kilns": {}})
