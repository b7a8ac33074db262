"""Albums on pages: everything by forms, without a script."""

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from core.ids import to_code
from photos.albums import album_shelves
from photos.models import Album
from photos.services.albums import add_to_album
from photos.web import albums
from tests.conftest import AsUser
from tests.factories import make_album, make_follow, make_post
from tests.reading import posts_on, tiles_on
from tests.ready import lift_bars

HTMX = {"HX-Request": "true"}


def address_of(album: Album, part: str = "") -> str:
    return f"/albums/{to_code(album.pk)}/{part}"


def order_of(album: Album) -> list[int]:
    return list(album.items.order_by("position").values_list("post_id", flat=True))


def test_album_shows_its_posts_in_order_and_goes_on(as_user: AsUser, alma: User, boris: User) -> None:
    posts = [make_post(alma) for _ in range(albums.WALL_PAGE + 2)]
    album = make_album(alma, *posts, title="Ferry <trip>", text="See #mist")
    client = as_user(boris)

    first = client.get(address_of(album))
    second = client.get(first.context["next_url"], headers=HTMX)

    assert tiles_on(first) + tiles_on(second) == [post.pk for post in posts]
    assert ("Ferry &lt;trip&gt;" in first.text, 'href="/tags/mist/"' in first.text) == (True, True)
    assert ("42 posts" in first.text, "<html" in second.text) == (True, False)


def test_only_the_owner_finds_ways_to_change_it(as_user: AsUser, alma: User, boris: User) -> None:
    album = make_album(alma, make_post(alma))

    found = [address_of(album, "arrange/") in as_user(viewer).get(address_of(album)).text for viewer in (alma, boris)]

    assert found == [True, False]


@pytest.mark.parametrize(("audience", "indexed"), [("public", True), ("unlisted", False)])
def test_engines_are_told_which_albums_to_leave_alone(
    as_user: AsUser, alma: User, audience: str, indexed: bool
) -> None:
    album = make_album(alma, make_post(alma), audience=audience)
    User.objects.filter(pk=alma.pk).update(in_engines=True)

    page = as_user(None).get(address_of(album))

    assert ('content="noindex"' not in page.text, page.status_code) == (indexed, 200)


def test_tab_of_a_profile_lists_albums_with_what_the_viewer_may_see(as_user: AsUser, alma: User, boris: User) -> None:
    secret, shown = make_post(alma, audience="followers"), make_post(alma)
    make_album(alma, secret, shown, title="Ferry trip", cover=secret)
    make_album(alma, shown, title="Not for all", audience="followers")
    make_album(alma, shown, title="By address alone", audience="unlisted")

    pages = {name: as_user(viewer).get("/@alma/albums/") for name, viewer in (("alma", alma), ("boris", boris))}

    assert [about.album.title for about, _ in pages["boris"].context["albums"]] == ["Ferry trip"]
    assert [(about.post_count, tile.id) for about, tile in pages["boris"].context["albums"]] == [(1, shown.pk)]
    assert len(pages["alma"].context["albums"]) == 3
    assert ("/albums/new/" in pages["alma"].text, "/albums/new/" in pages["boris"].text) == (True, False)
    assert '"/@alma/albums/"' in as_user(boris).get("/@alma/").text


def test_album_is_made_filled_changed_and_deleted_by_forms(as_user: AsUser, alma: User) -> None:
    posts = [make_post(alma) for _ in range(3)]
    client = as_user(alma)

    made = client.post("/albums/new/", {"title": "Ferry", "text": "", "audience": "public"})
    add_address = made.url  # type: ignore[attr-defined]
    album = Album.objects.get()
    added = client.post(add_address, {"posts": [posts[2].pk, posts[0].pk]}, follow=True)
    client.post(address_of(album, "edit/"), {"title": "Rain", "text": "All day", "audience": "followers"})
    changed = Album.objects.get()
    asked = client.get(address_of(album, "delete/"))
    deleted = client.post(address_of(album, "delete/"), follow=True)

    assert (made.status_code, add_address, tiles_on(added)) == (
        303,
        address_of(album, "add/"),
        [posts[2].pk, posts[0].pk],
    )
    assert (changed.title, changed.text, changed.audience) == ("Rain", "All day", "followers")
    assert ("stay where they are" in asked.text, "album is gone" in deleted.text) == (True, True)
    assert Album.objects.exists() is False


@pytest.mark.parametrize(
    "sent", [{"title": " ", "audience": "public"}, {"title": "a" * 121, "audience": "public"}, {"title": "a"}]
)
def test_what_cannot_be_kept_is_said_beside_the_field(as_user: AsUser, alma: User, sent: dict[str, str]) -> None:
    response = as_user(alma).post("/albums/new/", sent)

    assert (response.status_code, bool(response.context["form"].errors), Album.objects.exists()) == (422, True, False)


def test_posts_to_add_are_those_outside_and_a_page_can_be_added_whole(
    as_user: AsUser, alma: User, boris: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(albums, "FORM_PAGE", 2)
    posts = [make_post(alma) for _ in range(4)]
    make_post(boris)
    album = make_album(alma, posts[0])
    client, address = as_user(alma), address_of(album, "add/")

    first = client.get(address)
    second = client.post(address, {"next": first.context["next_cursor"], "posts": [posts[2].pk]}, follow=True)
    client.post(address, {"all": "1"})

    assert posts_on(first) - {posts[0].pk} == set()
    assert [[tile.id for tile in page.context["tiles"]] for page in (first, second)] == [
        [posts[3].pk, posts[2].pk],
        [posts[1].pk],
    ]
    assert order_of(album) == [posts[0].pk, posts[2].pk, posts[3].pk, posts[1].pk]


def test_posts_that_are_not_ones_own_are_refused_in_words(as_user: AsUser, alma: User, boris: User) -> None:
    album = make_album(alma)
    make_post(alma)

    foreign = as_user(alma).post(address_of(album, "add/"), {"posts": [make_post(boris).pk]})
    nothing = as_user(alma).post(address_of(album, "add/"), {"posts": ["x"]})

    assert ([foreign.status_code, nothing.status_code], order_of(album)) == ([422, 422], [])
    assert "no post" in foreign.text


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ({"move": "up:{2}"}, [0, 2, 1]),
        ({"move": "down:{0}"}, [1, 0, 2]),
        ({"move": "to:{0}:3"}, [1, 2, 0]),
        ({"move": "out:{1}"}, [0, 2]),
        ({"place_{0}": "1", "place_{1}": "2", "place_{2}": "1"}, [2, 0, 1]),
        ({"place_{0}": "x", "place_{1}": ""}, [0, 1, 2]),
    ],
)
def test_order_changes_by_buttons_and_by_numbers(
    as_user: AsUser, alma: User, sent: dict[str, str], found: list[int]
) -> None:
    posts = [make_post(alma).pk for _ in range(3)]
    album = make_album(alma)
    add_to_album(alma, album.pk, posts)
    form = {name.format(*posts): value.format(*posts) for name, value in sent.items()}

    response = as_user(alma).post(address_of(album, "arrange/"), form)

    assert (response.status_code, order_of(album)) == (303, [posts[each] for each in found])


@pytest.mark.parametrize("move", ["sideways:1", "up:x", "up:5", "to:{}:x", "cover:7", "out:7"])
def test_moves_that_there_are_not_are_missing(as_user: AsUser, alma: User, move: str) -> None:
    post = make_post(alma)
    album = make_album(alma, post)

    response = as_user(alma).post(address_of(album, "arrange/"), {"move": move.format(post.pk)})

    assert (response.status_code, order_of(album)) == (404, [post.pk])


def test_cover_is_chosen_by_a_button_and_a_script_gets_nothing_back(as_user: AsUser, alma: User) -> None:
    first, second = make_post(alma), make_post(alma)
    album = make_album(alma, first, second)

    response = as_user(alma).post(address_of(album, "arrange/"), {"move": f"cover:{second.pk}"}, headers=HTMX)

    assert (response.status_code, Album.objects.get().cover) == (204, second)


def test_second_page_to_arrange_counts_on(as_user: AsUser, alma: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(albums, "FORM_PAGE", 2)
    posts = [make_post(alma) for _ in range(3)]
    album = make_album(alma, *posts)
    client = as_user(alma)

    next_url = client.get(address_of(album, "arrange/")).context["next_url"]
    second = client.get(next_url)
    client.post(next_url, {f"place_{posts[2].pk}": "1"})

    assert [(place, tile.id) for place, tile in second.context["rows"]] == [(3, posts[2].pk)]
    assert order_of(album) == [posts[2].pk, posts[0].pk, posts[1].pk]


def test_post_is_put_into_albums_by_ticks_and_a_new_title(as_user: AsUser, alma: User) -> None:
    post = make_post(alma)
    light, dark = make_album(alma, title="Light"), make_album(alma, post, title="Dark")
    client, address = as_user(alma), f"/p/{to_code(post.pk)}/albums/"
    page = client.get(address)

    client.post(address, {"chosen": [light.pk], "newest_shown": page.context["newest"], "new_name": "Fresh"})
    refused = client.post(address, {"new_name": "a" * 130})

    found = {each.album.title: each.has_post for each in album_shelves(alma, post)}
    assert found == {"Light": True, "Dark": False, "Fresh": True}
    assert (dark.items.exists(), refused.status_code) == (False, 422)
    assert refused.context["form"].errors["new_name"] == ["Up to 120 signs."]


def test_menu_of_ones_own_post_leads_to_albums_and_that_of_others_does_not(
    as_user: AsUser, alma: User, boris: User
) -> None:
    code = to_code(make_post(alma).pk)

    found = [f"/p/{code}/albums/" in as_user(viewer).get(f"/p/{code}/menu/").text for viewer in (alma, boris)]

    assert found == [True, False]
    assert as_user(boris).get(f"/p/{code}/albums/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_pages_take_the_same_queries_however_much_there_is(
    as_user: AsUser, alma: User, boris: User, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    make_follow(boris, alma)
    posts = [make_post(alma) for _ in range(count)]
    spare = [make_post(alma) for _ in range(count)]
    album, *_ = [make_album(alma, *posts) for _ in range(count)]
    addresses = {
        (boris, "/@alma/albums/"): 6,
        (boris, address_of(album)): 5,
        (alma, address_of(album, "arrange/")): 6,
        (alma, address_of(album, "add/")): 3,
        (alma, f"/p/{to_code(spare[0].pk)}/albums/"): 3,
    }

    for (viewer, address), queries in addresses.items():
        client = as_user(viewer)
        client.get(address)
        lift_bars()
        client.get(address)
        with django_assert_num_queries(queries):
            client.get(address)
