"""Personal access tokens: `cst_` and 43 random characters, shown once, kept as a SHA-256."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.models import AccessToken, User
from accounts.snapshots import TokenSnapshot, find_by_token, load_token, load_user, renew, token_key
from core.exceptions import InvalidInput
from core.models import new_id
from core.valkey import when_away

PREFIX = "cst_"


def create_token(user: User, *, scopes: Sequence[str], name: str = "") -> tuple[AccessToken, str]:
    """A new token of `user` and its text, which cannot be read again. InvalidInput for an unknown scope."""
    wanted = list(dict.fromkeys(scopes)) or [AccessToken.Scope.READ.value]
    unknown = [scope for scope in wanted if scope not in AccessToken.Scope.values]
    if unknown:
        known = ", ".join(AccessToken.Scope.values)
        raise InvalidInput.field("scope", f"Unknown scope {unknown[0]!r}; there are: {known}.", code="scope_unknown")
    if len(name) > 100:
        raise InvalidInput.field("name", "A token's name has 100 signs at most.", code="too_long")
    text = PREFIX + secrets.token_urlsafe(32)
    token = AccessToken.objects.create(
        id=new_id(user.pk), user=user, name=name or "personal access token", digest=digest_of(text), scopes=wanted
    )
    return token, text


def find_token(text: str) -> AccessToken | None:
    """The live token with this text, its user loaded; None when unknown, revoked or of a closed account. One query."""
    if not is_token(text):
        return None
    digest = digest_of(text)
    known = when_away(lambda: find_by_token(digest)[0], None)
    if known is None:
        token = load_token(digest)
        return token if token and token.user.is_active else None
    user = load_user(known.user_id)
    return _from_snapshot(known, digest, user) if user else None


def is_token(text: str) -> bool:
    """Whether this can be the text of a token at all."""
    return text.startswith(PREFIX) and text.isascii()


def digest_of(text: str) -> str:
    """By what a token is known, here and in Valkey."""
    return hashlib.sha256(text.encode()).hexdigest()


def note_use(token: AccessToken) -> None:
    """Remember, to the hour, that the token is in use."""
    now = timezone.now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - timedelta(hours=1))
    if token.last_used_at is None or token.last_used_at < now - timedelta(hours=1):
        AccessToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
        renew(token_key(token.digest))


def _from_snapshot(known: TokenSnapshot, digest: str, user: User) -> AccessToken:
    used = datetime.fromtimestamp(known.used, UTC) if known.used else None
    return AccessToken(
        id=known.token_id, user=user, name=known.name, digest=digest, scopes=known.scopes, last_used_at=used
    )
