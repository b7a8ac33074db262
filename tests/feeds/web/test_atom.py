from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from photos.models import Media, Rendition
from tests.conftest import AsUser
from tests.factories import make_follow, make_media, make_post, make_user

ADDRESS = "/@alma/feed.atom"
ATOM = "{http://www.w3.org/2005/Atom}"


def entries(client: Client) -> list[ET.Element]:
    return ET.fromstring(client.get(ADDRESS).content).findall(f"{ATOM}entry")  # noqa: S314  our own text


def test_feed_has_public_posts_newest_first_with_pictures_and_their_descriptions(alma: User, client: Client) -> None:
    make_post(alma, title="Old")
    make_post(alma, title="<b>&\x0b New", caption="Fish & chips", tags=("sea",))
    Media.objects.update(alt_text='A "cat"')
    for audience in ("unlisted", "followers", "close_friends", "only_me"):
        make_post(alma, audience=audience)

    newest, oldest = entries(client)

    assert [each.findtext(f"{ATOM}title") for each in (newest, oldest)] == ["<b>& New", "Old"]
    content = newest.findtext(f"{ATOM}content") or ""
    assert 'alt="A &quot;cat&quot;"' in content
    assert "Fish &amp; chips" in content
    links = {link.get("rel"): link for link in newest.findall(f"{ATOM}link")}
    assert (links["enclosure"].get("type"), links["enclosure"].get("length")) == ("image/jpeg", "500")
    assert "/media/renditions/" in (links["enclosure"].get("href") or "")


def test_sensitive_pictures_stay_covered(alma: User, client: Client) -> None:
    make_post(alma, sensitive=True, spoiler="A snake")

    (entry,) = entries(client)

    content = entry.findtext(f"{ATOM}content") or ""
    assert ("A snake" in content, "<img" in content) == (True, False)


def test_film_comes_with_its_poster(alma: User, client: Client) -> None:
    post = make_post(alma, pictures=0)
    media = make_media(alma, post, kind="video")
    for name, content_type in (("poster", "image/jpeg"), ("video_720p", "video/mp4")):
        key = f"aa/{name}.{content_type[-3:]}"
        Rendition.objects.create(
            media=media, name=name, content_type=content_type, key=key, width=640, height=360, bytes=9
        )

    (entry,) = entries(client)

    enclosures = [link.get("type") for link in entry.findall(f"{ATOM}link") if link.get("rel") == "enclosure"]
    assert (enclosures, entry.findtext(f"{ATOM}title")) == (["image/jpeg", "video/mp4"], "Video by alma")


@pytest.mark.parametrize("account", [{"is_private": True}, {"is_active": False}], ids=str)
def test_account_that_is_not_open_has_no_feed_just_as_nobody(
    alma: User, as_user: AsUser, account: dict[str, bool]
) -> None:
    make_follow(follower := make_user(), alma)
    User.objects.filter(pk=alma.pk).update(**account)

    assert [as_user(who).get(ADDRESS).status_code for who in (None, follower)] == [404, 404]
    assert as_user(None).get("/@nobody/feed.atom").status_code == 404


def test_reader_that_has_the_feed_is_told_so(alma: User, client: Client) -> None:
    make_post(alma)
    first = client.get(ADDRESS)

    again = client.get(ADDRESS, headers={"If-None-Match": first["ETag"]})
    make_post(alma)
    changed = client.get(ADDRESS, headers={"If-None-Match": first["ETag"]})

    assert [first.status_code, again.status_code, changed.status_code] == [200, 304, 200]
    assert first["Content-Type"] == "application/atom+xml; charset=utf-8"


@pytest.mark.parametrize(("is_private", "is_named"), [(False, True), (True, False)])
def test_profile_of_an_open_account_names_its_feed(
    alma: User, client: Client, is_private: bool, is_named: bool
) -> None:
    User.objects.filter(pk=alma.pk).update(is_private=is_private)

    assert (b'href="/@alma/feed.atom"' in client.get("/@alma/").content) == is_named


@pytest.mark.parametrize("count", [1, 3])
def test_feed_takes_the_same_queries_for_one_post_and_three(alma: User, client: Client, count: int) -> None:
    for _ in range(count):
        make_post(alma, tags=("sea",))

    with CaptureQueriesContext(connection) as queries:
        client.get(ADDRESS)

    assert len(queries) == 2
