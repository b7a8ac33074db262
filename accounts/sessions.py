import re

from django.contrib.sessions.backends.cached_db import SessionStore as CachedSessionStore
from django.core.cache import cache
from django.db import transaction

from core.ready import Key, forget

_KEY = re.compile(r"[a-z0-9]{8,40}")


def is_session_key(text: str) -> bool:
    return bool(_KEY.fullmatch(text))


def session_key_in_valkey(session_key: str) -> Key:
    """Where the cache keeps this session."""
    return cache.make_key(SessionStore.cache_key_prefix + session_key).encode()


class SessionStore(CachedSessionStore):
    """Sessions in the database and the cache; a cookie that no key of ours can be is no session.

    A session that ends while Valkey is away does not come back with it.
    """

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is None:
            return
        with transaction.atomic():
            super().delete(key)
            forget(session_key_in_valkey(key))

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key and is_session_key(key))
