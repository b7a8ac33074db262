"""Listed words are met in every spelling that people think of, and in nothing else."""

import pytest

from accounts.word_lists import Listed, WordList, fold

WORDS = WordList(
    Listed(number, fold(text), inside)
    for number, (text, inside) in enumerate(
        [
            ("scam", False),
            ("Buy followers", False),
            ("草泥马", False),
            ("Idiot", False),
            ("spam", True),
            ("4chan", False),
        ]
    )
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A SCAM!", {0}),
        ("ｓｃａｍ", {0}),
        ("s\u200bc\u00adam", {0}),
        ("ѕсаm in Cyrillic", {0}),
        ("scâm", {0}),
        ("sc4m, $cam, sc@m", {0}),
        ("s c a m", {0}),
        ("S.C.A.M", {0}),
        ("#scam by @scam", {0}),
        ("buy_followers", {1}),
        ("buy\n  FOLLOWERS now", {1}),
        ("我草泥马了", {2}),
        ("1diot", {3}),
        ("nospamming", {4}),
        ("4chan", {5}),
        ("scamper with followers", set()),
        ("fall in 2024, 10 lo", set()),
        ("", set()),
    ],
)
def test_words_are_met_however_they_are_written_and_nowhere_else(text: str, found: set[int]) -> None:
    assert WORDS.find(text) == found


def test_a_long_list_and_a_long_text_make_no_long_work() -> None:
    """What is looked up is what the text has, not what the list has: no text makes it grow beyond its length."""
    many = WordList(Listed(n, fold(f"word{n} other{n}" if n % 3 else f"bad{n}"), n % 5 == 0) for n in range(10_000))
    looked_up = sum(len(list(many._phrases(["word1"] * 1000))) for _ in range(3))

    assert (looked_up, many.find("word1 " * 400 + "bad3"), many._lengths) == (0, {3}, [1, 2])
