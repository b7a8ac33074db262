"""GET /rest/v1/search for people, tags and places."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.selectors import search_people
from core.paging import encode_cursor
from photos.models import Tag
from photos.selectors import search_places, search_tags
from photos.services.tag_follows import follow_tag
from tests.conftest import AsApp
from tests.factories import make_block, make_mute, make_post, make_user
from tests.reading import next_path, problem_of

NAME = {"users": "username", "tags": "name"}


def results(text: str, kind: str, client: Client | None = None, **more: str) -> list[dict[str, Any]]:
    response = (client or Client()).get(f"/rest/v1/search?{urlencode({'q': text, 'type': kind, **more})}")
    assert response.status_code == 200, response.content
    found: list[dict[str, Any]] = response.json()["results"]
    return found


def names(text: str, kind: str, client: Client | None = None, **more: str) -> list[str]:
    return [result[NAME[kind]] for result in results(text, kind, client, **more)]


def walk(path: str, kind: str) -> list[str]:
    found: list[str] = []
    while path:
        response = Client().get(path)
        found += [result[NAME[kind]] for result in response.json()["results"]]
        path = next_path(response)
    return found


def queries_of(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return len(queries)


# --- People ---


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["jose", "JOSÉ", "@jose.n", "nunez", "núñ", "nunez jose"])
def test_person_is_found_by_how_words_of_the_names_begin(typed: str) -> None:
    make_user("jose.n", display_name="José Núñez")
    make_user("other", display_name="Osé")

    assert names(typed, "users") == ["jose.n"]


@pytest.mark.django_db
def test_who_has_just_this_username_comes_first_and_then_who_was_there_before() -> None:
    for username, display_name in (("hana1", ""), ("x", "Hana"), ("hana", ""), ("hana2", "")):
        make_user(username, display_name=display_name)
    people = sorted(User.objects.exclude(username="hana"), key=lambda person: person.pk)

    assert names("hana", "users") == ["hana", *(person.username for person in people)]


@pytest.mark.django_db
@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_of_people_together_are_everybody_once(limit: int) -> None:
    for number in range(5):
        make_user(f"hana{number}")
    make_user("hana")

    found = walk(f"/rest/v1/search?q=hana&type=users&limit={limit}", "users")

    assert found == names("hana", "users")
    assert sorted(found) == ["hana", *(f"hana{number}" for number in range(5))]


def test_found_people_are_the_same_objects_as_everywhere(as_app: AsApp, alma: User, boris: User) -> None:
    client = as_app(alma)

    assert results("boris", "users", client) == [client.get("/rest/v1/users/boris").json()]


def test_blocks_hide_people_in_both_directions(as_app: AsApp, alma: User, boris: User, carla: User) -> None:
    make_block(alma, boris)
    make_block(boris, carla)

    found = {name: names(name, "users", as_app(boris)) for name in ("alma", "carla")}

    assert (found, names("boris", "users", as_app(alma))) == ({"alma": [], "carla": []}, [])


def test_people_who_do_not_want_it_or_are_gone_are_not_found(as_app: AsApp, alma: User, boris: User) -> None:
    User.objects.filter(pk=alma.pk).update(in_search=False)
    make_user("alma.too", is_active=False)

    assert (names("alma", "users"), names("alma", "users", as_app(boris))) == ([], [])
    assert names("alma", "users", as_app(alma)) == ["alma"]


def test_private_and_muted_people_are_found(as_app: AsApp, alma: User, boris: User) -> None:
    User.objects.filter(pk=alma.pk).update(is_private=True)
    make_mute(boris, alma)

    assert (names("alma", "users"), names("alma", "users", as_app(boris))) == (["alma"], ["alma"])


@pytest.mark.parametrize("count", [1, 3])
def test_finding_people_takes_the_same_queries_however_many(
    alma: User, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        make_user(f"hana{number}")

    with django_assert_num_queries(3):
        page = search_people(alma, "hana", cursor="", limit=20)

    assert len(page.items) == count


# --- Tags ---


def test_tag_is_found_by_its_beginning_as_the_call_of_the_tag_says_it(as_app: AsApp, alma: User) -> None:
    make_post(alma, tags=("kiln", "kilnlife", "raku"))
    make_post(alma, tags=("kiln",))
    client = as_app(alma)
    follow_tag(alma, "kiln")

    found = results("#Kil", "tags", client)

    assert [tag["name"] for tag in found] == ["kiln", "kilnlife"]
    assert found == [client.get(f"/rest/v1/tags/{name}").json() for name in ("kiln", "kilnlife")]
    assert [(tag["post_count"], tag["following"]) for tag in found] == [(2, True), (1, False)]


def test_hidden_posts_bring_no_tag_and_move_no_count(as_app: AsApp, alma: User, boris: User) -> None:
    make_post(alma, tags=("kiln",))
    for audience in ("only_me", "unlisted", "followers", "close_friends"):
        make_post(alma, tags=("kiln", "kilnsecret"), audience=audience)
    make_post(alma, tags=("kilntrash",), state="trashed")

    assert [(tag["name"], tag["post_count"]) for tag in results("kil", "tags", as_app(boris))] == [("kiln", 1)]
    assert names("kil", "tags", as_app(alma)) == ["kiln", "kilnsecret"]


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_pages_of_tags_together_are_all_tags_once(alma: User, limit: int) -> None:
    make_post(alma, tags=("kiln", "kilna", "kilnb", "kilnc", "raku"))

    found = walk(f"/rest/v1/search?q=kiln&type=tags&limit={limit}", "tags")

    assert found == ["kiln", "kilna", "kilnb", "kilnc"]


def test_cursor_of_a_hidden_tag_tells_nothing_of_it(alma: User) -> None:
    make_post(alma, tags=("kiln",))
    make_post(alma, tags=("kila",), audience="only_me")
    hidden = Tag.objects.get(name="kila")

    answers = [
        Client().get(f"/rest/v1/search?q=kil&type=tags&cursor={encode_cursor('tags', pk)}")
        for pk in (hidden.pk, hidden.pk + 1000)
    ]

    assert [problem_of(answer) for answer in answers] == [(400, "cursor_unknown")] * 2


@pytest.mark.parametrize("typed", ["%", "_", "\\", "kil%", "k_ln", "\0", "##", "..."])
def test_signs_of_patterns_are_nothing_special(alma: User, typed: str) -> None:
    make_post(alma, tags=("kiln",))

    assert names(typed, "tags") == []


@pytest.mark.parametrize(("typed", "tag"), [("ＫＩＬ", "kiln"), ("東", "東京"), ("café", "café"), ("हिन्", "हिन्दी")])
def test_tag_of_any_script_is_found(alma: User, typed: str, tag: str) -> None:
    make_post(alma, tags=(tag,))

    assert names(typed, "tags") == [tag]


@pytest.mark.parametrize("count", [1, 3])
def test_finding_tags_takes_the_same_queries_however_many(
    alma: User, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    make_post(alma, tags=tuple(f"kiln{number}" for number in range(count)))

    with django_assert_num_queries(2):
        page = search_tags(alma, "kiln", cursor="", limit=20)

    assert len(page.items) == count


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["users", "tags"])
def test_names_take_the_same_queries_however_many(as_app: AsApp, kind: str) -> None:
    client, numbers = as_app(make_user("reader")), []
    for count in (1, 2):  # one, then three
        for _ in range(count):
            person = make_user(f"hana{User.objects.count()}")
            make_post(person, tags=(person.username,))
        numbers.append(queries_of(client, f"/rest/v1/search?q=hana&type={kind}"))

    assert numbers[0] == numbers[1]


# --- Places ---


@pytest.mark.parametrize(
    ("typed", "found"),
    [("sao", ["sao-paulo"]), ("Paulo", ["sao-paulo"]), ("são pau", ["sao-paulo"]), ("paulo sao x", []), ("!", [])],
)
def test_place_is_found_by_how_its_words_begin(alma: User, typed: str, found: list[str]) -> None:
    for name in ("São Paulo", "Porto"):
        make_post(alma, location_name=name)

    assert [place["slug"] for place in results(typed, "places")] == found


def test_place_is_called_and_counted_as_far_as_the_viewer_sees(as_app: AsApp, alma: User, boris: User) -> None:
    make_post(alma, location_name="São Paulo")
    make_post(alma, location_name="SAO PAULO", audience="only_me")
    make_post(alma, location_name="Porto", audience="only_me")

    url = "http://localhost:8000/places/sao-paulo/"
    seen = {"name": "São Paulo", "slug": "sao-paulo", "url": url, "post_count": 1}
    assert results("sao", "places", as_app(boris)) == results("sao", "places") == [seen]
    assert results("sao", "places", as_app(alma)) == [{**seen, "name": "SAO PAULO", "post_count": 2}]
    assert results("porto", "places") == []


def test_pages_of_places_are_in_the_order_of_their_slugs(alma: User) -> None:
    for name in ("Lake C", "Lake a", "Lake B", "Lake D"):
        make_post(alma, location_name=name)
    found: list[str] = []
    path = "/rest/v1/search?q=lake&type=places&limit=2"
    while path:
        response = Client().get(path)
        found += [result["slug"] for result in response.json()["results"]]
        path = next_path(response)

    assert found == ["lake-a", "lake-b", "lake-c", "lake-d"]


@pytest.mark.django_db
def test_cursor_of_a_place_that_is_not_found_is_refused() -> None:
    response = Client().get(f"/rest/v1/search?q=lake&type=places&cursor={encode_cursor('places', 1)}")

    assert problem_of(response) == (400, "cursor_unknown")


@pytest.mark.parametrize("count", [1, 3])
def test_places_take_two_queries(alma: User, django_assert_num_queries: DjangoAssertNumQueries, count: int) -> None:
    for number in range(count):
        make_post(alma, location_name=f"Lake {number}")

    with django_assert_num_queries(2):
        page = search_places(alma, "lake", cursor="", limit=20)

    assert len(page.items) == count
