"""The page of finding."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import Mute, User
from feeds.services import search
from feeds.web.search import WALL_PAGE
from photos.services.wording import keep_words
from tests.away import take_valkey_away
from tests.conftest import AsUser
from tests.factories import make_block, make_media, make_mute, make_post, make_user
from tests.reading import posts_on, tiles_on

HTMX = {"HX-Request": "true"}

pytestmark = pytest.mark.django_db


def test_posts_are_found_by_their_titles_which_stand_on_them(as_user: AsUser, alma: User) -> None:
    titled, captioned = make_post(alma, title="Harbour at dusk"), make_post(alma, caption="a harbour")
    make_post(alma, title="Kiln")

    response = as_user(None).get("/search/?q=harbour")

    assert (response.status_code, tiles_on(response)) == (200, [titled.pk, captioned.pk])
    assert "<b>Harbour at dusk</b>" in response.text
    assert "<title>harbour · Search" in response.text


def test_what_was_asked_stands_in_the_field_and_in_every_way_on(as_user: AsUser, alma: User) -> None:
    make_post(alma, title='A "quoted" <b>')

    response = as_user(None).get("/search/", {"q": '"quoted" <b>', "kind": "photo", "sort": "new"})

    assert 'value="&quot;quoted&quot; &lt;b&gt;"' in response.text
    assert '<input type="hidden" name="kind" value="photo">' in response.text
    assert [url for _, url, _ in response.context["types"]] == [
        f"/search/?q=%22quoted%22+%3Cb%3E{more}&kind=photo&sort=new"
        for more in ("", "&type=people", "&type=tags", "&type=places")
    ]


def test_videos_alone_are_found_and_marked(as_user: AsUser, alma: User) -> None:
    make_post(alma, title="Loom")
    film = make_post(alma, title="Loom in motion", pictures=0)
    make_media(alma, film, kind="video", duration=65.0)
    keep_words(film, [])

    response = as_user(None).get("/search/?q=loom&kind=video")

    assert tiles_on(response) == [film.pk]
    assert "1:05" in response.text


@pytest.mark.parametrize(("sort", "order"), [("relevance", [1, 0]), ("new", [1, 0]), ("top", [0, 1])])
def test_posts_come_in_the_order_that_is_chosen(as_user: AsUser, alma: User, sort: str, order: list[int]) -> None:
    old = make_post(alma, title="Loom", like_count=7, at=timezone.now() - timedelta(days=2))
    posts = [old.pk, make_post(alma, title="Loom").pk]

    response = as_user(None).get(f"/search/?q=loom&sort={sort}")

    assert tiles_on(response) == [posts[place] for place in order]
    assert [url for _, url, here in response.context["sorts"] if here] == [response.context["asked"].url()]


def test_people_tags_and_places_are_found_under_their_tabs(as_user: AsUser, alma: User, boris: User) -> None:
    make_post(alma, tags=("almanac",), location_name="Alma-Ata")
    client = as_user(boris)

    people, tags, places = (client.get(f"/search/?q=alma&type={sort}") for sort in ("people", "tags", "places"))

    assert [card.username for card in people.context["people"]] == ["alma"]
    assert [about.name for about in tags.context["tags"]] == ["almanac"]
    assert [(about.name, about.post_count) for about in places.context["places"]] == [("Alma-Ata", 1)]
    assert 'action="/@alma/follow/"' in people.text
    assert 'action="/tags/almanac/follow/"' in tags.text


def test_pages_together_are_all_posts_once(as_user: AsUser, alma: User) -> None:
    posts = [make_post(alma, title="Loom").pk for _ in range(WALL_PAGE + 2)][::-1]
    client = as_user(None)
    first = client.get("/search/?q=loom")

    second = client.get(first.context["next_url"], headers=HTMX)

    assert tiles_on(first) + tiles_on(second) == posts
    assert [b"<html" in page.content for page in (first, second)] == [True, False]
    assert ("End of roll" in second.text, second.context["next_url"]) == (True, "")


@pytest.mark.parametrize("address", ["/search/", "/search/?q=", "/search/?q=%20&type=tags"])
def test_before_asking_there_are_tags_of_the_day_and_how_to_search(as_user: AsUser, alma: User, address: str) -> None:
    make_post(alma, tags=("kiln",))

    response = as_user(None).get(address)

    assert response.status_code == 200
    assert "tag:kiln" in response.text
    assert 'href="/tags/kiln/"' in response.text
    assert "data-recent" in response.text


@pytest.mark.parametrize("typed", ["hnana", "hana", "Hanná"])
def test_who_finds_nothing_is_shown_what_is_spelled_nearly_so(as_user: AsUser, typed: str) -> None:
    hana = make_user("hanna")
    make_post(hana, tags=("hannah", "hanna"))

    response = as_user(None).get(f"/search/?q={quote(typed)}&type=posts&kind=video")

    assert f"Nothing for “{typed}”" in response.text
    assert [card.username for card in response.context["near_people"]] == ["hanna"]
    assert 'href="/tags/hanna' in response.text


def test_nothing_hidden_is_offered_to_who_finds_nothing(as_user: AsUser, alma: User) -> None:
    hidden = make_user("hanna")
    make_post(hidden, tags=("hanna",), audience="followers")
    make_block(hidden, alma)
    User.objects.filter(pk=make_user("hannas").pk).update(in_search=False)

    response = as_user(alma).get("/search/?q=hana&type=people")

    assert "hanna" not in response.text


def test_posts_of_muted_people_are_not_found(as_user: AsUser, alma: User, boris: User) -> None:
    make_post(boris, title="Loom")
    make_mute(alma, boris)
    Mute.objects.update(scope="everything")

    assert posts_on(as_user(alma).get("/search/?q=loom")) == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        (f"q={'x' * 201}", 422, "Search takes 200 signs at most."),
        ("q=loom&type=moods", 422, "type must be one of"),
        ("q=loom&sort=dull", 422, "sort must be one of"),
        ("q=loom&kind=smell", 422, "kind must be one of"),
        ("q=loom&cursor=x", 400, "Start again from the first page."),
    ],
)
def test_what_cannot_be_asked_is_said_on_the_page_which_keeps_the_words(
    as_user: AsUser, query: str, status: int, told: str
) -> None:
    response = as_user(None).get(f"/search/?{query}")

    assert (response.status_code, told in response.text) == (status, True)
    assert f'value="{response.context["asked"].q}"' in response.text


def test_search_that_takes_too_long_is_said_on_the_page(
    as_user: AsUser, alma: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sleep(*args: Any, **more: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(1)")

    monkeypatch.setattr(search, "PATIENCE", 0.05)
    monkeypatch.setattr("feeds.web.search.search_posts", sleep)

    response = as_user(None).get("/search/?q=loom")

    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert "takes too long just now" in response.text
    assert 'value="loom"' in response.text


def test_who_asks_too_often_is_told_to_wait_and_keeps_the_words(
    as_user: AsUser, alma: User, settings: Settings
) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "search": (1, 300)}
    client = as_user(alma)
    client.get("/search/?q=loom")

    response = client.get("/search/?q=loom")

    assert (response.status_code, "Please wait" in response.text) == (429, True)
    assert 0 < int(response["Retry-After"]) <= 300
    assert 'value="loom"' in response.text
    assert client.get("/search/").status_code == 200


def test_search_closed_to_visitors_leads_to_the_log_in_and_back(
    as_user: AsUser, alma: User, settings: Settings
) -> None:
    assert 'href="/search/"' in as_user(None).get("/").text
    settings.EXPLORE_OPEN = False

    response = as_user(None).get("/search/?q=loom")

    assert (response.status_code, response["Location"]) == (302, "/login/?next=%2Fsearch%2F%3Fq%3Dloom")
    assert 'href="/search/"' not in as_user(None).get("/").text
    assert as_user(alma).get("/search/?q=loom").status_code == 200


def test_search_goes_on_while_valkey_is_away(as_user: AsUser, settings: Settings, alma: User) -> None:
    post = make_post(alma, title="Loom")
    take_valkey_away(settings)

    assert tiles_on(as_user(None).get("/search/?q=loom")) == [post.pk]


# Each begins and ends a transaction and sets how long a query may take: three of these.
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("sort", "queries"), [("posts", 14), ("people", 7), ("tags", 6), ("places", 6)])
def test_page_takes_the_same_queries_however_much_is_found(
    as_user: AsUser, django_assert_num_queries: DjangoAssertNumQueries, sort: str, queries: int, count: int
) -> None:
    for number in range(count):
        make_post(make_user(f"loom{number}"), title="Loom", tags=(f"loom{number}",), location_name=f"Loom {number}")
    client = as_user(make_user())
    client.get(f"/search/?q=loom&type={sort}")

    with django_assert_num_queries(queries):
        client.get(f"/search/?q=loom&type={sort}")


# --- What is offered while somebody types


def offered(client: Any, typed: str) -> list[tuple[str, str]]:
    """Address and title of each option."""
    response = client.get("/search/offers/", {"q": typed}, headers=HTMX)
    assert response.status_code == 200
    return [(option.url, option.title) for option in response.context["options"]]


def test_people_tags_and_places_that_begin_so_are_offered(as_user: AsUser) -> None:
    for name in ("almar", "alma", "almaz"):
        make_user(name)
    make_post(make_user("boris"), tags=("almond", "almanac"), location_name="Alma-Ata")

    assert offered(as_user(None), "alma") == [
        ("/@alma/", "alma"),
        ("/@almar/", "almar"),
        ("/@almaz/", "almaz"),
        ("/tags/almanac/", "#almanac"),
        ("/places/alma-ata/", "Alma-Ata"),
    ]


@pytest.mark.parametrize(
    ("typed", "options"),
    [
        ("@ki", ["/@kim/"]),
        ("#ki", ["/tags/kiln/"]),
        ("loom from:ki", ["/search/?q=loom+from%3Akim"]),
        ("tag:ki", ["/search/?q=tag%3Akiln"]),
        ("place:ki", ["/search/?q=place%3Akisumu"]),
        ("from:", []),
        ("", []),
        ("#", []),
        ("\0", []),
    ],
)
def test_sign_or_operator_says_what_is_meant(as_user: AsUser, typed: str, options: list[str]) -> None:
    make_post(make_user("kim"), tags=("kiln",), location_name="Kisumu")

    assert [url for url, _ in offered(as_user(None), typed)] == options


def test_nobody_and_no_tag_that_is_hidden_is_offered(as_user: AsUser, alma: User, boris: User) -> None:
    make_post(boris, tags=("borscht",), audience="followers")
    make_block(boris, alma)

    assert offered(as_user(alma), "bor") == []
    assert [url for url, _ in offered(as_user(boris), "bor")] == ["/@boris/", "/tags/borscht/"]


def test_offers_without_a_script_are_the_page(as_user: AsUser, alma: User) -> None:
    response = as_user(None).get("/search/offers/?q=alma")

    assert (response.status_code, response["Location"]) == (303, "/search/?q=alma")


def test_offers_are_closed_and_counted_as_searches_are(as_user: AsUser, alma: User, settings: Settings) -> None:
    settings.EXPLORE_OPEN = False
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "typeahead": (1, 300)}
    client = as_user(alma)

    statuses = [asked.get("/search/offers/?q=a", headers=HTMX).status_code for asked in (as_user(None), client, client)]

    assert statuses == [401, 200, 429]


@pytest.mark.parametrize("count", [1, 3])
def test_offers_take_the_same_queries_however_many(
    as_user: AsUser, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        make_post(make_user(f"loom{number}"), tags=(f"loom{number}",))
    client = as_user(make_user())

    with django_assert_num_queries(9):
        client.get("/search/offers/?q=loom", headers=HTMX)
