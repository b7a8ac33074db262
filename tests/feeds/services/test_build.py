from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from core.valkey import valkey
from feeds.services.build import build_and_keep, build_timeline
from feeds.timeline import Timeline, read_timeline
from tests.away import take_valkey_away
from tests.factories import make_block, make_follow, make_like, make_mute, make_post, make_user


def ago(**span: float) -> dict[str, object]:
    return {"at": timezone.now() - timedelta(**span)}


def test_build_has_only_what_may_appear(alma: User, boris: User, carla: User) -> None:
    for person in (boris, carla):
        make_follow(alma, person)
    for fields in ({"audience": "unlisted"}, {"audience": "only_me"}, {"state": "trashed"}, {"state": "publishing"}):
        make_post(boris, **fields)  # type: ignore[arg-type]
    make_post(carla)
    make_mute(alma, carla)
    make_post(make_user("stranger"))
    expected = [make_post(boris, audience="followers").pk]

    assert build_timeline(alma).post_ids == expected


def test_build_has_nothing_of_blocked_people(alma: User, boris: User) -> None:
    make_follow(alma, boris)
    make_post(boris)
    make_block(alma, boris)

    assert build_timeline(alma).post_ids == []


@pytest.mark.parametrize(("days", "there"), [(29.9, True), (30.1, False)])
def test_build_leaves_out_what_is_older_than_thirty_days(alma: User, boris: User, days: float, there: bool) -> None:
    make_follow(alma, boris)
    post = make_post(boris, **ago(days=days))  # type: ignore[arg-type]

    assert build_timeline(alma).post_ids == ([post.pk] if there else [])


def test_build_of_posts_nobody_touched_is_newest_first(alma: User, boris: User, carla: User) -> None:
    for person in (boris, carla):
        make_follow(alma, person)
    posts = [make_post((boris, carla)[hours % 2], **ago(hours=hours)).pk for hours in range(1, 6)]  # type: ignore[arg-type]

    assert build_timeline(alma).post_ids == posts


def test_build_puts_an_applauded_post_before_a_fresher_one(alma: User, boris: User, carla: User) -> None:
    for person in (boris, carla):
        make_follow(alma, person)
    loved = make_post(boris, **ago(hours=6), like_count=7)  # type: ignore[arg-type]
    fresh = make_post(carla)

    assert build_timeline(alma).post_ids == [loved.pk, fresh.pk]


def test_build_puts_a_close_author_before_a_fresher_one(alma: User, boris: User, carla: User) -> None:
    for person in (boris, carla):
        make_follow(alma, person)
    for _ in range(3):
        make_like(alma, make_post(boris, **ago(days=40)))  # type: ignore[arg-type]
    close = make_post(boris, **ago(hours=6))  # type: ignore[arg-type]
    fresh = make_post(carla)

    assert build_timeline(alma).post_ids == [close.pk, fresh.pk]


@pytest.mark.parametrize("length", [1, 3, 4])
def test_build_keeps_the_best_of_feed_length(settings: Settings, alma: User, boris: User, length: int) -> None:
    settings.FEED_LENGTH = length
    make_follow(alma, boris)
    posts = [make_post(boris).pk for _ in range(4)]

    assert build_timeline(alma).post_ids == posts[::-1][:length]


def test_build_of_somebody_who_follows_nobody_is_empty(alma: User) -> None:
    assert build_timeline(alma).post_ids == []


def test_build_writes_nothing(alma: User, boris: User) -> None:
    make_follow(alma, boris)
    valkey().flushdb()

    build_timeline(alma)

    assert valkey().keys("*") == []


@pytest.mark.parametrize("posts", [1, 3])
def test_build_takes_two_queries(
    alma: User, boris: User, django_assert_num_queries: DjangoAssertNumQueries, posts: int
) -> None:
    make_follow(alma, boris)
    for _ in range(posts):
        make_post(boris)

    with django_assert_num_queries(2):
        build_timeline(alma)


def test_built_feed_is_kept(alma: User, boris: User) -> None:
    make_follow(alma, boris)
    post = make_post(boris)

    timeline = build_and_keep(alma)

    assert timeline == Timeline(timeline.build_id, [post.pk])
    assert read_timeline(alma.pk) == timeline


def test_feed_is_built_with_valkey_away(alma: User, boris: User, settings: Settings) -> None:
    make_follow(alma, boris)
    post = make_post(boris)
    take_valkey_away(settings)

    assert build_and_keep(alma).post_ids == [post.pk]
