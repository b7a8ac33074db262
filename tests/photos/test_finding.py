"""Which posts say something, the newest first, in pieces."""

from itertools import chain

import pytest
from django.db import connection

from accounts.models import User
from core.ids import MAX_ID
from photos import finding
from photos.finding import Matches, Spread
from photos.matching import finds
from tests.factories import make_post

SPREAD = Spread(rows=1000, bounds=[0, 100, 200, 300, 1300])  # a quarter of the rows between two of them


@pytest.mark.parametrize(
    ("below", "rows", "start"),
    [(1300, 250, 300), (MAX_ID, 250, 300), (1300, 125, 800), (250, 250, 150), (250, 5000, 0), (0, 10, 0)],
)
def test_stretch_begins_where_so_many_rows_are_expected(below: int, rows: int, start: int) -> None:
    assert SPREAD.start(below, rows) == start


def test_without_statistics_a_stretch_is_everything() -> None:
    assert Spread(1, []).start(100, 1) == 0


@pytest.mark.parametrize("most_read", [0, 8, 8000])
@pytest.mark.parametrize("word", ["kiln", "even", "last"])
def test_pieces_together_are_all_matches_once_from_the_newest_on(
    alma: User, monkeypatch: pytest.MonkeyPatch, most_read: int, word: str
) -> None:
    titles = ["Kiln last", *(f"Kiln {'even' if number % 2 else 'odd'}" for number in range(11))]
    posts = [make_post(alma, title=title, pictures=0) for title in titles]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE photos_postwords")
    for name, value in (("READ", most_read), ("FIRST", 2), ("MOST", 3)):
        monkeypatch.setattr(finding, name, value)
    expected = [post.pk for post in reversed(posts) if word in post.title.lower()]

    every = list(chain.from_iterable(Matches(finds(f"'{word}'")).newest()))
    some = list(chain.from_iterable(Matches(finds(f"'{word}'")).newest(below=posts[-1].pk, above=posts[2].pk)))

    assert every == expected
    assert some == [post_id for post_id in expected if posts[2].pk < post_id < posts[-1].pk]
