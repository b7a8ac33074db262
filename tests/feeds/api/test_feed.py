"""GET /rest/v1/feed."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as site
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from core.paging import encode_cursor
from core.times import iso_utc
from feeds.timeline import Timeline, read_timeline, write_timeline
from photos.models import Post
from photos.services.trash import trash_post
from tests.away import take_valkey_away
from tests.conftest import AsApp, AsUser
from tests.factories import make_follow, make_like, make_post, make_user
from tests.reading import ids_in, next_path, problem_of
from tests.ready import lift_bars

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
        "stale": False,
    }
    assert [int(entry["post"]["id"]) for entry in answer["results"]] == posts


def test_entry_of_the_feed_is_a_post_with_its_reason(as_app: AsApp, alma: User, posts: list[int]) -> None:
    client = as_app(alma)

    entry = client.get(f"{FEED}?limit=1").json()["results"][0]

    reason = {"code": "fresh", "text": "You follow this person; posted 1 hour ago."}
    post = client.get(f"/rest/v1/posts/{posts[0]}").json()
    assert entry == {"post": {**post, "people": None}, "reason": reason}


def test_latest_has_no_time_of_building(as_app: AsApp, alma: User, posts: list[int]) -> None:
    answer = as_app(alma).get(f"{FEED}?ranking=latest&limit=1").json()

    assert [answer["built_at"], answer["ranking"]] == [None, "latest"]
    assert answer["results"][0]["reason"] == {"code": "followed", "text": "You follow this person."}


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
    trash_post(boris, Post.objects.get(pk=posts[4]))
    write_timeline(alma.pk, Timeline(1_900_000_000_000, 0, [fresh, *posts[::-1]]))

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
@pytest.mark.parametrize(("ranking", "queries"), [("top", 0), ("latest", 1)])
def test_feed_that_is_ready_takes_the_same_queries_however_many_posts(
    as_app: AsApp,
    alma: User,
    count: int,
    ranking: str,
    queries: int,
) -> None:
    for number in range(count):
        author = make_user(f"author{number}")
        make_follow(alma, author)
        make_post(author, pictures=2, tags=("sea", f"tag{number}"))
    client = as_app(alma)
    for _ in range(2):  # the first call of an hour notes the use of the token
        lift_bars()
        client.get(f"{FEED}?ranking={ranking}")

    with CaptureQueriesContext(connection) as done:
        response = client.get(f"{FEED}?ranking={ranking}")

    of_caller = ('FROM "accounts_accesstoken"', 'FROM "accounts_user"')
    of_feed = [each["sql"] for each in done if not any(part in each["sql"] for part in of_caller)]
    assert (len(ids_in(response)), len(of_feed)) == (count, queries)


@pytest.mark.parametrize("ranking", RANKINGS)
def test_posts_of_the_feed_are_as_everywhere_in_the_api(
    as_app: AsApp, alma: User, boris: User, carla: User, ranking: str
) -> None:
    for person in (boris, carla):
        make_follow(alma, person)
    make_follow(carla, alma)
    liked = make_post(boris, pictures=3, title='"Quotes" & <tags>', caption="#sea @carla 🌊\n\\", tags=("sea",))
    make_like(alma, liked)
    make_post(carla, audience="followers", sensitive=True, spoiler="x", downloads=True, location_name="Split")
    lift_bars()
    client = as_app(alma)

    for _ in range(2):
        found = [entry["post"] for entry in client.get(f"{FEED}?ranking={ranking}").json()["results"]]

        alone = [client.get(f"/rest/v1/posts/{post['id']}").json() for post in found]
        assert found == [{**post, "people": None} for post in alone]
        assert len(found) == 2


@pytest.mark.parametrize("ranking", RANKINGS)
def test_feed_is_answered_and_marked_stale_while_postgres_is_away(
    as_app: AsApp, alma: User, posts: list[int], ranking: str
) -> None:
    lift_bars()
    client = as_app(alma)
    whole = client.get(f"{FEED}?limit=3").json()

    def refuse(execute: Any, sql: str, *rest: Any) -> Any:
        if "photos_" in sql or "accounts_follow" in sql:
            raise OperationalError("the connection is lost")
        return execute(sql, *rest)

    with connection.execute_wrapper(refuse):
        answer = client.get(f"{FEED}?ranking={ranking}&limit=4").json()

    assert answer["stale"] is True
    assert [entry["post"] for entry in answer["results"]] == [entry["post"] for entry in whole["results"]]


def test_feed_of_which_nothing_is_known_while_postgres_is_away_is_503(
    as_app: AsApp, alma: User, posts: list[int]
) -> None:
    client = as_app(alma)

    def refuse(execute: Any, sql: str, *rest: Any) -> Any:
        if "photos_" in sql or "accounts_follow" in sql:
            raise OperationalError("the connection is lost")
        return execute(sql, *rest)

    with connection.execute_wrapper(refuse):
        response = client.get(FEED)

    assert problem_of(response) == (503, "unavailable")
