"""Saying who is in a picture by clicking into it, and answering to it."""

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from core.ids import to_code
from photos.models import PersonTag, Post
from photos.services.people import Placed, tag_person
from tests.conftest import AsUser
from tests.factories import make_post, make_user
from tests.ready import lift_bars


def people_page(post: Post) -> str:
    return f"/p/{to_code(post.pk)}/people/"


def media_of(post: Post) -> int:
    return post.media.get().pk


def test_click_into_the_picture_places_the_person(as_user: AsUser, alma: User, boris: User) -> None:
    post, client = make_post(alma), as_user(alma)
    (picture,) = client.get(people_page(post)).context["pictures"]
    name, width, height = picture.sizes[1]
    click = {f"{name}.x": width // 2, f"{name}.y": height // 4}

    response = client.post(people_page(post), {"picture": media_of(post), "username": "@Boris", **click})

    tag = PersonTag.objects.get()
    assert (response.status_code, tag.person) == (303, boris)
    assert (round(tag.x or 0, 2), round(tag.y or 0, 2)) == (0.5, 0.25)


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        ({}, (None, None)),
        ({"left": "12.5", "top": "100"}, (0.125, 1)),
        ({"small.x": "0", "small.y": "0"}, (None, None)),  # the picture was chosen by key
        ({"small.x": "99999", "small.y": "1"}, (1, None)),
        ({"small.x": "-1", "small.y": "٣"}, (None, None)),
    ],
)
def test_place_is_typed_or_left_out(
    as_user: AsUser, alma: User, boris: User, sent: dict[str, str], place: tuple[float | None, float | None]
) -> None:
    post = make_post(alma)

    as_user(alma).post(people_page(post), {"picture": media_of(post), "username": "boris", **sent})

    tag = PersonTag.objects.get()
    assert tag.x == place[0]
    assert place[1] is None or tag.y == place[1]


@pytest.mark.parametrize(("username", "words"), [("nobody", "nobody of this name"), ("", "Type a username first")])
def test_refusal_stands_beside_the_picture(as_user: AsUser, alma: User, username: str, words: str) -> None:
    post = make_post(alma, pictures=2)

    response = as_user(alma).post(people_page(post), {"picture": post.media.all()[1].pk, "username": username})

    shown = [bool(each.form.errors) for each in response.context["pictures"]]
    assert (response.status_code, shown, words in response.text) == (422, [False, True], True)


def test_tag_is_removed_by_its_button(as_user: AsUser, alma: User, boris: User) -> None:
    post, other = make_post(alma), make_post(boris)
    tag = tag_person(alma, post, Placed(media_of(post), "boris"))
    foreign = tag_person(boris, other, Placed(media_of(other), "alma"))

    for each in (tag, foreign):
        as_user(alma).post(people_page(post), {"picture": media_of(post), "remove": each.pk})

    assert list(PersonTag.objects.all()) == [foreign]


def test_post_page_names_who_is_in_it_and_draws_the_places(as_user: AsUser, alma: User, boris: User) -> None:
    post = make_post(alma)
    tag_person(alma, post, Placed(media_of(post), "boris", 0.5, 0.5))

    html = as_user(None).get(f"/p/{to_code(post.pk)}/").text

    assert "In this picture:" in html
    assert '<a href="/@boris/"><bdi>@boris</bdi></a>' in html
    assert '<text x="320"' in html


@pytest.mark.parametrize(("answer", "state"), [("allow", "shown"), ("leave", "removed")])
def test_person_answers_on_the_page_of_the_post(
    as_user: AsUser, alma: User, boris: User, answer: str, state: str
) -> None:
    User.objects.filter(pk=boris.pk).update(approves_tags=True)
    post, client = make_post(alma), as_user(boris)
    tag_person(alma, post, Placed(media_of(post), "boris"))
    address = f"/p/{to_code(post.pk)}/"
    asked = client.get(address).text

    client.post(f"{address}people/me/", {"answer": answer})

    assert ("Refuse" in asked, PersonTag.objects.get().state) == (True, state)
    assert ("Remove me" in client.get(address).text) == (answer == "allow")


def test_what_waits_is_answered_in_the_settings(as_user: AsUser, alma: User, boris: User) -> None:
    User.objects.filter(pk=boris.pk).update(approves_tags=True)
    post, client = make_post(alma, title="Kiln"), as_user(boris)
    tag_person(alma, post, Placed(media_of(post), "boris"))
    asked = client.get("/settings/tags/").text

    response = client.post(f"/p/{to_code(post.pk)}/people/me/", {"answer": "allow", "next": "/settings/tags/"})

    assert ("Kiln" in asked, "Allow" in asked, response.url) == (True, True, "/settings/tags/")  # type: ignore[attr-defined]
    assert "Waiting for you" not in client.get("/settings/tags/").text


def test_who_may_tag_is_set_under_privacy(as_user: AsUser, alma: User) -> None:
    client = as_user(alma)

    client.post("/settings/privacy/", {"tags_from": "following", "approves_tags": "on"})
    client.post("/settings/privacy/", {"approves_tags": "on"})  # an old page without the choice changes nothing of it

    alma.refresh_from_db()
    assert (alma.tags_from, alma.approves_tags) == ("following", True)


@pytest.mark.parametrize("count", [1, 3])
def test_pages_take_the_same_queries_however_much_there_is(
    as_user: AsUser, alma: User, boris: User, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    post = make_post(alma, pictures=count)
    for media in post.media.all():
        tag_person(alma, post, Placed(media.pk, make_user().username, 0.1, 0.1))
    for _ in range(count):
        for state in ("shown", "waiting"):
            tag = tag_person(alma, other := make_post(alma), Placed(media_of(other), "boris"))
            PersonTag.objects.filter(pk=tag.pk).update(state=state)
    pages = {
        f"/p/{to_code(post.pk)}/": (boris, 8),
        people_page(post): (alma, 4),
        "/@boris/tagged/": (alma, 6),
        "/settings/tags/": (boris, 6),
    }

    for address, (viewer, queries) in pages.items():
        client = as_user(viewer)
        for _ in range(2):
            client.get(address)
            lift_bars()
        with django_assert_num_queries(queries):
            client.get(address)
