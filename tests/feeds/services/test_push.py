from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Follow, User
from core.models import new_id
from feeds.services.push import push_published
from feeds.timeline import Timeline, read_timeline, write_timeline
from photos.models import Post
from photos.services.trash import trash_post
from tests.factories import make_follow, make_post


def feed_of(person: User) -> list[int] | None:
    timeline = read_timeline(person.pk)
    return None if timeline is None else list(timeline.post_ids)


@pytest.mark.parametrize("audience", ["public", "followers"])
def test_fresh_post_stands_in_front_of_every_followers_feed(
    alma: User, boris: User, carla: User, audience: str
) -> None:
    for person in (boris, carla):
        make_follow(person, alma)
        write_timeline(person.pk, Timeline(1, 0, [5]))
    post = make_post(alma, audience=audience)

    assert push_published(post.pk) == 2

    assert [feed_of(boris), feed_of(carla)] == [[post.pk, 5], [post.pk, 5]]


@pytest.mark.parametrize(
    "fields",
    [{"audience": "unlisted"}, {"audience": "only_me"}, {"state": "publishing"}, {"state": "trashed"}],
    ids=lambda fields: next(iter(fields.values())),
)
def test_post_for_nobodys_feed_is_not_pushed(alma: User, boris: User, fields: dict[str, str]) -> None:
    make_follow(boris, alma)
    write_timeline(boris.pk, Timeline(1, 0, [5]))

    assert push_published(make_post(alma, **fields).pk) == 0  # type: ignore[arg-type]

    assert feed_of(boris) == [5]


def test_post_that_is_gone_is_not_pushed(alma: User, boris: User) -> None:
    make_follow(boris, alma)
    write_timeline(boris.pk, Timeline(1, 0, [5]))
    post = make_post(alma)
    Post.objects.filter(pk=post.pk).delete()

    assert push_published(post.pk) == 0

    assert feed_of(boris) == [5]


def test_post_is_not_pushed_to_strangers_nor_to_who_only_asked(alma: User, boris: User, carla: User) -> None:
    Follow.objects.create(id=new_id(boris.pk), follower=boris, followee=alma, state="requested")
    for person in (alma, boris, carla):
        write_timeline(person.pk, Timeline(1, 0, [5]))

    assert push_published(make_post(alma).pk) == 0

    assert [feed_of(person) for person in (alma, boris, carla)] == [[5], [5], [5]]


def test_push_does_not_build_a_feed_that_is_cold(alma: User, boris: User) -> None:
    make_follow(boris, alma)

    assert push_published(make_post(alma).pk) == 0

    assert feed_of(boris) is None


def test_push_that_is_delivered_twice_changes_nothing_more(alma: User, boris: User) -> None:
    make_follow(boris, alma)
    write_timeline(boris.pk, Timeline(1, 0, [5]))
    post = make_post(alma)

    for _ in range(2):
        push_published(post.pk)

    assert feed_of(boris) == [post.pk, 5]


def test_push_that_comes_after_the_trash_changes_nothing(alma: User, boris: User) -> None:
    make_follow(boris, alma)
    write_timeline(boris.pk, Timeline(1, 0, [5]))
    post = make_post(alma)
    trash_post(alma, post)

    assert push_published(post.pk) == 0

    assert feed_of(boris) == [5]


# --- Posts that are not fresh


@pytest.mark.parametrize(("minutes", "feed"), [(59, "pushed"), (61, "dropped")])
def test_post_of_the_last_hour_is_put_in_front_and_an_older_one_has_feeds_built_anew(
    alma: User, boris: User, minutes: int, feed: str
) -> None:
    make_follow(boris, alma)
    write_timeline(boris.pk, Timeline(1, 0, [5]))
    post = make_post(alma, at=timezone.now() - timedelta(minutes=minutes))

    assert push_published(post.pk) == 1

    assert feed_of(boris) == ([post.pk, 5] if feed == "pushed" else None)


def test_older_post_that_a_feed_has_leaves_it_as_it_is(alma: User, boris: User) -> None:
    make_follow(boris, alma)
    post = make_post(alma, at=timezone.now() - timedelta(hours=3))
    write_timeline(boris.pk, Timeline(1, 0, [5, post.pk]))

    assert push_published(post.pk) == 0

    assert feed_of(boris) == [5, post.pk]


def test_post_older_than_any_in_feeds_changes_none(settings: Settings, alma: User, boris: User) -> None:
    settings.FEED_WINDOW_DAYS = 2
    make_follow(boris, alma)
    write_timeline(boris.pk, Timeline(1, 0, [5]))
    post = make_post(alma, at=timezone.now() - timedelta(days=2, minutes=1))

    assert push_published(post.pk) == 0

    assert feed_of(boris) == [5]


@pytest.mark.parametrize(("limit", "pushed"), [(0, 0), (1, 0), (2, 2)])
def test_push_leaves_out_authors_with_more_followers_than_the_limit(
    settings: Settings, alma: User, boris: User, carla: User, limit: int, pushed: int
) -> None:
    settings.FEED_PUSH_LIMIT = limit
    for person in (boris, carla):
        make_follow(person, alma)
        write_timeline(person.pk, Timeline(1, 0, []))

    assert push_published(make_post(alma).pk) == pushed
