"""What Explore chooses, keeps and shows."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from core.exceptions import Malformed, NotSignedIn
from core.ready import take_leases
from core.valkey import valkey
from feeds.services.explore import ExplorePage, explore_page, popular_tags, refresh_explore
from feeds.services.explore_lists import ENOUGH, LENGTH, ExploreList, build_list, pack, unpack
from photos.models import Post
from photos.services.posts import edit_post
from photos.services.trash import trash_post
from tests.away import take_valkey_away
from tests.factories import make_block, make_follow, make_mute, make_post, make_user

NOBODY = AnonymousUser()


def explored(viewer: Any = NOBODY, range_name: str = "day", limit: int = 100) -> list[int]:
    """All pages of the range, one after the other."""
    found, cursor = [], ""
    while True:
        page = explore_page(viewer, range_name=range_name, cursor=cursor, limit=limit)
        found += ids_of(page)
        cursor = page.next_cursor
        if not cursor:
            return found


def ids_of(page: ExplorePage) -> list[int]:
    return [post.pk for post in page.posts]


def make_posts(count: int, **fields: Any) -> list[int]:
    """Posts of as many people, newest first."""
    return [make_post(make_user(), **fields).pk for _ in range(count)][::-1]


def hours_ago(hours: float) -> Any:
    return timezone.now() - timedelta(hours=hours)


@pytest.mark.django_db
def test_explore_has_the_fresh_and_the_liked_first() -> None:
    old_and_dull = make_post(make_user(), at=hours_ago(20)).pk
    old_and_liked = make_post(make_user(), at=hours_ago(20), like_count=500).pk
    new_and_dull = make_post(make_user(), at=hours_ago(1)).pk

    assert explored() == [old_and_liked, new_and_dull, old_and_dull]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"audience": "unlisted"},
        {"audience": "followers"},
        {"audience": "only_me"},
        {"state": "publishing"},
        {"state": "trashed"},
        {"sensitive": True},
    ],
    ids=str,
)
def test_explore_leaves_out_what_is_not_for_everybody(fields: dict[str, Any]) -> None:
    author = make_user()
    make_post(author, **fields)

    assert (build_list("all").ids, explored(author, "all")) == ([], [])


@pytest.mark.django_db
@pytest.mark.parametrize("account", [{"is_private": True}, {"is_active": False}], ids=str)
def test_explore_leaves_out_accounts_that_are_not_open(account: dict[str, bool]) -> None:
    author = make_user()
    make_post(author)
    User.objects.filter(pk=author.pk).update(**account)

    assert build_list("all").ids == []


@pytest.mark.django_db
def test_explore_has_two_posts_of_an_author_at_most_and_none_twice_in_a_row(alma: User, boris: User) -> None:
    of_alma = [make_post(alma, like_count=100).pk for _ in range(3)]
    of_boris = make_post(boris).pk

    assert build_list("day").ids == [of_alma[2], of_boris, of_alma[1]]


@pytest.mark.django_db
def test_second_post_of_the_last_author_moves_up_where_it_has_neighbours_of_others(alma: User) -> None:
    others = [make_post(make_user(), like_count=90).pk for _ in range(2)]
    of_alma = [make_post(alma).pk for _ in range(2)]

    assert build_list("day").ids == [others[1], of_alma[0], others[0], of_alma[1]]


@pytest.mark.django_db
def test_posts_of_one_author_alone_stand_in_a_row(alma: User) -> None:
    posts = [make_post(alma).pk for _ in range(3)]

    assert build_list("day").ids == [posts[2], posts[1]]


@pytest.mark.django_db
@pytest.mark.parametrize("range_name", ["day", "week", "all"])
def test_range_with_little_in_it_is_filled_up_from_wider_ones(range_name: str) -> None:
    posts = [make_post(make_user(), at=hours_ago(hours)).pk for hours in (2, 50, 5000)]

    made = build_list(range_name)

    assert (list(made.ids), made.widest) == (posts, "all")


@pytest.mark.django_db
def test_older_posts_that_fill_up_come_behind_however_liked() -> None:
    old = make_post(make_user(), at=hours_ago(100), like_count=10_000).pk
    new = make_post(make_user()).pk

    page = explore_page(NOBODY, range_name="day", cursor="", limit=10)

    assert (ids_of(page), page.range, page.widest) == ([new, old], "day", "week")


@pytest.mark.django_db
def test_range_with_enough_in_it_is_not_filled_up() -> None:
    make_posts(2, at=hours_ago(100))
    new = make_posts(ENOUGH)

    made = build_list("day")

    assert (set(made.ids), made.widest) == (set(new), "day")


@pytest.mark.django_db
def test_little_that_is_all_from_today_is_not_called_older() -> None:
    posts = make_posts(2)

    made = build_list("day")

    assert (set(made.ids), made.widest) == (set(posts), "day")


@pytest.mark.django_db
@pytest.mark.parametrize("made", [ExploreList(1, "day", []), ExploreList(2**41, "all", [2**62, 1])], ids=str)
def test_packed_list_unpacks_to_itself(made: ExploreList) -> None:
    assert unpack(pack(made)) == made


# --- Reading


@pytest.mark.django_db
@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_of_explore_together_are_the_list_once(limit: int) -> None:
    make_posts(5)

    assert explored(limit=limit) == list(build_list("day").ids)


@pytest.mark.django_db
def test_pages_stay_with_their_list_when_it_is_made_anew() -> None:
    posts = make_posts(4)
    first = explore_page(NOBODY, range_name="day", cursor="", limit=2)
    make_posts(3)
    refresh_explore()

    second = explore_page(NOBODY, range_name="day", cursor=first.next_cursor, limit=10)

    assert (ids_of(first), ids_of(second), second.next_cursor) == (posts[:2], posts[2:], "")
    assert len(explored()) == 7


@pytest.mark.django_db
def test_list_that_is_kept_costs_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    posts = make_posts(3)
    refresh_explore()

    with django_assert_num_queries(1):
        page = explore_page(NOBODY, range_name="day", cursor="", limit=10)

    assert ids_of(page) == posts


def hide_from(viewer: User, author: User, post: Post, how: str) -> None:
    if how == "trashed":
        trash_post(author, post)
    elif how in ("followers", "unlisted", "only_me"):
        edit_post(author, post, {"audience": how})
    elif how == "sensitive":
        edit_post(author, post, {"sensitive": True})
    elif how in ("private", "closed"):
        User.objects.filter(pk=author.pk).update(is_private=how == "private", is_active=how != "closed")
    else:
        {"blocked": make_block, "muted": make_mute}[how](viewer, author)


@pytest.mark.parametrize(
    "how", ["trashed", "followers", "unlisted", "only_me", "sensitive", "private", "closed", "blocked", "muted"]
)
def test_what_is_hidden_after_the_choice_is_left_out_at_once(alma: User, boris: User, how: str) -> None:
    post, other = make_post(alma), make_post(make_user())
    make_follow(boris, alma)
    refresh_explore()

    hide_from(boris, alma, post, how)

    assert explored(boris) == [other.pk]


@pytest.mark.django_db
def test_lists_are_chosen_on_the_spot_while_valkey_is_away(settings: Settings) -> None:
    posts = make_posts(5)
    take_valkey_away(settings)

    assert explored(limit=2) == posts


@pytest.mark.django_db
def test_lists_are_chosen_on_the_spot_when_valkey_was_emptied() -> None:
    posts = make_posts(3)
    refresh_explore()
    valkey().flushdb()

    assert explored() == posts


@pytest.mark.django_db
def test_list_that_somebody_else_is_making_is_chosen_on_the_spot_and_not_kept() -> None:
    posts = make_posts(2)
    take_leases([b"explore:day"])

    assert explored() == posts
    assert valkey().get("explore:day") is None


@pytest.mark.django_db
@pytest.mark.parametrize("range_name", ["", "month", "DAY", "tags", "all "])
def test_unknown_range_is_refused_by_name(range_name: str) -> None:
    with pytest.raises(Malformed, match=r"^range must be one of day, week, all\.$"):
        explore_page(NOBODY, range_name=range_name, cursor="", limit=10)


@pytest.mark.django_db
def test_cursor_of_another_range_is_refused() -> None:
    make_posts(3)
    cursor = explore_page(NOBODY, range_name="day", cursor="", limit=1).next_cursor

    with pytest.raises(Malformed) as refused:
        explore_page(NOBODY, range_name="week", cursor=cursor, limit=1)

    assert refused.value.code == "cursor_unknown"


@pytest.mark.django_db
def test_cursor_of_a_list_that_is_gone_is_refused_as_expired() -> None:
    make_posts(3)
    cursor = explore_page(NOBODY, range_name="day", cursor="", limit=1).next_cursor
    valkey().flushdb()

    with pytest.raises(Malformed) as refused:
        explore_page(NOBODY, range_name="day", cursor=cursor, limit=1)

    assert refused.value.code == "cursor_expired"


def test_explore_closed_by_the_operator_is_for_people_with_an_account(settings: Settings, alma: User) -> None:
    settings.EXPLORE_OPEN = False
    post = make_post(alma)

    with pytest.raises(NotSignedIn):
        explored()

    assert explored(alma) == [post.pk]


# --- Tags of the day


@pytest.mark.django_db
def test_tags_of_the_day_are_those_of_most_people_first(alma: User, boris: User) -> None:
    for _ in range(3):
        make_post(alma, tags=("kiln",))
    make_post(alma, tags=("sea",))
    make_post(boris, tags=("sea",))

    assert popular_tags(NOBODY) == ["sea", "kiln"]


@pytest.mark.parametrize("fields", [{"audience": "followers"}, {"audience": "unlisted"}, {"state": "trashed"}], ids=str)
def test_tags_of_hidden_posts_are_not_among_the_tags_of_the_day(alma: User, fields: dict[str, str]) -> None:
    make_post(alma, tags=("secret",), **fields)  # type: ignore[arg-type]

    assert popular_tags(NOBODY) == popular_tags(make_user()) == []


def test_tag_of_the_day_goes_with_its_last_public_post(alma: User) -> None:
    post = make_post(alma, tags=("kiln",))
    refresh_explore()
    assert popular_tags(NOBODY) == ["kiln"]

    edit_post(alma, post, {"audience": "only_me"})

    assert popular_tags(NOBODY) == []


# --- Refresh


@pytest.mark.django_db
def test_refresh_makes_every_list_and_may_be_repeated() -> None:
    posts = make_posts(2)

    assert [refresh_explore(), refresh_explore()] == [4, 4]
    assert {name: list(unpack(valkey().get(f"explore:{name}")).ids) for name in ("day", "week", "all", "tags")} == {  # type: ignore[arg-type]
        "day": posts,
        "week": posts,
        "all": posts,
        "tags": [],
    }


@pytest.mark.django_db
def test_refresh_leaves_a_list_alone_that_somebody_else_is_making() -> None:
    take_leases([b"explore:week"])

    assert refresh_explore() == 3


@pytest.mark.django_db
def test_list_is_no_longer_than_its_length() -> None:
    authors = [make_user() for _ in range(LENGTH // 2 + 1)]
    for author in authors:
        for _ in range(2):
            make_post(author, pictures=0)

    assert len(build_list("day").ids) == LENGTH
