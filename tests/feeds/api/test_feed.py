"""GET /rest/v1/feed."""

from datetime import timedelta

import pytest
from django.conf import settings as site
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from core.paging import encode_cursor
from core.times import iso_utc
from feeds.services.build import build_and_keep
from feeds.timeline import Timeline, read_timeline, write_timeline
from photos.models import Post
from tests.away import take_valkey_away
from tests.conftest import AsApp, AsUser
from tests.factories import make_follow, make_post, make_user
from tests.reading import ids_in, next_path, problem_of

FEED = "/rest/v1/feed"
RANKINGS = ("top", "latest")


def all_pages(client: Client, address: str) -> list[int]:
    found: list[int] = []
    while address:
        response = client.get(address)
        found += ids_in(response)
        address = next_path(response)
    return found


@pytest.fixture
def posts(alma: User, boris: User) -> list[int]:
    """Seven posts in the feed of alma, newest first."""
    make_follow(alma, boris)
    now = timezone.now()
    return [make_post(boris, at=now - timedelta(hours=hours)).pk for hours in range(1, 8)]


def test_feed_is_top_unless_asked_otherwise(as_app: AsApp, alma: User, posts: list[int]) -> None:
    answer = as_app(alma).get(FEED).json()

    kept = read_timeline(alma.pk)
    assert kept is not None
    assert {name: answer[name] for name in answer if name != "results"} == {
        "next": None,
        "built_at": iso_utc(kept.built_at),
        "ranking": "top",
    }
    assert [int(entry["post"]["id"]) for entry in answer["results"]] == posts


def test_entry_of_the_feed_is_a_post_with_its_reason(as_app: AsApp, alma: User, posts: list[int]) -> None:
    client = as_app(alma)

    entry = client.get(f"{FEED}?limit=1").json()["results"][0]

    reason = {"code": "fresh", "text": "You follow boris, and this is recent."}
    post = client.get(f"/rest/v1/posts/{posts[0]}").json()
    assert entry == {"post": post, "reason": reason}


def test_latest_has_no_time_of_building(as_app: AsApp, alma: User, posts: list[int]) -> None:
    answer = as_app(alma).get(f"{FEED}?ranking=latest&limit=1").json()

    assert [answer["built_at"], answer["ranking"]] == [None, "latest"]
    assert answer["results"][0]["reason"] == {"code": "followed", "text": "You follow boris."}


@pytest.mark.parametrize("ranking", RANKINGS)
@pytest.mark.parametrize("limit", [1, 3, 7, 8])
def test_pages_together_are_the_whole_feed_once(
    as_app: AsApp, alma: User, posts: list[int], ranking: str, limit: int
) -> None:
    assert all_pages(as_app(alma), f"{FEED}?ranking={ranking}&limit={limit}") == posts


@pytest.mark.parametrize("ranking", RANKINGS)
def test_pages_have_neither_doubles_nor_gaps_while_the_feed_changes(
    as_app: AsApp, alma: User, boris: User, posts: list[int], ranking: str
) -> None:
    client = as_app(alma)
    first = client.get(f"{FEED}?ranking={ranking}&limit=2")
    fresh = make_post(boris).pk
    Post.objects.filter(pk=posts[4]).update(state="trashed")
    write_timeline(alma.pk, Timeline(1_900_000_000_000, [fresh, *posts[::-1]]))

    assert ids_in(first) + all_pages(client, next_path(first)) == [post for post in posts if post != posts[4]]


def test_next_page_is_a_whole_address_also_in_the_link_header(as_app: AsApp, alma: User, posts: list[int]) -> None:
    response = as_app(alma).get(f"{FEED}?ranking=latest&limit=2")

    address = f"{site.ORIGIN}{FEED}?ranking=latest&limit=2&cursor={encode_cursor('latest', posts[1])}"
    assert response.json()["next"] == address
    assert response["Link"] == f'<{address}>; rel="next"'


def test_last_page_has_no_link(as_app: AsApp, alma: User, posts: list[int]) -> None:
    response = as_app(alma).get(FEED)

    assert response.json()["next"] is None
    assert "Link" not in response


@pytest.mark.parametrize(("limit", "count"), [("", 7), ("0", 1), ("-5", 1), ("2", 2), ("100000000000", 7)])
def test_limit_is_kept_within_bounds(as_app: AsApp, alma: User, posts: list[int], limit: str, count: int) -> None:
    assert len(ids_in(as_app(alma).get(f"{FEED}?limit={limit}"))) == count


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("ranking=best", "ranking_unknown"),
        ("ranking=", "ranking_unknown"),
        ("limit=x", "limit_invalid"),
        ("cursor=x", "cursor_unknown"),
        ("cursor=%00", "cursor_unknown"),
        (f"cursor={encode_cursor('profile', 1)}", "cursor_unknown"),
        (f"cursor={encode_cursor('latest', 1)}", "cursor_unknown"),
        (f"ranking=latest&cursor={encode_cursor('top', 1, 1)}", "cursor_unknown"),
        (f"cursor={encode_cursor('top', 1, 1)}", "cursor_expired"),
    ],
)
def test_what_cannot_be_understood_is_refused(
    as_app: AsApp, alma: User, posts: list[int], query: str, code: str
) -> None:
    assert problem_of(as_app(alma).get(f"{FEED}?{query}")) == (400, code)


@pytest.mark.django_db
def test_feed_of_nobody_is_401() -> None:
    assert problem_of(Client().get(FEED)) == (401, "not_authenticated")


def test_feed_needs_the_scope_to_read(as_app: AsApp, alma: User) -> None:
    assert problem_of(as_app(alma, "write").get(FEED)) == (403, "scope_missing")


def test_feed_works_with_the_session_of_the_pages(as_user: AsUser, alma: User, posts: list[int]) -> None:
    assert ids_in(as_user(alma).get(FEED)) == posts


def test_feed_with_a_trailing_slash_is_the_same(as_app: AsApp, alma: User, posts: list[int]) -> None:
    client = as_app(alma)

    assert client.get(f"{FEED}/").json() == client.get(FEED).json()


@pytest.mark.parametrize("ranking", RANKINGS)
def test_feed_is_answered_from_postgres_while_valkey_is_away(
    settings: Settings, as_app: AsApp, alma: User, posts: list[int], ranking: str
) -> None:
    client = as_app(alma)
    take_valkey_away(settings)

    assert all_pages(client, f"{FEED}?ranking={ranking}&limit=3") == posts


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("ranking", "queries"), [("top", 11), ("latest", 10)])
def test_feed_takes_the_same_queries_however_many_posts(
    as_app: AsApp,
    alma: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
    ranking: str,
    queries: int,
) -> None:
    for number in range(count):
        author = make_user(f"author{number}")
        make_follow(alma, author)
        make_post(author, pictures=2, tags=("sea", f"tag{number}"))
    build_and_keep(alma)
    client = as_app(alma)
    client.get("/rest/v1/me")  # the first call of an hour notes the use of the token

    with django_assert_num_queries(queries):
        response = client.get(f"{FEED}?ranking={ranking}")

    assert len(ids_in(response)) == count
