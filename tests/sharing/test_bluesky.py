"""Bluesky by an app password, at a server that checks records as their lexicons say."""

import pytest

from accounts.models import User
from sharing.accounts_elsewhere import account_of
from sharing.models import Connection, CrossPost
from sharing.services.connections import disconnect
from sharing.services.cross_posting import cross_post
from tests.conftest import AsUser, Settled
from tests.sharing.stand_ins.bluesky import DID, BlueskyServer
from tests.sharing.stand_ins.placed import add_film, at_bluesky, make_shown_post

CONNECT = "/settings/networks/bluesky/connect/"


def test_person_connects_by_an_app_password(alma: User, as_user: AsUser, bluesky: BlueskyServer) -> None:
    page = as_user(alma).post(CONNECT, {"handle": "@alma.test", "password": bluesky.password}, follow=True)

    row = Connection.objects.get()
    assert (row.network, row.remote_id, row.name) == ("bluesky", DID, "@alma.test")
    assert bluesky.password not in row.sealed
    assert bluesky.password not in page.content.decode()


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"handle": "alma.test", "password": "wrong"}, "do not fit"),
        ({"handle": "alma.test", "password": "x", "server": "10.0.0.1"}, "could not be reached"),
        ({"handle": "alma.test", "password": "x", "server": "http://a b"}, "no name of a server"),
        ({"handle": "", "password": "x"}, "required"),
    ],
)
def test_what_does_not_fit_is_said(
    sent: dict[str, str], words: str, alma: User, as_user: AsUser, bluesky: BlueskyServer
) -> None:
    page = as_user(alma).post(CONNECT, sent)

    assert page.status_code == 422
    assert words in page.content.decode()
    assert not Connection.objects.exists()


def test_post_stands_there_with_pictures_and_links(alma: User, bluesky: BlueskyServer, settled: Settled) -> None:
    post = make_shown_post(alma, (2048, 1000), (300, 400), title="Über den Fluß", tags=("nebel",), sensitive=True)

    with settled():
        cross_post(alma, post.pk, [at_bluesky(alma, bluesky).pk])

    ((key, record),) = bluesky.records.items()
    images = record["embed"]["images"]
    assert record["text"].startswith("Über den Fluß\n\n#nebel\n\nhttp://localhost:8000/p/")
    assert [(image["alt"], image["aspectRatio"]) for image in images] == [
        ("Picture 0", {"width": 2000, "height": 976}),
        ("Picture 1", {"width": 300, "height": 400}),
    ]
    assert record["labels"]["values"] == [{"val": "graphic-media"}]
    assert CrossPost.objects.get().address == f"https://bsky.app/profile/{DID}/post/{key}"


def test_video_goes_as_one(alma: User, bluesky: BlueskyServer, settled: Settled) -> None:
    post = make_shown_post(alma)
    post.media.all().delete()
    add_film(post, b"film")

    with settled():
        cross_post(alma, post.pk, [at_bluesky(alma, bluesky).pk])

    (record,) = bluesky.records.values()
    assert (record["embed"]["$type"], record["embed"]["alt"]) == ("app.bsky.embed.video", "A film")


def test_long_words_are_shortened_to_what_it_takes(alma: User, bluesky: BlueskyServer, settled: Settled) -> None:
    post = make_shown_post(alma, title="T" * 120, caption="日本語 " * 500)

    with settled():
        cross_post(alma, post.pk, [at_bluesky(alma, bluesky).pk])

    (record,) = bluesky.records.values()
    assert 280 < len(record["text"]) <= 300


def test_server_where_the_account_lives_is_asked_from_then_on(
    alma: User, as_user: AsUser, bluesky: BlueskyServer
) -> None:
    bluesky.home = f"https://127.0.0.1:{bluesky.server_port}"

    as_user(alma).post(CONNECT, {"handle": "alma.test", "password": bluesky.password})

    assert account_of(Connection.objects.get()).secrets["server"] == bluesky.home


def test_whoever_disconnects_ends_the_session(alma: User, bluesky: BlueskyServer, settled: Settled) -> None:
    row = at_bluesky(alma, bluesky)

    with settled():
        disconnect(alma, row.pk)

    assert bluesky.refresh == set()
