"""What other sites see of a page: Open Graph, oEmbed and embeds, of what is public alone."""

import json
import re
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings

from accounts.models import User
from core.ids import to_code
from photos.models import Post, Rendition
from tests.conftest import AsUser
from tests.factories import make_album, make_follow, make_post
from tests.privacy.world import write_file

ORIGIN = settings.ORIGIN
NASTY = 'Herons & "nets" <script>alert(1)</script> ]]>'


def page_of(post: Post) -> str:
    return f"/p/{to_code(post.pk)}/"


def oembed(as_user: AsUser, path: str, **query: str) -> Any:
    return as_user(None).get("/oembed", {"url": f"{ORIGIN}{path}", **query})


def test_public_post_says_what_it_is_in_every_dialect(as_user: AsUser, alma: User) -> None:
    post = make_post(alma, title=NASTY, caption="At dawn #mist")

    html = as_user(None).get(page_of(post)).text

    told = dict(re.findall(r'<meta (?:property|name)="((?:og|twitter):[\w:]+)" content="([^"]*)"', html))
    assert told["og:url"] == f"{ORIGIN}{page_of(post)}"
    assert told["og:image"] == told["twitter:image"] == f"{ORIGIN}{page_of(post)}preview.jpg"
    assert (told["twitter:card"], told["og:description"]) == ("summary_large_image", "At dawn #mist")
    assert "<script>alert" not in html
    assert f'href="{ORIGIN}/oembed?url={quote(ORIGIN + page_of(post), safe="")}&amp;format=json"' in html


@pytest.mark.parametrize(
    "fields", [{"audience": "unlisted"}, {"audience": "followers"}, {"audience": "only_me"}, {"state": "archived"}]
)
def test_nothing_is_said_of_what_is_not_public_not_even_to_its_author(
    as_user: AsUser, alma: User, fields: dict[str, str]
) -> None:
    post = make_post(alma, **fields)  # type: ignore[arg-type]

    html = as_user(alma).get(page_of(post)).text

    assert "og:" not in html
    assert "oembed" not in html
    for path in (f"{page_of(post)}embed/", f"{page_of(post)}preview.jpg"):
        assert as_user(alma).get(path).status_code == 404
    assert oembed(as_user, page_of(post)).status_code == 404


def test_nothing_is_said_of_a_private_account_not_even_to_followers(as_user: AsUser, alma: User, boris: User) -> None:
    make_follow(boris, alma)
    User.objects.filter(pk=alma.pk).update(is_private=True)
    post = make_post(alma)

    assert "og:" not in as_user(boris).get(page_of(post)).text
    assert "og:" not in as_user(boris).get("/@alma/").text
    assert as_user(boris).get(f"{page_of(post)}embed/").status_code == 404
    assert [oembed(as_user, path).status_code for path in (page_of(post), "/@alma/", "/@nobody/")] == [404] * 3


def test_sensitive_post_shows_no_picture_anywhere(as_user: AsUser, alma: User) -> None:
    post = make_post(alma, sensitive=True, spoiler="Blood")
    keys = list(Rendition.objects.values_list("key", flat=True))

    page = as_user(None).get(page_of(post)).text.partition("<body")[0]
    embed = as_user(None).get(f"{page_of(post)}embed/").text
    told = oembed(as_user, page_of(post)).json()

    assert "og:title" in page
    assert "image" not in "".join(re.findall('"(?:og|twitter):[^"]*"', page))
    assert "Blood" in embed
    assert not any(key in page + embed + json.dumps(told) for key in keys)
    assert "thumbnail_url" not in told
    assert as_user(None).get(f"{page_of(post)}preview.jpg").status_code == 404


def test_preview_is_a_picture_that_opens_for_all_and_is_kept_a_minute(as_user: AsUser, alma: User) -> None:
    post = make_post(alma)
    for rendition in Rendition.objects.filter(content_type="image/jpeg"):
        write_file("renditions", rendition.key, rendition.width)

    answers = [as_user(None).get(f"{page_of(post)}preview.jpg{query}") for query in ("", "?w=320", "?w=9", "?w=x")]

    assert [len(b"".join(each.streaming_content)) for each in answers] == [640, 320, 320, 640]  # type: ignore[attr-defined]
    assert {(each["Content-Type"], each["Cache-Control"]) for each in answers} == {("image/jpeg", "public, max-age=60")}


# --- Embeds


def test_embed_may_be_framed_and_does_nothing(as_user: AsUser, alma: User, boris: User) -> None:
    post = make_post(alma, title="Herons", pictures=2)

    response = as_user(boris).get(f"{page_of(post)}embed/")

    policy = response["Content-Security-Policy"].split("; ")
    assert {"frame-ancestors *", "script-src 'none'", "form-action 'none'", "default-src 'none'"} <= set(policy)
    assert "X-Frame-Options" not in response
    assert not response.cookies
    assert "Herons" in response.text
    assert "2 pictures" in response.text
    assert all(word not in response.text for word in ("<script", "<form", "boris", "csrf"))
    assert as_user(boris).get(page_of(post))["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in as_user(None).get("/p/8Fk2/embed/")["Content-Security-Policy"]


def test_embed_costs_one_query(as_user: AsUser, alma: User, django_assert_num_queries: Any) -> None:
    posts = make_post(alma, pictures=1), make_post(alma, pictures=3)

    for post in posts:
        with django_assert_num_queries(1):
            assert as_user(None).get(f"{page_of(post)}embed/").status_code == 200


# --- oEmbed


def test_oembed_describes_a_post(as_user: AsUser, alma: User) -> None:
    post = make_post(alma, title="Herons")

    told = oembed(as_user, page_of(post)).json()

    assert (told["version"], told["type"], told["title"]) == ("1.0", "rich", "Herons")
    assert told["author_url"] == f"{ORIGIN}/@alma/"
    assert told["html"].startswith(f'<iframe src="{ORIGIN}{page_of(post)}embed/" width="540"')
    assert (told["thumbnail_width"], told["thumbnail_height"]) == (640, 427)


def test_oembed_keeps_to_the_room_there_is(as_user: AsUser, alma: User) -> None:
    post = make_post(alma)

    told = oembed(as_user, page_of(post), maxwidth="400", maxheight="300").json()

    assert (told["width"], told["height"], told["thumbnail_width"]) == (400, 300, 320)
    assert told["thumbnail_url"].endswith("preview.jpg?w=320")
    assert 'width="400" height="300"' in told["html"]
    assert "thumbnail_url" not in oembed(as_user, page_of(post), maxheight="10").json()


def test_oembed_speaks_xml_that_holds_every_sign(as_user: AsUser, alma: User) -> None:
    post = make_post(alma, title=NASTY)

    response = oembed(as_user, page_of(post), format="xml")

    assert response["Content-Type"] == "text/xml; charset=utf-8"
    assert ET.fromstring(response.text).findtext("title") == NASTY  # noqa: S314  our own words


def test_oembed_describes_a_public_profile(as_user: AsUser, alma: User) -> None:
    told = oembed(as_user, "/@alma/").json()

    assert (told["type"], told["author_name"]) == ("link", "alma")


def test_album_is_told_of_with_its_cover_only_where_both_are_public(as_user: AsUser, alma: User) -> None:
    cover, hidden = make_post(alma), make_post(alma, sensitive=True)
    album, covered, unlisted = (
        make_album(alma, cover),
        make_album(alma, hidden),
        make_album(alma, cover, audience="unlisted"),
    )
    paths = [f"/albums/{to_code(each.pk)}/" for each in (album, covered, unlisted)]

    told = [oembed(as_user, path) for path in paths]
    pages = [as_user(None).get(path).text for path in paths]

    assert [each.status_code for each in told] == [200, 200, 404]
    assert [
        ("thumbnail_url" in each.json(), "og:image" in page) for each, page in zip(told[:2], pages, strict=False)
    ] == [
        (True, True),
        (False, False),
    ]
    assert ["og:title" in page for page in pages] == [True, True, False]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 400),
        ({"url": f"{ORIGIN}/p/8Fk2/"}, 404),
        ({"url": f"{ORIGIN}/settings/"}, 404),
        ({"url": f"{ORIGIN}/s/8Fk2aaaa"}, 404),
        ({"url": "https://evil.example.org/p/8Fk2/"}, 404),
        ({"url": "http://[/"}, 404),
        ({"url": "javascript:alert(1)"}, 404),
        ({"url": f"{ORIGIN}/", "format": "yaml"}, 501),
        ({"url": f"{ORIGIN}/", "maxwidth": "x"}, 400),
        ({"url": f"{ORIGIN}/", "maxheight": "0"}, 400),
    ],
)
@pytest.mark.django_db
def test_oembed_refuses_what_it_cannot_describe(as_user: AsUser, query: dict[str, str], status: int) -> None:
    assert as_user(None).get("/oembed", query).status_code == status
