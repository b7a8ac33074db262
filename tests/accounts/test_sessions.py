"""What the cache has of a session is never more than what the database has."""

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.sessions import SessionStore, session_key_in_valkey
from core.ready import store, take_leases
from core.valkey import valkey

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def key() -> str:
    """A session that says who is who, in the database and the cache."""
    session = SessionStore()
    session["name"] = "alma"
    session.save()
    assert session.session_key is not None
    return session.session_key


def in_cache(key: str) -> object:
    return cache.get(SessionStore(key).cache_key)


def test_session_saved_is_in_the_cache_for_its_time(key: str) -> None:
    assert in_cache(key) == {"name": "alma"}
    assert 14 * 86400 - 60 < valkey().ttl(session_key_in_valkey(key)) <= 14 * 86400


def test_session_the_cache_lost_is_read_once_and_kept(key: str) -> None:
    valkey().flushdb()

    with CaptureQueriesContext(connection) as queries:
        found = [SessionStore(key)["name"] for _ in range(2)]

    assert (found, len(queries), in_cache(key)) == (["alma", "alma"], 1, {"name": "alma"})


class EndsWhileLoaded(SessionStore):
    """Between the reading of the row and its keeping the person logs out."""

    def decode(self, session_data: bytes | str) -> dict[str, object]:
        SessionStore(self.session_key).flush()
        return super().decode(session_data)


def test_session_that_ends_while_it_is_loaded_is_not_kept(key: str) -> None:
    valkey().flushdb()

    EndsWhileLoaded(key).load()

    assert (in_cache(key), Session.objects.count()) == (None, 0)


class EndsWhileSaved(SessionStore):
    """Between the writing of the row and its keeping the person logs out."""

    def get_expiry_age(self, **kwargs: object) -> int:
        if not kwargs:
            SessionStore(self.session_key).flush()
        return 1000


def test_session_that_ends_while_it_is_saved_is_not_kept(key: str) -> None:
    session = EndsWhileSaved(key)
    session["name"] = "boris"

    session.save()

    assert (in_cache(key), Session.objects.count()) == (None, 0)


def test_session_saved_while_another_loads_the_one_of_before_is_the_new_one(key: str) -> None:
    valkey().flushdb()
    kept = session_key_in_valkey(key)
    leases = take_leases([kept])
    session = SessionStore(key)
    session["name"] = "boris"

    session.save()

    assert store({kept: b'{"name": "alma"}'}, leases, seconds=60) == 0
    assert SessionStore(key)["name"] == "boris"
