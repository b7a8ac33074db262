"""The start page: landing for strangers, the feed for people with a session."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from core.ids import to_code
from core.paging import encode_cursor
from feeds.services.build import build_and_keep
from feeds.timeline import Timeline, read_timeline, write_timeline
from feeds.web.views import FEED_PAGE
from tests.away import take_valkey_away
from tests.conftest import AsUser
from tests.factories import make_follow, make_post, make_user
from tests.reading import posts_on

HTMX = {"HX-Request": "true"}
RANKINGS = ("top", "latest")


def shown(response: object) -> list[int]:
    """The posts of the feed, in their order on the page."""
    cards = [card.id for card in response.context["cards"]]  # type: ignore[attr-defined]
    places = [response.content.decode().index(f'id="p-{to_code(post_id)}"') for post_id in cards]  # type: ignore[attr-defined]
    assert places == sorted(places)
    return cards


def all_pages(client: Client, address: str) -> list[int]:
    found: list[int] = []
    while address:
        response = client.get(address)
        found += shown(response)
        address = response.context["next_url"]
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
    assert response.templates[0].name == "feeds/home.html"
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
    write_timeline(alma.pk, Timeline(1_900_000_000_000, posts[::-1]))

    assert shown(first) + all_pages(client, first.context["next_url"]) == posts


def test_next_page_of_home_keeps_the_ranking(as_user: AsUser, alma: User, posts: list[int]) -> None:
    response = as_user(alma).get("/?ranking=latest")

    cursor = encode_cursor("latest", posts[FEED_PAGE - 1])
    assert response.context["next_url"] == f"/?ranking=latest&cursor={cursor}"
    assert f'href="/?ranking=latest&amp;cursor={cursor}"' in response.content.decode()


def test_home_of_somebody_who_follows_nobody_says_so_and_suggests_people(as_user: AsUser, alma: User) -> None:
    make_post(make_user("dora"))

    response = as_user(alma).get("/")

    assert shown(response) == []
    assert "Your feed is empty" in response.content.decode()
    assert [person.username for person in response.context["suggestions"]] == ["dora"]


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
    assert fragment.templates[0].name == "feeds/_feed_page.html"
    assert fragment.context["suggestions"] == []


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
    address = client.get("/").context["next_url"]

    assert shown(client.get(address)) == shown(client.get(address, headers=HTMX)) == posts[FEED_PAGE : 2 * FEED_PAGE]


# --- Ranking


def test_home_is_top_unless_asked_otherwise(as_user: AsUser, alma: User) -> None:
    response = as_user(alma).get("/")

    assert response.context["ranking"] == "top"
    assert "ranking" not in response.cookies


def test_ranking_asked_for_is_remembered_for_a_year(as_user: AsUser, alma: User) -> None:
    client = as_user(alma)

    cookie = client.get("/?ranking=latest").cookies["ranking"]

    assert (cookie.value, cookie["max-age"], cookie["samesite"]) == ("latest", 365 * 24 * 3600, "Lax")
    assert client.get("/").context["ranking"] == "latest"
    assert client.get("/?ranking=top").context["ranking"] == "top"
    assert client.get("/").context["ranking"] == "top"


@pytest.mark.parametrize("value", ["", "best", "<script>", "TOP"])
def test_remembered_ranking_that_there_is_not_means_top(as_user: AsUser, alma: User, value: str) -> None:
    client = as_user(alma)
    client.cookies["ranking"] = value

    response = client.get("/")

    assert (response.status_code, response.context["ranking"]) == (200, "top")


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
    address = client.get("/").context["next_url"]
    client.get("/?ranking=latest")

    answer = client.get(address, headers={"HX-Request": "true"})

    assert (answer.status_code, answer.context["ranking"], client.cookies["ranking"].value) == (200, "top", "latest")


# --- Reasons and cost


def test_menu_of_a_post_does_not_need_a_reason(as_user: AsUser, alma: User, posts: list[int]) -> None:
    response = as_user(alma).get(f"/p/{to_code(posts[0])}/menu/")

    assert response.status_code == 200
    assert "Why am I seeing this?" not in response.content.decode()


def test_cards_of_home_carry_the_reason(as_user: AsUser, alma: User, posts: list[int]) -> None:
    response = as_user(alma).get("/")

    assert {card.reason for card in response.context["cards"]} == {"You follow boris, and this is recent."}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("ranking", "queries"), [("top", 9), ("latest", 8)])
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
    build_and_keep(alma)
    client = as_user(alma)

    with django_assert_num_queries(queries):
        response = client.get(f"/?ranking={ranking}")

    assert len(response.context["cards"]) == count


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

    assert response.templates[0].name == "feeds/landing.html"
    assert [tile.code for tile in response.context["tiles"]] == [to_code(newer.pk), to_code(older.pk)]
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

    with django_assert_num_queries(4):
        response = as_user(None).get("/")

    assert len(response.context["tiles"]) == count
