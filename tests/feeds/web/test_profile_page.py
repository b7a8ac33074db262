import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from core.paging import encode_cursor
from feeds.web.views import GRID_PAGE
from tests.conftest import AsUser
from tests.factories import make_follow, make_post, make_user
from tests.reading import posts_on, tiles_on

HTMX = {"HX-Request": "true"}


def test_profile_shows_who_it_is_and_the_posts_newest_first(as_user: AsUser, alma: User, boris: User) -> None:
    posts = [make_post(alma) for _ in range(3)]

    response = as_user(boris).get("/@alma/")

    assert "feeds/profile.html" in [template.name for template in response.templates]
    assert response.context["profile"].person.username == "alma"
    assert tiles_on(response) == [post.pk for post in reversed(posts)]


@pytest.mark.parametrize("address", ["/@ALMA/", "/@Alma/"])
def test_profile_is_found_in_any_case(as_user: AsUser, alma: User, address: str) -> None:
    assert as_user(None).get(address).context["profile"].person.username == "alma"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/@nobody/", "/@a%00b/", "/@<x>/"])
def test_profile_that_there_is_not_is_404(as_user: AsUser, address: str) -> None:
    assert as_user(None).get(address).status_code == 404


def test_profile_of_a_closed_account_is_404(as_user: AsUser, alma: User, boris: User) -> None:
    User.objects.filter(pk=alma.pk).update(is_active=False)

    assert as_user(boris).get("/@alma/").status_code == 404


def test_pages_of_the_grid_together_are_all_posts_once(as_user: AsUser, alma: User) -> None:
    posts = [make_post(alma, pictures=1).pk for _ in range(GRID_PAGE + 1)]
    client = as_user(alma)

    first = client.get("/@alma/?view=contact")
    make_post(alma)
    second = client.get(first.context["next_url"])

    assert tiles_on(first) + tiles_on(second) == posts[::-1]
    assert [second.context["view"], second.context["next_url"]] == ["contact", ""]


@pytest.mark.parametrize(("query", "view"), [("", "grid"), ("?view=contact", "contact"), ("?view=x", "grid")])
def test_grid_is_shown_as_asked_for(as_user: AsUser, alma: User, query: str, view: str) -> None:
    assert as_user(None).get(f"/@alma/{query}").context["view"] == view


def test_htmx_gets_the_tiles_alone(as_user: AsUser, alma: User) -> None:
    post = make_post(alma)
    client = as_user(None)

    fragment = client.get("/@alma/", headers=HTMX)
    page = client.get("/@alma/")

    assert posts_on(fragment) == posts_on(page) == {post.pk}
    assert [b"<html" in fragment.content, b"<html" in page.content] == [False, True]
    assert {"HX-Request", "Cookie"} <= set(page["Vary"].split(", "))


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("cursor", ["x", "%00", encode_cursor("top", 1, 1), encode_cursor("latest", 1)])
def test_cursor_that_is_none_is_refused(as_user: AsUser, alma: User, cursor: str, headers: dict[str, str]) -> None:
    assert as_user(alma).get(f"/@alma/?cursor={cursor}", headers=headers).status_code == 400


def test_private_profile_shows_a_stranger_the_person_but_no_post(as_user: AsUser, alma: User, boris: User) -> None:
    User.objects.filter(pk=alma.pk).update(is_private=True)
    make_post(alma)

    response = as_user(boris).get("/@alma/")

    assert (response.status_code, response.context["can_see"]) == (200, False)
    assert posts_on(response) == set()
    assert "This account is private" in response.content.decode()
    assert response.context["profile"].post_count == 0


def test_private_profile_shows_an_accepted_follower_the_posts(as_user: AsUser, alma: User, boris: User) -> None:
    User.objects.filter(pk=alma.pk).update(is_private=True)
    make_follow(boris, alma)
    post = make_post(alma)

    response = as_user(boris).get("/@alma/")

    assert posts_on(response) == {post.pk}
    assert response.context["profile"].post_count == 1


@pytest.mark.parametrize("count", [1, 3])
def test_profile_takes_the_same_queries_however_many_posts(
    as_user: AsUser, alma: User, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        make_post(alma, pictures=2, tags=("sea", f"tag{number}"))
    client = as_user(make_user("viewer"))
    client.get("/@alma/")  # makes the tiles ready

    with django_assert_num_queries(6):
        response = client.get("/@alma/")

    assert len(tiles_on(response)) == count


@pytest.mark.parametrize(("view", "at_once"), [("grid", [True] * 6 + [False]), ("contact", [False] * 7)])
@pytest.mark.parametrize("own", [False, True])
def test_tiles_are_the_same_for_author_and_visitor(
    as_user: AsUser, alma: User, boris: User, view: str, at_once: list[bool], own: bool
) -> None:
    for _ in range(7):
        make_post(alma)

    tiles = as_user(alma if own else boris).get(f"/@alma/?view={view}").context["tiles"]

    assert ['loading="lazy"' not in tile for tile in tiles] == at_once


def test_own_grid_shows_what_is_developing(as_user: AsUser, alma: User, boris: User) -> None:
    make_post(alma, state="publishing")

    own, other = (as_user(person).get("/@alma/").context["tiles"] for person in (alma, boris))

    assert (["Developing" in tile for tile in own], other) == ([True], [])
