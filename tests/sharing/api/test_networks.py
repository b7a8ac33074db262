"""Connections and cross-posts in the API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.models import User
from sharing.models import Connection, CrossPost
from tests.conftest import AsApp
from tests.factories import make_post
from tests.sharing.stand_ins.placed import make_connection, make_cross_post

JSON = "application/json"


@pytest.fixture(autouse=True)
def switched_on(settings: Settings) -> None:
    settings.CONNECTORS = {"mastodon": ("", "")}


def test_connections_are_listed_without_anything_secret(alma: User, as_app: AsApp) -> None:
    row = make_connection(alma)

    answer = as_app(alma).get("/rest/v1/connections")

    (told,) = answer.json()["results"]
    assert (told["id"], told["name"], told["works"]) == (str(row.pk), "@alma@social.example", True)
    assert answer.json()["networks"] == ["mastodon"]
    assert "token-of-alma" not in answer.content.decode()
    assert row.sealed not in answer.content.decode()


def test_connection_is_switched_and_ended(alma: User, as_app: AsApp) -> None:
    row, client = make_connection(alma), as_app(alma)
    address = f"/rest/v1/connections/{row.pk}"

    assert client.patch(address, {"automatic": True}, JSON).json()["automatic"] is True
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404
    assert Connection.objects.get().sealed == ""


def test_post_is_sent_where_the_call_says(alma: User, as_app: AsApp) -> None:
    row, post, client = make_connection(alma), make_post(alma), as_app(alma)
    address = f"/rest/v1/posts/{post.pk}/cross-posts"

    first = client.post(address, {"connections": [str(row.pk)]}, JSON)
    again = client.post(address, {"connections": [str(row.pk)]}, JSON)

    assert (first.status_code, first.json()["results"][0]["state"]) == (202, "waiting")
    assert first.json() == again.json() == client.get(address).json()


@pytest.mark.parametrize(
    ("audience", "connections", "status"),
    [("followers", None, 409), ("public", ["1"], 422), ("public", [], 422), ("public", ["9" * 19], 422)],
)
def test_what_cannot_be_sent_is_refused(
    audience: str, connections: list[str] | None, status: int, alma: User, as_app: AsApp
) -> None:
    row, post = make_connection(alma), make_post(alma, audience=audience)
    sent = [str(row.pk)] if connections is None else connections

    answer = as_app(alma).post(f"/rest/v1/posts/{post.pk}/cross-posts", {"connections": sent}, JSON)

    assert answer.status_code == status
    assert not CrossPost.objects.exists()


def test_failed_one_is_tried_again_and_another_is_not(alma: User, as_app: AsApp) -> None:
    post, client = make_post(alma), as_app(alma)
    row = make_cross_post(post, make_connection(alma), state="failed", code="x", problem="No.")
    address = f"/rest/v1/posts/{post.pk}/cross-posts/{row.pk}/retry"

    assert client.post(address).json()["state"] == "waiting"
    assert client.post(address).status_code == 409


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_two_queries_however_long(alma: User, as_app: AsApp, count: int) -> None:
    post, client = make_post(alma), as_app(alma)
    for number in range(count):
        make_cross_post(post, make_connection(alma, remote_id=str(number)))
    address = f"/rest/v1/posts/{post.pk}/cross-posts"

    client.get(address)
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert len(client.get(address).json()["results"]) == count

    assert len(queries) == 2
