import random
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import Follow, User
from core.models import new_id
from core.paging import encode_cursor
from feeds.selectors import closeness, feed_posts, latest_ids, profile_page
from photos.models import Like, Post
from tests.factories import make_block, make_follow, make_like, make_mute, make_post, make_user

STATES = [Follow.State.ACCEPTED, Follow.State.ACCEPTED, Follow.State.REQUESTED]


def feed_ids(person: User) -> set[int]:
    return set(feed_posts(person).values_list("pk", flat=True))


def test_feed_has_what_followed_people_publish_to_everyone_or_followers(alma: User, boris: User) -> None:
    make_follow(alma, boris)
    posts = [make_post(boris, audience=audience) for audience in ("public", "followers")]
    for audience in ("unlisted", "only_me"):
        make_post(boris, audience=audience)

    assert feed_ids(alma) == {post.pk for post in posts}


@pytest.mark.parametrize("state", ["publishing", "trashed"])
def test_feed_has_nothing_that_is_not_published(alma: User, boris: User, state: str) -> None:
    make_follow(alma, boris)
    make_post(boris, state=state)

    assert feed_ids(alma) == set()


def test_feed_has_nothing_of_strangers_nor_of_oneself(alma: User, boris: User) -> None:
    make_post(alma)
    make_post(boris)

    assert feed_ids(alma) == set()


def test_feed_has_nothing_of_people_who_did_not_accept_yet(alma: User, boris: User) -> None:
    Follow.objects.create(id=new_id(alma.pk), follower=alma, followee=boris, state="requested")
    make_post(boris)

    assert feed_ids(alma) == set()


def test_feed_has_posts_of_private_accounts_that_accepted(alma: User, boris: User) -> None:
    User.objects.filter(pk=boris.pk).update(is_private=True)
    boris.refresh_from_db()
    make_follow(alma, boris)
    posts = [make_post(boris, audience=audience) for audience in ("public", "followers")]

    assert feed_ids(alma) == {post.pk for post in posts}


def test_feed_of_one_person_does_not_follow_from_anothers_follow_or_mute(alma: User, boris: User, carla: User) -> None:
    make_follow(alma, boris)
    make_mute(carla, boris)
    post = make_post(boris)

    assert [feed_ids(alma), feed_ids(carla), feed_ids(boris)] == [{post.pk}, set(), set()]


def test_feed_has_nothing_of_muted_people(alma: User, boris: User) -> None:
    make_follow(alma, boris)
    make_post(boris)
    make_mute(alma, boris)

    assert feed_ids(alma) == set()


@pytest.mark.parametrize("alma_blocks", [True, False])
def test_feed_has_nothing_across_a_block_in_either_direction(alma: User, boris: User, *, alma_blocks: bool) -> None:
    make_follow(alma, boris)
    make_post(boris)

    make_block(*((alma, boris) if alma_blocks else (boris, alma)))

    assert feed_ids(alma) == set()


def test_feed_has_nothing_of_closed_accounts(alma: User, boris: User) -> None:
    make_follow(alma, boris)
    make_post(boris)
    User.objects.filter(pk=boris.pk).update(is_active=False)

    assert feed_ids(alma) == set()


def test_closeness_counts_own_likes_for_each_author(alma: User, boris: User, carla: User) -> None:
    for author in (boris, boris, carla):
        make_like(alma, make_post(author))
    make_like(boris, make_post(carla))

    assert closeness(alma) == {boris.pk: 2, carla.pk: 1}
    assert closeness(alma, [carla.pk]) == {carla.pk: 1}
    assert closeness(alma, []) == {}


@pytest.mark.parametrize(("days", "counted"), [(89, 1), (91, 0)])
def test_closeness_forgets_likes_after_ninety_days(alma: User, boris: User, days: int, counted: int) -> None:
    at = timezone.now() - timedelta(days=days)
    Like.objects.create(id=new_id(alma.pk, at=at), user=alma, post=make_post(boris))

    assert closeness(alma)[boris.pk] == counted


def test_profile_lists_own_posts_of_every_audience_also_those_developing(alma: User) -> None:
    posts = [make_post(alma, audience=audience) for audience in ("public", "unlisted", "followers", "only_me")]
    posts.append(make_post(alma, state="publishing"))
    make_post(alma, state="trashed")

    page = profile_page(alma, alma, cursor="", limit=10)

    assert [post.pk for post in page.items] == [post.pk for post in reversed(posts)]


def test_profile_pages_meet_without_gap_while_posts_are_added_and_trashed(alma: User, boris: User) -> None:
    posts = [make_post(boris) for _ in range(5)]

    first = profile_page(alma, boris, cursor="", limit=2)
    make_post(boris)
    Post.objects.filter(pk=posts[1].pk).update(state="trashed")
    second = profile_page(alma, boris, cursor=first.next_cursor, limit=2)

    assert [post.pk for post in first.items] == [posts[4].pk, posts[3].pk]
    assert [post.pk for post in second.items] == [posts[2].pk, posts[0].pk]
    assert second.next_cursor == ""


def test_profile_of_a_person_has_only_their_posts(alma: User, boris: User) -> None:
    make_post(alma)
    post = make_post(boris)

    page = profile_page(AnonymousUser(), boris, cursor=encode_cursor("profile", post.pk + 1), limit=10)

    assert [each.pk for each in page.items] == [post.pk]


@pytest.mark.parametrize("seed", range(6))
def test_latest_is_the_newest_of_what_may_be_in_the_feed_whatever_the_relations(alma: User, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  a world from a seed
    people = [make_user(is_private=chance.random() < 0.3) for _ in range(12)]
    for person in people:
        Follow.objects.create(id=new_id(alma.pk), follower=alma, followee=person, state=chance.choice(STATES))
        if chance.random() < 0.2:
            chance.choice([make_mute, make_block])(alma, person)
    make_block(people[-1], alma)
    User.objects.filter(pk=people[-2].pk).update(is_active=False)
    for _ in range(80):
        make_post(
            chance.choice(people),
            pictures=0,
            audience=chance.choice(["public", "public", "followers", "unlisted", "only_me"]),
            state=chance.choice(["published", "published", "trashed"]),
        )
    expected = list(feed_posts(alma).order_by("-id").values_list("id", flat=True))

    for limit in (1, 3, 50):
        for skipped in range(len(expected)):
            before = expected[skipped - 1] if skipped else 0
            found = latest_ids(alma.pk, before=before, limit=limit)
            assert found == dict.fromkeys(expected[skipped : skipped + limit], False)
    assert len(expected) > 3
