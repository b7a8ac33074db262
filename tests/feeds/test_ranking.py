import random
from itertools import groupby
from typing import Any

import pytest

from feeds.ranking import (
    HOUR_MS,
    Candidate,
    Explanation,
    Terms,
    Weights,
    explain,
    rank,
    rank_value,
    score_terms,
    span_text,
    spread_authors,
)

WEIGHTS = Weights()
NOW = 1_000 * HOUR_MS


def candidate(post_id: int = 1, *, age_hours: float = 0.0, **fields: Any) -> Candidate:
    values = {"author_id": post_id} | fields
    return Candidate(post_id=post_id, created_ms=NOW - round(age_hours * HOUR_MS), **values)


def terms(post: Candidate) -> Terms:
    return score_terms(post, WEIGHTS, NOW)


def spread(authors: str, most: int = 2) -> str:
    """The authors, one letter each, in the order of their spread places."""
    return "".join(authors[place] for place in spread_authors([ord(each) for each in authors], most))


def test_terms_of_a_fresh_post_nobody_touched_are_all_one() -> None:
    assert terms(candidate()) == Terms(freshness=1.0, applause=1.0, nearness=1.0, seen=1.0)


def test_terms_follow_the_documented_formula() -> None:
    found = terms(candidate(age_hours=48, likes=3, comments=1, closeness=7, seen=True))

    assert found == Terms(freshness=0.25, applause=1 + 0.35 * 2 + 0.5 * 1, nearness=1 + 0.4 * 3, seen=0.2)
    assert found.score == pytest.approx(0.25 * 2.2 * 2.2 * 0.2)


def test_terms_follow_the_weights_given() -> None:
    weights = Weights(half_life_hours=12, likes=1, comments=2, closeness=3, seen=0.5)
    post = candidate(age_hours=24, likes=1, comments=3, closeness=1, seen=True)

    assert score_terms(post, weights, NOW) == Terms(freshness=0.25, applause=6.0, nearness=4.0, seen=0.5)


@pytest.mark.parametrize("age", [0.0, 1.0, 24.0, 500.0])
def test_score_halves_with_every_half_life(age: float) -> None:
    younger = terms(candidate(age_hours=age, likes=5, closeness=2))
    older = terms(candidate(age_hours=age + 24, likes=5, closeness=2))

    assert older.score == pytest.approx(younger.score / 2)


def test_post_from_the_future_is_not_fresher_than_now() -> None:
    assert terms(candidate(age_hours=-10)) == terms(candidate(age_hours=0))


def test_closeness_counts_no_more_than_a_byte_holds() -> None:
    assert terms(candidate(closeness=255)) == terms(candidate(closeness=300))


@pytest.mark.parametrize("term", ["likes", "comments", "closeness"])
@pytest.mark.parametrize("amount", [0, 1, 9, 200])
def test_value_grows_with_each_term(term: str, amount: int) -> None:
    less = candidate(age_hours=5, **{term: amount})
    more = candidate(age_hours=5, **{term: amount + 1})

    assert rank_value(more, WEIGHTS) > rank_value(less, WEIGHTS)


@pytest.mark.parametrize("amount", [0, 10, 1000])
def test_value_falls_with_age_whatever_the_applause(amount: int) -> None:
    younger = candidate(age_hours=3, likes=amount)
    older = candidate(age_hours=3.1, likes=amount)

    assert rank_value(older, WEIGHTS) < rank_value(younger, WEIGHTS)


@pytest.mark.parametrize("seed", range(10))
def test_value_orders_as_the_score_does(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    posts = [
        candidate(
            number,
            age_hours=chance.uniform(0, 700),
            likes=chance.randrange(1000),
            comments=chance.randrange(50),
            closeness=chance.randrange(20),
            seen=chance.random() < 0.2,
        )
        for number in range(300)
    ]

    by_value = sorted(posts, key=lambda post: -rank_value(post, WEIGHTS))

    assert by_value == sorted(posts, key=lambda post: -terms(post).score)


def test_rank_puts_the_best_score_first() -> None:
    old, plain, loved = candidate(3, age_hours=30), candidate(2), candidate(1, likes=8)

    assert rank([old, plain, loved], 10, WEIGHTS) == [1, 2, 3]


def test_rank_lets_what_was_seen_sink() -> None:
    seen, older = candidate(2, seen=True), candidate(1, age_hours=24)

    assert rank([seen, older], 10, WEIGHTS) == [1, 2]


def test_rank_of_equal_scores_is_newest_first_in_whatever_order_they_come() -> None:
    candidates = [candidate(number) for number in range(1, 30)]
    shuffled = random.Random(4).sample(candidates, len(candidates))  # noqa: S311

    assert rank(shuffled, 100, WEIGHTS) == rank(candidates, 100, WEIGHTS) == list(range(29, 0, -1))


@pytest.mark.parametrize(("length", "expected"), [(0, []), (1, [3]), (2, [3, 2]), (3, [3, 2, 1]), (4, [3, 2, 1])])
def test_rank_keeps_the_best_of_the_length_asked_for(length: int, expected: list[int]) -> None:
    assert rank([candidate(1), candidate(2), candidate(3)], length, WEIGHTS) == expected


def test_rank_of_nothing_is_empty() -> None:
    assert rank([], 10, WEIGHTS) == []


def test_rank_lets_no_author_have_more_in_a_row_than_the_weights_say() -> None:
    posts = [candidate(number, author_id=number // 10) for number in (11, 12, 13, 21, 22)]

    ranked = {most: rank(posts, 10, Weights(max_in_a_row=most)) for most in (1, 2, 3)}

    assert ranked == {1: [22, 13, 21, 12, 11], 2: [22, 21, 13, 12, 11], 3: [22, 21, 13, 12, 11]}


@pytest.mark.parametrize(
    ("ordered", "expected"),
    [
        ("", ""),
        ("a", "a"),
        ("aab", "aab"),
        ("aaab", "aaba"),
        ("aaabb", "aabab"),
        ("aaaabc", "aabaca"),
        ("aaabaac", "aabaaca"),
        ("abab", "abab"),
        ("baaac", "baaca"),
        ("bcaaadbbbe", "bcaadabbeb"),
        ("aaaa", "aaaa"),
        ("baaaa", "baaaa"),
    ],
)
def test_spread_lets_no_author_have_more_than_two_in_a_row_while_there_are_others(ordered: str, expected: str) -> None:
    assert spread(ordered) == expected


@pytest.mark.parametrize(("most", "expected"), [(1, "abaca"), (3, "aaabc"), (9, "aaabc")])
def test_spread_keeps_to_the_number_asked_for(most: int, expected: str) -> None:
    assert spread("aaabc", most) == expected


@pytest.mark.parametrize("most", [1, 2, 3])
@pytest.mark.parametrize("seed", range(25))
def test_spread_keeps_every_post_and_the_order_of_each_author(seed: int, most: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    authors = chance.choices(range(4), weights=[20, 5, 2, 1], k=150)

    places = spread_authors(authors, most)

    assert sorted(places) == list(range(150))
    for author in set(authors):
        own = [place for place in places if authors[place] == author]
        assert own == sorted(own)


@pytest.mark.parametrize("most", [1, 2, 3])
@pytest.mark.parametrize("seed", range(25))
def test_spread_has_longer_rows_only_where_no_other_author_is_left(seed: int, most: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    authors = chance.choices(range(4), weights=[60, 5, 2, 1], k=200)

    rows = [len(list(row)) for _, row in groupby(authors[place] for place in spread_authors(authors, most))]

    assert all(row <= most for row in rows[:-1])


@pytest.mark.parametrize("seed", range(25))
def test_spread_moves_nothing_before_the_first_row_that_is_too_long(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    authors = chance.choices(range(9), k=100)
    first = next((place for place in range(2, 100) if len({*authors[place - 2 : place + 1]}) == 1), 100)

    assert spread_authors(authors, 2)[:first] == list(range(first))


def test_explanation_says_each_term_in_words_with_its_factor() -> None:
    post = candidate(age_hours=48, likes=3, comments=1, closeness=7, seen=True)

    assert explain(post, WEIGHTS, NOW, author="alma") == [
        Explanation("freshness", 0.25, "It was posted 2 days ago; every 24 hours a picture counts half as much."),
        Explanation("applause", 1 + 0.35 * 2 + 0.5, "It has 3 likes and 1 comment."),
        Explanation("nearness", 1 + 0.4 * 3, "You liked 7 pictures of alma in the last 90 days."),
        Explanation("seen", 0.2, "You saw it before, so it sinks at the next ranking."),
    ]


def test_explanation_of_a_post_without_any_of_it_says_so() -> None:
    assert [each.sentence for each in explain(candidate(), WEIGHTS, NOW, author="alma")] == [
        "It was posted 0 seconds ago; every 24 hours a picture counts half as much.",
        "Nobody has liked it or commented yet.",
        "You liked nothing of alma lately.",
        "It is new to you.",
    ]


@pytest.mark.parametrize("seed", range(5))
def test_factors_of_an_explanation_multiply_to_the_score(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    post = candidate(age_hours=chance.uniform(0, 99), likes=chance.randrange(99), closeness=chance.randrange(9))

    freshness, applause, nearness, seen = (each.factor for each in explain(post, WEIGHTS, NOW, author="alma"))

    assert freshness * applause * nearness * seen == terms(post).score


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (3599, "59 minutes"),
        (3600, "1 hour"),
        (86399, "23 hours"),
        (86400, "1 day"),
        (30 * 86400, "30 days"),
    ],
)
def test_span_is_told_in_the_largest_unit_that_fits(seconds: int, text: str) -> None:
    assert span_text(seconds) == text
