"""Posts of authors with more than FEED_PUSH_LIMIT followers: readers pull them with their next first page."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.ready import sources_key
from core.ids import MAX_ID
from core.valkey import valkey
from feeds.services.home import FeedPage, feed_page, new_count
from feeds.services.hot import announce_hot
from feeds.services.push import push_published
from feeds.storing import replace_many
from feeds.timeline import Timeline, pack, push_post, read_timeline, valkey_clock, write_timeline
from photos.models import Post
from tests.factories import make_follow, make_post
from tests.ready import lift_bars


@pytest.fixture(autouse=True)
def everybody_is_hot(settings: Settings) -> None:
    settings.FEED_PUSH_LIMIT = 0


def read(person: User, cursor: str = "", limit: int = 20) -> FeedPage:
    lift_bars()
    return feed_page(person.pk, ranking="top", cursor=cursor, limit=limit, kind="j")


def ids(page: FeedPage) -> list[int]:
    return [item.post_id for item in page.items]


@pytest.fixture
def old(alma: User, boris: User) -> int:
    """The one post in the feed of boris, who follows alma."""
    make_follow(boris, alma)
    post = make_post(alma, at=timezone.now() - timedelta(hours=5))
    read(boris)
    return post.pk


def test_hot_post_is_written_to_no_feed(alma: User, boris: User, old: int) -> None:
    before = valkey().get(f"feed:{boris.pk}")

    assert push_published(make_post(alma).pk) == 0

    assert valkey().get(f"feed:{boris.pk}") == before


def test_hot_posts_stand_in_front_of_the_next_first_page_newest_first(alma: User, boris: User, old: int) -> None:
    posts = [make_post(alma).pk for _ in range(3)]
    for post_id in posts:
        push_published(post_id)

    assert ids(read(boris)) == [*posts[::-1], old]


def test_hot_post_is_pulled_once_however_often_it_is_announced(alma: User, boris: User, old: int) -> None:
    post = make_post(alma).pk

    for _ in range(3):
        push_published(post)
        read(boris)

    assert ids(read(boris)) == [post, old]


def test_hot_post_is_pulled_by_followers_only(alma: User, boris: User, carla: User, old: int) -> None:
    write_timeline(carla.pk, Timeline(1, 0, []))
    push_published(make_post(alma).pk)

    assert ids(read(carla)) == []
    assert list(read_timeline(carla.pk).post_ids) == []  # type: ignore[union-attr]


def test_second_page_goes_on_behind_the_first_while_hot_posts_come(alma: User, boris: User, old: int) -> None:
    first_post = make_post(alma).pk
    push_published(first_post)
    first = read(boris, limit=1)
    push_published(make_post(alma).pk)

    second = read(boris, cursor=first.next_cursor)

    assert [ids(first), ids(second)] == [[first_post], [old]]


def test_hot_post_of_before_the_build_is_not_pulled_over_it(alma: User, boris: User, old: int) -> None:
    push_published(make_post(alma).pk)
    write_timeline(boris.pk, Timeline(1, valkey_clock() + 1, [old]))

    assert ids(read(boris)) == [old]


def test_hot_post_that_came_back_after_long_has_its_own_place(alma: User, boris: User, old: int) -> None:
    fresh = make_post(alma, at=timezone.now() - timedelta(hours=2)).pk
    write_timeline(boris.pk, Timeline(1, 0, [fresh]))
    push_published(old)

    page = read(boris)

    assert ids(page) == [fresh, old]
    assert page.built_at != Timeline(1, 0, []).built_at


def test_hot_post_that_is_in_no_build_has_the_feed_built_only_once(
    settings: Settings, alma: User, boris: User, old: int
) -> None:
    settings.FEED_POSTS_PER_AUTHOR = 1
    fresh = make_post(alma, at=timezone.now() - timedelta(hours=2)).pk
    write_timeline(boris.pk, Timeline(1, 0, [fresh]))
    announce_hot(alma.pk, old)

    pages = [read(boris), read(boris)]

    assert [ids(page) for page in pages] == [[fresh], [fresh]]
    assert pages[0].built_at == pages[1].built_at


@pytest.mark.parametrize("digits", ["1", "999999", "1000000", "4294967295", "4294967296", str(MAX_ID)])
def test_id_of_a_hot_post_is_read_to_the_last_digit(boris: User, old: int, alma: User, digits: str) -> None:
    write_timeline(boris.pk, Timeline(1, 0, [int(digits)]))
    announce_hot(alma.pk, int(digits))

    read(boris)

    assert list(read_timeline(boris.pk).post_ids) == [int(digits)]  # type: ignore[union-attr]


@pytest.mark.parametrize("way", ["many", "one"])
def test_pushed_post_outlives_a_build_behind_many_hot_ones(
    settings: Settings, alma: User, boris: User, way: str
) -> None:
    make_follow(boris, alma)
    lift_bars()
    entries = [make_post(alma).pk for _ in range(12)]
    began = valkey_clock()
    write_timeline(boris.pk, Timeline(began - 5000, began - 5000, entries))
    pushed = make_post(alma).pk
    push_post(pushed, [boris.pk])
    read(boris)
    for _ in range(9):
        announce_hot(alma.pk, make_post(alma).pk)
    read(boris)
    new = Timeline(began + 1, began, entries)

    if way == "many":
        replace_many([(boris.pk, pack(new))])
    else:
        write_timeline(boris.pk, new)

    assert list(read_timeline(boris.pk).post_ids) == [pushed, *entries]  # type: ignore[union-attr]


# --- How many are new


def test_new_posts_are_counted_pushed_or_hot_until_they_are_shown(
    settings: Settings, alma: User, boris: User, carla: User, old: int
) -> None:
    make_follow(boris, carla)
    page = read(boris)
    assert new_count(boris.pk, page.newest_id) == 0

    push_published(make_post(alma).pk)
    settings.FEED_PUSH_LIMIT = 100
    push_published(make_post(carla).pk)

    assert new_count(boris.pk, page.newest_id) == 2
    assert new_count(boris.pk, read(boris).newest_id) == 0


def test_new_posts_that_are_hidden_by_now_are_not_counted(
    settings: Settings, alma: User, boris: User, old: int
) -> None:
    settings.FEED_PUSH_LIMIT = 100
    newest_id = read(boris).newest_id
    for audience in ("public", "only_me"):
        push_published(make_post(alma, audience=audience).pk)
    gone = make_post(alma)
    push_published(gone.pk)
    valkey().set(b"post:" + gone.pk.to_bytes(8), b"-")

    assert new_count(boris.pk, newest_id) == 1


@pytest.mark.parametrize("change", [{"state": "trashed"}, {"audience": "only_me"}])
def test_new_post_whose_facts_were_forgotten_is_looked_up_before_it_counts(
    alma: User, boris: User, old: int, change: dict[str, str]
) -> None:
    newest_id = read(boris).newest_id
    post, other = make_post(alma), make_post(alma)
    for each in (post, other):
        push_post(each.pk, [boris.pk])
    Post.objects.filter(pk=post.pk).update(**change)
    lift_bars()

    assert new_count(boris.pk, newest_id) == 1


def test_new_post_counts_when_the_sources_have_to_be_looked_up(alma: User, boris: User, old: int) -> None:
    newest_id = read(boris).newest_id
    push_post(make_post(alma).pk, [boris.pk])
    lift_bars()
    valkey().delete(sources_key(boris.pk))

    assert new_count(boris.pk, newest_id) == 1


def test_nothing_is_new_for_who_has_no_feed(carla: User) -> None:
    assert new_count(carla.pk, 1) == 0
