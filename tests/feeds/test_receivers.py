"""What happens elsewhere acts on the very next read of the feeds it concerns."""

from collections.abc import Callable

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import User
from accounts.services.blocks import block_user
from accounts.services.follows import accept_follow_request, follow_user, remove_follower, unfollow_user
from accounts.services.mutes import mute_user, unmute_user
from core.valkey import valkey
from feeds.services.build import build_and_keep
from feeds.services.home import RANKINGS, FeedPage, feed_page
from feeds.timeline import read_timeline
from photos.models import Post
from photos.services.drafts import PostDraft
from photos.services.posts import create_post, edit_post
from photos.services.trash import restore_post, trash_post
from tests.away import take_valkey_away
from tests.conftest import Settled
from tests.factories import make_follow, make_media, make_post
from tests.ready import lift_bars


def shown(page: FeedPage) -> list[int]:
    lift_bars()
    return [item.post_id for item in page.items]


def top(person: User) -> list[int]:
    return shown(feed_page(person.pk, ranking="top", cursor="", limit=50, kind="j"))


def latest(person: User) -> list[int]:
    return shown(feed_page(person.pk, ranking="latest", cursor="", limit=50, kind="j"))


def kept(person: User) -> list[int] | None:
    """What Valkey holds, before any last-mile filter."""
    timeline = read_timeline(person.pk)
    return None if timeline is None else list(timeline.post_ids)


def publish(author: User, **fields: str) -> Post:
    return create_post(author, media_ids=[make_media(author).pk], draft=PostDraft(**fields))  # type: ignore[arg-type]


@pytest.mark.parametrize("audience", ["public", "followers"])
def test_published_post_reaches_the_feeds_of_followers(
    settled: Settled, alma: User, boris: User, carla: User, audience: str
) -> None:
    make_follow(boris, alma)
    for person in (alma, boris, carla):
        build_and_keep(person.pk)

    with settled():
        post = publish(alma, audience=audience)

    assert [kept(person) for person in (alma, boris, carla)] == [[], [post.pk], []]
    assert [top(boris), latest(boris)] == [[post.pk], [post.pk]]


@pytest.mark.parametrize("audience", ["unlisted", "only_me"])
def test_published_post_for_nobodys_feed_reaches_none(settled: Settled, alma: User, boris: User, audience: str) -> None:
    make_follow(boris, alma)
    build_and_keep(boris.pk)

    with settled():
        publish(alma, audience=audience)

    assert [kept(boris), top(boris), latest(boris)] == [[], [], []]


def test_published_post_reaches_no_feed_before_its_transaction_is_committed(alma: User, boris: User) -> None:
    make_follow(boris, alma)
    build_and_keep(boris.pk)

    publish(alma)

    assert kept(boris) == []


def test_post_of_an_author_above_the_push_limit_comes_with_the_next_build(
    settings: Settings, settled: Settled, alma: User, boris: User
) -> None:
    settings.FEED_PUSH_LIMIT = 0
    make_follow(boris, alma)
    build_and_keep(boris.pk)

    with settled():
        post = publish(alma)

    assert [kept(boris), latest(boris)] == [[], [post.pk]]
    build_and_keep(boris.pk)
    assert top(boris) == [post.pk]


def test_post_restored_from_the_trash_is_in_the_feed_once(settled: Settled, alma: User, boris: User) -> None:
    make_follow(boris, alma)
    build_and_keep(boris.pk)
    with settled():
        post = publish(alma)
    with settled():
        trash_post(alma, post)
    assert [top(boris), latest(boris)] == [[], []]

    with settled():
        restore_post(alma, post)

    assert [kept(boris), top(boris), latest(boris)] == [[post.pk], [post.pk], [post.pk]]


@pytest.mark.parametrize("audience", ["unlisted", "only_me"])
def test_post_made_narrower_is_gone_from_feeds_on_the_next_read(
    settled: Settled, alma: User, boris: User, audience: str
) -> None:
    make_follow(boris, alma)
    post = make_post(alma)
    build_and_keep(boris.pk)

    with settled():
        edit_post(alma, post, {"audience": audience})

    assert [top(boris), latest(boris)] == [[], []]


def test_follow_brings_the_posts_into_both_rankings_on_the_next_read(settled: Settled, alma: User, boris: User) -> None:
    post = make_post(alma)
    build_and_keep(boris.pk)
    assert top(boris) == []

    with settled():
        follow_user(boris, alma)

    assert [top(boris), latest(boris)] == [[post.pk], [post.pk]]


def test_request_to_a_private_account_brings_posts_only_once_accepted(
    settled: Settled, alma: User, boris: User
) -> None:
    User.objects.filter(pk=alma.pk).update(is_private=True)
    post = make_post(alma)
    with settled():
        follow_user(boris, alma)
    assert [top(boris), latest(boris)] == [[], []]

    with settled():
        accept_follow_request(alma, boris)

    assert [top(boris), latest(boris)] == [[post.pk], [post.pk]]


@pytest.mark.parametrize("end", ["unfollow", "removed by the followee", "block", "blocked", "mute"])
def test_end_of_a_relation_takes_the_posts_away_on_the_next_read(
    settled: Settled, alma: User, boris: User, carla: User, end: str
) -> None:
    for person in (alma, carla):
        make_follow(boris, person)
    make_post(alma)
    stays = make_post(carla)
    build_and_keep(boris.pk)
    acts = {
        "unfollow": lambda: unfollow_user(boris, alma),
        "removed by the followee": lambda: remove_follower(alma, boris),
        "block": lambda: block_user(boris, alma),
        "blocked": lambda: block_user(alma, boris),
        "mute": lambda: mute_user(boris, alma),
    }

    with settled():
        acts[end]()

    assert [top(boris), latest(boris)] == [[stays.pk], [stays.pk]]
    assert kept(boris) == [stays.pk]


@pytest.mark.parametrize("ranking", RANKINGS)
def test_page_two_after_a_block_has_nothing_of_the_blocked_although_the_snapshot_does(
    settled: Settled, alma: User, boris: User, carla: User, ranking: str
) -> None:
    for person in (alma, carla):
        make_follow(boris, person)
    expected = [make_post(carla).pk for _ in range(2)]
    make_post(alma)
    first = feed_page(boris.pk, ranking=ranking, cursor="", limit=1, kind="j")

    with settled():
        block_user(boris, alma)
    second = feed_page(boris.pk, ranking=ranking, cursor=first.next_cursor, limit=10, kind="j")

    assert shown(second) == [pk for pk in reversed(expected) if pk not in shown(first)]


def test_feed_of_the_person_followed_stays_as_it_is(settled: Settled, alma: User, boris: User) -> None:
    build_and_keep(alma.pk)
    before = valkey().get(f"feed:{alma.pk}")

    with settled():
        follow_user(boris, alma)

    assert valkey().get(f"feed:{alma.pk}") == before


@pytest.mark.parametrize("act", [follow_user, unfollow_user, block_user, mute_user])
def test_relations_change_while_valkey_is_away(
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    alma: User,
    boris: User,
    act: Callable[[User, User], object],
) -> None:
    make_post(alma)
    take_valkey_away(settings)

    with django_capture_on_commit_callbacks(execute=True):
        act(boris, alma)

    assert len(top(boris)) == (1 if act is follow_user else 0)


def test_unmuted_person_is_in_the_feed_again_on_the_next_read(settled: Settled, alma: User, boris: User) -> None:
    make_follow(boris, alma)
    post = make_post(alma)
    mute_user(boris, alma)
    build_and_keep(boris.pk)

    with settled():
        unmute_user(boris, alma)

    assert top(boris) == [post.pk]
