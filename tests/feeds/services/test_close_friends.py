"""Posts for close friends in feeds: for those on the author's list who follow, and as if they were not there for all
others, however a feed came about."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import CloseFriend, User
from accounts.services.relations import tell_relations_changed
from core.valkey import valkey
from feeds.services.build import build_and_keep, build_timeline
from feeds.services.chunks import build_people
from feeds.services.home import FeedPage, feed_page, new_count, ready_page
from feeds.services.push import push_published
from feeds.services.why import explain_post
from feeds.services.window import load_window
from feeds.timeline import Timeline, drop_timeline, read_timeline, write_timeline
from photos.models import Post
from photos.services.posts import edit_post
from tests.conftest import Settled
from tests.factories import make_close_friend, make_follow, make_post, make_user
from tests.ready import lift_bars


def ids(page: FeedPage | None) -> list[int] | None:
    return None if page is None else [item.post_id for item in page.items]


def read(person: User, ranking: str = "top") -> list[int] | None:
    lift_bars()
    return ids(feed_page(person.pk, ranking=ranking, cursor="", limit=10, kind="j"))


@pytest.fixture
def posts(alma: User, boris: User, carla: User) -> list[Post]:
    """One of alma for close friends and one for all; boris and carla follow her, and boris is on her list."""
    make_follow(boris, alma)
    make_follow(carla, alma)
    make_close_friend(alma, boris)
    return [make_post(alma, audience=audience) for audience in ("close_friends", "public")]


def built_on_the_spot(person: User) -> None:
    build_and_keep(person.pk)


def built_in_the_hour(person: User) -> None:
    build_people([person.pk], load_window())


def pushed(person: User) -> None:
    write_timeline(person.pk, Timeline(1, 1, []))
    for post in Post.objects.order_by("pk"):
        push_published(post.pk)


WAYS = pytest.mark.parametrize("came", [built_on_the_spot, built_in_the_hour, pushed], ids=lambda way: way.__name__)


@WAYS
def test_post_for_close_friends_is_in_the_feed_of_a_close_friend_alone(
    alma: User, boris: User, carla: User, posts: list[Post], came: Callable[[User], None]
) -> None:
    close, public = (post.pk for post in posts)
    stranger = make_user("dora")
    make_close_friend(alma, stranger)
    for person in (boris, carla, stranger):
        came(person)

    kept = {person.username: read_timeline(person.pk) for person in (boris, carla, stranger)}

    assert {name: timeline and list(timeline.post_ids) for name, timeline in kept.items()} == {
        "boris": [public, close],
        "carla": [public],
        "dora": [],
    }
    assert [read(boris), read(carla), read(stranger)] == [[public, close], [public], []]
    assert [read(person, "latest") for person in (boris, carla, stranger)] == [[public, close], [public], []]


@WAYS
def test_posts_for_close_friends_take_no_place_from_what_others_see(
    settings: Settings, alma: User, boris: User, carla: User, came: Callable[[User], None]
) -> None:
    settings.FEED_POSTS_PER_AUTHOR, settings.FEED_LENGTH = 2, 3
    make_follow(boris, alma)
    make_follow(carla, alma)
    make_close_friend(alma, boris)
    public = [make_post(alma).pk for _ in range(2)]
    close = [make_post(alma, audience="close_friends").pk for _ in range(3)]
    for person in (boris, carla):
        came(person)

    assert read(carla) == public[::-1]
    assert (read(boris) or [])[:2] == close[:0:-1]


@pytest.mark.parametrize("build", [built_on_the_spot, built_in_the_hour], ids=lambda way: way.__name__)
def test_author_is_one_author_when_authors_are_spread(
    settings: Settings, alma: User, boris: User, carla: User, build: Callable[[User], None]
) -> None:
    settings.FEED_MAX_IN_A_ROW = 1
    for author in (alma, carla):
        make_follow(boris, author)
    make_close_friend(alma, boris)
    other = make_post(carla, at=timezone.now() - timedelta(hours=3)).pk
    public, close = make_post(alma).pk, make_post(alma, audience="close_friends").pk

    build(boris)

    assert read(boris) == [close, other, public]


def test_who_is_taken_off_the_list_sees_nothing_of_it_at_once_and_others_keep_theirs(
    alma: User, boris: User, posts: list[Post]
) -> None:
    close, public = (post.pk for post in posts)
    assert read(boris) == [public, close]
    assert ids(ready_page(boris.pk, ranking="top", cursor="", limit=10, kind="j")) == [public, close]

    CloseFriend.objects.filter(owner=alma, friend=boris).delete()
    tell_relations_changed(boris.pk)

    assert ids(ready_page(boris.pk, ranking="top", cursor="", limit=10, kind="j")) is None
    assert ids(feed_page(boris.pk, ranking="top", cursor="", limit=10, kind="j")) == [public]
    assert read(boris) == [public]
    assert read(boris, "latest") == [public]


def test_who_is_put_on_the_list_finds_what_is_there_already(settled: Settled, alma: User, boris: User) -> None:
    make_follow(boris, alma)
    post = make_post(alma, audience="close_friends")
    assert read(boris) == []

    with settled():
        make_close_friend(alma, boris)

    assert [read(boris), read(boris, "latest")] == [[post.pk], [post.pk]]


def test_ready_page_with_a_post_for_close_friends_needs_to_know_whose_friend_the_viewer_is(
    boris: User, posts: list[Post]
) -> None:
    assert read(boris) == [posts[1].pk, posts[0].pk]
    valkey().delete(f"closefriends:{boris.pk}")

    assert ids(ready_page(boris.pk, ranking="top", cursor="", limit=10, kind="j")) is None
    assert read(boris) == [posts[1].pk, posts[0].pk]


def test_new_posts_that_are_counted_are_those_that_will_be_shown(
    alma: User, boris: User, carla: User, posts: list[Post]
) -> None:
    newest = posts[1].pk
    for person in (boris, carla):
        read(person)
    post = make_post(alma, audience="close_friends")
    for person in (boris, carla):
        kept = read_timeline(person.pk)
        assert kept is not None
        write_timeline(person.pk, Timeline(kept.build_id, kept.pulled_until, [post.pk, *kept.post_ids]))
        valkey().delete(f"closefriends:{person.pk}")
    lift_bars()

    assert [new_count(boris.pk, newest), new_count(carla.pk, newest)] == [1, 0]


def test_post_for_close_friends_of_somebody_with_many_followers_is_pushed_to_those_friends(
    settings: Settings, alma: User, boris: User, carla: User
) -> None:
    settings.FEED_PUSH_LIMIT = 1
    for person in (boris, carla):
        make_follow(person, alma)
        write_timeline(person.pk, Timeline(1, 1, []))
    make_close_friend(alma, boris)
    drop_timeline(carla.pk)
    write_timeline(boris.pk, Timeline(1, 1, []))
    post = make_post(alma, audience="close_friends")

    assert push_published(post.pk) == 1

    assert valkey().zcard("feeds:hot") == 0
    assert read(boris) == [post.pk]


@pytest.mark.parametrize("age", [timedelta(minutes=1), timedelta(hours=3)])
def test_post_opened_to_close_friends_reaches_them(
    settled: Settled, alma: User, boris: User, carla: User, age: timedelta
) -> None:
    for person in (boris, carla):
        make_follow(person, alma)
    make_close_friend(alma, boris)
    post = make_post(alma, audience="only_me", at=timezone.now() - age)
    assert [read(boris), read(carla)] == [[], []]

    with settled():
        edit_post(alma, post, {"audience": "close_friends"})

    assert [read(boris), read(carla)] == [[post.pk], []]


def test_post_narrowed_to_close_friends_is_gone_for_the_others_at_once(
    alma: User, boris: User, carla: User, posts: list[Post]
) -> None:
    close, public = posts
    assert [read(boris), read(carla)] == [[public.pk, close.pk], [public.pk]]

    edit_post(alma, public, {"audience": "close_friends"})

    for ranking in ("top", "latest"):
        assert ids(feed_page(carla.pk, ranking=ranking, cursor="", limit=10, kind="j")) == []
        assert [read(boris, ranking), read(carla, ranking)] == [[public.pk, close.pk], []]


def test_place_in_a_feed_built_on_the_spot_is_that_of_the_batch(boris: User, posts: list[Post]) -> None:
    build_people([boris.pk], load_window())
    kept = read_timeline(boris.pk)

    assert kept is not None
    assert list(kept.post_ids) == list(build_timeline(boris.pk).post_ids)


def test_why_names_close_friends(boris: User, posts: list[Post]) -> None:
    assert explain_post(boris, posts[0].pk).code == "followed"
    assert explain_post(boris, posts[0].pk).is_for_close_friends
