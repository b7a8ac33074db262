"""Ready posts are made once, under leases, and are the same whether Valkey is there or not."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from accounts.ready import TOMBSTONE, person_key
from core.ready import take_leases
from core.valkey import valkey
from photos.models import Post
from photos.ready.counts import patch_likes
from photos.ready.facts import KINDS, forget_posts, post_key, read_facts
from photos.ready.reading import ReadyPost, fill_posts, ready_posts
from photos.services.posts import edit_post
from tests.away import take_valkey_away
from tests.conftest import Settled
from tests.factories import make_post, make_user
from tests.parallel import together
from tests.photos.ready.readying import kept_keys, the_ready_post


def texts(post: Post) -> tuple[Any, Any]:
    """The facts of the post and of its author that are kept."""
    return valkey().get(post_key(post.pk)), valkey().get(person_key(post.author_id))


@pytest.mark.parametrize("kind", KINDS)
def test_ready_posts_ask_postgres_once(
    alma: User, django_assert_num_queries: DjangoAssertNumQueries, kind: str
) -> None:
    ids = [make_post(alma).pk for _ in range(2)]
    first = ready_posts(ids, kind)

    with django_assert_num_queries(0):
        second = ready_posts(ids, kind)

    assert second == first


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_making_ready_takes_the_same_queries_however_many(
    django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    ids = [make_post(make_user(), pictures=count, tags=("kiln",)).pk for _ in range(count)]

    with django_assert_num_queries(2):
        fill_posts(ids, "h")


def test_another_kind_of_card_keeps_the_facts(alma: User) -> None:
    post = make_post(alma)
    the_ready_post(post, "j")
    before = texts(post)

    the_ready_post(post, "t")

    assert texts(post) == before
    assert len(kept_keys("card:*")) == 2


def test_ready_posts_keep_the_order_and_name_each_once(alma: User) -> None:
    one, other = make_post(alma).pk, make_post(alma).pk

    assert list(ready_posts([other, one, other], "j")) == [other, one]


def test_ready_posts_of_no_ids_are_none() -> None:
    assert ready_posts([], "j") == {}


def test_ready_post_tells_what_a_list_needs_to_know(alma: User) -> None:
    post = make_post(alma, audience="followers", like_count=3, comment_count=2)

    ready = the_ready_post(post)

    assert ready == ReadyPost(post.pk, alma.pk, 3, 2, "followers", ready.body, ready.person)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("state", ["trashed", "publishing"])
def test_post_that_is_not_published_is_a_tombstone(alma: User, kind: str, state: str) -> None:
    post = make_post(alma, state=state)

    found = ready_posts([post.pk, 4711], kind)

    assert (found, texts(post)[0], valkey().get(post_key(4711))) == ({}, TOMBSTONE, TOMBSTONE)
    assert 0 < valkey().ttl(post_key(post.pk)) <= 600


def test_post_of_a_closed_account_is_not_ready(alma: User) -> None:
    post = make_post(alma)
    User.objects.filter(pk=alma.pk).update(is_active=False)

    found = ready_posts([post.pk], "j")

    assert (found, texts(post)[1], kept_keys("card:*")) == ({}, TOMBSTONE, [])


def test_post_without_pictures_has_no_tile_and_is_asked_for_once(
    alma: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    post = make_post(alma, pictures=0)
    first = ready_posts([post.pk], "t")

    with django_assert_num_queries(0):
        second = ready_posts([post.pk], "t")

    assert (first, second) == ({}, {})


@pytest.mark.parametrize("kind", KINDS)
def test_ready_posts_with_valkey_away_are_the_same(alma: User, settings: Settings, kind: str) -> None:
    ids = [make_post(alma).pk, make_post(alma, state="trashed").pk, make_post(alma, audience="followers").pk]
    kept = ready_posts(ids, kind)

    take_valkey_away(settings)
    made = ready_posts(ids, kind)

    assert {pk: (post.body, post.audience) for pk, post in made.items()} == {
        pk: (post.body, post.audience) for pk, post in kept.items()
    }


def test_fill_posts_with_valkey_away_does_nothing(alma: User, settings: Settings) -> None:
    post = make_post(alma)
    there = settings.CACHES
    take_valkey_away(settings)

    fill_posts([post.pk], "j")

    settings.CACHES = there
    assert (texts(post)[0], kept_keys("card:*")) == (None, [])


def test_while_a_post_changes_it_is_given_and_not_kept(alma: User) -> None:
    post = make_post(alma)
    forget_posts(post.pk)  # by a transaction that does not end

    ready = the_ready_post(post)

    assert ready.post_id == post.pk
    assert (texts(post)[0], kept_keys("card:*")) == (None, [])


def test_while_the_author_changes_no_card_is_kept(alma: User) -> None:
    post = make_post(alma)
    take_leases([person_key(alma.pk)])

    the_ready_post(post)

    assert (texts(post)[1], kept_keys("card:*")) == (None, [])


def test_changed_post_gets_a_new_version_and_card(alma: User, settled: Settled) -> None:
    post = make_post(alma, title="Before")
    old = the_ready_post(post)

    with settled():
        edit_post(alma, post, {"title": "After"})

    new = the_ready_post(post)
    assert (b"Before" in old.body, b"Before" in new.body, b"After" in new.body) == (True, False, True)
    assert len(kept_keys("card:*")) == 2


@pytest.mark.parametrize(("step", "likes"), [(1, 6), (-1, 4), (-9, 0)])
def test_counted_likes_change_the_facts_and_not_the_version(
    alma: User, settled: Settled, step: int, likes: int
) -> None:
    post = make_post(alma, like_count=5)
    the_ready_post(post)
    before = read_facts(texts(post)[0])

    with settled():
        patch_likes(post.pk, step)

    after = read_facts(texts(post)[0])
    assert (after.like_count, after.version) == (likes, before.version)
    assert valkey().ttl(post_key(post.pk)) > 600


@pytest.mark.django_db(transaction=True)
def test_crowd_makes_one_card() -> None:
    ids = [make_post(make_user()).pk for _ in range(3)]

    def read() -> dict[int, bytes]:
        return {pk: post.body for pk, post in ready_posts(ids, "h").items()}

    bodies = together([read] * 8)

    assert bodies == [bodies[0]] * 8
    assert (len(kept_keys("card:*")), len(kept_keys("post:*"))) == (3, 3)
