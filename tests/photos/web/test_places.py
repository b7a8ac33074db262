"""Pages of places, and who gets to know of them."""

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Mute, User
from core.ids import to_code
from photos.services.posts import edit_post
from photos.services.trash import trash_post
from photos.web.places import WALL_PAGE
from tests.conftest import AsUser
from tests.factories import make_block, make_follow, make_mute, make_post, make_user
from tests.reading import posts_on, tiles_on

HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize("address", ["/places/sao-paulo/", "/places/S%C3%A3o%20Paulo/"])
def test_page_of_a_place_shows_its_posts_newest_first(as_user: AsUser, alma: User, address: str) -> None:
    older, newer = make_post(alma, location_name="Sao Paulo"), make_post(alma, location_name="São Paulo")
    make_post(alma, location_name="Porto")
    make_post(alma)

    response = as_user(None).get(address)

    assert (response.status_code, tiles_on(response)) == (200, [newer.pk, older.pk])
    assert ('<h1 dir="auto">São Paulo</h1>' in response.text, "2 posts" in response.text) == (True, True)


def test_place_on_a_post_leads_to_its_page(as_user: AsUser, alma: User) -> None:
    post = make_post(alma, location_name="Porto <b>")

    html = as_user(None).get(f"/p/{to_code(post.pk)}/").text

    assert '<a class="at" href="/places/porto-b/" dir="auto">Porto &lt;b&gt;</a>' in html


@pytest.mark.parametrize("fields", [{"audience": "unlisted"}, {"state": "archived"}, {"location_name": "!?"}], ids=str)
def test_place_whose_page_would_not_show_the_post_is_no_link(
    as_user: AsUser, alma: User, fields: dict[str, str]
) -> None:
    post = make_post(alma, **{"location_name": "Porto", **fields})  # type: ignore[arg-type]

    html = as_user(alma).get(f"/p/{to_code(post.pk)}/").text

    assert (fields.get("location_name", "Porto") in html, "/places/" in html) == (True, False)


@pytest.mark.parametrize("audience", ["unlisted", "followers", "close_friends", "only_me"])
def test_place_of_posts_that_are_not_for_everybody_is_no_place_for_others(
    as_user: AsUser, alma: User, audience: str
) -> None:
    post = make_post(alma, location_name="Alma's house", audience=audience)

    answers = [as_user(who).get("/places/almas-house/") for who in (None, make_user())]
    missing = as_user(None).get("/places/nowhere/")

    assert [answer.status_code for answer in (*answers, missing)] == [404, 404, 404]
    assert "house" not in answers[0].text
    assert tiles_on(as_user(alma).get("/places/almas-house/")) == [post.pk]


def test_name_and_count_of_a_place_are_of_what_the_viewer_can_find(as_user: AsUser, alma: User) -> None:
    make_follow(follower := make_user(), alma)
    make_post(alma, location_name="Porto")
    make_post(alma, location_name="PORTO!", audience="followers")
    make_post(alma, location_name="porto", audience="only_me")

    seen = {
        name: as_user(who).get("/places/porto/").context["place"]
        for name, who in {"nobody": None, "follower": follower, "owner": alma}.items()
    }

    assert {name: (place.name, place.post_count) for name, place in seen.items()} == {
        "nobody": ("Porto", 1),
        "follower": ("PORTO!", 2),
        "owner": ("porto", 3),
    }


@pytest.mark.parametrize("how", ["trashed", "narrowed", "renamed", "blocked", "closed"])
def test_place_goes_with_its_last_post_at_once(as_user: AsUser, alma: User, boris: User, how: str) -> None:
    post = make_post(alma, location_name="Porto")
    client = as_user(boris)
    assert client.get("/places/porto/").status_code == 200

    if how == "trashed":
        trash_post(alma, post)
    elif how == "blocked":
        make_block(alma, boris)
    elif how == "closed":
        User.objects.filter(pk=alma.pk).update(is_active=False)
    else:
        edit_post(alma, post, {"audience": "only_me"} if how == "narrowed" else {"location_name": "Braga"})

    assert client.get("/places/porto/").status_code == 404


def test_place_where_muted_people_alone_were_says_so(as_user: AsUser, alma: User, boris: User) -> None:
    make_post(boris, location_name="Porto")
    make_mute(alma, boris)
    Mute.objects.update(scope="everything")

    response = as_user(alma).get("/places/porto/")

    assert (posts_on(response), "by people you have muted" in response.text) == (set(), True)


@pytest.mark.django_db
@pytest.mark.parametrize("slug", ["%20", "%00", "-", "x" * 300, "porto%0A"])
def test_what_names_no_place_is_missing(as_user: AsUser, slug: str) -> None:
    assert as_user(None).get(f"/places/{slug}/").status_code == 404


def test_pages_of_a_place_together_are_all_its_posts_once(as_user: AsUser, alma: User) -> None:
    posts = [make_post(alma, location_name="Porto").pk for _ in range(WALL_PAGE + 2)][::-1]
    client = as_user(None)
    first = client.get("/places/porto/")

    second = client.get(first.context["next_url"], headers=HTMX)

    assert tiles_on(first) + tiles_on(second) == posts
    assert [b"<html" in page.content for page in (first, second)] == [True, False]


@pytest.mark.parametrize("count", [1, 3])
def test_page_of_a_place_takes_the_same_queries_however_many_posts(
    as_user: AsUser, alma: User, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _ in range(count):
        make_post(alma, location_name="Porto")
    client = as_user(None)
    client.get("/places/porto/")

    with django_assert_num_queries(3):
        client.get("/places/porto/")
