"""The batch build against what the formula and plain SQL say; a generated site of some thousand people included."""

import random
import time
from collections.abc import Iterable

import numpy as np
import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import Follow, User
from bench.graph import HEAVY_FOLLOWS, fill_graph
from core.models import new_id
from core.valkey import valkey
from feeds.services import batch, build
from feeds.services.batch import Batch, build_feeds
from feeds.services.chunks import build_people
from feeds.services.packs import fresh_packs
from feeds.services.window import SLICES, load_window
from feeds.storing import READERS
from feeds.timeline import Timeline, read_timeline, unpack, write_timeline
from tests.factories import make_follow, make_post, make_user
from tests.feeds.plain import feed_by_rank, feed_by_sql
from tests.feeds.worlds import make_small_world

pytestmark = pytest.mark.django_db


def ids_of(people: Iterable[User]) -> list[int]:
    return sorted(person.pk for person in people)


def feed_of(person_id: int) -> list[int]:
    timeline = read_timeline(person_id)
    assert timeline is not None
    return list(timeline.post_ids)


def let_see(person: User, post_ids: list[int], seen: list[bool]) -> None:
    write_timeline(person.pk, Timeline(1, 1, post_ids, seen))
    valkey().zadd(READERS, {str(person.pk): time.time()})


@pytest.mark.parametrize("length", [20, 500])
@pytest.mark.parametrize("seed", range(4))
def test_batch_is_what_the_formula_and_plain_sql_say(settings: Settings, seed: int, length: int) -> None:
    settings.FEED_LENGTH = length
    people = [person for person in make_small_world(seed) if person.is_active]

    built = build_people(ids_of(people), load_window())

    feeds = {person.username: feed_of(person.pk) for person in people}
    assert built == len(people)
    assert feeds == {person.username: feed_by_rank(person) for person in people}
    assert feeds == {person.username: feed_by_sql(person.pk) for person in people}


@pytest.mark.parametrize(("most", "each"), [(1, 30), (3, 4), (100, 1000)])
def test_batch_follows_the_settings(settings: Settings, most: int, each: int) -> None:
    settings.FEED_MAX_IN_A_ROW, settings.FEED_POSTS_PER_AUTHOR = most, each
    settings.FEED_HALF_LIFE_HOURS, settings.FEED_LIKES, settings.FEED_CLOSENESS = 6.5, 2.0, 1.5
    people = [person for person in make_small_world(9) if person.is_active]

    build_people(ids_of(people), load_window())

    feeds = {person.username: feed_of(person.pk) for person in people}
    assert feeds == {person.username: feed_by_sql(person.pk) for person in people}


@pytest.mark.parametrize("seed", range(3))
def test_batch_lets_sink_what_each_person_has_seen_and_keeps_the_marks(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    people = [person for person in make_small_world(seed) if person.is_active]
    build_people(ids_of(people), load_window())
    readers = people[:6]
    seen = {reader: {post for post in feed_of(reader.pk) if chance.random() < 0.3} for reader in readers}
    for reader in readers:
        posts = feed_of(reader.pk)
        let_see(reader, posts, [post in seen[reader] for post in posts])

    build_people(ids_of(people), load_window())

    for person in people:
        timeline = read_timeline(person.pk)
        assert timeline is not None
        shown = seen.get(person, set())
        assert list(timeline.post_ids) == feed_by_sql(person.pk, seen=shown)
        assert {post for post, mark in zip(timeline.post_ids, timeline.seen or (), strict=False) if mark} == shown


def test_batch_in_small_parts_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    people = ids_of(make_small_world(5))
    window, packs = load_window(), fresh_packs(people)
    whole = list(build_feeds(Batch(window, 50, 2), packs, {}, 7))

    monkeypatch.setattr(batch, "CANDIDATES_AT_ONCE", 1)
    parts = list(build_feeds(Batch(window, 50, 2), packs, {}, 7))

    assert parts == whole


def test_batch_and_the_build_on_the_spot_are_the_same() -> None:
    people = [person for person in make_small_world(6) if person.is_active]

    build_people(ids_of(people), load_window())

    feeds = {person.pk: feed_of(person.pk) for person in people}
    assert feeds == {person.pk: build.build_timeline(person.pk).post_ids for person in people}


def test_batch_of_a_site_without_posts_is_empty_feeds(alma: User, boris: User) -> None:
    make_follow(alma, boris)

    build_people(ids_of([alma, boris]), load_window())

    assert [feed_of(alma.pk), feed_of(boris.pk)] == [[], []]


def test_batch_of_nobody_is_nothing(alma: User) -> None:
    make_post(alma)

    assert build_people([], load_window()) == 0


def test_batch_carries_its_build_and_the_moment_of_the_window(alma: User) -> None:
    window = load_window()

    ((person, value),) = build_feeds(Batch(window, 500, 2), fresh_packs([alma.pk]), {}, 77)

    assert (person, unpack(value)) == (alma.pk, Timeline(77, window.pulled_until, []))


def test_posts_of_one_millisecond_are_newest_first(alma: User, boris: User, carla: User) -> None:
    for person in (boris, carla):
        make_follow(alma, person)
    posts = [make_post(author).pk for author in (boris, carla) * 4]

    build_people([alma.pk], load_window())

    assert feed_of(alma.pk) == feed_by_sql(alma.pk)
    assert sorted(feed_of(alma.pk)) == sorted(posts)


def test_batch_takes_few_queries_for_any_number_of_people(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    people = [make_user() for _ in range(12)]
    Follow.objects.bulk_create(
        Follow(id=new_id(one.pk), follower=one, followee=people[0], state="accepted") for one in people[1:]
    )
    window = load_window()
    fresh_packs(ids_of(people))

    for some in (people[:1], people):
        with django_assert_num_queries(2):
            build_people(ids_of(some), window)


def test_window_is_loaded_with_a_query_a_slice(alma: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make_post(alma)

    with django_assert_num_queries(SLICES + 4):  # closed accounts, the time limit, a savepoint and its end
        window = load_window()

    assert (window.post_ids.tolist(), window.parts.tolist()) == ([alma.posts.get().pk], [alma.pk])


def test_batch_of_a_generated_site_equals_plain_sql_for_100_people(settings: Settings) -> None:
    settings.FEED_LENGTH = 100
    graph = fill_graph(1500, heavy=20, seed=11)
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE accounts_user, accounts_follow, photos_post, photos_like"
        )  # the plain SQL wants to know how much there is
    chance = np.random.default_rng(3)
    everybody = np.concatenate((graph.people, graph.heavy)).tolist()

    assert build_people(everybody, load_window()) == 1520

    for person_id in [*chance.choice(graph.people, 80, replace=False).tolist(), *graph.heavy.tolist()]:
        assert feed_of(person_id) == feed_by_sql(person_id)
    assert Follow.objects.filter(follower=everybody[-1]).count() == HEAVY_FOLLOWS
