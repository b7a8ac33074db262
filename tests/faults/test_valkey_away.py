"""Valkey, which carries cache, limits and queue, cannot be reached: uploads are taken all the same."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from photos.models import Media, Post
from photos.services.processing import WAITS, sweep
from photos.services.trash import trash_post
from tests.away import queue_away, take_valkey_away
from tests.conftest import Settled
from tests.factories import make_post
from tests.images import jpeg
from tests.photos.api.test_media import send
from tests.photos.web.test_compose import picked, post_form


@pytest.fixture(autouse=True)
def cache_away(settings: Settings) -> None:
    take_valkey_away(settings)


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Any:
    """`with committed():` does what follows a commit, and nothing of the queue."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def wait_long_enough() -> None:
    """Let everything that waits have waited so long that the sweeper takes it."""
    Media.objects.update(state_changed_at=timezone.now() - WAITS[0] - timedelta(seconds=1))


def test_upload_while_the_queue_is_away_is_developed_by_the_sweeper_later(
    alma: User, as_app: Any, committed: Any, settled: Settled
) -> None:
    with queue_away(), committed():
        answer = send(as_app(alma), jpeg())
    media = Media.objects.get()
    assert (answer.status_code, answer.json()["state"], media.state) == (201, "received", "received")

    wait_long_enough()
    with settled():
        assert sweep() == 1

    media.refresh_from_db()
    assert (media.state, media.attempts) == ("ready", 1)


def test_post_from_the_page_while_the_queue_is_away_is_kept_and_appears_later(
    alma: User, as_user: Any, committed: Any, settled: Settled
) -> None:
    with queue_away(), committed():
        answer = post_form(as_user(alma), picked(jpeg()), title="Glaze")
    assert (answer.status_code, Post.objects.get().state) == (303, "publishing")

    wait_long_enough()
    with settled():
        sweep()

    assert (Post.objects.get().title, Post.objects.get().state) == ("Glaze", "published")


def test_sweep_while_the_queue_is_away_leaves_what_waits_for_a_later_sweep(
    alma: User, as_app: Any, committed: Any, settled: Settled
) -> None:
    with queue_away():
        with committed():
            send(as_app(alma), jpeg())
        wait_long_enough()
        with committed():
            sweep()
    assert Media.objects.get().state == "received"

    wait_long_enough()
    with settled():
        sweep()

    assert Media.objects.get().state == "ready"


def test_like_while_valkey_is_away_counts(alma: User, boris: User, as_app: Any, committed: Any) -> None:
    post = make_post(alma)

    with queue_away(), committed():
        answer = as_app(boris).put(f"/rest/v1/posts/{post.pk}/like")

    assert (answer.status_code, answer.json()["like_count"]) == (200, 1)


def test_trash_while_valkey_is_away_takes_the_post_out_of_sight(alma: User, client: Client, committed: Any) -> None:
    post = make_post(alma)

    with queue_away(), committed():
        trash_post(alma, post)

    assert client.get(f"/rest/v1/posts/{post.pk}").status_code == 404
