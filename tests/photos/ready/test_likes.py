"""The likes of a ready post go with those that there are."""

import time

import pytest
from django.db import transaction
from pytest_django import Settings

from accounts.models import User
from accounts.services.closing import close_account
from photos.ready.reading import fill_posts
from photos.services.likes import like_post, unlike_post
from photos.services.purging import purge_account
from tests.away import take_valkey_away
from tests.conftest import Settled
from tests.factories import PASSWORD, make_like, make_post, make_user
from tests.photos.ready.readying import the_ready_post


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
    the_ready_post(post)
    there = settings.CACHES
    take_valkey_away(settings)
    like_post(boris, post.pk)

    settings.CACHES = there

    end = time.monotonic() + 10
    while the_ready_post(post).like_count != 1 and time.monotonic() < end:
        time.sleep(0.02)
    assert the_ready_post(post).like_count == 1


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
