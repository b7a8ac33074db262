"""`/docs/api/` and the guides beside it: all that the schema says, and links that lead somewhere."""

import gzip
import html
import re
from functools import cache
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from core.api.schema import make_schema
from core.web.docs.pages import GUIDES, SCHEMA, reference
from core.web.docs.reference import Operation, Reference

pytestmark = pytest.mark.django_db

DESCRIBED = make_schema()
REFERENCE = Reference(DESCRIBED)
CALLS = [(chapter.url, call) for chapter in REFERENCE.chapters for call in chapter.operations]
PAGES = [
    "/docs/api/",
    "/docs/api/objects/",
    "/docs/api/errors/",
    *(chapter.url for chapter in REFERENCE.chapters),
    *(f"/docs/{name}/" for name in GUIDES),
]


@cache
def page(url: str) -> str:
    response = Client().get(url)
    assert response.status_code == 200
    return response.text


def section(url: str, anchor: str) -> str:
    """What a page says of one thing, as words: without tags, and with one space at most."""
    (found,) = re.findall(rf'<section class="call" id="{anchor}".*?</section>', page(url), re.DOTALL)
    return words(found)


def words(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def test_every_call_of_the_schema_has_one_place() -> None:
    operations = {
        (call["operationId"], method.upper(), path)
        for path, methods in DESCRIBED["paths"].items()
        for method, call in methods.items()
    }

    assert {(call.anchor, call.method, call.path) for _, call in CALLS} == operations
    assert len(CALLS) == len(operations)


def test_calls_are_described_as_the_schema_has_them() -> None:
    lacking = {call.anchor: missing for url, call in CALLS if (missing := _missing(call, section(url, call.anchor)))}

    assert lacking == {}


def _missing(call: Operation, text: str) -> list[str]:
    """What the schema says of a call, and the page does not."""
    described = DESCRIBED["paths"][call.path][call.method.lower()]
    known = DESCRIBED["components"]["parameters"]
    parameters = [
        each.get("name") or known[each["$ref"].rpartition("/")[2]]["name"] for each in described.get("parameters", ())
    ]
    scopes = [f"scope {scheme['oauth2'][0]}" for scheme in described["security"] if "oauth2" in scheme]
    wanted = [f"{described['summary']} {call.method} {call.path} ", *parameters, *described["responses"], *scopes]
    return [words for words in wanted if words not in text] + ["no token"] * (
        ("no token" in text) is not ({} in described["security"])
    )


def test_fields_of_a_body_say_what_is_required_what_may_be_null_and_the_rules() -> None:
    text = section("/docs/api/posts/", "createPost")

    assert "media_ids required list of id" in text
    assert "location LocationInput or null" in text
    assert "title text, at most 120 signs" in text
    assert (
        "audience one of public , unlisted , followers , close_friends , only_me A new post without it: public ."
        in text
    )


def test_command_of_a_call_can_be_copied() -> None:
    found = re.search(
        r'<section class="call" id="editPost".*?<pre class="film"><code>(.*?)</code>',
        page("/docs/api/posts/"),
        re.DOTALL,
    )

    assert found is not None
    assert html.unescape(found[1]).splitlines()[:4] == [
        f"curl -X PATCH {settings.ORIGIN}/rest/v1/posts/7234567890123456790 \\",
        '     -H "Authorization: Bearer $TOKEN" \\',
        "     -H 'Content-Type: application/json' \\",
        "     -d '{",
    ]


def test_every_object_is_described_once_and_every_error_has_an_example() -> None:
    schemas = DESCRIBED["components"]["schemas"]
    bodies = {call.body.kind for _, call in CALLS if call.body}

    anchors = re.findall(r'<section class="call" id="(\w+)"', page("/docs/api/objects/"))
    statuses = re.findall(r'<section class="call" id="e(\d+)"', page("/docs/api/errors/"))

    assert anchors == [*(name for name in schemas if name not in bodies), "headers"]
    assert {int(status) for status in statuses} >= {400, 401, 403, 404, 409, 413, 415, 422, 429, 503}
    assert "like_count whole number, or null Null if the author hides it." in section("/docs/api/objects/", "Post")


@pytest.mark.parametrize("url", PAGES)
def test_links_lead_to_something_that_is_there(url: str) -> None:
    links = {urljoin(url, html.unescape(href)) for href in re.findall(r'<a [^>]*?href="([^"]+)"', page(url))}

    own = {urlsplit(link.removeprefix(settings.ORIGIN)) for link in links if not link.startswith("https://www.")}
    documents = {link for link in own if link.path.startswith("/docs/") and not link.path.startswith("/docs/changelog")}
    dead = [link for link in documents if link.fragment and f'id="{link.fragment}"' not in page(link.path)]
    elsewhere = {link.path for link in own - documents if link.scheme == ""}

    assert dead == []
    assert all(page(link.path) for link in documents)
    assert elsewhere <= {"/", "/login/", "/signup/", "/explore/", "/search/", SCHEMA, "/docs/changelog/"} | {
        "/settings/tokens/",
        "/settings/apps/",
        *(f"/{name}/" for name in ("about", "rules", "privacy", "terms", "contact", "transparency")),
    }


@pytest.mark.parametrize("url", PAGES)
def test_page_is_light_has_the_address_of_the_site_and_nothing_foreign_or_inline(url: str) -> None:
    text = page(url)

    sources = re.findall(r'<(?:script|img|iframe|source)[^>]*? src="([^"]+)"|<link[^>]*? href="([^"]+)"', text)
    assert len(gzip.compress(text.encode())) <= 24_000
    assert [source for pair in sources for source in pair if source and not source.startswith("/static/")] == []
    assert re.findall(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=", text) == []
    assert ("photos.example.org" in text) is ("photos.example.org" in settings.ORIGIN and settings.ORIGIN in text)


def test_words_in_the_guide_that_name_a_call_lead_to_it() -> None:
    assert '<a href="/docs/api/instance/#getInstance"><code>GET /instance</code></a>' in page("/docs/api/")
    assert '<a href="/docs/uploads/">sending files</a>' in page("/docs/api/")


def test_contents_say_where_one_is() -> None:
    assert re.findall(r'<a href="([^"]+)" aria-current="page">', page("/docs/api/posts/")) == ["/docs/api/posts/"]
    assert '<a href="#createPost">Publish a post</a>' in page("/docs/api/posts/")
    assert "#createPost" not in page("/docs/api/feed/").partition("</details>")[0]


def test_page_is_made_once_and_asks_no_database(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/docs/api/posts/")

    with django_assert_num_queries(0):
        assert client.get("/docs/api/posts/").status_code == 200
    assert reference() is reference()


def test_page_that_did_not_change_is_not_sent_again(client: Client) -> None:
    etag = client.get("/docs/api/").headers["ETag"]

    again = client.get("/docs/api/", headers={"If-None-Match": etag})

    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("url", ["/docs/api/nothing/", "/docs/nothing/", "/docs/operations/", "/docs/api/../api.md/"])
def test_what_is_no_page_is_not_there(client: Client, url: str) -> None:
    assert client.get(url).status_code == 404


def test_settings_lead_to_it(client: Client, alma: User) -> None:
    client.force_login(alma)

    assert 'href="/docs/api/"' in client.get("/settings/").text
    assert 'href="/docs/api/#log-somebody-in-with-your-app"' in client.get("/settings/apps/").text
