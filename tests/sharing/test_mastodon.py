"""Mastodon from the page of settings to the post that stands there, at a server that checks what it is sent."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from accounts.models import User
from photos.models import Post
from sharing.models import Connection, CrossPost, NetworkApp
from sharing.services.connections import disconnect
from sharing.services.cross_posting import cross_post
from tests.conftest import AsUser, Settled
from tests.sharing.stand_ins.mastodon import MastodonServer
from tests.sharing.stand_ins.placed import add_film, at_mastodon, make_shown_post
from tests.uploads import publish

CONNECT, CALLBACK = "/settings/networks/mastodon/connect/", "/settings/networks/mastodon/callback/"


def leave(client: Client, server: str) -> str:
    """The address to which the page leads."""
    page = client.post(CONNECT, {"server": server})
    assert page.status_code == 200, page.content
    return str(page.context["address"])


def connect(client: Client, server: MastodonServer) -> Connection:
    answer = client.get(f"{CALLBACK}?{server.oauth.agree(leave(client, server.host))}", follow=True)
    assert "is connected" in answer.content.decode()
    return Connection.objects.get()


def test_person_connects_an_account_by_its_handle(alma: User, as_user: AsUser, mastodon: MastodonServer) -> None:
    client = as_user(alma)

    address = leave(client, f"@alma@{mastodon.host}")
    client.get(f"{CALLBACK}?{mastodon.oauth.agree(address)}")

    row = Connection.objects.get()
    assert (row.owner, row.network, row.host, row.name) == (alma, "mastodon", mastodon.host, f"@alma@{mastodon.host}")
    assert parse_qs(urlsplit(address).query)["scope"] == ["read:accounts write:media write:statuses"]
    token = next(iter(mastodon.oauth.tokens))
    assert token not in row.sealed
    assert token not in client.get("/settings/networks/").content.decode()


def test_server_is_registered_at_once_for_all_people(
    alma: User, boris: User, as_user: AsUser, mastodon: MastodonServer
) -> None:
    connect(as_user(alma), mastodon)
    leave(as_user(boris), mastodon.host)

    assert mastodon.count("/api/v1/apps") == 1
    app = NetworkApp.objects.get()
    assert not [secret for secret, _ in mastodon.oauth.clients.values() if secret in app.sealed]


def test_server_that_has_forgotten_this_site_is_asked_anew(
    alma: User, as_user: AsUser, mastodon: MastodonServer
) -> None:
    client = as_user(alma)
    leave(client, mastodon.host)
    mastodon.oauth.clients.clear()

    address = leave(client, mastodon.host)

    assert parse_qs(urlsplit(address).query)["client_id"][0] in mastodon.oauth.clients


def test_strangers_cannot_end_what_somebody_began(
    alma: User, boris: User, as_user: AsUser, mastodon: MastodonServer
) -> None:
    query = mastodon.oauth.agree(leave(as_user(alma), mastodon.host))

    answer = as_user(boris).get(f"{CALLBACK}?{query}", follow=True)

    assert "did not begin here" in answer.content.decode()
    assert not Connection.objects.exists()


def test_state_of_another_try_is_refused(alma: User, as_user: AsUser, mastodon: MastodonServer) -> None:
    client = as_user(alma)
    query = mastodon.oauth.agree(leave(client, mastodon.host))

    forged = re.sub("state=.", "state=-", query)
    client.get(f"{CALLBACK}?{forged}")
    answer = client.get(f"{CALLBACK}?{query}", follow=True)

    assert "did not begin here" in answer.content.decode()
    assert not Connection.objects.exists()


def test_person_who_says_no_is_told(alma: User, as_user: AsUser, mastodon: MastodonServer) -> None:
    client = as_user(alma)
    state = parse_qs(urlsplit(leave(client, mastodon.host)).query)["state"][0]

    answer = client.get(f"{CALLBACK}?error=access_denied&state={state}", follow=True)

    assert "did not agree" in answer.content.decode()
    assert not Connection.objects.exists()


@pytest.mark.parametrize("server", ["", "no name", "http://", "127.0.0.1:1", "localhost", "169.254.169.254"])
def test_servers_that_must_not_be_asked_are_refused_alike(
    server: str, alma: User, as_user: AsUser, mastodon: MastodonServer
) -> None:
    page = as_user(alma).post(CONNECT, {"server": server})

    assert page.status_code == 422
    assert mastodon.asked == []


def test_what_is_published_for_everyone_goes_there_with_pictures_alt_texts_and_link(
    alma: User, as_user: AsUser, mastodon: MastodonServer, settled: Settled
) -> None:
    client = as_user(alma)
    row = connect(client, mastodon)
    code = client.get("/settings/networks/").content.decode().split("/change/")[0].rpartition("/")[2]
    client.post(f"/settings/networks/{code}/change/", {"automatic": "1"})

    with settled():
        post = publish(alma, title="Fog", caption="On the #river with @boris", tags=["dawn"])

    (status,) = mastodon.statuses
    sent = CrossPost.objects.get()
    link = f"http://localhost:8000/p/{post_code(post)}/"
    assert status["status"] == f"Fog\n\nOn the #river with @\u200bboris\n\n#dawn\n\n{link}"
    assert [each["kind"] for each in status["media"]] == ["image/jpeg"]
    assert (sent.state, sent.address, sent.connection) == ("sent", status["url"], row)
    page = client.get(f"/p/{post_code(post)}/networks/").content.decode()
    assert status["url"] in page
    assert status["url"] in client.get(f"/p/{post_code(post)}/").content.decode()


def post_code(post: Post) -> str:
    from core.ids import to_code  # noqa: PLC0415  beside its use

    return to_code(post.pk)


def test_pictures_are_made_to_fit_and_only_so_many_go(alma: User, mastodon: MastodonServer, settled: Settled) -> None:
    mastodon.media_limits["image_matrix_limit"] = 10_000
    post = make_shown_post(alma, *[(400, 300)] * 6, sensitive=True, spoiler="Heights")
    row = at_mastodon(alma, mastodon)

    with settled():
        cross_post(alma, post.pk, [row.pk])

    (status,) = mastodon.statuses
    assert [each["description"] for each in status["media"]] == [f"Picture {n}" for n in range(4)]
    assert all(each["data"][:3] == b"\xff\xd8\xff" for each in status["media"])
    assert (status["sensitive"], status["spoiler_text"]) == ("true", "Heights")


@pytest.mark.parametrize(("limit", "kind"), [(1000, "video/mp4"), (10, "image/jpeg")])
def test_video_goes_where_it_fits_and_its_poster_where_not(
    limit: int, kind: str, alma: User, mastodon: MastodonServer, settled: Settled
) -> None:
    mastodon.media_limits["video_size_limit"] = limit
    post = make_shown_post(alma)
    post.media.all().delete()
    add_film(post, b"film" * 20)

    with settled():
        cross_post(alma, post.pk, [at_mastodon(alma, mastodon).pk])

    (status,) = mastodon.statuses
    assert [(each["kind"], each["description"]) for each in status["media"]] == [(kind, "A film")]


def test_whoever_disconnects_takes_the_token_back(
    alma: User, mastodon: MastodonServer, as_user: AsUser, settled: Settled
) -> None:
    row = connect(as_user(alma), mastodon)

    with settled():
        disconnect(alma, row.pk)

    row.refresh_from_db()
    assert (row.state, row.sealed, mastodon.oauth.tokens) == ("disconnected", "", set())
