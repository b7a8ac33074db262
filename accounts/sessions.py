import hashlib
import re
from typing import Any, cast

from django.contrib.sessions.backends.cached_db import SessionStore as CachedSessionStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from accounts.models import Device
from core.ready import Key, forget, forget_now, store, take_lease
from core.valkey import valkey, when_away

DEVICE = "device"  # in a session: the id of its Device
USED = "used"  # in a session: when it was last used, to the hour, in seconds since 1970

_KEY = re.compile(r"[a-z0-9]{8,40}")


def is_session_key(text: str) -> bool:
    return bool(_KEY.fullmatch(text))


def kept_as(session_key: str) -> str:
    """Under what a session is kept in the database and the cache: whoever reads it there cannot log in with it."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:40]


def session_key_in_valkey(session_key: str) -> Key:
    """Where the cache keeps this session."""
    return _key_in_valkey(kept_as(session_key))


def end_session(kept: str) -> None:
    """The session kept as this is over at once, also for requests that are loading or saving it."""
    with transaction.atomic():
        SessionStore.get_model_class().objects.filter(session_key=kept).delete()
        forget(_key_in_valkey(kept))


class SessionStore(CachedSessionStore):
    """Sessions in the database and the cache; a cookie that no key of ours can be is no session.

    A session that ends while another request loads or saves it, or while Valkey is away, does not come back.
    """

    @property
    def cache_key(self) -> str:
        return str(self.cache_key_prefix) + kept_as(str(self.session_key))

    def exists(self, session_key: str) -> bool:
        return bool(self.model.objects.filter(session_key=kept_as(session_key)).exists())

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        row = super().create_model_instance(data)
        row.session_key = kept_as(row.session_key)
        return row

    def load(self) -> dict[str, Any]:
        name = self.cache_key
        kept: dict[str, Any] | None = cache.get(name)
        if kept is not None:
            return kept
        leases = take_lease(cache.make_key(name).encode())
        in_time = self.model.objects.filter(expire_date__gt=timezone.now())
        row = in_time.filter(session_key=kept_as(str(self.session_key))).first()
        if row is None:
            self._session_key = None
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
        if key is not None:
            end_session(kept_as(key))

    def cycle_key(self) -> None:
        """As Django does it; its device goes on with the new key. SessionInterrupted when somebody has just ended it.

        Ending a session locks its device, so that a session cannot slip away by changing its key.
        """
        before = self.session_key
        device_id = self.get(DEVICE)
        with transaction.atomic():
            device = Device.objects.select_for_update().filter(pk=device_id).first() if device_id else None
            if device is not None and before is not None and device.session != kept_as(before):
                raise SessionInterrupted("The session was ended.")
            super().cycle_key()
            if device is not None and self.session_key is not None:
                device.session = kept_as(self.session_key)
                device.save(update_fields=["session"])

    def note_use(self, now: int) -> None:
        """Keep when it was used; it does not last longer for that."""
        if self.session_key is None:
            return
        with transaction.atomic():
            row = self.model.objects.select_for_update().filter(session_key=kept_as(self.session_key)).first()
            if row is not None:
                row.session_data = self.encode({**self.decode(row.session_data), USED: now})
                row.save(update_fields=["session_data"])
        cast(Any, self)._session[USED] = now  # noqa: SLF001  a plain item would make the middleware save it
        key = session_key_in_valkey(self.session_key)
        when_away(lambda: valkey().delete(key), 0)  # nobody is let in by a time

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key and is_session_key(key))


def _key_in_valkey(kept: str) -> Key:
    return cache.make_key(SessionStore.cache_key_prefix + kept).encode()


def _keep(leases: dict[Key, bytes], data: dict[str, Any], seconds: float) -> bool:
    """Store the session as the cache writes values; False when the lease does not stand, or Valkey is away."""
    value: bytes = cast(Any, cache).client.encode(data)
    return when_away(lambda: store(dict.fromkeys(leases, value), leases, seconds=seconds), 0) > 0
