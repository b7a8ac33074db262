"""Words that may be meant, found in both ways.

The Postgres of these tests has no pg_trgm. So for the second way there are functions of the same names here, which
compare the same groups of three letters: that holds our query and its order, not the index.
"""

import pytest
from django.db import connection

from photos.services.vocabulary import know_words
from photos.spelling import has_trigrams, similar_words, use_trigrams

KNOWN = ["harbour", "harvest", "photography", "photographer", "kiln", "kilt"]
STAND_IN = """
    CREATE FUNCTION trigrams(text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
        SELECT array_agg(DISTINCT substr('  ' || $1 || ' ', at, 3)) FROM generate_series(1, length($1) + 1) at
    $$;
    CREATE FUNCTION similarity(text, text) RETURNS real LANGUAGE sql IMMUTABLE AS $$
        SELECT count(*) FILTER (WHERE a AND b)::real / count(*) FROM (
            SELECT bool_or(side = 1) a, bool_or(side = 2) b FROM (
                SELECT unnest(trigrams($1)) part, 1 side UNION ALL SELECT unnest(trigrams($2)), 2
            ) parts GROUP BY part
        ) both_sides
    $$;
    CREATE FUNCTION alike(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT similarity($1, $2) >= 0.3';
    CREATE OPERATOR % (LEFTARG = text, RIGHTARG = text, FUNCTION = alike);
"""


@pytest.fixture
def known(db: None) -> None:
    know_words(KNOWN)


@pytest.fixture
def trigrams(db: None) -> None:
    """The extension itself where it is to be had."""
    if not use_trigrams():
        with connection.cursor() as cursor:
            cursor.execute(STAND_IN)


@pytest.mark.usefixtures("known")
def test_word_with_one_slip_is_found_by_its_letters() -> None:
    found = similar_words(["harbor", "kiln", "foto"])

    assert found == {"harbor": ["harbour"], "kiln": ["kilt"], "foto": []}


@pytest.mark.usefixtures("known", "trigrams")
def test_word_with_more_slips_is_found_by_its_trigrams_and_the_likeliest_comes_first() -> None:
    assert has_trigrams()
    assert similar_words(["fotography", "photgraphr", "harbor"]) == {
        "fotography": ["photography"],
        "photgraphr": ["photography", "photographer"],
        "harbor": ["harbour"],
    }


@pytest.mark.usefixtures("known")
def test_way_by_trigrams_is_not_gone_where_there_are_none() -> None:
    assert not has_trigrams()
    assert similar_words(["fotography"]) == {"fotography": []}
