"""Who asks, kept in Valkey: a token with its scopes, and a person as a log-in needs them.

Snapshots are filled under leases and forgotten within the transaction that changes what they say (`core.ready`), so a
revoked token or a changed password counts at once. None of them holds a secret: tokens are known by their SHA-256, and
the hash that a session must carry stands in every session, too.
"""

import json
import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast

import orjson
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import DEFAULT_DB_ALIAS
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from oauth2_provider.models import get_access_token_model

from accounts.models import AccessToken, User
from accounts.sessions import USED, is_session_key, session_key_in_valkey
from core.ready import Key, store, take_lease
from core.valkey import Command, valkey, when_away

SNAPSHOT_SECONDS = 24 * 3600
REMEMBERED = 20_000  # owners that a process remembers
DUE_SECONDS = 3600  # how exactly the times of last use are kept
SIDE_SECONDS = 600  # what it says of people suggested may be so old
EPOCH = b"people:epoch"  # changes whenever somebody goes out of sight: nobody goes on suggesting them
MESSAGES = "_messages"  # in a session: what has to be said on the next page

Asking = tuple[int, list[Command]] | None  # of whom is asked, and the commands

# KEYS: a token or a session. ARGV: where the id of its person stands in it. Returns it and the person.
_FIND = """
local found = redis.call('GET', KEYS[1])
local id = found and string.match(found, ARGV[1])
return id and {found, redis.call('GET', 'viewer:' .. id)} or {}
"""
_ID_IN_TOKEN = '"user_id": (%d+)'  # noqa: S105  where a number stands
_ID_IN_SESSION = f'"{SESSION_KEY}": "(%d+)"'


@dataclass(frozen=True, slots=True)
class ViewerSnapshot:
    """An active account. `seen` is when it was last here, in seconds since 1970; 0 for never.

    Of somebody found by a session it is when this session was last used, if that is longer ago. `has_blocks` is that of
    User; who was kept without it counts as having some, which is right for everybody, only slower. `is_frozen`: staff
    let the person read only (`accounts.frozen`).
    """

    id: int
    username: str
    session_hash: str
    seen: int
    has_blocks: bool = True
    is_frozen: bool = False


@dataclass(frozen=True, slots=True)
class TokenSnapshot:
    """A token that is not revoked. `used` is when it was last used, in seconds since 1970; 0 for never.

    `until` is when it ends by itself, in seconds since 1970; 0 for never. `app_id` is 0 for a personal access token.
    """

    user_id: int
    token_id: int
    name: str
    scopes: list[str]
    used: int
    until: int = 0
    app_id: int = 0


class _Owners:
    """Whose a token or session was when this process last saw it: a guess that saves a trip, and is always checked."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def get(self, name: str) -> int | None:
        return self._known.get(name)

    def put(self, name: str, user_id: int) -> None:
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[name] = user_id

    def forget(self, name: str) -> None:
        self._known.pop(name, None)


_token_owners, _session_owners = _Owners(), _Owners()


def token_key(digest: str) -> Key:
    return b"token:" + digest.encode()


def viewer_key(user_id: int) -> Key:
    return b"viewer:%d" % user_id


def side_key(user_id: int) -> Key:
    """What stands beside the feed of a person: whom they may follow."""
    return b"beside:%d" % user_id


def find_by_token(digest: str) -> tuple[TokenSnapshot | None, ViewerSnapshot | None]:
    """The token with this SHA-256 and its person, as far as they are kept. RedisError when Valkey is away."""
    found, person = _find(token_key(digest), _ID_IN_TOKEN)
    token, viewer = _token(found), _viewer(person)
    if token and viewer:
        _token_owners.put(digest, viewer.id)
    return token, viewer


def find_by_session(session_key: str) -> ViewerSnapshot | None:
    """Who is logged in with this session; None when that is not kept, or not that simple.

    RedisError when Valkey is away.
    """
    if not is_session_key(session_key):
        return None
    viewer = session_answer(*_find(session_key_in_valkey(session_key), _ID_IN_SESSION))
    if viewer:
        _session_owners.put(session_key, viewer.id)
    return viewer


def session_answer(found: bytes | None, person: bytes | None) -> ViewerSnapshot | None:
    """Who is logged in, from the session and the person as they are kept."""
    viewer = _viewer(person)
    if viewer is None or found is None:
        return None
    session = orjson.loads(found)
    known = session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS and MESSAGES not in session
    good = known and session.get(SESSION_KEY) == str(viewer.id)
    if not good or not constant_time_compare(session.get(HASH_SESSION_KEY, ""), viewer.session_hash):
        return None
    used = session.get(USED, viewer.seen)
    return viewer if used >= viewer.seen else replace(viewer, seen=used)


def ask_token(digest: str) -> Asking:
    """The commands that find a token and its person, if this process has seen the token before, for a pipeline."""
    user_id = _token_owners.get(digest)
    return None if user_id is None else (user_id, [("GET", token_key(digest)), ("GET", viewer_key(user_id))])


def ask_session(session_key: str) -> Asking:
    """The same for a session."""
    user_id = _session_owners.get(session_key)
    if user_id is None:
        return None
    return user_id, [("GET", session_key_in_valkey(session_key)), ("GET", viewer_key(user_id))]


def token_answer(token: bytes | None, viewer: bytes | None) -> tuple[TokenSnapshot | None, ViewerSnapshot | None]:
    """What the answers to `ask_token` say; nothing when the token has another person by now."""
    known, person = _token(token), _viewer(viewer)
    return (known, person) if known and person and known.user_id == person.id else (None, None)


def forget_token_owner(digest: str) -> None:
    """The guess of `ask_token` was wrong, or is not sure any more."""
    _token_owners.forget(digest)


def forget_session_owner(session_key: str) -> None:
    """The same for a session."""
    _session_owners.forget(session_key)


def is_due(now: float, *moments: int) -> bool:
    """Whether one of these moments of last use is so long ago that a new one has to be written down."""
    return now - min(moments) >= DUE_SECONDS


def load_user(user_id: int) -> User | None:
    """The active person with this id, kept as a snapshot on the way. One query."""
    leases = take_lease(viewer_key(user_id))
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is not None and leases:
        seen = _seconds(user.last_seen_at)
        session_hash, is_frozen = user.get_session_auth_hash(), user.frozen_at is not None
        snapshot = ViewerSnapshot(user.pk, user.username, session_hash, seen, user.has_blocks, is_frozen)
        _keep(viewer_key(user_id), snapshot, leases)
    return user


def user_of(viewer: ViewerSnapshot) -> User:
    """The person as far as the snapshot goes, to read with; what else is asked of them comes from the row, all at once.

    Not to write with: the snapshot may be older than the row.
    """
    seen = datetime.fromtimestamp(viewer.seen, UTC) if viewer.seen else None
    known: dict[str, Any] = {"id": viewer.id, "username": viewer.username, "is_active": True, "last_seen_at": seen}
    known["has_blocks"] = viewer.has_blocks
    if not viewer.is_frozen:
        known["frozen_at"] = None
    in_order = (field.attname for field in User._meta.concrete_fields)  # as from_db wants them
    names = [name for name in in_order if name in known]
    return User.from_db(DEFAULT_DB_ALIAS, names, [known[name] for name in names])


def load_token(digest: str, *, of_app: bool = False) -> TokenSnapshot | None:
    """The live token with this SHA-256, kept as a snapshot on the way; its person may be closed. One query."""
    leases = take_lease(token_key(digest))
    found = _read_app_token(digest) if of_app else _read_token(digest)
    if found is not None and leases:
        _keep(token_key(digest), found, leases)
    return found


def _read_token(digest: str) -> TokenSnapshot | None:
    token = AccessToken.objects.live().filter(digest=digest).first()
    if token is None:
        return None
    used, until = _seconds(token.last_used_at), _seconds(token.expires_at)
    return TokenSnapshot(token.user_id, token.pk, token.name, token.scopes, used, until)


def _read_app_token(digest: str) -> TokenSnapshot | None:
    """Only while its person allows the app, and whoever made the app is there."""
    tokens = get_access_token_model().objects.filter(token_checksum=digest, expires__gt=timezone.now())
    allowed = tokens.filter(application__permissions__user=F("user"))
    known = allowed.annotate(last_used_at=F("application__permissions__last_used_at"))
    token = known.select_related("application__user").first()
    if token is None or not token.application.is_usable(None):
        return None
    app = token.application
    used, until = _seconds(token.last_used_at), _seconds(token.expires)
    return TokenSnapshot(token.user_id, token.pk, app.name, token.scope.split(), used, until, app.pk)


def _seconds(moment: datetime | None) -> int:
    """Since 1970; 0 for never."""
    return int(moment.timestamp()) if moment else 0


def renew_token(token: TokenSnapshot, digest: str) -> None:
    """Keep the token anew because the time of its last use has changed; nobody is let in by a time. One query."""
    when_away(lambda: valkey().delete(token_key(digest)), 0)
    load_token(digest, of_app=token.app_id > 0)


def renew_viewer(user_id: int) -> None:
    """The same for a person."""
    when_away(lambda: valkey().delete(viewer_key(user_id)), 0)
    load_user(user_id)


def _keep(key: Key, snapshot: ViewerSnapshot | TokenSnapshot, leases: dict[Key, bytes]) -> None:
    value = json.dumps(asdict(snapshot)).encode()
    when_away(lambda: store({key: value}, leases, seconds=SNAPSHOT_SECONDS), 0)


def _find(key: Key, where: str) -> tuple[bytes | None, bytes | None]:
    answer = cast("list[bytes | None]", valkey().eval(_FIND, 1, key, where))
    found, viewer = [*answer, None, None][:2]
    return found, viewer


def _viewer(kept: bytes | None) -> ViewerSnapshot | None:
    return ViewerSnapshot(**orjson.loads(kept)) if kept else None


def _token(kept: bytes | None) -> TokenSnapshot | None:
    """Unless its time is over."""
    token = TokenSnapshot(**orjson.loads(kept)) if kept else None
    return None if token and token.until and token.until <= time.time() else token
