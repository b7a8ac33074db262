"""GET /rest/v1/search for posts."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from core.exceptions import Unavailable
from core.paging import encode_cursor, encode_ids
from feeds.services import search, search_order
from photos import finding
from photos.models import Post
from photos.services.archive import archive_post
from photos.services.posts import edit_post
from photos.services.trash import restore_post, trash_post
from photos.services.wording import keep_words
from tests.conftest import AsApp
from tests.factories import make_block, make_follow, make_like, make_media, make_mute, make_post, make_user
from tests.hostile import ATTACKS, BROKEN, UNSEEN
from tests.reading import ids_in, next_path, problem_of

Titled = Callable[..., Post]


@pytest.fixture
def titled(alma: User) -> Titled:
    """A post of Alma's with this title."""
    return lambda title, **fields: make_post(alma, title=title, **fields)


def find(text: str, client: Client | None = None, *, of: str = "", **more: str) -> list[int]:
    """The ids on the first page; `of` is the person whose posts are wanted."""
    query = {"q": text, **more, **({"from": of} if of else {})}
    response = (client or Client()).get(f"/rest/v1/search?{urlencode(query)}")
    assert response.status_code == 200, response.content
    return ids_in(response)


def walk(path: str, client: Client | None = None, between: Callable[[], object] = lambda: None) -> list[int]:
    """The posts of all pages, in order; `between` happens after each."""
    found: list[int] = []
    while path:
        response = (client or Client()).get(path)
        found += ids_in(response)
        path = next_path(response)
        between()
    return found


@pytest.mark.parametrize("slash", ["", "/"])
def test_search_answers_posts_to_anybody(titled: Titled, slash: str) -> None:
    post = titled("Harbour at night")
    titled("Kiln")

    response = Client().get(f"/rest/v1/search{slash}?q=harbour")

    assert (response.status_code, ids_in(response), response.json()["next"]) == (200, [post.pk], None)


def test_found_posts_are_the_same_objects_as_those_of_their_author(as_app: AsApp, titled: Titled, boris: User) -> None:
    make_like(boris, titled("Harbour"))
    client = as_app(boris)

    found = client.get("/rest/v1/search?q=harbour").json()["results"]

    assert found == client.get("/rest/v1/users/alma/posts").json()["results"]
    assert found[0]["viewer"]["liked"] is True


def test_title_comes_before_tags_and_tags_before_caption_and_the_newer_first(titled: Titled) -> None:
    title = titled("Mist")
    tag = titled("", tags=("mist",))
    caption = titled("", caption="Only mist today")
    newer_title, newer_caption = titled("More mist"), titled("Lake", caption="mist")

    assert find("mist") == [newer_title.pk, title.pk, tag.pk, newer_caption.pk, caption.pk]


def test_all_words_are_wanted_wherever_they_stand(titled: Titled) -> None:
    titled("Harbour")
    titles = titled("Night harbour")
    tagged = titled("Harbour", tags=("night",))
    anywhere = titled("Harbour", caption="by night")

    assert find("harbour night") == [titles.pk, tagged.pk, anywhere.pk]


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("Crème brûlée", "creme BRULEE"),
        ("Creme brulee", "crème"),
        ("Straße", "STRASSE"),
        ("Harbour lights", "harbour lig"),
        ("Harbour lights", "lights harbour"),
        ("東京タワーの夜", "タワー"),
        ("東京タワーの夜", "夜"),
        ("東京タワーの夜", "東京 夜"),
        ("ภาพน้ำตกสวย", "น้ำตก"),
        ("서울에서 만난 고양이", "고양이"),
        ("Waves 🌊🏄🏽", "🏄"),
        ("Flag 🇯🇵", "🇯🇵"),
        ("صورة أحمد", "احمد"),
        ("שלום עולם", "עולם"),
        ("पानी का झरना", "झरना"),
        ("Golden_hour", "golden hour"),
        ("#mist", "mist"),
        ("A" * 120, "a" * 120),
        ("100% wool", "100%"),
        ("don't", "don't"),
    ],
)
def test_post_is_found_however_it_is_typed(titled: Titled, title: str, typed: str) -> None:
    post = titled(title)

    assert find(typed) == [post.pk]


@pytest.mark.parametrize(
    ("title", "typed"),
    [("東京都", "東都"), ("Harbour lights", "arbour lights x"), ("Harbour", "har bour"), ("Harbours", "harb ours")],
)
def test_parts_that_do_not_stand_there_find_nothing(titled: Titled, title: str, typed: str) -> None:
    titled(title)

    assert find(typed) == []


@pytest.mark.parametrize("typed", ["harbor", "harbuor", "harbovr", "harboour", "night harbor", "harbour nihgt"])
def test_word_with_a_slip_in_it_is_found_where_little_else_is(titled: Titled, typed: str) -> None:
    post = titled("Harbour", tags=("night",))

    assert find(typed) == [post.pk]


def test_what_is_spelled_nearly_so_comes_behind_what_is_spelled_so(titled: Titled) -> None:
    exact, near, newer = titled("Harbour"), titled("Harbor"), titled("Harbour, two")

    assert find("harbour") == [newer.pk, exact.pk, near.pk]
    assert find("harbour", sort="newest") == [newer.pk, near.pk, exact.pk]


def test_what_is_spelled_nearly_so_stays_away_where_enough_is_spelled_so(titled: Titled) -> None:
    titled("Kilt")
    exact = [titled("Kiln").pk for _ in range(search.FEW)][::-1]

    assert [find("kiln", sort=sort) for sort in ("relevance", "newest", "top")] == [exact] * 3


def test_newest_are_in_the_order_of_their_ids_wherever_the_word_stands(titled: Titled) -> None:
    posts = [titled("Mist"), titled("", caption="mist"), titled("", tags=("mist",)), titled("mist")]

    assert find("mist", sort="newest") == [post.pk for post in reversed(posts)]


def test_top_are_the_most_liked(titled: Titled, boris: User, carla: User) -> None:
    none, two, one = titled("Mist"), titled("Mist"), titled("Mist")
    for person, post in ((boris, two), (carla, two), (boris, one)):
        make_like(person, post)

    assert find("mist", sort="top") == [two.pk, one.pk, none.pk]


def test_kind_is_that_of_any_media_of_a_post(titled: Titled, alma: User) -> None:
    photo, both = titled("Mist"), titled("Mist")
    make_media(alma, both, kind="video", position=1)
    keep_words(both, [])

    found = {kind: find("mist", kind=kind) for kind in ("photo", "video")}

    assert found == {"photo": [both.pk, photo.pk], "video": [both.pk]}


def test_from_has_the_posts_of_one_person(titled: Titled, boris: User) -> None:
    titled("Mist")
    his = make_post(boris, title="Mist")

    assert [find("mist", of=name) for name in ("boris", "@Boris", " boris ")] == [[his.pk]] * 3


def test_from_an_unknown_and_from_a_blocking_person_are_the_same(as_app: AsApp, titled: Titled, boris: User) -> None:
    titled("Mist")
    make_block(User.objects.get(username="alma"), boris)
    client = as_app(boris)

    answers = [client.get(f"/rest/v1/search?q=mist&from={name}").content for name in ("alma", "nobody", "%00", "%20x")]

    assert answers == [b'{"results":[],"next":null}'] * 4


# --- Pages ---

SORTED = ["relevance", "newest", "top"]


@pytest.mark.parametrize("sort", SORTED)
@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_together_are_all_posts_once(titled: Titled, sort: str, limit: int) -> None:
    posts = [titled("Mist"), titled("", tags=("mist",)), titled("Mist"), titled("", caption="mist"), titled("Mists")]

    found = walk(f"/rest/v1/search?q=mist&sort={sort}&limit={limit}")

    assert found == find("mist", sort=sort)
    assert sorted(found) == [post.pk for post in posts]


@pytest.mark.parametrize("sort", SORTED)
@pytest.mark.parametrize("limit", [1, 2, 100])
def test_pages_of_nearly_found_posts_are_all_posts_once(titled: Titled, sort: str, limit: int) -> None:
    posts = [titled("Kilns"), titled("Kiln"), titled("Kilt"), titled("", tags=("kiln",))]

    found = walk(f"/rest/v1/search?q=kilnx&sort={sort}&limit={limit}")

    assert sorted(found) == [posts[0].pk, posts[1].pk, posts[3].pk]


@pytest.mark.parametrize("sort", SORTED)
def test_new_posts_and_likes_between_pages_repeat_and_hide_nothing(
    titled: Titled, boris: User, alma: User, sort: str
) -> None:
    posts = [titled("Mist").pk for _ in range(7)]
    liked = iter(reversed(posts))

    def happen() -> None:
        titled("Mist")
        Post.objects.filter(pk=next(liked, posts[0])).update(like_count=5)

    found = walk(f"/rest/v1/search?q=mist&sort={sort}&limit=2", between=happen)

    assert sorted(found) == posts


@pytest.mark.parametrize("sort", SORTED)
def test_walk_over_more_than_a_handful_is_the_same(titled: Titled, monkeypatch: pytest.MonkeyPatch, sort: str) -> None:
    for number in range(8):
        titled("Mist" if number % 2 else "", tags=("mist",) if number % 3 else (), caption="mist")
    whole = find("mist", sort=sort)

    monkeypatch.setattr(search_order, "HANDFUL", 2)
    monkeypatch.setattr(search_order, "MANY", 2)
    monkeypatch.setattr(finding, "GUESSED", 0)
    monkeypatch.setattr(finding, "LITTLE", 0)
    monkeypatch.setattr(search_order, "RANKED", 2)
    monkeypatch.setattr(finding, "FIRST", 3)

    assert walk(f"/rest/v1/search?q=mist&sort={sort}&limit=3") == find("mist", sort=sort) == whole


@pytest.mark.parametrize("sort", SORTED)
def test_post_that_is_hidden_between_pages_is_in_none(titled: Titled, sort: str) -> None:
    posts = [titled("Mist") for _ in range(4)]
    hidden = posts[1]

    found = walk(
        f"/rest/v1/search?q=mist&sort={sort}&limit=2",
        between=lambda: Post.objects.filter(pk=hidden.pk).update(audience="only_me"),
    )

    assert found == [post.pk for post in reversed(posts) if post != hidden]


def test_forged_cursor_of_top_shows_nothing_that_is_hidden_or_says_something_else(titled: Titled) -> None:
    hidden, other, found = titled("Mist", audience="only_me"), titled("Lake"), titled("Mist")
    cursor = encode_ids("search-top", [hidden.pk, other.pk, found.pk, 1])

    assert find("mist", sort="top", cursor=cursor) == [found.pk]


# --- What is asked wrongly ---


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "code", "fields"),
    [
        ("", "invalid", ["q"]),
        ("q=", "invalid", ["q"]),
        ("q=%20%20", "invalid", ["q"]),
        (f"q={'x' * 201}", "invalid", ["q"]),
        ("q=a&type=songs", "invalid", ["type"]),
        ("q=a&kind=song", "invalid", ["kind"]),
        ("q=a&sort=best", "invalid", ["sort"]),
        ("q=a&type=&kind=&sort=", "invalid", ["kind", "sort", "type"]),
        ("type=songs&kind=song&sort=best", "invalid", ["kind", "q", "sort", "type"]),
    ],
)
def test_what_cannot_be_asked_is_named(query: str, code: str, fields: list[str]) -> None:
    response = Client().get(f"/rest/v1/search?{query}")

    assert problem_of(response) == (422, code)
    assert sorted(error["field"] for error in response.json()["errors"]) == fields


@pytest.mark.django_db
@pytest.mark.parametrize("sort", SORTED)
@pytest.mark.parametrize(
    "cursor", ["x", encode_cursor("tag", 1), encode_cursor("search", 1), encode_cursor("search-newest", 1, 2, 3)]
)
def test_cursor_of_another_list_is_refused(sort: str, cursor: str) -> None:
    response = Client().get(f"/rest/v1/search?q=a&sort={sort}&cursor={cursor}")

    assert problem_of(response) == (400, "cursor_unknown")


HOSTILE = {
    **ATTACKS,
    **UNSEEN,
    **BROKEN,
    "operators": "!&|():*<->",
    "not": "!kiln",
    "prefix": "kiln:*",
    "weights": "kiln:A",
    "wild": "%_\\",
    "quotes": "'''\\''",
    "surrogates": "\ud800\udfff",
    "one letter often": "a " * 100,
    "one run": "東" * 200,
    "marks alone": "\u0301" * 200,
    "joiners alone": "\u200d" * 200,
    "digits": "9" * 200,
    "grows when folded": "\ufdfa" * 200,
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("sort", SORTED)
def test_search_bears_anything_that_is_typed(titled: Titled, name: str, sort: str) -> None:
    titled("Kiln")
    text = quote(HOSTILE[name].encode("utf-8", "surrogatepass"))

    answers = [Client().get(f"/rest/v1/search?q={text}&sort={sort}&type={kind}") for kind in search.TYPES]

    assert {answer.status_code for answer in answers} <= {200, 422}


@pytest.mark.django_db
def test_endless_text_is_refused() -> None:
    whole, parts = (
        Client().get("/rest/v1/search", {"q": "&" * 100_000}),
        Client().get(f"/rest/v1/search?q={'&' * 100_000}"),
    )

    assert (problem_of(whole), problem_of(parts)[0]) == ((422, "invalid"), 400)


@pytest.mark.parametrize("typed", ["!&|():*", "%_\\", "...", "\u200d"])
def test_text_without_any_word_finds_nothing(titled: Titled, typed: str) -> None:
    titled("...!")

    assert [find(typed, sort=sort) for sort in SORTED] == [[], [], []]


def test_text_of_a_query_is_no_query(titled: Titled) -> None:
    titled("Kiln")

    assert [find(typed) for typed in ("!lake", "lake | kiln", "kil:*x")] == [[], [], []]


# --- Kept in step ---


def test_edit_changes_what_a_post_is_found_by(alma: User, titled: Titled) -> None:
    post = titled("Harbour", tags=("boats",), caption="Quiet")

    edit_post(alma, post, {"title": "Kitchen", "tags": ["pots"], "caption": "Loud"})

    assert [find(word) for word in ("harbour", "boats", "quiet")] == [[], [], []]
    assert [find(word) for word in ("kitchen", "pots", "loud")] == [[post.pk]] * 3


def test_post_leaves_with_the_trash_and_the_archive_and_comes_back(alma: User, titled: Titled) -> None:
    post = titled("Harbour")
    seen = []
    for change in (trash_post, restore_post, archive_post):
        change(alma, Post.objects.get(pk=post.pk))
        seen.append(find("harbour"))

    assert seen == [[], [post.pk], []]


# --- Who finds what; the whole table is in tests/privacy/test_lists.py ---


def test_author_finds_all_their_own_posts_that_are_out(as_app: AsApp, alma: User) -> None:
    audiences = ("public", "unlisted", "followers", "close_friends", "only_me")
    posts = [make_post(alma, title="Mist", audience=audience).pk for audience in audiences]
    make_post(alma, title="Mist", state="publishing")
    User.objects.filter(pk=alma.pk).update(in_search=False)

    assert find("mist", as_app(alma)) == posts[::-1]


def test_person_who_does_not_want_to_be_found_is_not(as_app: AsApp, alma: User, titled: Titled, boris: User) -> None:
    titled("Mist")
    make_follow(boris, alma)
    User.objects.filter(pk=alma.pk).update(in_search=False)

    assert [find("mist"), find("mist", as_app(boris)), find("mist", of="alma")] == [[], [], []]


def test_muted_person_is_found_only_when_asked_for(as_app: AsApp, alma: User, titled: Titled, boris: User) -> None:
    post = titled("Mist")
    mute = make_mute(boris, alma)
    type(mute).objects.filter(pk=mute.pk).update(scope="everything")
    client = as_app(boris)

    assert (find("mist", client), find("mist", client, of="alma")) == ([], [post.pk])


@pytest.mark.parametrize("sort", SORTED)
def test_hidden_posts_move_nothing(titled: Titled, carla: User, sort: str) -> None:
    for _ in range(3):
        titled("Mist", caption="kilnx")
    path = f"/rest/v1/search?q=mist&sort={sort}&limit=2"
    before, before_near = Client().get(path).content, find("kilny", sort=sort)

    for number in range(8):
        audience = ("only_me", "unlisted", "followers", "close_friends")[number % 4]
        make_post(carla, title="Mist kilny", audience=audience, like_count=50)

    assert (Client().get(path).content, find("kilny", sort=sort)) == (before, before_near)


def test_search_closed_to_visitors_needs_a_token(as_app: AsApp, settings: Settings, titled: Titled) -> None:
    settings.EXPLORE_OPEN = False
    post = titled("Mist")

    assert problem_of(Client().get("/rest/v1/search?q=mist")) == (401, "not_signed_in")
    assert find("mist", as_app(User.objects.get(username="alma"))) == [post.pk]


# --- Costs ---


def queries_of(client: Client, path: str) -> list[Any]:
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return [each["sql"] for each in queries.captured_queries]


@pytest.mark.parametrize("sort", SORTED)
def test_search_takes_the_same_queries_however_many_posts(as_app: AsApp, boris: User, sort: str) -> None:
    client, numbers = as_app(boris), []
    for count in (1, 2):  # one post, then three
        for _ in range(count):
            make_post(make_user(), title="Harbour")
        numbers.append(len(queries_of(client, f"/rest/v1/search?q=harbour&sort={sort}")))

    assert numbers[0] == numbers[1]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("sort", "is_wide"), [(sort, is_wide) for sort in SORTED for is_wide in (True, False)])
def test_finding_takes_the_same_queries_however_much_is_found(
    titled: Titled, django_assert_num_queries: DjangoAssertNumQueries, sort: str, is_wide: bool, count: int
) -> None:
    for _ in range(count):
        titled("東京 Harbour")
    question = search.Question("harbour" if is_wide else "東京", sort=sort)

    with django_assert_num_queries(9 if is_wide else 3):
        page = search.search_posts(AnonymousUser(), question, cursor="", limit=20)

    assert len(page.items) == count


def test_hidden_match_takes_the_same_queries_as_none(titled: Titled) -> None:
    titled("Harbour", audience="only_me")

    taken = [queries_of(Client(), f"/rest/v1/search?q={word}") for word in ("harbour", "harbor", "nowhere")]

    assert len({len(queries) for queries in taken}) == 1


@pytest.mark.django_db
def test_search_that_takes_too_long_is_put_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "PATIENCE", 0.05)

    with pytest.raises(Unavailable) as put_off, search.short_queries(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(5)")

    assert (put_off.value.code, put_off.value.retry_after) == ("search_slow", 10)


def test_searching_has_a_limit_of_its_own(as_app: AsApp, settings: Settings, alma: User, boris: User) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "search": (2, 300)}
    client = as_app(alma)

    answers = [client.get("/rest/v1/search?q=mist") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[2]["Retry-After"]) <= 300
    assert as_app(boris).get("/rest/v1/search?q=mist").status_code == 200
