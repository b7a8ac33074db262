"""The set of a person's likes is complete or not there."""

import time

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from accounts.services.closing import close_account
from core.ready import store, take_leases
from core.valkey import valkey
from photos.ready import likes
from photos.ready.likes import likes_key, load_likes
from photos.ready.reading import fill_posts
from photos.services.likes import like_post, unlike_post
from photos.services.purging import purge_account
from tests.away import take_valkey_away
from tests.conftest import Settled
from tests.factories import PASSWORD, make_like, make_post, make_user
from tests.photos.ready.readying import the_ready_post


def kept_likes(user: User) -> set[int] | None:
    """None when the set is not there."""
    members = valkey().smembers(likes_key(user.pk))
    return {int(member) for member in members} - {0} if members else None


def test_load_likes_makes_the_whole_set_ready(
    alma: User, boris: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    posts = [make_post(alma) for _ in range(2)]
    for post in posts:
        make_like(boris, post)

    with django_assert_num_queries(1):
        loaded = load_likes(boris.pk)

    assert (loaded, kept_likes(boris)) == (True, {post.pk for post in posts})
    assert 0 < valkey().ttl(likes_key(boris.pk)) <= 3600


def test_load_likes_of_somebody_without_any_is_an_empty_set(alma: User) -> None:
    assert (load_likes(alma.pk), kept_likes(alma)) == (True, set())


def test_too_many_likes_are_not_kept_and_not_asked_for_again(
    alma: User, boris: User, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr(likes, "MOST_LIKES", 1)
    for _ in range(2):
        make_like(boris, make_post(alma))

    with django_assert_num_queries(1):
        answers = [load_likes(boris.pk) for _ in range(2)]

    assert (answers, kept_likes(boris)) == ([False, False], None)


def test_load_likes_with_valkey_away_is_false(alma: User, settings: Settings) -> None:
    take_valkey_away(settings)

    assert load_likes(alma.pk) is False


def test_like_and_unlike_change_the_set_that_is_there(alma: User, boris: User, settled: Settled) -> None:
    one, other = make_post(alma), make_post(alma)
    load_likes(boris.pk)

    with settled():
        like_post(boris, one.pk)
        like_post(boris, other.pk)
        unlike_post(boris, one.pk)

    assert kept_likes(boris) == {other.pk}


def test_like_does_not_begin_a_set(alma: User, boris: User, settled: Settled) -> None:
    with settled():
        like_post(boris, make_post(alma).pk)

    assert kept_likes(boris) is None


def test_likes_read_before_a_like_are_not_stored_after_it(alma: User, boris: User, settled: Settled) -> None:
    leases = take_leases([likes_key(boris.pk)])

    with settled():
        like_post(boris, make_post(alma).pk)

    assert store({likes_key(boris.pk): [0]}, leases, seconds=60) == 0


def test_like_and_unlike_change_the_count_of_the_ready_post(alma: User, boris: User, settled: Settled) -> None:
    post = make_post(alma)
    counts = [the_ready_post(post).like_count]

    for change in (like_post, like_post, unlike_post):
        with settled():
            change(boris, post.pk)
        counts.append(the_ready_post(post).like_count)

    assert counts == [0, 1, 1, 0]


def test_likes_of_a_deleted_person_are_counted_no_more(alma: User, boris: User, settled: Settled) -> None:
    post = make_post(alma)
    make_like(boris, post)
    the_ready_post(post)

    with settled():
        close_account(boris, password=PASSWORD, address="192.0.2.7")
        purge_account(boris.pk)

    assert the_ready_post(post).like_count == 0


@pytest.mark.django_db(transaction=True)
def test_like_that_valkey_cannot_be_told_is_known_once_it_is_back(settings: Settings) -> None:
    boris, post = make_user("boris"), make_post(make_user("alma"))
    load_likes(boris.pk)
    the_ready_post(post)
    there = settings.CACHES
    take_valkey_away(settings)
    like_post(boris, post.pk)

    settings.CACHES = there

    end = time.monotonic() + 10
    while (kept_likes(boris) is not None or the_ready_post(post).like_count != 1) and time.monotonic() < end:
        time.sleep(0.02)
    assert (kept_likes(boris), the_ready_post(post).like_count) == (None, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("known", [False, True])
def test_like_counts_once_when_facts_are_made_right_after_its_commit(known: bool) -> None:
    boris, post = make_user("boris"), make_post(make_user("alma"))
    if known:
        the_ready_post(post)

    with transaction.atomic():
        transaction.on_commit(lambda: fill_posts([post.pk], "j"))  # another process, before the like is told
        like_post(boris, post.pk)

    assert the_ready_post(post).like_count == 1
