"""The pages: /settings/networks/ and /p/<code>/networks/."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.models import User
from core.ids import to_code
from sharing.models import Connection, CrossPost
from tests.conftest import AsUser
from tests.factories import make_post
from tests.sharing.stand_ins.placed import make_connection, make_cross_post

SETTINGS = "/settings/networks/"


@pytest.fixture
def switched_on(settings: Settings) -> None:
    settings.CONNECTORS = {"mastodon": ("", ""), "bluesky": ("", "")}


def test_site_without_networks_says_so_and_has_no_link(alma: User, as_user: AsUser) -> None:
    client = as_user(alma)

    assert "have not switched any network on" in client.get(SETTINGS).content.decode()
    assert SETTINGS not in client.get("/settings/").content.decode()
    assert client.post(f"{SETTINGS}mastodon/connect/", {"server": "x.example"}).status_code == 404


@pytest.mark.usefixtures("switched_on")
def test_networks_that_are_switched_on_are_offered(alma: User, as_user: AsUser) -> None:
    client = as_user(alma)

    page = client.get(SETTINGS).content.decode()

    assert f"{SETTINGS}mastodon/connect/" in page
    assert f"{SETTINGS}bluesky/connect/" in page
    assert "tumblr" not in page
    assert SETTINGS in client.get("/settings/").content.decode()
    assert client.get(f"{SETTINGS}tumblr/connect/").status_code == 404


@pytest.mark.usefixtures("switched_on")
def test_switch_and_end_are_forms(alma: User, as_user: AsUser) -> None:
    client, row = as_user(alma), make_connection(alma)
    address = f"{SETTINGS}{to_code(row.pk)}"

    client.post(f"{address}/change/", {"automatic": "1"})
    row.refresh_from_db()
    assert row.automatic is True
    client.post(f"{address}/change/", {"automatic": "0"})
    page = client.post(f"{address}/disconnect/", follow=True).content.decode()

    row.refresh_from_db()
    assert (row.automatic, row.state, row.sealed) == (False, "disconnected", "")
    assert "None yet" in page


@pytest.mark.usefixtures("switched_on")
@pytest.mark.parametrize("count", [1, 3])
def test_pages_take_the_same_queries_however_many_there_are(alma: User, as_user: AsUser, count: int) -> None:
    post = make_post(alma)
    for number in range(count):
        make_cross_post(post, make_connection(alma, remote_id=str(number)), state="sent")
    client, found = as_user(alma), []

    for page in (SETTINGS, f"/p/{to_code(post.pk)}/networks/"):
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        found.append(len(queries))

    assert found == [2, 5]


@pytest.mark.usefixtures("switched_on")
def test_page_of_a_post_offers_accounts_and_shows_what_became_of_it(alma: User, as_user: AsUser) -> None:
    client, post = as_user(alma), make_post(alma)
    sent, free = make_connection(alma), make_connection(alma, remote_id="2", name="@other@social.example")
    make_cross_post(post, sent, state="unknown")
    page = f"/p/{to_code(post.pk)}/networks/"

    shown = client.get(page).content.decode()
    client.post(page, {"connection": [str(free.pk), "x"]})

    assert "Perhaps it stands there" in shown
    assert f'value="{free.pk}"' in shown
    assert f'value="{sent.pk}"' not in shown
    assert CrossPost.objects.filter(post=post, connection=free, state="waiting").exists()


@pytest.mark.usefixtures("switched_on")
@pytest.mark.parametrize("audience", ["followers", "unlisted", "only_me"])
def test_what_is_not_for_everyone_is_not_sent(audience: str, alma: User, as_user: AsUser) -> None:
    client, post, row = as_user(alma), make_post(alma, audience=audience), make_connection(alma)
    page = f"/p/{to_code(post.pk)}/networks/"

    answer = client.post(page, {"connection": str(row.pk)}, follow=True).content.decode()

    assert "Only what is published for everyone" in answer
    assert 'type="checkbox" name="connection"' not in answer
    assert not CrossPost.objects.exists()


@pytest.mark.usefixtures("switched_on")
def test_choice_needs_a_return_from_a_network(alma: User, as_user: AsUser) -> None:
    page = as_user(alma).get(f"{SETTINGS}choose/", follow=True)

    assert "did not begin here" in page.content.decode()
    assert not Connection.objects.exists()
