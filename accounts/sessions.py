import re

from django.contrib.sessions.backends.cached_db import SessionStore as CachedSessionStore

_KEY = re.compile(r"[a-z0-9]{8,40}")


class SessionStore(CachedSessionStore):
    """Sessions in the database and the cache; a cookie that no key of ours can be is no session."""

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key and _KEY.fullmatch(key))
