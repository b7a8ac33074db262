"""Addresses of other sites: every sign of a title stays in its place, and a server is a server."""

from urllib.parse import parse_qs, urlsplit

import pytest

from sharing.targets import Shareable, clean_host, mail_address, targets

NASTY = 'Boats & "nets" #1 + 100%?x=1 ünï 😀 </a>'
URL = "https://photos.example.org/p/8Fk2/"
SHARED = Shareable(NASTY, URL, f"{URL}preview.jpg", ("sea", "two words", "net"))


def queries() -> dict[str, dict[str, list[str]]]:
    return {each.name: parse_qs(urlsplit(each.url).query) for each in targets(SHARED, mastodon="mastodon.social")}


def test_every_site_gets_title_and_address_whole() -> None:
    asked = queries()

    assert asked["facebook"] == {"u": [URL]}
    assert asked["x"] == {"text": [NASTY], "url": [URL], "hashtags": ["sea,net"]}
    assert asked["bluesky"] == asked["mastodon"] == {"text": [f"{NASTY} {URL}"]}
    assert asked["threads"] == {"text": [NASTY], "url": [URL]}
    assert asked["reddit"] == {"title": [NASTY], "url": [URL]}
    assert asked["tumblr"]["content"] == [f"{URL}preview.jpg"]


def test_spaces_are_written_as_percent_20_and_nothing_is_left_open() -> None:
    for each in targets(SHARED, mastodon="mastodon.social"):
        assert not set(urlsplit(each.url).query) & set(' +"<>#?/'), each.name
    assert mail_address(SHARED).startswith("mailto:?subject=Boats%20%26%20%22nets%22")


def test_tumblr_gets_a_link_where_the_picture_is_covered() -> None:
    (tumblr,) = [each.url for each in targets(Shareable("A", URL)) if each.name == "tumblr"]

    assert parse_qs(urlsplit(tumblr).query) == {
        "posttype": ["link"],
        "content": [URL],
        "title": ["A"],
        "canonicalUrl": [URL],
    }


def test_mastodon_has_a_template_until_there_is_a_server() -> None:
    (mastodon,) = [each for each in targets(SHARED) if each.name == "mastodon"]

    assert (mastodon.url, mastodon.template.startswith("https://{host}/share?text=Boats")) == ("", True)


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("mastodon.social", "mastodon.social"),
        (" https://Mastodon.Social/@me ", "mastodon.social"),
        ("@me@chaos.social", "chaos.social"),
        ("bücher.example.org", "xn--bcher-kva.example.org"),
        *(
            (wrong, "")
            for wrong in ("", "localhost", "127.0.0.1", "0x7f.1", "[::1]", "a.org:8080", "me:pw@a.org", "http://a.org")
        ),
        *(
            (wrong, "")
            for wrong in ("a b.org", "evil.org\\@a.org", "a.org?b.org", "nas.local", "a..org", "-a.org", "a" * 300)
        ),
    ],
)
def test_server_is_the_name_of_a_public_host(typed: str, host: str) -> None:
    assert clean_host(typed) == host
