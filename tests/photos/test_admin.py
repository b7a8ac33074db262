from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.site import DEFAULT_RULES
from photos.models import Media, Post
from tests.conftest import Settled
from tests.factories import make_like, make_media, make_post, make_user

LISTS = ["/admin/photos/post/", "/admin/photos/media/", "/admin/photos/like/", "/admin/photos/tag/"]
STORAGE_LISTS = [
    "/admin/photos/storagealarm/",
    "/admin/photos/originalcopy/",
    "/admin/photos/maintenancerun/",
]


@pytest.fixture
def staff(as_user: Any, db: None) -> Client:
    client: Client = as_user(make_user("keeper", is_staff=True, is_superuser=True))
    return client


def shown(client: Client, url: str, **query: str) -> list[Any]:
    answer = client.get(url, query)
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


@pytest.mark.parametrize("url", LISTS + STORAGE_LISTS)
@pytest.mark.parametrize("who", ["nobody", "member"])
def test_admin_is_closed_to_everybody_but_staff(alma: User, as_user: Any, url: str, who: str) -> None:
    answer = as_user(alma if who == "member" else None).get(url)

    assert answer.status_code in (302, 404)


@pytest.mark.parametrize("url", LISTS[:2])
def test_admin_list_shows_the_square_of_each_picture(alma: User, staff: Client, url: str) -> None:
    post = make_post(alma)
    key = post.media.get().renditions.get(name="square", content_type="image/jpeg").key

    page = staff.get(url).content.decode()

    assert page.count(f'<img src="/media/renditions/{key}?') == 1


def test_admin_list_of_what_is_not_ready_shows_no_picture(alma: User, staff: Client) -> None:
    make_post(alma, state="publishing")
    make_post(alma, pictures=0)

    assert [b'<img src="/media/' in staff.get(url).content for url in LISTS[:2]] == [False, False]


@pytest.mark.parametrize(
    ("query", "authors"),
    [
        ({"q": "glaze"}, ["alma"]),
        ({"q": "hidden words"}, []),
        ({"q": "lid"}, ["alma"]),
        ({"q": "boris"}, ["boris"]),
        ({"state__exact": "trashed"}, ["boris"]),
        ({"audience__exact": "followers"}, ["boris"]),
        ({"sensitive__exact": "1"}, ["alma"]),
        ({}, ["boris", "alma"]),
    ],
    ids=str,
)
def test_admin_finds_posts(alma: User, boris: User, staff: Client, query: dict[str, str], authors: list[str]) -> None:
    make_post(alma, title="Glaze", caption="a lid", sensitive=True)
    make_post(boris, title="Kiln", caption="hidden words", audience="followers", state="trashed")

    assert [post.author.username for post in shown(staff, LISTS[0], **query)] == authors


@pytest.mark.parametrize(
    ("query", "states"),
    [
        ({"q": "boris"}, ["failed"]),
        ({"q": "abc123"}, ["failed"]),
        ({"state__exact": "ready"}, ["ready"]),
        ({"failure_code": "damaged"}, ["failed"]),
        ({"content_type": "image/png"}, ["ready"]),
        ({}, ["failed", "ready"]),
    ],
    ids=str,
)
def test_admin_finds_media(alma: User, boris: User, staff: Client, query: dict[str, str], states: list[str]) -> None:
    make_media(alma, content_type="image/png")
    make_media(boris, state="failed", failure_code="damaged", sha256="abc123")

    assert [media.state for media in shown(staff, LISTS[1], **query)] == states


def test_admin_action_moves_posts_to_the_trash_as_their_authors_would(
    alma: User, boris: User, staff: Client, settled: Settled
) -> None:
    posts = [make_post(alma), make_post(boris)]

    with settled():
        staff.post(LISTS[0], {"action": "move_to_trash", "_selected_action": [post.pk for post in posts]})

    alma.refresh_from_db()
    assert list(Post.objects.values_list("state", flat=True)) == ["trashed", "trashed"]
    assert (alma.own_post_count, alma.public_post_count) == (0, 0)


def test_admin_action_brings_posts_back(alma: User, staff: Client, settled: Settled) -> None:
    post = make_post(alma, state="trashed")

    with settled():
        staff.post(LISTS[0], {"action": "bring_back", "_selected_action": [post.pk]})

    alma.refresh_from_db()
    assert (Post.objects.get().state, alma.own_post_count) == ("published", 1)


@pytest.mark.parametrize("url", LISTS)
def test_admin_makes_and_deletes_no_rows(alma: User, staff: Client, url: str) -> None:
    post = make_post(alma, tags=("clay",))
    make_like(alma, post)

    assert staff.get(f"{url}add/").status_code == 403
    staff.post(url, {"action": "delete_selected", "_selected_action": [shown(staff, url)[0].pk], "post": "yes"})

    assert [Post.objects.count(), Media.objects.count(), post.likes.count(), post.tags.count()] == [1, 1, 1, 1]


@pytest.mark.parametrize("url", LISTS[:2])
def test_admin_page_of_one_row_changes_nothing(alma: User, staff: Client, url: str) -> None:
    make_post(alma, title="Old")
    page = f"{url}{shown(staff, url)[0].pk}/change/"

    answers = [staff.get(page).status_code, staff.post(page, {"title": "New", "state": "failed"}).status_code]

    assert (answers, Post.objects.get().title, Media.objects.get().state) == ([200, 403], "Old", "ready")


@pytest.mark.parametrize(("url", "expected"), [(LISTS[0], 5), (LISTS[1], 14), (LISTS[2], 3), (LISTS[3], 3)])
@pytest.mark.parametrize("count", [1, 3])
def test_admin_list_takes_the_same_queries_for_one_row_and_three(
    staff: Client, url: str, expected: int, count: int
) -> None:
    for number in range(count):
        make_like(make_user(), make_post(make_user(), tags=(f"t{number}",), pictures=1))

    with CaptureQueriesContext(connection) as queries:
        staff.get(url)

    assert len(queries) == expected


# --- What staff are shown


CASES: list[tuple[dict[str, Any], bool]] = [
    ({}, True),
    ({"audience": "unlisted"}, True),
    ({"audience": "followers"}, False),
    ({"audience": "close_friends"}, False),
    ({"audience": "only_me"}, False),
    ({"state": "archived"}, False),
    ({"state": "trashed"}, False),
    ({"state": "draft"}, False),
    ({"state": "removed"}, True),
    ({"state": "removed", "audience": "followers"}, False),
]


@pytest.mark.parametrize(("fields", "is_shown"), CASES, ids=str)
def test_admin_shows_pictures_and_words_that_staff_would_see_as_anybody(
    alma: User, staff: Client, fields: dict[str, Any], is_shown: bool
) -> None:
    post = make_post(alma, title="Secret kiln", caption="Hidden words", **fields)
    Media.objects.update(alt_text="Hidden picture", camera={"camera": "Hidden Leica"}, placeholder="data:hidden")
    media = post.media.get()

    pages = {
        name: staff.get(url).content.decode()
        for name, url in {
            "posts": LISTS[0],
            "post": f"{LISTS[0]}{post.pk}/change/",
            "found": f"{LISTS[0]}?q=Hidden",
            "history": f"{LISTS[0]}{post.pk}/history/",
            "media": LISTS[1],
            "one": f"{LISTS[1]}{media.pk}/change/",
        }.items()
    }

    pictures = {name for name, page in pages.items() if "/media/renditions/" in page}
    words = {name for name, page in pages.items() if any(word in page for word in ("Secret", "Hidden words"))}
    assert pictures == ({"posts", "found", "media"} if is_shown else set())
    assert words == ({"posts", "post", "found", "history"} if is_shown else set())
    assert not [name for name, page in pages.items() if media.original_key in page or "Leica" in page]


@pytest.mark.parametrize("query", ["title__startswith=S", "caption__contains=Hidden", "latitude__gt=1"])
def test_admin_does_not_tell_hidden_words_by_its_filters(alma: User, staff: Client, query: str) -> None:
    make_post(alma, title="Secret", caption="Hidden", audience="only_me")

    assert staff.get(f"{LISTS[0]}?{query}").status_code == 400


def test_admin_action_removes_posts_for_a_rule_and_puts_them_back(alma: User, staff: Client, settled: Settled) -> None:
    post = make_post(alma)
    order = {"action": "take_off_the_site", "_selected_action": [post.pk], "reason": DEFAULT_RULES[0]}

    with settled():
        staff.post(LISTS[0], order | {"reason": ""})
    assert Post.objects.get().state == "published"

    with settled():
        staff.post(LISTS[0], order)
    removed = Post.objects.get()
    assert (removed.state, removed.removed_for) == ("removed", DEFAULT_RULES[0])

    with settled():
        staff.post(LISTS[0], order | {"action": "put_on_the_site_again"})
    assert Post.objects.get().state == "published"
