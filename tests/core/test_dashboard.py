from datetime import UTC, datetime, timedelta

import pytest

from core.dashboard import Plot, draw, duration_text, span_until, text_of
from core.plots import HEIGHT, WIDTH, bars_of, ceiling, ceiling_of_bytes, line_of, ticks
from core.samples import Span

NOON = datetime(2026, 11, 30, 12, 10, tzinfo=UTC)
HALF_HOURS = Span(datetime(2026, 11, 30, 11, tzinfo=UTC), timedelta(minutes=30), 3)


@pytest.mark.parametrize(("most", "top"), [(0, 4), (1, 4), (4, 4), (5, 8), (9, 20), (41, 80), (1000, 2000)])
def test_scale_ends_where_its_quarters_are_round_whole_numbers(most: float, top: float) -> None:
    assert ceiling(most) == top


def test_scale_of_bytes_has_round_quarters_in_the_units_of_bytes() -> None:
    assert [text_of(value, "bytes") for _, value in ticks(ceiling_of_bytes(70 * 2**30))] == [
        "0 bytes",
        "20 GB",
        "40 GB",
        "60 GB",
        "80 GB",
    ]


def test_line_has_a_gap_where_nothing_is_known_and_a_dot_for_what_stands_alone() -> None:
    shape = line_of("a", 0, [0, 4, None, 2, None], 4)

    assert shape.lines == [f"0,{HEIGHT} {WIDTH / 4:g},0"]
    assert shape.dots == [(WIDTH * 3 / 4, HEIGHT / 2)]


def test_bars_stand_for_what_happened_alone() -> None:
    assert [(bar.y, bar.height) for bar in bars_of("a", 0, [None, 0, 1, 4], 4).bars] == [
        (HEIGHT * 0.75, HEIGHT * 0.25),
        (0, HEIGHT),
    ]


@pytest.mark.parametrize(
    ("width", "count", "first", "last"),
    [
        (timedelta(minutes=30), 48, datetime(2026, 11, 29, 12, 30, tzinfo=UTC), datetime(2026, 11, 30, 12, tzinfo=UTC)),
        (timedelta(days=1), 90, datetime(2026, 9, 2, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC)),
    ],
)
def test_last_bucket_is_the_one_of_now(width: timedelta, count: int, first: datetime, last: datetime) -> None:
    buckets = span_until(NOON, width, count).buckets

    assert (buckets[0], buckets[-1], len(buckets)) == (first, last, count)


def test_drawing_says_the_same_in_words_and_figures() -> None:
    plot = Plot("Ages", "How old.", [("Oldest", "age"), ("Other", "other")], place=1, unit="seconds")

    drawing = draw(plot, {"age": [60, None, 7300], "other": [None, None, None]}, HALF_HOURS)

    assert drawing.summary == "Oldest: 2 h now, 2 h at most"
    assert [cells for _, cells in drawing.rows] == [["60 s", "-"], ["-", "-"], ["2 h", "-"]]
    assert not drawing.is_empty


def test_drawing_of_nothing_says_so() -> None:
    plot = Plot("Ages", "How old.", [("Oldest", "age")], place=1)

    drawing = draw(plot, {"age": [None, None, None]}, HALF_HOURS)

    assert (drawing.is_empty, drawing.summary) == (True, "Nothing was written down in this time")


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7200, "2 h"), (200_000, "2 d")]
)
def test_durations_are_in_the_largest_unit_that_fits_twice(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text
