"""The share menu: ways out of what is public, and the reason where there are none."""

import json
from typing import Any

import pytest
from django.conf import settings

from accounts.models import User
from core.ids import to_code
from photos.models import Post
from sharing.services.links import LinkWish, create_link
from tests.conftest import AsUser
from tests.factories import make_album, make_follow, make_post
from tests.ready import lift_bars

JSON = "application/json"
SITES = (
    "facebook.com/sharer",
    "twitter.com/intent",
    "tumblr.com/share",
    "bsky.app/intent",
    "threads.net",
    "reddit.com",
)


def menu_of(post: Post) -> str:
    return f"/p/{to_code(post.pk)}/share/"


def test_public_post_has_every_way_out_and_nothing_of_other_sites_is_loaded(as_user: AsUser, alma: User) -> None:
    post = make_post(alma, title="Herons & <nets>")

    html = as_user(None).get(menu_of(post)).text

    assert [site for site in SITES if site not in html] == []
    assert "mailto:?subject=Herons%20%26%20%3Cnets%3E" in html
    assert "Flickr takes nothing by an address" in html
    assert f'src="/p/{to_code(post.pk)}/qr.svg"' in html
    assert "&lt;iframe src=&quot;" in html
    assert 'src="http' not in html
    assert "/links/" not in html


@pytest.mark.parametrize(
    ("fields", "reason", "has_address"),
    [
        ({"audience": "unlisted"}, "unlisted", True),
        ({"audience": "followers"}, "not_public", False),
        ({"audience": "only_me"}, "not_public", False),
        ({"state": "archived"}, "not_published", False),
    ],
)
def test_what_is_not_public_is_not_offered_and_the_reason_is_said(
    as_user: AsUser, as_app: Any, alma: User, fields: dict[str, str], reason: str, has_address: bool
) -> None:
    post = make_post(alma, **fields)  # type: ignore[arg-type]

    html = as_user(alma).get(menu_of(post)).text
    told = as_app(alma).get(f"/rest/v1/posts/{post.pk}/share-targets").json()

    assert [site for site in SITES if site in html] == []
    assert "iframe" not in html
    assert (f'value="{settings.ORIGIN}/p/{to_code(post.pk)}/"' in html) is has_address
    assert "/links/" in html
    assert (told["targets"], told["reason"]["code"]) == ([], reason)
    assert told["reason"]["text"] in html


def test_posts_of_private_accounts_are_not_offered(as_user: AsUser, alma: User, boris: User) -> None:
    make_follow(boris, alma)
    User.objects.filter(pk=alma.pk).update(is_private=True)
    post = make_post(alma)

    assert "The account is private" in as_user(boris).get(menu_of(post)).text
    assert as_user(None).get(menu_of(post)).status_code == 404


def test_sensitive_post_is_offered_with_a_warning_and_without_a_picture(as_app: Any, alma: User) -> None:
    post = make_post(alma, sensitive=True)

    told = as_app(alma).get(f"/rest/v1/posts/{post.pk}/share-targets").json()

    assert "no picture" in told["warning"]
    assert "preview.jpg" not in json.dumps(told)


def test_file_goes_along_only_where_it_may_be_downloaded(as_user: AsUser, alma: User, boris: User) -> None:
    kept, given = make_post(alma), make_post(alma, downloads=True)

    assert "data-file" not in as_user(boris).get(menu_of(kept)).text
    assert "data-file" in as_user(boris).get(menu_of(given)).text
    assert "data-file" in as_user(alma).get(menu_of(kept)).text


def test_mastodon_server_is_asked_once_and_remembered(as_user: AsUser, alma: User) -> None:
    client, post = as_user(None), make_post(alma, title="Herons")
    assert "/share?text=" not in client.get(menu_of(post)).text

    answer = client.post("/share/mastodon/", {"host": "https://Chaos.social/@me", "next": menu_of(post)})

    assert (answer.status_code, answer["Location"]) == (303, menu_of(post))
    assert 'href="https://chaos.social/share?text=Herons%20http' in client.get(menu_of(post)).text
    client.post("/share/mastodon/", {"host": "javascript:alert(1)", "next": menu_of(post)})
    assert "chaos.social/share" in client.get(menu_of(post)).text
    client.post("/share/mastodon/", {"host": "", "next": "https://evil.example.org/"})
    assert "chaos.social" not in client.get(menu_of(post)).text


def test_foreign_cookie_is_no_server(as_user: AsUser, alma: User) -> None:
    client, post = as_user(None), make_post(alma)
    client.cookies["mastodon"] = 'evil"><script>'

    html = client.get(menu_of(post)).text

    assert "evil" not in html


def test_qr_code_is_drawn_without_looking_anything_up(
    as_user: AsUser, alma: User, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        svg, png = (as_user(None).get(f"/p/8Fk2/qr.{kind}") for kind in ("svg", "png"))

    assert (svg["Content-Type"], svg.text[:4]) == ("image/svg+xml", "<?xm")
    assert (png["Content-Type"], png.content[:4]) == ("image/png", b"\x89PNG")
    assert as_user(None).get("/p/8Fk2/qr.exe").status_code == 404


def test_post_page_and_menu_lead_to_share(as_user: AsUser, alma: User) -> None:
    post = make_post(alma)
    code = to_code(post.pk)

    assert f'href="/p/{code}/share/" data-dialog' in as_user(None).get(f"/p/{code}/").text
    assert f'href="/p/{code}/share/" data-dialog' in as_user(alma).get(f"/p/{code}/menu/").text


# --- The API


def test_links_are_made_listed_and_ended(as_app: Any, as_user: AsUser, alma: User, boris: User) -> None:
    post, other = make_post(alma, audience="followers"), make_post(alma)
    api, address = as_app(alma), f"/rest/v1/posts/{post.pk}/share-links"

    made = api.post(
        address, {"alias": "herons-2026", "password": "herons at dawn", "expires_at": None}, content_type=JSON
    )
    plain = api.post(f"/rest/v1/posts/{other.pk}/share-links", {}, content_type=JSON)

    told = made.json()
    assert made.status_code == plain.status_code == 201
    assert (told["url"], told["has_password"]) == (f"{settings.ORIGIN}/s/herons-2026", True)
    assert (told["post_id"], told["album_id"], told["expires_at"]) == (str(post.pk), None, None)
    assert "password" not in told
    assert [each["id"] for each in api.get(address).json()["results"]] == [told["id"]]
    assert [each["id"] for each in api.get("/rest/v1/share-links").json()["results"]] == [
        plain.json()["id"],
        told["id"],
    ]
    assert as_app(boris).get(address).status_code == 404
    assert as_app(boris).delete(f"/rest/v1/share-links/{told['id']}").status_code == 404
    assert [api.delete(f"/rest/v1/share-links/{told['id']}").status_code for _ in range(2)] == [204, 404]
    assert as_user(None).get("/s/herons-2026").status_code == 404


def test_link_is_made_once_for_one_key(as_app: Any, alma: User) -> None:
    address, headers = f"/rest/v1/posts/{make_post(alma).pk}/share-links", {"Idempotency-Key": "once"}

    answers = [as_app(alma).post(address, {}, content_type=JSON, headers=headers).json() for _ in range(2)]

    assert answers[0] == answers[1]


def test_targets_name_the_server_that_was_said(as_app: Any, alma: User) -> None:
    address = f"/rest/v1/posts/{make_post(alma).pk}/share-targets"

    asked = {each["name"]: each for each in as_app(alma).get(f"{address}?host=chaos.social").json()["targets"]}

    assert list(asked) == ["facebook", "x", "tumblr", "bluesky", "threads", "reddit", "mastodon"]
    assert asked["mastodon"]["url"].startswith("https://chaos.social/share?text=")
    assert as_app(alma).get(f"{address}?host=localhost").status_code == 422


@pytest.mark.parametrize("count", [1, 3])
def test_links_to_one_thing_take_two_queries_however_many(
    as_app: Any, alma: User, django_assert_num_queries: Any, count: int
) -> None:
    post = make_post(alma)
    album = make_album(alma, post)
    api = as_app(alma)
    for shared in (post, album):
        for _ in range(count):
            create_link(alma, shared, LinkWish())
    for _ in range(2):  # notes the use of the token, and makes its person ready
        lift_bars()
        api.get("/rest/v1/share-links")

    for address in (f"/rest/v1/posts/{post.pk}/share-links", f"/rest/v1/albums/{album.pk}/share-links"):
        with django_assert_num_queries(2):
            assert len(api.get(address).json()["results"]) == count
