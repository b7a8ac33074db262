"""What the express way has read and does not answer with leaves no trace: nothing is seen, nothing counts twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import AccessToken, User
from accounts.snapshots import ask_token, load_token, token_key
from core.ready import forget
from core.valkey import valkey
from feeds.services.near import near_cards
from feeds.timeline import push_post, read_timeline
from photos.ready.reading import fill_posts
from tests.conftest import AsApp, AsUser
from tests.factories import make_post

pytestmark = pytest.mark.django_db(transaction=True)

FEED = "/rest/v1/feed"
SEEN = "you have seen it before"


def left(response: Any) -> int:
    return int(response["RateLimit-Remaining"])


def lose(pattern: str) -> None:
    for key in valkey().scan_iter(pattern):
        valkey().delete(key)


def push_new(reader: User, kind: str) -> int:
    """A ready post in front of the reader's feed."""
    post = make_post(User.objects.get(username="boris"), title="Brand new")
    push_post(post.pk, [reader.pk])
    fill_posts([post.pk], kind)
    return post.pk


def is_seen(reader: User, post_id: int) -> bool:
    kept = read_timeline(reader.pk)
    assert kept is not None
    return bool(kept.seen) and kept.seen[list(kept.post_ids).index(post_id)]


def make_use_due(row: AccessToken) -> None:
    AccessToken.objects.update(last_used_at=timezone.now() - timedelta(hours=2))
    valkey().delete(token_key(row.digest))
    load_token(row.digest)


def revoke(row: AccessToken) -> None:
    with transaction.atomic():
        AccessToken.objects.filter(pk=row.pk).update(revoked_at=timezone.now())
        forget(token_key(row.digest))


@pytest.mark.parametrize("lost", ["side:*", "card:h*", "nothing"])
def test_new_post_on_the_home_page_is_new_and_then_seen(as_user: AsUser, reader: User, lost: str) -> None:
    browser = as_user(reader)
    for _ in range(4):
        browser.get("/")
    post_id = push_new(reader, "h")
    lose(lost)

    first = browser.get("/").content.decode().split("</article>")[0]

    assert "Brand new" in first
    assert SEEN not in first
    assert is_seen(reader, post_id)


@pytest.mark.parametrize("lost", ["card:j*", "likes:*", "saves:*", "nothing"])
def test_new_post_in_the_api_is_new_and_then_seen(as_app: AsApp, reader: User, lost: str) -> None:
    app = as_app(reader, "read")
    for _ in range(4):
        app.get(FEED)
    post_id = push_new(reader, "j")
    near_cards.clear()
    lose(lost)

    first = app.get(FEED).json()["results"][0]

    assert first["post"]["id"] == str(post_id)
    assert SEEN not in first["reason"]["text"]
    assert is_seen(reader, post_id)


def test_new_post_is_new_in_the_call_that_notes_the_use_of_the_token(as_app: AsApp, reader: User) -> None:
    app = as_app(reader, "read")
    for _ in range(4):
        app.get(FEED)
    push_new(reader, "j")
    make_use_due(AccessToken.objects.get())

    assert SEEN not in app.get(FEED).json()["results"][0]["reason"]["text"]


def test_call_that_notes_the_use_of_the_token_counts_once(as_app: AsApp, reader: User) -> None:
    app = as_app(reader, "read")
    for _ in range(4):
        before = left(app.get(FEED))
    make_use_due(AccessToken.objects.get())

    assert left(app.get(FEED)) == before - 1


def test_call_with_a_token_without_the_scope_counts_once(as_app: AsApp, reader: User) -> None:
    app = as_app(reader, "read")
    for _ in range(4):
        before = left(app.get(FEED))
    row = AccessToken.objects.get()
    AccessToken.objects.update(scopes=["write"])
    valkey().delete(token_key(row.digest))
    load_token(row.digest)

    answers = [app.get(FEED) for _ in range(3)]

    assert [(each.status_code, left(each)) for each in answers] == [(403, before - n) for n in (1, 2, 3)]


def test_revoked_token_neither_counts_nor_marks_nor_is_remembered(as_app: AsApp, reader: User) -> None:
    stolen, own = as_app(reader, "read"), as_app(reader, "read")
    for _ in range(4):
        stolen.get(FEED)
        before = left(own.get(FEED))
    row = AccessToken.objects.earliest("pk")
    post_id = push_new(reader, "j")
    revoke(row)

    codes = [stolen.get(FEED).status_code for _ in range(3)]

    assert codes == [401] * 3
    assert not is_seen(reader, post_id)
    assert ask_token(row.digest) is None
    assert left(own.get(FEED)) == before - 1


def test_session_that_was_logged_out_marks_nothing_as_seen(as_user: AsUser, reader: User) -> None:
    browser, copy = as_user(reader), Client()
    for _ in range(4):
        browser.get("/")
    copy.cookies["session"] = browser.cookies["session"].value
    browser.post("/logout/")
    post_id = push_new(reader, "h")

    page = copy.get("/")

    assert b"data-theme-form" not in page.content
    assert not is_seen(reader, post_id)
