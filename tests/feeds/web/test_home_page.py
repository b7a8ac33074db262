"""The start page: landing for strangers, the feed for people with a session."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from core.ids import from_code
from core.paging import encode_cursor
from feeds.timeline import Timeline, read_timeline, write_timeline
from feeds.web.home_page import FEED_PAGE
from tests.away import take_valkey_away
from tests.conftest import AsUser
from tests.factories import make_follow, make_post, make_user
from tests.reading import posts_on, tiles_on
from tests.ready import lift_bars

HTMX = {"HX-Request": "true"}
_CARD = re.compile(rb'<article class="frame" id="p-(\w+)"')
_MORE = re.compile(rb'hx-get="([^"]+)"')
_RANKING = re.compile(rb'href="\?ranking=(\w+)" aria-current="true"')
RANKINGS = ("top", "latest")


def shown(response: Any) -> list[int]:
    """The posts of the feed, in their order on the page."""
    return [from_code(code.decode()) for code in _CARD.findall(response.content)]


def next_url(response: Any) -> str:
    """Where "Load more" leads; "" at the end."""
    found = _MORE.search(response.content)
    return unescape(found[1].decode()) if found else ""


def ranking_of(response: Any) -> str:
    return _RANKING.search(response.content)[1].decode()  # type: ignore[index]


def suggested_on(response: Any) -> list[str]:
    _, _, side = response.content.decode().partition('id="suggested"')
    return re.findall(r"<bdi>@(\w+)</bdi>", side)


def all_pages(client: Client, address: str) -> list[int]:
    found: list[int] = []
    while address:
        response = client.get(address)
        found += shown(response)
        address = next_url(response)
    return found


@pytest.fixture
def posts(alma: User, boris: User) -> list[int]:
    """More posts than two pages hold in the feed of alma, newest first."""
    make_follow(alma, boris)
    now = timezone.now()
    return [make_post(boris, at=now - timedelta(hours=hours)).pk for hours in range(1, 2 * FEED_PAGE + 3)]


@pytest.mark.parametrize("ranking", RANKINGS)
def test_home_shows_the_first_page_of_the_feed(as_user: AsUser, alma: User, posts: list[int], ranking: str) -> None:
    response = as_user(alma).get(f"/?ranking={ranking}")

    assert response.status_code == 200
    assert b"<html" in response.content
    assert shown(response) == posts[:FEED_PAGE]
    assert posts_on(response) == set(posts[:FEED_PAGE])


@pytest.mark.parametrize("ranking", RANKINGS)
def test_pages_of_home_together_are_the_whole_feed_once(
    as_user: AsUser, alma: User, posts: list[int], ranking: str
) -> None:
    assert all_pages(as_user(alma), f"/?ranking={ranking}") == posts


def test_pages_of_home_stay_with_their_snapshot_while_the_feed_is_rebuilt(
    as_user: AsUser, alma: User, posts: list[int]
) -> None:
    client = as_user(alma)
    first = client.get("/")
    write_timeline(alma.pk, Timeline(1_900_000_000_000, 1_900_000_000_000, posts[::-1]))

    assert shown(first) + all_pages(client, next_url(first)) == posts


def test_next_page_of_home_keeps_the_ranking(as_user: AsUser, alma: User, posts: list[int]) -> None:
    response = as_user(alma).get("/?ranking=latest")

    cursor = encode_cursor("latest", posts[FEED_PAGE - 1])
    assert next_url(response) == f"/?ranking=latest&cursor={cursor}"
    assert f'href="/?ranking=latest&amp;cursor={cursor}"' in response.content.decode()


def test_home_of_somebody_who_follows_nobody_says_so_and_suggests_people(as_user: AsUser, alma: User) -> None:
    make_post(make_user("dora"))

    response = as_user(alma).get("/")

    assert shown(response) == []
    assert "Your feed is empty" in response.content.decode()
    assert suggested_on(response) == ["dora"]


def test_cold_home_is_built_on_the_spot(as_user: AsUser, alma: User, posts: list[int]) -> None:
    as_user(alma).get("/")

    kept = read_timeline(alma.pk)
    assert kept is not None
    assert list(kept.post_ids) == posts


@pytest.mark.parametrize("ranking", RANKINGS)
def test_home_is_answered_from_postgres_while_valkey_is_away(
    settings: Settings, as_user: AsUser, alma: User, posts: list[int], ranking: str
) -> None:
    client = as_user(alma)
    take_valkey_away(settings)

    assert all_pages(client, f"/?ranking={ranking}") == posts


@pytest.mark.parametrize("posted", [("POST", 405), ("PUT", 405), ("DELETE", 405)])
def test_home_takes_no_writes(as_user: AsUser, alma: User, posted: tuple[str, int]) -> None:
    method, status = posted

    assert as_user(alma).generic(method, "/").status_code == status


# --- Fragment and page


def test_htmx_gets_the_cards_alone(as_user: AsUser, alma: User, posts: list[int]) -> None:
    client = as_user(alma)

    fragment = client.get("/", headers=HTMX)
    page = client.get("/")

    assert shown(fragment) == shown(page)
    assert [b"<html" in fragment.content, b"<html" in page.content] == [False, True]
    assert suggested_on(fragment) == []


def test_htmx_that_goes_back_in_history_gets_the_whole_page(as_user: AsUser, alma: User, posts: list[int]) -> None:
    response = as_user(alma).get("/", headers={**HTMX, "HX-History-Restore-Request": "true"})

    assert b"<html" in response.content


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_caches_keep_fragment_page_and_people_apart(as_user: AsUser, alma: User, headers: dict[str, str]) -> None:
    response = as_user(alma).get("/", headers=headers)

    assert {"HX-Request", "Cookie"} <= set(response["Vary"].split(", "))
    assert response["Cache-Control"] == "private, no-cache"


def test_second_page_works_as_page_and_as_fragment(as_user: AsUser, alma: User, posts: list[int]) -> None:
    client = as_user(alma)
    address = next_url(client.get("/"))

    assert shown(client.get(address)) == shown(client.get(address, headers=HTMX)) == posts[FEED_PAGE : 2 * FEED_PAGE]


# --- Ranking


def test_home_is_top_unless_asked_otherwise(as_user: AsUser, alma: User) -> None:
    response = as_user(alma).get("/")

    assert ranking_of(response) == "top"
    assert "ranking" not in response.cookies


def test_ranking_asked_for_is_remembered_for_a_year(as_user: AsUser, alma: User) -> None:
    client = as_user(alma)

    cookie = client.get("/?ranking=latest").cookies["ranking"]

    assert (cookie.value, cookie["max-age"], cookie["samesite"]) == ("latest", 365 * 24 * 3600, "Lax")
    assert ranking_of(client.get("/")) == "latest"
    assert ranking_of(client.get("/?ranking=top")) == "top"
    assert ranking_of(client.get("/")) == "top"


@pytest.mark.parametrize("value", ["", "best", "<script>", "TOP"])
def test_remembered_ranking_that_there_is_not_means_top(as_user: AsUser, alma: User, value: str) -> None:
    client = as_user(alma)
    client.cookies["ranking"] = value

    response = client.get("/")

    assert (response.status_code, ranking_of(response)) == (200, "top")


@pytest.mark.parametrize("value", ["", "best", "TOP", "latest%00", "'"])
def test_unknown_ranking_is_refused_and_not_remembered(as_user: AsUser, alma: User, value: str) -> None:
    response = as_user(alma).get(f"/?ranking={value}")

    assert response.status_code == 400
    assert "ranking must be one of top, latest." in response.content.decode()
    assert "ranking" not in response.cookies


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    "query",
    [
        "cursor=x",
        "cursor=%00",
        f"cursor={encode_cursor('profile', 1)}",
        f"cursor={encode_cursor('latest', 1)}",
        f"ranking=latest&cursor={encode_cursor('top', 1, 1)}",
        f"cursor={encode_cursor('top', 1, 1)}",
    ],
)
def test_cursor_that_is_none_is_refused(as_user: AsUser, alma: User, query: str, headers: dict[str, str]) -> None:
    response = as_user(alma).get(f"/?{query}", headers=headers)

    assert response.status_code == 400


def test_next_page_of_top_goes_on_after_latest_was_chosen_elsewhere(
    as_user: AsUser, alma: User, posts: list[int]
) -> None:
    client = as_user(alma)
    address = next_url(client.get("/"))
    client.get("/?ranking=latest")

    answer = client.get(address, headers={"HX-Request": "true"})

    assert (answer.status_code, client.cookies["ranking"].value) == (200, "latest")
    assert shown(answer) == posts[FEED_PAGE : 2 * FEED_PAGE]


# --- Reasons and cost


def test_cards_of_home_carry_the_reason(as_user: AsUser, alma: User, posts: list[int]) -> None:
    response = as_user(alma).get("/")

    reasons = re.findall(r'<details class="reason">.*?<p>([^<]+) <a', response.content.decode(), re.DOTALL)
    assert len(reasons) == FEED_PAGE
    assert reasons[0] == "You follow this person; posted 1 hour ago."


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("ranking", "queries"), [("top", 1), ("latest", 2)])
def test_home_takes_the_same_queries_however_many_posts(
    as_user: AsUser,
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
    client = as_user(alma)
    lift_bars()
    for _ in range(3):
        client.get(f"/?ranking={ranking}")

    with django_assert_num_queries(queries):
        response = client.get(f"/?ranking={ranking}")

    assert len(shown(response)) == count


# --- Landing


def test_landing_shows_the_newest_public_posts_of_open_accounts(as_user: AsUser, alma: User, boris: User) -> None:
    User.objects.filter(pk=boris.pk).update(is_private=True)
    older, newer = make_post(alma), make_post(alma)
    for audience in ("unlisted", "followers", "only_me"):
        make_post(alma, audience=audience)
    for fields in ({"state": "trashed"}, {"state": "publishing"}, {"sensitive": True}):
        make_post(alma, **fields)
    make_post(boris)

    response = as_user(None).get("/")

    assert "feeds/landing.html" in [template.name for template in response.templates]
    assert tiles_on(response) == [newer.pk, older.pk]
    assert posts_on(response) == {older.pk, newer.pk}


@pytest.mark.django_db
def test_landing_of_an_empty_site_invites(as_user: AsUser) -> None:
    response = as_user(None).get("/")

    assert "No pictures yet. Be the first." in response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_landing_takes_the_same_queries_however_many_posts(
    as_user: AsUser, alma: User, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _ in range(count):
        make_post(alma, tags=("sea",))

    as_user(None).get("/")  # makes the tiles ready

    with django_assert_num_queries(3):
        response = as_user(None).get("/")

    assert len(tiles_on(response)) == count
