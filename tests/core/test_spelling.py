"""Words with one slip in them."""

import pytest

from core.spelling import LONGEST, slips


@pytest.mark.parametrize("meant", ["hana", "hanna", "hna", "hama", "ahna"])
def test_one_slip_away_from_a_word_is_one_letter_less_more_different_or_out_of_order(meant: str) -> None:
    assert {meant, "hana"} & set(slips("hana" if meant != "hana" else "hanna"))


def test_letters_are_of_the_alphabet_that_the_word_is_written_in() -> None:
    assert "анна" in slips("ана")
    assert not any(set(word) & set("abc") for word in slips("анна"))


@pytest.mark.parametrize("word", ["", "ab", "x" * (LONGEST + 1), "kil\0n"])
def test_nothing_is_guessed_of_words_that_are_too_short_or_too_long_or_broken(word: str) -> None:
    assert slips(word) == []


def test_word_is_no_slip_of_itself_and_each_comes_once() -> None:
    found = slips("aab")

    assert "aab" not in found
    assert len(found) == len(set(found))
