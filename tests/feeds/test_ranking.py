import random
from itertools import groupby

import pytest

from feeds.ranking import HALF_LIFE_HOURS, MAX_IN_A_ROW, Candidate, Terms, rank, score_terms, spread_authors


def candidate(post_id: int = 1, **fields: float) -> Candidate:
    values = {"author_id": post_id, "age_hours": 0.0, "likes": 0, "comments": 0, "closeness": 0} | fields
    return Candidate(post_id=post_id, **values)  # type: ignore[arg-type]


def by_authors(authors: str) -> list[Candidate]:
    """One candidate for each letter, in order: the letter is the author, the place is the post id."""
    return [candidate(number, author_id=ord(author)) for number, author in enumerate(authors, 1)]


def authors_of(candidates: list[Candidate]) -> str:
    return "".join(chr(each.author_id) for each in candidates)


def test_terms_of_a_fresh_post_nobody_touched_are_all_one() -> None:
    assert score_terms(candidate()) == Terms(freshness=1.0, applause=1.0, closeness=1.0)


def test_terms_follow_the_documented_formula() -> None:
    terms = score_terms(candidate(age_hours=48, likes=3, comments=1, closeness=7))

    assert terms == Terms(freshness=0.25, applause=1 + 0.35 * 2 + 0.5 * 1, closeness=1 + 0.4 * 3)
    assert terms.score == pytest.approx(0.25 * 2.2 * 2.2)


@pytest.mark.parametrize("age", [0.0, 1.0, 24.0, 500.0])
def test_score_halves_with_every_half_life(age: float) -> None:
    younger = score_terms(candidate(age_hours=age, likes=5, closeness=2))
    older = score_terms(candidate(age_hours=age + HALF_LIFE_HOURS, likes=5, closeness=2))

    assert older.score == pytest.approx(younger.score / 2)


def test_post_from_the_future_is_not_fresher_than_now() -> None:
    assert score_terms(candidate(age_hours=-10)) == score_terms(candidate(age_hours=0))


@pytest.mark.parametrize("term", ["likes", "comments", "closeness"])
@pytest.mark.parametrize("amount", [0, 1, 9, 1000])
def test_score_grows_with_each_term(term: str, amount: int) -> None:
    less = score_terms(candidate(age_hours=5, **{term: amount}))
    more = score_terms(candidate(age_hours=5, **{term: amount + 1}))

    assert more.score > less.score


@pytest.mark.parametrize("amount", [0, 10, 1000])
def test_score_falls_with_age_whatever_the_applause(amount: int) -> None:
    younger = score_terms(candidate(age_hours=3, likes=amount))
    older = score_terms(candidate(age_hours=3.1, likes=amount))

    assert older.score < younger.score


def test_rank_puts_the_best_score_first() -> None:
    old, plain, loved = candidate(3, age_hours=30), candidate(2), candidate(1, likes=8)

    assert rank([old, plain, loved], 10) == [1, 2, 3]


def test_rank_of_equal_scores_is_newest_first_in_whatever_order_they_come() -> None:
    candidates = [candidate(number) for number in range(1, 30)]
    shuffled = random.Random(4).sample(candidates, len(candidates))  # noqa: S311

    assert rank(shuffled, 100) == rank(candidates, 100) == list(range(29, 0, -1))


@pytest.mark.parametrize(("length", "expected"), [(0, []), (1, [3]), (2, [3, 2]), (3, [3, 2, 1]), (4, [3, 2, 1])])
def test_rank_keeps_the_best_of_the_length_asked_for(length: int, expected: list[int]) -> None:
    assert rank([candidate(1), candidate(2), candidate(3)], length) == expected


def test_rank_of_nothing_is_empty() -> None:
    assert rank([], 10) == []


@pytest.mark.parametrize(
    ("ordered", "expected"),
    [
        ("", ""),
        ("aab", "aab"),
        ("aaab", "aaba"),
        ("aaabb", "aabab"),
        ("aaaabc", "aabaca"),
        ("abab", "abab"),
        ("baaac", "baaca"),
        ("aaaa", "aaaa"),
        ("baaaa", "baaaa"),
    ],
)
def test_spread_lets_no_author_have_more_than_two_in_a_row_while_there_are_others(ordered: str, expected: str) -> None:
    assert authors_of(spread_authors(by_authors(ordered))) == expected


@pytest.mark.parametrize("seed", range(25))
def test_spread_keeps_every_post_and_the_order_of_each_author(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    ordered = by_authors("".join(chance.choices("abcd", weights=[20, 5, 2, 1], k=150)))

    spread = spread_authors(ordered)

    assert sorted(each.post_id for each in spread) == list(range(1, 151))
    for author in {each.author_id for each in ordered}:
        before = [each.post_id for each in ordered if each.author_id == author]
        assert [each.post_id for each in spread if each.author_id == author] == before


@pytest.mark.parametrize("seed", range(25))
def test_spread_has_longer_rows_only_where_no_other_author_is_left(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    ordered = by_authors("".join(chance.choices("abcd", weights=[60, 5, 2, 1], k=200)))

    rows = [len(list(row)) for _, row in groupby(authors_of(spread_authors(ordered)))]

    assert all(row <= MAX_IN_A_ROW for row in rows[:-1])
