import time
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from accounts.services.follows import follow_user
from core.ready import take_leases
from core.valkey import valkey
from feeds.services.build import build_and_keep, build_timeline
from feeds.storing import READERS
from feeds.timeline import Timeline, feed_key, read_timeline, write_timeline
from tests.away import take_valkey_away
from tests.factories import make_block, make_follow, make_like, make_mute, make_post, make_user
from tests.feeds.plain import feed_by_rank, feed_by_sql
from tests.feeds.worlds import make_small_world


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

    assert build_timeline(alma.pk).post_ids == expected


def test_build_has_nothing_of_blocked_people(alma: User, boris: User) -> None:
    make_follow(alma, boris)
    make_post(boris)
    make_block(alma, boris)

    assert build_timeline(alma.pk).post_ids == []


@pytest.mark.parametrize(("days", "there"), [(29.9, True), (30.1, False)])
def test_build_leaves_out_what_is_older_than_thirty_days(alma: User, boris: User, days: float, there: bool) -> None:
    make_follow(alma, boris)
    post = make_post(boris, **ago(days=days))  # type: ignore[arg-type]

    assert build_timeline(alma.pk).post_ids == ([post.pk] if there else [])


def test_build_of_posts_nobody_touched_is_newest_first(alma: User, boris: User, carla: User) -> None:
    for person in (boris, carla):
        make_follow(alma, person)
    posts = [make_post((boris, carla)[hours % 2], **ago(hours=hours)).pk for hours in range(1, 6)]  # type: ignore[arg-type]

    assert build_timeline(alma.pk).post_ids == posts


def test_build_puts_an_applauded_post_before_a_fresher_one(alma: User, boris: User, carla: User) -> None:
    for person in (boris, carla):
        make_follow(alma, person)
    loved = make_post(boris, **ago(hours=6), like_count=7)  # type: ignore[arg-type]
    fresh = make_post(carla)

    assert build_timeline(alma.pk).post_ids == [loved.pk, fresh.pk]


def test_build_puts_a_close_author_before_a_fresher_one(alma: User, boris: User, carla: User) -> None:
    for person in (boris, carla):
        make_follow(alma, person)
    for _ in range(3):
        make_like(alma, make_post(boris, **ago(days=40)))  # type: ignore[arg-type]
    close = make_post(boris, **ago(hours=6))  # type: ignore[arg-type]
    fresh = make_post(carla)

    assert build_timeline(alma.pk).post_ids == [close.pk, fresh.pk]


@pytest.mark.parametrize("length", [1, 3, 4])
def test_build_keeps_the_best_of_feed_length(settings: Settings, alma: User, boris: User, length: int) -> None:
    settings.FEED_LENGTH = length
    make_follow(alma, boris)
    posts = [make_post(boris).pk for _ in range(4)]

    assert build_timeline(alma.pk).post_ids == posts[::-1][:length]


def test_build_of_somebody_who_follows_nobody_is_empty(alma: User) -> None:
    assert build_timeline(alma.pk).post_ids == []


def test_build_writes_nothing(alma: User, boris: User) -> None:
    make_follow(alma, boris)
    valkey().flushdb()

    build_timeline(alma.pk)

    assert valkey().keys("*") == []


@pytest.mark.parametrize("posts", [1, 3])
def test_build_takes_one_query_and_its_transaction(
    alma: User, boris: User, django_assert_num_queries: DjangoAssertNumQueries, posts: int
) -> None:
    make_follow(alma, boris)
    for _ in range(posts):
        make_post(boris)

    with django_assert_num_queries(4):
        build_timeline(alma.pk)


def test_build_has_nothing_of_people_who_blocked_or_whose_account_is_closed(
    alma: User, boris: User, carla: User
) -> None:
    for person in (boris, carla):
        make_follow(alma, person)
        make_post(person)
    make_block(boris, alma)
    User.objects.filter(pk=carla.pk).update(is_active=False)

    assert build_timeline(alma.pk).post_ids == []


def test_build_has_nothing_of_people_only_asked_to_follow(alma: User, boris: User) -> None:
    User.objects.filter(pk=boris.pk).update(is_private=True)
    follow_user(alma, boris)
    make_post(boris)

    assert build_timeline(alma.pk).post_ids == []


@pytest.mark.parametrize("most", [1, 2, 5])
def test_build_chooses_from_the_newest_posts_of_each_author(
    settings: Settings, alma: User, boris: User, most: int
) -> None:
    settings.FEED_POSTS_PER_AUTHOR = most
    make_follow(alma, boris)
    posts = [make_post(boris, like_count=100 - number).pk for number in range(4)]

    assert sorted(build_timeline(alma.pk).post_ids) == posts[-most:]


def test_build_lets_sink_what_was_seen_and_keeps_the_mark(alma: User, boris: User, carla: User) -> None:
    for person in (boris, carla):
        make_follow(alma, person)
    older, fresh = make_post(boris, **ago(hours=6)).pk, make_post(carla).pk  # type: ignore[arg-type]
    write_timeline(alma.pk, Timeline(1, 1, [fresh, older], [True, False]))
    valkey().zadd(READERS, {str(alma.pk): time.time()})

    timeline = build_timeline(alma.pk)

    assert (timeline.post_ids, timeline.seen) == ([older, fresh], [False, True])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.django_db
def test_build_is_what_the_formula_and_plain_sql_say(seed: int) -> None:
    people = make_small_world(seed)

    built = {person.username: build_timeline(person.pk).post_ids for person in people}

    assert built == {person.username: feed_by_rank(person) for person in people}
    assert built == {person.username: feed_by_sql(person.pk) for person in people}
    assert any(built.values())


def test_built_feed_is_kept(alma: User, boris: User) -> None:
    make_follow(alma, boris)
    post = make_post(boris)

    timeline = build_and_keep(alma.pk)

    assert timeline.post_ids == [post.pk]
    assert read_timeline(alma.pk) == timeline


def test_built_feed_is_not_kept_when_its_lease_is_gone(alma: User) -> None:
    take_leases([feed_key(alma.pk)])

    build_and_keep(alma.pk, lease=b"another")

    assert read_timeline(alma.pk) is None


def test_feed_is_built_with_valkey_away(alma: User, boris: User, settings: Settings) -> None:
    make_follow(alma, boris)
    post = make_post(boris)
    take_valkey_away(settings)

    assert build_and_keep(alma.pk).post_ids == [post.pk]
