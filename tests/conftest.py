"""Every test has the real Postgres and Valkey that `bin/test` started; each xdist worker its own databases in them."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from allauth.account.internal.flows import login
from allauth.account.internal.userkit import user_id_to_str
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.test import Client, TransactionTestCase, override_settings
from redis import Redis

from accounts.models import User
from accounts.services.tokens import create_token
from core.ids import EPOCH_MS, SEQUENCE_BITS
from core.kept import Kept
from core.postgres import stop_watching
from core.valkey import valkey
from instagram import env
from tests.contract import check_answer
from tests.emptying import empty_database
from tests.factories import make_user
from tests.queue import run_queue

Settled = Callable[[], AbstractContextManager[None]]
AsUser = Callable[[User | None], Client]
AsApp = Callable[..., Client]


def pytest_configure(config: pytest.Config) -> None:
    """Two Valkey databases (feeds, broker) and a clock of ids for each xdist worker; hashing costs nothing."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    settings.STATE_DIR = Path(settings.STATE_DIR) / worker
    number = int(worker.removeprefix("gw")) * 2
    settings.REDIS_URL = env.with_redis_database(settings.REDIS_URL, number)
    settings.CACHES["default"]["LOCATION"] = settings.REDIS_URL
    broker = env.celery_broker(env.with_redis_database(settings.REDIS_URL, number + 1))
    current_app.conf.broker_url = broker  # type: ignore[misc]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


@pytest.fixture(autouse=True)
def empty_valkey(request: pytest.FixtureRequest) -> Iterator[None]:
    """Nothing of one test is left in Valkey for the next. Tests that only read code run without it."""
    if "architecture" in request.path.parts:
        yield
        return
    client = valkey()
    client.flushdb()
    with Redis.from_url(
        env.with_redis_database(settings.REDIS_URL, env.redis_database(settings.REDIS_URL) + 1)
    ) as broker:
        broker.flushdb()
    for kept in Kept.everything:
        kept.know([])  # somebody has looked at these tables before, and nothing was in them
    yield
    cache.close()
    stop_watching()


@pytest.fixture(autouse=True, scope="session")
def committed_rows_go_quickly() -> Iterator[None]:
    """After a test that committed the database is emptied in a few milliseconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: empty_database())
        yield


@pytest.fixture(autouse=True, scope="session")
def answers_keep_the_contract() -> Iterator[None]:
    """Whatever the test client gets from the API is held against the schema of the API."""
    ask = Client.request

    def ask_and_check(client: Client, **request: Any) -> Any:
        response = ask(client, **request)
        check_answer(response.wsgi_request, response)
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "request", ask_and_check)
        yield


@pytest.fixture(autouse=True)
def ids_of_the_present() -> Iterator[None]:
    """A test that travels into the future makes ids of the future; the next one begins in the present again."""
    yield
    clock = Path(settings.STATE_DIR) / "id-clock"
    if clock.exists() and int.from_bytes(clock.read_bytes()) > _stamp_of(time.time() + 0.001):
        clock.write_bytes(_stamp_of(time.time()).to_bytes(8))


def _stamp_of(moment: float) -> int:
    """As core.ids.IdClock keeps it; `moment` is in seconds since 1970."""
    return (int(moment * 1000) - EPOCH_MS) << SEQUENCE_BITS


@pytest.fixture(autouse=True)
def media_folders(tmp_path: Path) -> Iterator[Path]:
    """Folders of this test alone behind every storage of media; returns the folder that holds them."""
    folders = {
        alias: {"BACKEND": "core.storage.FolderStorage", "OPTIONS": {"location": str(tmp_path / alias)}}
        for alias in ("default", "originals", "originals-copy", "renditions", "uploads", "exports")
    }
    with override_settings(STORAGES={**settings.STORAGES, **folders}):
        yield tmp_path


@pytest.fixture
def settled(
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[list[Callable[[], None]]]],
) -> Settled:
    """`with settled(): ...` does what follows a commit, and then the work of the queue, as the site would."""

    @contextmanager
    def settle() -> Iterator[None]:
        with django_capture_on_commit_callbacks(execute=True):
            yield
        while True:
            with django_capture_on_commit_callbacks(execute=True):
                done = run_queue()
            if not done:
                return

    return settle


@pytest.fixture
def alma(db: None) -> User:
    return make_user("alma")


@pytest.fixture
def boris(db: None) -> User:
    return make_user("boris")


@pytest.fixture
def carla(db: None) -> User:
    return make_user("carla")


@pytest.fixture
def as_user() -> AsUser:
    """A browser in which this person (or nobody) is logged in, and has just given the password once more."""

    def log_in(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
            confirm_password(client, user)
        return client

    return log_in


def confirm_password(client: Client, user: User) -> None:
    """As if the person had given the password on the page that asks for it before dangerous settings."""
    session = client.session
    given = {"method": "password", "at": time.time(), "reauthenticated": True}
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [given]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(user)
    session.save()


@pytest.fixture
def as_app() -> AsApp:
    """A program that calls the API with a token of this person."""

    def authorise(user: User, *scopes: str) -> Client:
        _, text = create_token(user, scopes=scopes or ["read", "write", "follow"])
        return Client(headers={"Authorization": f"Bearer {text}"})

    return authorise
