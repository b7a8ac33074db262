import re
from typing import Any, cast

from django.contrib.sessions.backends.cached_db import SessionStore as CachedSessionStore
from django.core.cache import cache
from django.db import transaction

from core.ready import Key, forget, forget_now, store, take_lease
from core.valkey import when_away

_KEY = re.compile(r"[a-z0-9]{8,40}")


def is_session_key(text: str) -> bool:
    return bool(_KEY.fullmatch(text))


def session_key_in_valkey(session_key: str) -> Key:
    """Where the cache keeps this session."""
    return cache.make_key(SessionStore.cache_key_prefix + session_key).encode()


class SessionStore(CachedSessionStore):
    """Sessions in the database and the cache; a cookie that no key of ours can be is no session.

    A session that ends while another request loads or saves it, or while Valkey is away, does not come back.
    """

    def load(self) -> dict[str, Any]:
        name = self.cache_key
        kept: dict[str, Any] | None = cache.get(name)
        if kept is not None:
            return kept
        leases = take_lease(cache.make_key(name).encode())
        row = self._get_session_from_db()  # type: ignore[attr-defined]  # the stubs leave it out
        if row is None:
            return {}
        data: dict[str, Any] = self.decode(row.session_data)
        _keep(leases, data, self.get_expiry_age(expiry=row.expire_date))
        return data

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            self.create()
            return
        key = session_key_in_valkey(self.session_key)
        leases = take_lease(key)
        super(CachedSessionStore, self).save(must_create)  # in the database alone
        if not _keep(leases, dict(self.items()), self.get_expiry_age()):
            when_away(lambda: forget_now([key]), None)

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is None:
            return
        with transaction.atomic():
            super().delete(key)
            forget(session_key_in_valkey(key))

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key and is_session_key(key))


def _keep(leases: dict[Key, bytes], data: dict[str, Any], seconds: float) -> bool:
    """Store the session as the cache writes values; False when the lease does not stand, or Valkey is away."""
    value: bytes = cast(Any, cache).client.encode(data)
    return when_away(lambda: store(dict.fromkeys(leases, value), leases, seconds=seconds), 0) > 0
