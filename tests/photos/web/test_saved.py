"""Saving from a page, what was saved, and collections."""

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from core.ids import to_code
from photos.models import Collection, Save
from photos.saved import shelves
from photos.services.collections import MOST_COLLECTIONS, add_to_collection, create_collection
from photos.web import saved
from tests.conftest import AsUser
from tests.factories import make_follow, make_post, make_save
from tests.reading import posts_on
from tests.ready import lift_bars

HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize(("sent", "is_saved"), [("1", True), ("0", False)])
def test_button_saves_and_leads_back(as_user: AsUser, alma: User, boris: User, sent: str, is_saved: bool) -> None:
    post = make_post(alma)
    if not is_saved:
        make_save(boris, post)

    response = as_user(boris).post(f"/p/{to_code(post.pk)}/save/", {"on": sent, "next": "/explore/"})

    assert (response.status_code, response.url) == (303, "/explore/")  # type: ignore[attr-defined]
    assert Save.objects.exists() is is_saved


def test_button_answers_a_script_with_nothing(as_user: AsUser, alma: User, boris: User) -> None:
    response = as_user(boris).post(f"/p/{to_code(make_post(alma).pk)}/save/", {"on": "1"}, headers=HTMX)

    assert (response.status_code, response.content) == (204, b"")


def test_feed_and_post_show_the_button_as_it_stands(as_user: AsUser, alma: User, boris: User) -> None:
    make_follow(boris, alma)
    post = make_post(alma)
    make_save(boris, post)
    client, code = as_user(boris), to_code(post.pk)

    for address in ("/", "/", f"/p/{code}/"):
        lift_bars()
        button = client.get(address).text.partition(f'id="p-{code}-save"')[2].partition(">")[0]
        assert 'aria-pressed="true"' in button


def test_who_is_not_signed_in_sees_no_button(as_user: AsUser, alma: User) -> None:
    code = to_code(make_post(alma).pk)

    html = as_user(None).get(f"/p/{code}/").text

    assert (f"p-{code}-save" in html, "/login/" in html) == (False, True)


def test_saved_page_has_everything_newest_save_first_and_goes_on(as_user: AsUser, alma: User, boris: User) -> None:
    posts = [make_post(alma) for _ in range(saved.WALL_PAGE + 2)]
    for post in posts:
        make_save(boris, post)
    client = as_user(boris)
    first = client.get("/saved/")

    second = client.get(first.context["next_url"], headers=HTMX)

    assert posts_on(second) == {post.pk for post in posts[:2]}
    assert posts_on(first) == {post.pk for post in posts[2:]}
    assert b"<html" not in second.content


@pytest.mark.parametrize(
    ("address", "words"),
    [("/saved/", "Press Save under a picture"), ("/collections/", "A collection keeps saved pictures")],
)
def test_empty_page_says_how_to_fill_it(as_user: AsUser, alma: User, address: str, words: str) -> None:
    assert words in as_user(alma).get(address).text


def test_empty_collection_says_how_to_fill_it(as_user: AsUser, alma: User) -> None:
    shelf = create_collection(alma, "Light")

    assert "Add to a collection" in as_user(alma).get(f"/saved/{to_code(shelf.pk)}/").text


@pytest.mark.parametrize("count", [1, 3])
def test_pages_take_the_same_queries_however_much_there_is(
    as_user: AsUser, alma: User, boris: User, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        add_to_collection(boris, create_collection(boris, f"Shelf {number}").pk, make_post(alma).pk)
    client = as_user(boris)
    code = to_code(Collection.objects.latest("pk").pk)
    addresses = {"/saved/": 5, "/collections/": 3, f"/saved/{code}/": 5}

    for address, queries in addresses.items():
        client.get(address)
        lift_bars()
        client.get(address)
        with django_assert_num_queries(queries):
            client.get(address)


def test_collection_is_made_renamed_and_deleted_by_forms(as_user: AsUser, alma: User) -> None:
    client = as_user(alma)

    made = client.post("/collections/new/", {"name": "Light"})
    address = made.url  # type: ignore[attr-defined]
    renamed = client.post(f"{address}edit/", {"name": "Dark"}, follow=True)
    asked = client.get(f"{address}delete/")
    deleted = client.post(f"{address}delete/", follow=True)

    assert (made.status_code, "Dark" in renamed.text, "stay saved" in asked.text) == (303, True, True)
    assert "still saved" in deleted.text
    assert Collection.objects.exists() is False


@pytest.mark.parametrize("name", ["", "light", "a" * 61])
def test_name_that_cannot_be_used_is_said_beside_the_field(as_user: AsUser, alma: User, name: str) -> None:
    create_collection(alma, "Light")

    response = as_user(alma).post("/collections/new/", {"name": name})

    assert (response.status_code, bool(response.context["form"].errors["name"])) == (422, True)
    assert Collection.objects.count() == 1


def test_post_is_put_into_collections_by_ticks_and_a_new_name(as_user: AsUser, alma: User, boris: User) -> None:
    post = make_post(alma)
    light, dark = create_collection(boris, "Light"), create_collection(boris, "Dark")
    add_to_collection(boris, dark.pk, post.pk)
    client, address = as_user(boris), f"/p/{to_code(post.pk)}/collections/"
    page = client.get(address)

    client.post(address, {"chosen": [light.pk], "newest_shown": page.context["newest"], "new_name": "Fresh"})

    found = {each.collection.name: each.has_post for each in shelves(boris, post)}
    assert found == {"Light": True, "Dark": False, "Fresh": True}


def test_most_collections_there_may_be_fit_into_one_form(as_user: AsUser, alma: User, boris: User) -> None:
    Collection.objects.bulk_create(
        Collection(id=number, owner=boris, name=f"Shelf {number}") for number in range(1, MOST_COLLECTIONS + 1)
    )
    post = make_post(alma)
    chosen = list(range(1, MOST_COLLECTIONS + 1))

    response = as_user(boris).post(
        f"/p/{to_code(post.pk)}/collections/", {"chosen": chosen, "newest_shown": MOST_COLLECTIONS}
    )

    assert response.status_code == 303
    assert all(each.has_post for each in shelves(boris, post))


def test_choosing_what_is_no_collection_is_refused(as_user: AsUser, alma: User, boris: User) -> None:
    response = as_user(boris).post(f"/p/{to_code(make_post(alma).pk)}/collections/", {"chosen": ["x"]})

    assert (response.status_code, Save.objects.exists()) == (422, False)


def test_own_profile_leads_to_what_is_saved_and_others_do_not(as_user: AsUser, alma: User, boris: User) -> None:
    found = ["/saved/" in as_user(viewer).get("/@alma/").text for viewer in (alma, boris)]

    assert found == [True, False]
