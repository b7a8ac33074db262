from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Follow, Mute, User
from core.exceptions import Malformed
from core.ids import MAX_ID
from core.paging import encode_cursor
from core.valkey import valkey
from feeds.services.build import build_and_keep
from feeds.services.home import RANKINGS, FeedPage, Reason, feed_page
from feeds.timeline import Timeline, drop_timeline, push_post, read_timeline, write_timeline
from photos.models import Post
from tests.away import take_valkey_away
from tests.factories import make_follow, make_like, make_post, make_user


def read(person: User, ranking: str = "top", cursor: str = "", limit: int = 3) -> FeedPage:
    return feed_page(person, ranking=ranking, cursor=cursor, limit=limit)


def ids(*pages: FeedPage) -> list[int]:
    return [post.pk for page in pages for post in page.posts]


def rest(person: User, page: FeedPage, ranking: str = "top", limit: int = 3) -> list[int]:
    """The posts of all the pages behind `page`."""
    found: list[int] = []
    while page.next_cursor:
        page = read(person, ranking, page.next_cursor, limit)
        found += ids(page)
    return found


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

    assert (list(page.posts), page.reasons, page.next_cursor) == ([], {}, "")


def test_pages_of_top_go_on_in_their_snapshot_when_the_feed_is_rebuilt_between_them(
    alma: User, posts: list[int]
) -> None:
    first = read(alma)
    write_timeline(alma.pk, Timeline(first_build(alma) + 1, posts[::-1]))

    assert ids(first) + rest(alma, first) == posts


def test_pages_of_top_go_on_in_their_snapshot_through_a_rebuild_at_every_page(alma: User, posts: list[int]) -> None:
    page = read(alma, limit=2)
    found = ids(page)
    while page.next_cursor:
        write_timeline(alma.pk, Timeline(first_build(alma) + 1, posts[::-1]))
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
    Post.objects.filter(pk=posts[trashed]).update(state="trashed")

    assert rest(alma, first, ranking) == [post for post in posts[3:] if post != posts[trashed]]


def test_page_of_top_is_full_although_many_posts_at_its_place_are_gone(alma: User, posts: list[int]) -> None:
    build_and_keep(alma)
    Post.objects.filter(pk__in=posts[:9]).update(state="trashed")

    page = read(alma, limit=1)

    assert (ids(page), page.next_cursor) == ([posts[9]], "")


def test_page_of_top_that_turns_out_empty_is_the_last(alma: User, posts: list[int]) -> None:
    build_and_keep(alma)
    Post.objects.filter(pk__in=posts).update(state="trashed")

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
    build_and_keep(alma)

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
    build_and_keep(alma)
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
    write_timeline(alma.pk, Timeline(1_700_000_000_000, [posts[4], posts[1]]))

    page = read(alma)

    assert ids(page) == [posts[4], posts[1]]
    assert page.built_at == Timeline(1_700_000_000_000, []).built_at


def test_reading_a_kept_feed_writes_nothing(alma: User, posts: list[int]) -> None:
    build_and_keep(alma)
    before = {key: valkey().get(key) for key in valkey().keys("feed*")}

    rest(alma, read(alma))

    assert {key: valkey().get(key) for key in valkey().keys("feed*")} == before


def test_latest_has_no_time_of_building(alma: User, posts: list[int]) -> None:
    assert read(alma, "latest").built_at is None


@pytest.mark.parametrize("ranking", RANKINGS)
@pytest.mark.parametrize("audience", ["unlisted", "only_me"])
def test_post_whose_audience_shrank_is_gone_from_a_kept_feed_at_once(
    alma: User, posts: list[int], ranking: str, audience: str
) -> None:
    build_and_keep(alma)
    Post.objects.filter(pk=posts[0]).update(audience=audience)

    assert ids(read(alma, ranking, limit=20)) == posts[1:]


@pytest.mark.parametrize("ranking", RANKINGS)
def test_posts_of_somebody_muted_are_gone_from_a_kept_feed_at_once(
    alma: User, boris: User, posts: list[int], ranking: str
) -> None:
    build_and_keep(alma)
    Mute.objects.create(id=1, muter=alma, muted=boris)

    assert ids(read(alma, ranking)) == []


@pytest.mark.parametrize("ranking", RANKINGS)
def test_posts_of_somebody_no_longer_followed_are_gone_from_a_kept_feed_at_once(
    alma: User, posts: list[int], ranking: str
) -> None:
    build_and_keep(alma)
    Follow.objects.filter(follower=alma).delete()

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


# --- Reasons


def test_reason_in_latest_is_the_follow(alma: User, boris: User, posts: list[int]) -> None:
    page = read(alma, "latest", limit=1)

    assert page.reasons == {posts[0]: Reason("followed", "You follow boris.")}


def test_reason_in_top_of_a_post_nobody_touched_is_that_it_is_recent(alma: User, posts: list[int]) -> None:
    page = read(alma, limit=1)

    assert page.reasons == {posts[0]: Reason("fresh", "You follow boris, and this is recent.")}


@pytest.mark.parametrize(("likes", "code"), [(2, "fresh"), (3, "applause")])
def test_reason_in_top_is_the_applause_from_three_likes_on(alma: User, boris: User, likes: int, code: str) -> None:
    make_follow(alma, boris)
    post = make_post(boris)
    for _ in range(likes):
        make_like(make_user(), post)

    assert read(alma).reasons[post.pk].code == code


def test_reason_in_top_says_how_many_like_the_post(alma: User, boris: User) -> None:
    make_follow(alma, boris)
    post = make_post(boris, like_count=41)

    assert read(alma).reasons == {post.pk: Reason("applause", "You follow boris, and 41 people like this.")}


@pytest.mark.parametrize(("liked", "code"), [(2, "fresh"), (3, "close")])
def test_reason_in_top_is_closeness_from_three_liked_posts_on(
    alma: User, boris: User, posts: list[int], liked: int, code: str
) -> None:
    for post_id in posts[-liked:]:
        make_like(alma, Post.objects.get(pk=post_id))

    assert read(alma, limit=20).reasons[posts[0]].code == code


def test_reason_in_top_says_how_many_of_their_pictures_were_liked(alma: User, posts: list[int]) -> None:
    for post_id in posts[-4:]:
        make_like(alma, Post.objects.get(pk=post_id))

    reason = read(alma, limit=20).reasons[posts[0]]

    assert reason == Reason("close", "You follow boris and liked 4 of their pictures lately.")


@pytest.mark.parametrize("ranking", RANKINGS)
def test_every_post_of_a_page_has_its_reason_and_no_other(alma: User, posts: list[int], ranking: str) -> None:
    page = read(alma, ranking, limit=4)

    assert set(page.reasons) == set(posts[:4])


def test_top_never_has_three_of_one_author_in_a_row_while_there_are_others(
    alma: User, boris: User, carla: User
) -> None:
    for person in (boris, carla):
        make_follow(alma, person)
        for _ in range(4):
            make_post(person)

    authors = [post.author_id for post in read(alma, limit=20).posts]

    assert all(len({*pair, after}) > 1 for pair, after in zip(pairwise(authors), authors[2:], strict=False))
