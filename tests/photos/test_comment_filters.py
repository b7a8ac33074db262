import pytest

from photos.comment_filters import has_filtered


@pytest.mark.parametrize(
    ("text", "word", "is_found"),
    [
        ("You SPAM.", "spam", True),
        ("spam", "Spam", True),
        ("spammer", "spam", False),
        ("my_spam", "spam", False),
        ("#spam, @spam", "spam", True),
        ("ｓｐａｍ", "spam", True),
        ("sp\u200bam and s\u00adpam", "spam", True),
        ("cheap\n watches here", "cheap watches", True),
        ("cheap watchesx", "cheap watches", False),
        ("STRASSE", "straße", True),
        ("don’t", "don't", True),
        ("这是垃圾广告吗", "垃圾", True),
        ("สแปมมาก", "สแปม", True),
        ("カタカナです", "カタ", True),
        ("спамер", "спам", False),
        ("Это спам!", "СПАМ", True),
        ("नमस्ते", "नम", False),
        ("buy 🍑 now", "🍑", True),
        ("aspam spam", "spam", True),
        ("anything", "", False),
        ("", "spam", False),
    ],
)
def test_words_are_found_as_wholes_in_any_case_and_width(text: str, word: str, is_found: bool) -> None:
    assert has_filtered(text, ["other", word]) == is_found
