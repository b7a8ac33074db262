"""Postgres refuses connections: writing answers 503, and no original stays behind without its row."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection
from psycopg import sql

from photos.models import Media, Post
from tests.factories import make_user
from tests.faults.storages import InterruptedStorage, use_storage
from tests.images import jpeg
from tests.photos.api.test_media import problem, send
from tests.photos.web.test_compose import picked, post_form
from tests.uploads import stored, upload

pytestmark = pytest.mark.django_db(transaction=True)


def administer(*statements: sql.Composed) -> None:
    """Run statements beside the database of the tests, on a connection of their own."""
    known = connection.settings_dict
    parts = {"user": known["USER"], "password": known["PASSWORD"], "host": known["HOST"], "port": known["PORT"]}
    where = {name: value for name, value in parts.items() if value}
    with psycopg.connect(dbname="postgres", autocommit=True, **where) as beside:
        for statement in statements:
            beside.execute(statement)


def cut() -> None:
    """Close every connection to the database of this test, and let no new one in."""
    name = connection.settings_dict["NAME"]
    administer(
        sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)),
        sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}").format(sql.Literal(name)),
    )


def heal() -> None:
    name = connection.settings_dict["NAME"]
    administer(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(sql.Identifier(name)))
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]


@pytest.fixture
def healed() -> Iterator[None]:
    """Whatever a test does to Postgres, it is well again afterwards."""
    yield
    heal()


@contextmanager
def cut_after_the_last_copy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    use_storage("originals-copy", "tests.faults.storages.InterruptedStorage")
    monkeypatch.setattr(InterruptedStorage, "then", staticmethod(cut))
    yield
    heal()


def test_upload_with_postgres_away_is_503_and_keeps_nothing(as_app: Any, media_folders: Path, healed: None) -> None:
    app = as_app(make_user("alma"))
    cut()

    answer = send(app, jpeg())

    assert (problem(answer)[:2], answer["Retry-After"]) == ((503, "unavailable"), "10")
    assert stored(media_folders) == {}


def test_upload_losing_postgres_in_the_middle_is_503_and_leaves_no_orphan(
    as_app: Any, media_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = as_app(make_user("alma"))

    with cut_after_the_last_copy(monkeypatch):
        answer = send(app, jpeg())

    assert (problem(answer)[:2], answer["Retry-After"]) == ((503, "unavailable"), "10")
    assert (stored(media_folders), Media.objects.count()) == ({}, 0)


def test_upload_sent_again_after_postgres_is_back_is_taken(
    as_app: Any, media_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, key = as_app(make_user("alma")), {"Idempotency-Key": "k"}
    with cut_after_the_last_copy(monkeypatch):
        assert send(app, jpeg(), headers=key).status_code == 503
    monkeypatch.undo()

    answer = send(app, jpeg(), headers=key)

    media = Media.objects.get()
    assert (answer.status_code, answer.json()["id"]) == (201, str(media.pk))
    assert stored(media_folders) == {alias: [media.original_key] for alias in ("originals", "originals-copy")}


def test_new_page_losing_postgres_in_the_middle_is_503_and_posts_nothing(
    as_user: Any, media_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = as_user(make_user("alma"))

    with cut_after_the_last_copy(monkeypatch):
        answer = post_form(browser, picked(jpeg()))

    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert (stored(media_folders), Media.objects.count(), Post.objects.count()) == ({}, 0, 0)


@pytest.mark.parametrize("path", ["/new/", "/trash/", "/p/abc/", "/rest/v1/trash", "/rest/v1/posts/1"])
def test_page_with_postgres_away_is_503_with_retry_after(as_user: Any, healed: None, path: str) -> None:
    browser = as_user(make_user("alma"))
    cut()

    answer = browser.get(path)

    assert (answer.status_code, answer["Retry-After"]) == (503, "10")


def test_upload_whose_commit_was_done_but_not_answered_keeps_its_copies(
    media_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alma, commit = make_user("alma"), connection._commit  # type: ignore[attr-defined]

    def commit_and_lose_the_answer() -> None:
        commit()
        raise OperationalError("the server closed the connection unexpectedly")

    with monkeypatch.context() as lost:
        lost.setattr(connection, "_commit", commit_and_lose_the_answer)
        with pytest.raises(OperationalError):
            upload(alma)

    kept = Media.objects.get()
    assert stored(media_folders) == {alias: [kept.original_key] for alias in ("originals", "originals-copy")}
    assert upload(alma) == kept
