import pytest

from core.sizes import size_text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1023 bytes"),
        (1024, "1 kB"),
        (1536, "1.5 kB"),
        (950 * 1024, "950 kB"),
        (1010 * 1024, "1 MB"),
        (50 * 1024**2, "50 MB"),
        (round(1.44 * 1024**3), "1.4 GB"),
        (20 * 1024**3, "20 GB"),
        (5000 * 1024**5, "5000 PB"),
    ],
)
def test_size_is_told_in_two_or_three_figures(count: int, text: str) -> None:
    assert size_text(count) == text
