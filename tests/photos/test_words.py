from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photos.words import LONGEST, Said, fold, kept_words, marks_of, near_forms, words_in


def texts(text: str) -> list[str]:
    return [word.text for word in words_in(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Before the first FERRY", ["before", "the", "first", "ferry"]),
        ("Crème brûlée, Ærø & Łódź", ["creme", "brulee", "æro", "lodz"]),
        ("Straße", ["strasse"]),
        ("golden_hour #mist @hana.k", ["golden", "hour", "mist", "hana", "k"]),
        ("don't", ["don", "t"]),
        ("ΟΔΥΣΣΕΎΣ", ["οδυσσευσ"]),
        ("Ёлка", ["елка"]),
        ("أَحْمَد", ["احمد"]),
        ("שָׁלוֹם", ["שלום"]),
        ("हिन्दी", ["हिन्दी"]),
        ("東京タワーの夜", ["東京タワーの夜"]),
        ("iPhoneで撮影 2024年", ["iphone", "で撮影", "2024", "年"]),
        ("ｶﾞﾗｽ", ["ガラス"]),
        ("น้ำตก", [fold("น้ำตก")]),
        ("waves 🌊🏄🏽‍♀️", ["waves", "🌊🏄♀"]),
        ("soft\u00adhyphen ze\u200bro", ["softhyphen", "zero"]),
        ("!&|():*<->'\\%_\"\0\ud800", []),
        ("", []),
    ],
)
def test_words_are_folded_and_taken_apart(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


def test_run_is_kept_as_pairs_and_its_last_sign() -> None:
    (word,) = words_in("東京都")

    assert (word.is_run, word.pieces) == (True, ["東京", "京都", "都"])


@pytest.mark.parametrize(
    ("text", "begins", "query"),
    [
        ("kiln", False, "'kiln'"),
        ("kiln", True, "'kiln':*"),
        ("k", True, "'k'"),
        ("東", False, "'東':*"),
        ("東京", True, "('東京')"),
        ("東京都", True, "('東京' <-> '京都')"),
    ],
)
def test_query_finds_whole_words_beginnings_and_parts_of_runs(text: str, begins: bool, query: str) -> None:
    (word,) = words_in(text)

    assert word.query(begins=begins) == query


def test_words_of_a_post_have_the_weight_of_where_they_stand() -> None:
    kept = kept_words(Said("Kiln at night", ["kiln", "raku"], "At dawn", "Porto hana"))

    assert kept == "'kiln':1A,200B 'at':2A,5000C 'night':3A 'raku':201B 'dawn':5001C 'porto':15000D 'hana':15001D"


def test_stems_stand_where_their_words_stand_unless_they_are_the_same() -> None:
    kept = kept_words(Said("Kilns night", [], ""), {"kilns": ["kiln"], "night": ["night"]})

    assert kept == "'kilns':1A '=kiln':1A 'night':2A"


def test_marks_name_author_tags_places_from_wide_to_narrow_and_kinds() -> None:
    marks = marks_of(7, ["mist"], "porto-portugal", ["photo"])

    assert marks == ["@7", "#mist", "%", "%porto", "%porto-portugal", "~photo"]


def test_word_of_any_length_counts_with_its_beginning() -> None:
    assert kept_words(Said("W" * 5000, [], "")) == f"'{'w' * LONGEST}':1A"


@pytest.mark.parametrize(
    ("typed", "is_near"),
    [
        ("harbour", True),
        ("harbor", True),
        ("harbouur", True),
        ("harbuor", True),
        ("harbovr", True),
        ("arbour", True),
        ("harbo", False),
        ("kiln", False),
    ],
)
def test_near_forms_meet_where_one_slip_was_made(typed: str, is_near: bool) -> None:
    assert bool(set(near_forms("harbour")) & set(near_forms(typed))) is is_near


def test_near_forms_fit_into_a_bigint() -> None:
    assert all(-(2**63) <= number < 2**63 for number in near_forms("harbour"))


@pytest.mark.parametrize("title", ["cat", "2024", "東京都庁前", "x" * 30])
def test_short_and_endless_words_numbers_and_runs_are_not_corrected(title: str) -> None:
    assert Said(title, [], "").spelled_words() == []


def test_words_of_title_and_tags_are_corrected() -> None:
    assert Said("Harbour", ["mist"], "caption", "Porto").spelled_words() == ["harbour", "mist"]


@given(st.text(max_size=60))
def test_words_are_the_same_for_composed_and_decomposed_text(text: str) -> None:
    assert words_in(normalize("NFD", text)) == words_in(normalize("NFC", text))


@given(st.text(max_size=60))
def test_words_hold_nothing_that_a_query_could_trip_over(text: str) -> None:
    assert not any(sign in "'\\\0 &|!():*<>" for word in words_in(text) for sign in word.text)
