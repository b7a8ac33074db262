"""Networks that give this site keys: Tumblr, Flickr, X and Pages of Facebook, at servers that check what they get."""

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from sharing.accounts_elsewhere import account_of
from sharing.models import Connection, CrossPost
from sharing.services.connections import disconnect
from sharing.services.cross_posting import cross_post, retry
from tests.conftest import AsUser, Settled
from tests.sharing.stand_ins import facebook as facebook_side
from tests.sharing.stand_ins import flickr as flickr_side
from tests.sharing.stand_ins import x as x_side
from tests.sharing.stand_ins.facebook import FacebookServer, failed
from tests.sharing.stand_ins.flickr import NSID, FlickrServer, xml
from tests.sharing.stand_ins.placed import add_film, make_shown_post
from tests.sharing.stand_ins.server import Said, running
from tests.sharing.stand_ins.tumblr import TumblrServer
from tests.sharing.stand_ins.x import XServer

ORIGIN = "http://localhost:8000"


@pytest.fixture
def tumblr(settings: Settings) -> Iterator[TumblrServer]:
    keys = ("tumblr-key", "tumblr-secret")
    with running(TumblrServer(), settings) as server:
        server.oauth.clients[keys[0]] = (keys[1], f"{ORIGIN}/settings/networks/tumblr/callback/")
        place(settings, "tumblr", keys, {"tumblr": server.origin, "tumblr api": server.origin})
        yield server


@pytest.fixture
def flickr(settings: Settings) -> Iterator[FlickrServer]:
    with running(FlickrServer(), settings) as server:
        place(settings, "flickr", flickr_side.KEYS, {"flickr": server.origin, "flickr upload": server.origin})
        yield server


@pytest.fixture
def x(settings: Settings) -> Iterator[XServer]:
    with running(XServer(), settings) as server:
        server.oauth.clients[x_side.KEYS[0]] = (x_side.KEYS[1], f"{ORIGIN}/settings/networks/x/callback/")
        place(settings, "x", x_side.KEYS, {"x": server.origin, "x api": server.origin})
        yield server


@pytest.fixture
def facebook(settings: Settings) -> Iterator[FacebookServer]:
    with running(FacebookServer(), settings) as server:
        place(settings, "facebook", facebook_side.KEYS, {"facebook": server.origin, "facebook api": server.origin})
        yield server


def place(settings: Settings, network: str, keys: tuple[str, str], addresses: dict[str, str]) -> None:
    settings.CONNECTORS = {network: keys}
    settings.CONNECTOR_ADDRESSES = {**settings.CONNECTOR_ADDRESSES, **addresses}


def come_back(client: Client, network: str, server: TumblrServer | FlickrServer | XServer | FacebookServer) -> str:
    """Through the pages until the network has said yes; the page that follows."""
    address = client.post(f"/settings/networks/{network}/connect/").context["address"]
    query = server.agree(address) if isinstance(server, FlickrServer | FacebookServer) else server.oauth.agree(address)
    return client.get(f"/settings/networks/{network}/callback/?{query}", follow=True).content.decode()


def send(user: User, settled: Settled, **post: object) -> CrossPost:
    shown = make_shown_post(user, (400, 300), (300, 400), title="Fog", caption="On the river", tags=("dawn",), **post)
    with settled():
        cross_post(user, shown.pk, [Connection.objects.get().pk])
    return CrossPost.objects.get()


def test_person_chooses_one_of_their_blogs_at_tumblr(
    alma: User, as_user: AsUser, tumblr: TumblrServer, settled: Settled
) -> None:
    client = as_user(alma)
    assert "Where to post" in come_back(client, "tumblr", tumblr)
    assert client.post("/settings/networks/choose/", {"account": "t:other"}).status_code == 422
    client.post("/settings/networks/choose/", {"account": "t:two"})

    row = send(alma, settled)

    (post,) = tumblr.posts
    assert (post["blog"], post["tags"]) == ("t:two", "dawn")
    assert [block["type"] for block in post["content"]] == ["image", "image", "text", "text", "text"]
    assert [block["alt_text"] for block in post["content"][:2]] == ["Picture 0", "Picture 1"]
    assert post["content"][-1]["formatting"][0]["url"].startswith(f"{ORIGIN}/p/")
    assert row.address == f"{tumblr.origin}/darkroom/7001"


def test_expired_token_of_tumblr_is_renewed_once_for_both(
    alma: User, as_user: AsUser, tumblr: TumblrServer, settled: Settled
) -> None:
    tumblr.blogs = tumblr.blogs[:1]
    come_back(as_user(alma), "tumblr", tumblr)
    tumblr.oauth.tokens.clear()

    row = send(alma, settled)

    assert row.state == "sent"
    assert account_of(Connection.objects.get()).secrets["refresh_token"] in tumblr.oauth.refresh


def test_silence_of_a_network_that_forgets_is_told_and_not_tried_again(
    alma: User, as_user: AsUser, tumblr: TumblrServer, settled: Settled
) -> None:
    tumblr.blogs = tumblr.blogs[:1]
    come_back(as_user(alma), "tumblr", tumblr)
    tumblr.instead("/v2/blog/t:one/posts", Said(hang_up=True))

    row = send(alma, settled)

    assert (row.state, len(tumblr.posts)) == ("unknown", 1)


def test_photos_go_to_flickr_each_signed_with_its_words(
    alma: User, as_user: AsUser, flickr: FlickrServer, settled: Settled
) -> None:
    come_back(as_user(alma), "flickr", flickr)

    row = send(alma, settled, sensitive=True)

    assert [photo["title"] for photo in flickr.photos] == ["Fog (1/2)", "Fog (2/2)"]
    assert flickr.photos[1]["description"].startswith(f"On the river\n\nPicture 1\n\n{ORIGIN}/p/")
    assert (flickr.photos[0]["tags"], flickr.photos[0]["safety_level"]) == ('"dawn"', "2")
    assert row.address == f"https://www.flickr.com/photos/{NSID}/5001/"


def test_photos_that_are_at_flickr_already_do_not_go_again(
    alma: User, as_user: AsUser, flickr: FlickrServer, settled: Settled
) -> None:
    come_back(as_user(alma), "flickr", flickr)
    full = xml('<rsp stat="fail"><err code="6" msg="User exceeded upload limit" /></rsp>')
    flickr.instead("/services/upload/", Said(hang_up=True))
    row = send(alma, settled)
    assert (row.state, len(flickr.photos)) == ("unknown", 1)
    flickr.photos.clear()

    flickr.instead("/services/upload/", full)
    with settled():
        retry(alma, row.post_id, row.pk)
    row.refresh_from_db()
    assert (row.state, row.problem) == ("failed", "The network refused it: has no room for more this month")
    with settled():
        retry(alma, row.post_id, row.pk)

    assert [photo["title"] for photo in flickr.photos] == ["Fog (1/2)", "Fog (2/2)"]


def test_token_that_flickr_has_taken_back_asks_for_a_new_connection(
    alma: User, as_user: AsUser, flickr: FlickrServer, settled: Settled
) -> None:
    come_back(as_user(alma), "flickr", flickr)
    flickr.tokens.clear()

    row = send(alma, settled)

    assert (row.state, Connection.objects.get().state) == ("given_up", "refused")


def test_post_goes_to_x_with_pictures_and_alt_texts(alma: User, as_user: AsUser, x: XServer, settled: Settled) -> None:
    come_back(as_user(alma), "x", x)

    row = send(alma, settled)

    (post,) = x.posts
    assert post["text"].startswith("Fog\n\nOn the river\n\n#dawn\n\nhttp://localhost:8000/p/")
    assert [media["alt"] for media in post["media"]] == ["Picture 0", "Picture 1"]
    assert row.address == "https://x.com/alma/status/1445880548472328193"


def test_video_goes_to_x_in_segments(alma: User, as_user: AsUser, x: XServer, settled: Settled) -> None:
    come_back(as_user(alma), "x", x)
    post = make_shown_post(alma)
    post.media.all().delete()
    add_film(post, b"f" * 5_000_000)

    with settled():
        cross_post(alma, post.pk, [Connection.objects.get().pk])

    ((media,),) = [each["media"] for each in x.posts]
    assert (media["segments"], len(media["data"])) == (2, 5_000_000)


def test_sensitive_pictures_stay_here_where_a_network_cannot_cover_them(
    alma: User, as_user: AsUser, x: XServer, settled: Settled
) -> None:
    come_back(as_user(alma), "x", x)

    send(alma, settled, sensitive=True)

    assert x.posts[0]["media"] == []


def test_limit_of_x_is_kept(alma: User, as_user: AsUser, x: XServer, settled: Settled) -> None:
    come_back(as_user(alma), "x", x)
    x.instead("/2/tweets", Said(429, {"title": "Too Many Requests"}, {"x-rate-limit-reset": "9999999999"}))

    row = send(alma, settled)

    assert (row.state, row.code) == ("waiting", "rate_limited")


def test_whoever_disconnects_x_ends_its_tokens(alma: User, as_user: AsUser, x: XServer, settled: Settled) -> None:
    come_back(as_user(alma), "x", x)

    with settled():
        disconnect(alma, Connection.objects.get().pk)

    assert x.oauth.refresh == set()


def test_person_chooses_a_page_of_facebook_and_posts_there(
    alma: User, as_user: AsUser, facebook: FacebookServer, settled: Settled
) -> None:
    client = as_user(alma)
    assert "Kiln and Clay" in come_back(client, "facebook", facebook)
    client.post("/settings/networks/choose/", {"account": "546349135390553"})

    row = send(alma, settled)

    (post,) = facebook.posts
    assert (post["page"], post["link"]) == ("546349135390553", None)
    assert [photo["alt"] for photo in post["photos"]] == ["Picture 0", "Picture 1"]
    assert row.address == "https://www.facebook.com/546349135390553_1001"


@pytest.mark.parametrize(
    ("answer", "state", "code"),
    [
        (failed(400, 4, "Application request limit reached"), "waiting", "rate_limited"),
        (failed(500, 2, "Service temporarily unavailable"), "unknown", "not_known"),
        (failed(403, 200, "Permissions error"), "failed", "refused_200"),
        (failed(401, 190, "Error validating access token"), "given_up", "token_refused"),
    ],
)
def test_errors_of_facebook_are_told_by_their_numbers(
    answer: Said, state: str, code: str, alma: User, as_user: AsUser, facebook: FacebookServer, settled: Settled
) -> None:
    client = as_user(alma)
    come_back(client, "facebook", facebook)
    client.post("/settings/networks/choose/", {"account": "546349135390553"})
    facebook.instead("/v25.0/546349135390553/feed", answer)

    row = send(alma, settled, sensitive=True)

    assert (row.state, row.code) == (state, code)
