"""Pages of the home feed: what is ready in Valkey, and what is composed from Postgres, must be the same."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from redis.connection import AbstractConnection

from accounts.models import User
from accounts.services.blocks import block_user
from accounts.services.follows import unfollow_user
from accounts.services.mutes import mute_user
from core.exceptions import Malformed
from core.ids import MAX_ID
from core.paging import encode_cursor
from core.valkey import valkey
from feeds.services.build import build_and_keep
from feeds.services.home import RANKINGS, FeedPage, feed_page, note_shown, ready_page
from feeds.services.near import near_cards
from feeds.timeline import Timeline, drop_timeline, push_post, read_timeline, write_timeline
from photos.models import Post, Tag, TagFollow
from photos.services.posts import edit_post
from photos.services.trash import restore_post, trash_post
from tests.away import take_valkey_away
from tests.factories import make_follow, make_like, make_post, make_save, make_user
from tests.parallel import together
from tests.ready import lift_bars


@pytest.fixture(params=["ready", "composed"], autouse=True)
def is_ready(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Once all may be made ready, once what a change has touched stays barred, so that Postgres composes the pages."""
    ready = bool(request.param == "ready")
    monkeypatch.setitem(_way, "ready", ready)
    return ready


_way = {"ready": True}


def read(person: User, ranking: str = "top", cursor: str = "", limit: int = 3) -> FeedPage:
    if _way["ready"]:
        lift_bars()
    return feed_page(person.pk, ranking=ranking, cursor=cursor, limit=limit, kind="j")


def ids(*pages: FeedPage) -> list[int]:
    return [item.post_id for page in pages for item in page.items]


def rest(person: User, page: FeedPage, ranking: str = "top", limit: int = 3) -> list[int]:
    """The posts of all the pages behind `page`."""
    found: list[int] = []
    while page.next_cursor:
        page = read(person, ranking, page.next_cursor, limit)
        found += ids(page)
    return found


def trash(*post_ids: int) -> None:
    for post in Post.objects.filter(pk__in=post_ids).select_related("author"):
        trash_post(post.author, post)


@pytest.fixture
def posts(alma: User, boris: User) -> list[int]:
    """Ten posts in the feed of alma, newest first, as both rankings show them."""
    make_follow(alma, boris)
    now = timezone.now()
    return [make_post(boris, at=now - timedelta(hours=hours)).pk for hours in range(1, 11)]


# --- Pages


@pytest.mark.parametrize("ranking", RANKINGS)
@pytest.mark.parametrize("limit", [1, 3, 5, 9, 10, 11])
def test_pages_together_are_the_whole_feed_once(alma: User, posts: list[int], ranking: str, limit: int) -> None:
    first = read(alma, ranking, limit=limit)

    assert ids(first) == posts[:limit]
    assert ids(first) + rest(alma, first, ranking, limit) == posts


@pytest.mark.parametrize("ranking", RANKINGS)
@pytest.mark.parametrize("limit", [10, 11])
def test_last_page_has_no_next(alma: User, posts: list[int], ranking: str, limit: int) -> None:
    assert read(alma, ranking, limit=limit).next_cursor == ""


@pytest.mark.parametrize("ranking", RANKINGS)
def test_feed_of_somebody_who_follows_nobody_is_one_empty_page(alma: User, ranking: str) -> None:
    page = read(alma, ranking)

    assert (ids(page), page.next_cursor) == ([], "")


def test_pages_of_top_go_on_in_their_snapshot_when_the_feed_is_rebuilt_between_them(
    alma: User, posts: list[int]
) -> None:
    first = read(alma)
    write_timeline(alma.pk, Timeline(first_build(alma) + 1, 0, posts[::-1]))

    assert ids(first) + rest(alma, first) == posts


def test_pages_of_top_go_on_in_their_snapshot_through_a_rebuild_at_every_page(alma: User, posts: list[int]) -> None:
    page = read(alma, limit=2)
    found = ids(page)
    while page.next_cursor:
        write_timeline(alma.pk, Timeline(first_build(alma) + 1, 0, posts[::-1]))
        page = read(alma, cursor=page.next_cursor, limit=2)
        found += ids(page)

    assert found == posts


def test_pages_of_top_go_on_in_their_snapshot_when_the_feed_is_dropped(alma: User, posts: list[int]) -> None:
    first = read(alma)
    drop_timeline(alma.pk)

    assert ids(first) + rest(alma, first) == posts


@pytest.mark.parametrize("ranking", RANKINGS)
def test_pages_have_neither_doubles_nor_gaps_while_posts_are_pushed(
    alma: User, boris: User, posts: list[int], ranking: str
) -> None:
    page = read(alma, ranking)
    found = ids(page)
    while page.next_cursor:
        push_post(make_post(boris).pk, [alma.pk])
        page = read(alma, ranking, page.next_cursor)
        found += ids(page)

    assert found == posts


@pytest.mark.parametrize("ranking", RANKINGS)
@pytest.mark.parametrize("trashed", [0, 2, 3, 9], ids=["first seen", "last seen", "next", "last"])
def test_pages_have_neither_doubles_nor_gaps_while_a_post_is_trashed(
    alma: User, posts: list[int], ranking: str, trashed: int
) -> None:
    first = read(alma, ranking)
    trash(posts[trashed])

    assert rest(alma, first, ranking) == [post for post in posts[3:] if post != posts[trashed]]


def test_page_of_top_is_full_although_many_posts_at_its_place_are_gone(alma: User, posts: list[int]) -> None:
    build_and_keep(alma.pk)
    trash(*posts[:9])

    page = read(alma, limit=1)

    assert (ids(page), page.next_cursor) == ([posts[9]], "")


def test_page_of_top_that_turns_out_empty_is_the_last(alma: User, posts: list[int]) -> None:
    build_and_keep(alma.pk)
    trash(*posts)

    page = read(alma)

    assert (ids(page), page.next_cursor) == ([], "")


def test_newly_pushed_post_is_on_top_of_the_first_page(alma: User, boris: User, posts: list[int]) -> None:
    read(alma)
    fresh = make_post(boris).pk
    push_post(fresh, [alma.pk])

    assert ids(read(alma, limit=2)) == [fresh, posts[0]]


def first_build(person: User) -> int:
    timeline = read_timeline(person.pk)
    assert timeline is not None
    return timeline.build_id


# --- Cursors that are none


@pytest.mark.parametrize("ranking", RANKINGS)
@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "=",
        "%00",
        "é",
        "dG9w",
        "A" * 10_000,
        encode_cursor("profile", 1),
        encode_cursor("top", 1),
        encode_cursor("top", 1, 2, 3),
        encode_cursor("latest", 1, 2),
        encode_cursor("latest", MAX_ID + 1),
        encode_cursor("top", MAX_ID + 1, 1),
        encode_cursor("top", 1, 1) + "=",
    ],
)
def test_cursor_that_we_never_gave_is_refused(alma: User, posts: list[int], ranking: str, cursor: str) -> None:
    with pytest.raises(Malformed) as refused:
        read(alma, ranking, cursor)

    assert refused.value.code == "cursor_unknown"


@pytest.mark.parametrize(("ranking", "other"), [("top", "latest"), ("latest", "top")])
def test_cursor_of_the_other_ranking_is_refused(alma: User, posts: list[int], ranking: str, other: str) -> None:
    cursor = read(alma, other).next_cursor

    with pytest.raises(Malformed) as refused:
        read(alma, ranking, cursor)

    assert refused.value.code == "cursor_unknown"


def test_cursor_of_a_post_that_is_not_in_that_build_is_refused(alma: User, posts: list[int]) -> None:
    build_and_keep(alma.pk)

    with pytest.raises(Malformed) as refused:
        read(alma, cursor=encode_cursor("top", first_build(alma), 12345))

    assert refused.value.code == "cursor_expired"


def test_cursor_of_an_expired_build_is_refused_and_nothing_is_built(alma: User, posts: list[int]) -> None:
    cursor = read(alma).next_cursor
    valkey().flushdb()

    with pytest.raises(Malformed) as refused:
        read(alma, cursor=cursor)

    assert refused.value.code == "cursor_expired"
    assert read_timeline(alma.pk) is None


def test_cursor_of_an_expired_build_is_refused_beside_a_newer_one(alma: User, posts: list[int]) -> None:
    cursor = read(alma).next_cursor
    valkey().flushdb()
    build_and_keep(alma.pk)
    before = first_build(alma)

    with pytest.raises(Malformed) as refused:
        read(alma, cursor=cursor)

    assert refused.value.code == "cursor_expired"
    assert first_build(alma) == before


def test_cursor_of_somebody_elses_feed_shows_nothing_of_it(alma: User, carla: User, posts: list[int]) -> None:
    cursor = read(alma).next_cursor

    with pytest.raises(Malformed):
        read(carla, cursor=cursor)


@pytest.mark.parametrize("ranking", ["", "TOP", "best", "top "])
def test_unknown_ranking_is_refused(alma: User, ranking: str) -> None:
    with pytest.raises(Malformed) as refused:
        read(alma, ranking)

    assert refused.value.code == "ranking_unknown"


# --- Cold, stale, away


def test_cold_feed_is_built_on_the_spot_and_kept(alma: User, posts: list[int]) -> None:
    assert read_timeline(alma.pk) is None

    page = read(alma, limit=20)

    kept = read_timeline(alma.pk)
    assert kept is not None
    assert (ids(page), page.built_at) == (posts, kept.built_at)
    assert list(kept.post_ids) == posts


def test_kept_feed_is_read_as_it_was_built(alma: User, posts: list[int]) -> None:
    write_timeline(alma.pk, Timeline(1_700_000_000_000, 0, [posts[4], posts[1]]))

    page = read(alma)

    assert ids(page) == [posts[4], posts[1]]
    assert page.built_at == Timeline(1_700_000_000_000, 0, []).built_at


def test_pages_mark_what_they_show_as_seen_and_nothing_else(alma: User, posts: list[int], is_ready: bool) -> None:
    build_and_keep(alma.pk)

    first = read(alma)
    again = read(alma, limit=4)

    assert [item.seen for item in first.items] == [False] * 3
    assert [item.seen for item in again.items] == [is_ready] * 3 + [False]


def test_latest_has_no_time_of_building(alma: User, posts: list[int]) -> None:
    assert read(alma, "latest").built_at is None


@pytest.mark.parametrize("ranking", RANKINGS)
@pytest.mark.parametrize("audience", ["unlisted", "only_me"])
def test_post_whose_audience_shrank_is_gone_from_a_kept_feed_at_once(
    alma: User, posts: list[int], ranking: str, audience: str
) -> None:
    build_and_keep(alma.pk)
    post = Post.objects.select_related("author").get(pk=posts[0])
    edit_post(post.author, post, {"audience": audience})

    assert ids(read(alma, ranking, limit=20)) == posts[1:]


@pytest.mark.parametrize("ranking", RANKINGS)
def test_posts_of_somebody_muted_are_gone_from_a_kept_feed_at_once(
    alma: User, boris: User, posts: list[int], ranking: str
) -> None:
    build_and_keep(alma.pk)
    mute_user(alma, boris)

    assert ids(read(alma, ranking)) == []


@pytest.mark.parametrize("ranking", RANKINGS)
def test_posts_of_somebody_no_longer_followed_are_gone_from_a_kept_feed_at_once(
    alma: User, boris: User, posts: list[int], ranking: str
) -> None:
    build_and_keep(alma.pk)
    unfollow_user(alma, boris)

    assert ids(read(alma, ranking)) == []


@pytest.mark.parametrize("ranking", RANKINGS)
def test_whole_feed_is_read_from_postgres_while_valkey_is_away(
    settings: Settings, alma: User, posts: list[int], ranking: str
) -> None:
    take_valkey_away(settings)

    first = read(alma, ranking)

    assert ids(first) + rest(alma, first, ranking) == posts


def test_pages_go_on_when_valkey_goes_away_between_them(settings: Settings, alma: User, posts: list[int]) -> None:
    first = read(alma)
    take_valkey_away(settings)

    assert ids(first) + rest(alma, first) == posts


def test_page_taken_while_valkey_is_away_goes_on_when_it_is_back(
    settings: Settings, alma: User, boris: User, posts: list[int]
) -> None:
    back = settings.CACHES
    take_valkey_away(settings)
    first = read(alma)
    settings.CACHES = back
    make_post(boris)

    assert ids(first) + rest(alma, first) == posts


# --- Gates


@pytest.mark.parametrize("ranking", RANKINGS)
def test_post_in_the_feed_is_hidden_while_it_is_in_the_trash_and_back_at_its_place(
    alma: User, posts: list[int], ranking: str
) -> None:
    build_and_keep(alma.pk)
    post = Post.objects.select_related("author").get(pk=posts[4])

    trash_post(post.author, post)
    without = ids(read(alma, ranking, limit=20))
    restore_post(post.author, post)

    assert without == [each for each in posts if each != post.pk]
    assert ids(read(alma, ranking, limit=20)) == posts


@pytest.mark.parametrize("ranking", RANKINGS)
@pytest.mark.parametrize("blocks", ["alma", "boris"])
def test_nothing_passes_a_block_in_either_direction(
    alma: User, boris: User, posts: list[int], ranking: str, blocks: str
) -> None:
    build_and_keep(alma.pk)
    read(alma)
    block_user(*((alma, boris) if blocks == "alma" else (boris, alma)))

    assert ids(read(alma, ranking)) == []


@pytest.mark.parametrize("ranking", RANKINGS)
def test_own_and_strangers_posts_in_a_kept_feed_are_not_shown(
    alma: User, carla: User, posts: list[int], ranking: str
) -> None:
    write_timeline(alma.pk, Timeline(1, 0, [make_post(alma).pk, make_post(carla).pk, *posts]))

    assert ids(read(alma, ranking, limit=20)) == posts


def test_page_is_filled_past_hundreds_of_posts_that_nobody_may_see(alma: User, posts: list[int]) -> None:
    gone = [posts[-1] - number for number in range(1, 400)]
    write_timeline(alma.pk, Timeline(1, 0, [posts[0], *gone, posts[1]]))

    page = read(alma, limit=2)

    assert (ids(page), page.next_cursor) == ([posts[0], posts[1]], "")


# --- What the viewer has to do with posts


@pytest.mark.parametrize("ranking", RANKINGS)
def test_items_say_what_the_viewer_likes_and_who_follows_back(
    alma: User, boris: User, carla: User, posts: list[int], ranking: str
) -> None:
    make_follow(alma, carla)
    make_follow(carla, alma)
    mine = make_post(carla).pk
    for post_id in posts[:2]:
        make_like(alma, Post.objects.get(pk=post_id))

    page = read(alma, ranking, limit=20)

    found = {item.post_id: (item.mutual, item.liked, item.closeness, item.like_count) for item in page.items}
    assert found == {
        mine: (True, False, 0, 0),
        **{post_id: (False, post_id in posts[:2], 2, int(post_id in posts[:2])) for post_id in posts},
    }


@pytest.mark.parametrize("ranking", RANKINGS)
def test_items_say_what_the_viewer_has_saved(alma: User, posts: list[int], ranking: str) -> None:
    for post_id in posts[:2]:
        make_save(alma, Post.objects.get(pk=post_id))

    for _ in ("made ready", "ready"):
        page = read(alma, ranking, limit=20)
        assert {item.post_id for item in page.items if item.saved} == set(posts[:2])


@pytest.mark.parametrize(("make", "mark"), [(make_like, "liked"), (make_save, "saved")])
def test_marks_of_who_has_more_than_are_kept_are_asked_of_postgres(
    monkeypatch: pytest.MonkeyPatch, alma: User, posts: list[int], make: Callable[[User, Post], object], mark: str
) -> None:
    monkeypatch.setattr("photos.ready.sets.MOST_KEPT", 1)
    for post_id in posts[:2]:
        make(alma, Post.objects.get(pk=post_id))

    assert [getattr(item, mark) for item in read(alma, "latest").items] == [True, True, False]


# --- Reading what is ready


def warm(person: User) -> None:
    """Read once, so that all of the first page is ready."""
    lift_bars()
    feed_page(person.pk, ranking="top", cursor="", limit=3, kind="j")


@contextmanager
def watch_sending(sent: list[bytes]) -> Iterator[None]:
    """Whatever connections to Valkey put on the wire inside; one entry is one round trip."""
    plain: Any = AbstractConnection.send_packed_command

    def send(self: AbstractConnection, command: Any, check_health: bool = True) -> None:
        sent.append(b"".join(command) if isinstance(command, list) else command)
        plain(self, command, check_health)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AbstractConnection, "send_packed_command", send)
        yield


def test_page_that_is_ready_takes_no_query(
    alma: User, posts: list[int], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    warm(alma)

    with django_assert_num_queries(0):
        pages = [
            ready_page(alma.pk, ranking="top", cursor="", limit=3, kind="j"),
            feed_page(alma.pk, ranking="top", cursor="", limit=3, kind="j"),
        ]

    assert [page and ids(page) for page in pages] == [posts[:3]] * 2


@pytest.mark.parametrize("count", [1, 3, 9])
def test_page_that_is_ready_is_one_round_trip_and_one_more_in_a_process_that_has_not_seen_its_cards(
    alma: User, posts: list[int], count: int
) -> None:
    lift_bars()
    feed_page(alma.pk, ranking="top", cursor="", limit=count, kind="j")
    trips = []

    for _ in range(2):
        sent: list[bytes] = []
        with watch_sending(sent):
            page = ready_page(
                alma.pk, ranking="top", cursor="", limit=count, kind="j", extra=[("INCR", "x"), ("TTL", "x")]
            )
        assert page is not None
        assert ids(page) == posts[:count]
        trips.append((list(page.extra), len(sent)))

    assert trips == [([1, -1], 2), ([2, -1], 1)]


def test_page_that_is_ready_is_read_after_valkey_forgot_the_programs_and_others_run_once(
    alma: User, posts: list[int]
) -> None:
    warm(alma)
    valkey().script_flush()

    page = ready_page(alma.pk, ranking="top", cursor="", limit=3, kind="j", extra=[("INCR", "x")])

    assert page is not None
    assert (ids(page), list(page.extra), valkey().get("x")) == (posts[:3], [1], b"1")


def test_ready_page_is_none_when_anything_is_missing(alma: User, posts: list[int]) -> None:
    warm(alma)
    client: Any = valkey()
    # Close friends are asked for posts for close friends only.
    aside = (b"lease:", b"feeds:", b"limit:", b"blocklist:", b"site:", b"closefriends:")
    keys = [key for key in client.keys("*") if not key.startswith(aside)]
    assert len(keys) == 1 + 5 + 3 + 1 + 3  # the feed, the viewer's, facts of posts and of their author, cards
    answers: list[object] = []

    for key in keys:
        kept = client.dump(key)
        client.delete(key)
        near_cards.clear()
        page = ready_page(alma.pk, ranking="top", cursor="", limit=3, kind="j", extra=[("PING",)], answers=answers)
        assert page is None, key
        client.restore(key, 0, kept)

    assert answers == [b"PONG"] * len(keys)


@pytest.mark.parametrize(
    ("ranking", "cursor"), [("latest", ""), ("best", ""), ("top", "x"), ("top", encode_cursor("asof", 1, 1))]
)
def test_ready_page_is_none_for_what_is_never_ready(alma: User, posts: list[int], ranking: str, cursor: str) -> None:
    warm(alma)

    assert ready_page(alma.pk, ranking=ranking, cursor=cursor, limit=3, kind="j") is None


def test_ready_page_is_none_while_valkey_is_away(settings: Settings, alma: User, posts: list[int]) -> None:
    warm(alma)
    take_valkey_away(settings)

    assert ready_page(alma.pk, ranking="top", cursor="", limit=3, kind="j") is None


@pytest.mark.parametrize("kind", ["top", "asof"])
@pytest.mark.parametrize("build", [0, 1, 2**53, 10**18, MAX_ID])
@pytest.mark.parametrize("last", [0, 5, MAX_ID])
def test_cursor_that_was_tampered_with_is_refused(
    alma: User, posts: list[int], kind: str, build: int, last: int
) -> None:
    with pytest.raises(Malformed) as refused:
        read(alma, cursor=encode_cursor(kind, build, last))

    assert refused.value.code == "cursor_expired"


def test_page_counts_as_seen_when_it_is_given_and_not_before(alma: User, posts: list[int]) -> None:
    warm(alma)
    write_timeline(alma.pk, Timeline(first_build(alma) + 1, 0, posts))
    page = ready_page(alma.pk, ranking="top", cursor="", limit=3, kind="j")
    again = ready_page(alma.pk, ranking="top", cursor="", limit=3, kind="j")
    assert page is not None
    assert again is not None

    note_shown(alma.pk, page)

    after = ready_page(alma.pk, ranking="top", cursor="", limit=3, kind="j")
    assert after is not None
    assert [[item.seen for item in each.items] for each in (page, again, after)] == [[False] * 3] * 2 + [[True] * 3]
    assert (page.due, again.due, after.due) == (True, True, False)


def test_page_that_is_given_after_a_rebuild_marks_its_posts_where_they_are_now(alma: User, posts: list[int]) -> None:
    warm(alma)
    write_timeline(alma.pk, Timeline(first_build(alma) + 1, 0, posts))
    page = ready_page(alma.pk, ranking="top", cursor="", limit=3, kind="j")
    write_timeline(alma.pk, Timeline(first_build(alma) + 2, 0, posts[1:][::-1]))
    assert page is not None

    note_shown(alma.pk, page)

    kept = read_timeline(alma.pk)
    assert kept is not None
    seen = {post_id for post_id, was_seen in zip(kept.post_ids, kept.seen, strict=True) if was_seen}
    assert (list(kept.post_ids), seen) == (posts[1:][::-1], {posts[1], posts[2]})


# --- Postgres away


@contextmanager
def postgres_away() -> Iterator[None]:
    def refuse(*_: object) -> None:
        raise OperationalError("the connection is lost")

    with connection.execute_wrapper(refuse):
        yield


def test_last_feed_is_shown_and_marked_while_postgres_is_away(alma: User, posts: list[int]) -> None:
    warm(alma)

    with postgres_away():
        page = feed_page(alma.pk, ranking="top", cursor="", limit=5, kind="j")

    assert (ids(page), page.stale) == (posts[:3], True)


def test_latest_is_the_newest_of_the_last_top_while_postgres_is_away(alma: User, posts: list[int]) -> None:
    warm(alma)
    write_timeline(alma.pk, Timeline(1, 0, [posts[2], posts[0], posts[9], posts[1]]))

    with postgres_away():
        first = feed_page(alma.pk, ranking="latest", cursor="", limit=2, kind="j")
        second = feed_page(alma.pk, ranking="latest", cursor=first.next_cursor, limit=2, kind="j")

    assert [ids(first), ids(second)] == [posts[:2], posts[2:3]]
    assert (first.stale, second.stale) == (True, True)


@pytest.mark.parametrize("key", ["feed", "sources"])
@pytest.mark.parametrize("ranking", RANKINGS)
def test_nothing_is_shown_while_postgres_is_away_and_it_is_not_known_whose_posts_may_be(
    alma: User, posts: list[int], ranking: str, key: str
) -> None:
    warm(alma)
    valkey().delete(f"{key}:{alma.pk}")

    with postgres_away(), pytest.raises(OperationalError):
        feed_page(alma.pk, ranking=ranking, cursor="", limit=3, kind="j")


# --- Latest and tags


@pytest.mark.parametrize(("wanted", "there"), [(True, 1), (False, 0)])
def test_public_posts_with_followed_tags_join_latest_only_when_asked_for(
    alma: User, carla: User, posts: list[int], wanted: bool, there: int
) -> None:
    User.objects.filter(pk=alma.pk).update(tags_in_latest=wanted)
    tagged = make_post(carla, tags=("sea",))
    for audience in ("followers", "unlisted", "only_me"):
        make_post(carla, tags=("sea",), audience=audience)
    make_post(carla, tags=("sand",))
    make_post(alma, tags=("sea",))
    TagFollow.objects.create(user=alma, tag=Tag.objects.get(name="sea"))

    page = read(alma, "latest", limit=20)

    assert ids(page) == [tagged.pk] * there + posts
    assert [item.post_id for item in page.items if not item.following] == [tagged.pk] * there
    assert ids(read(alma, limit=20)) == posts


@pytest.mark.parametrize("follows", [True, False])
def test_tagged_post_says_whether_its_author_follows_the_viewer(
    alma: User, carla: User, posts: list[int], follows: bool
) -> None:
    User.objects.filter(pk=alma.pk).update(tags_in_latest=True)
    tagged = make_post(carla, tags=("sea",))
    TagFollow.objects.create(user=alma, tag=Tag.objects.get(name="sea"))
    if follows:
        make_follow(carla, alma)

    items = read(alma, "latest", limit=3).items

    assert [(item.post_id, item.mutual) for item in items] == [
        (tagged.pk, follows),
        *((each, False) for each in posts[:2]),
    ]


@pytest.mark.parametrize("act", ["block", "blocked", "mute", "private", "closed"])
def test_tagged_posts_of_people_out_of_sight_do_not_join_latest(
    alma: User, carla: User, posts: list[int], act: str
) -> None:
    User.objects.filter(pk=alma.pk).update(tags_in_latest=True)
    make_post(carla, tags=("sea",))
    TagFollow.objects.create(user=alma, tag=Tag.objects.get(name="sea"))
    acts: dict[str, Callable[[], object]] = {
        "block": lambda: block_user(alma, carla),
        "blocked": lambda: block_user(carla, alma),
        "mute": lambda: mute_user(alma, carla),
        "private": lambda: User.objects.filter(pk=carla.pk).update(is_private=True),
        "closed": lambda: User.objects.filter(pk=carla.pk).update(is_active=False),
    }

    acts[act]()

    assert ids(read(alma, "latest", limit=20)) == posts


def test_pages_of_latest_with_tags_have_every_post_once(alma: User, boris: User, carla: User) -> None:
    User.objects.filter(pk=alma.pk).update(tags_in_latest=True)
    make_follow(alma, boris)
    made = [make_post((boris, carla)[n % 2], tags=("sea", "sand")).pk for n in range(7)]
    for tag in Tag.objects.all():
        TagFollow.objects.create(user=alma, tag=tag)

    first = read(alma, "latest", limit=2)

    assert ids(first) + rest(alma, first, "latest", limit=2) == made[::-1]


@pytest.mark.parametrize("people", [1, 4])
def test_latest_of_what_is_ready_takes_one_query(
    alma: User, django_assert_num_queries: DjangoAssertNumQueries, people: int
) -> None:
    for _ in range(people):
        author = make_user()
        make_follow(alma, author)
        make_post(author)
    lift_bars()
    feed_page(alma.pk, ranking="latest", cursor="", limit=3, kind="j")

    with django_assert_num_queries(1):
        page = feed_page(alma.pk, ranking="latest", cursor="", limit=3, kind="j")

    assert len(page.items) == min(people, 3)


# --- One builder


@pytest.mark.django_db(transaction=True)
def test_cold_feed_read_by_many_at_once_is_built_once() -> None:
    alma, boris = make_user("alma"), make_user("boris")
    make_follow(alma, boris)
    post = make_post(boris)
    valkey().flushdb()

    pages = together([lambda: feed_page(alma.pk, ranking="top", cursor="", limit=3, kind="j")] * 20)

    assert [ids(page) for page in pages] == [[post.pk]] * 20
    assert len({page.built_at for page in pages}) == 1


# --- Order


def test_top_never_has_three_of_one_author_in_a_row_while_there_are_others(
    alma: User, boris: User, carla: User
) -> None:
    for person in (boris, carla):
        make_follow(alma, person)
        for _ in range(4):
            make_post(person)

    authors = [item.author_id for item in read(alma, limit=20).items]

    assert all(len({*pair, after}) > 1 for pair, after in zip(pairwise(authors), authors[2:], strict=False))
