"""Personal access tokens: `cst_` and 43 random characters, shown once, kept as a SHA-256."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.models import AccessToken, User
from core.exceptions import InvalidInput
from core.models import new_id

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
        id=new_id(user.pk), user=user, name=name or "personal access token", digest=_digest(text), scopes=wanted
    )
    return token, text


def find_token(text: str) -> AccessToken | None:
    """The live token with this text, its user loaded; None when unknown, revoked or of a closed account."""
    if not text.startswith(PREFIX) or not text.isascii():
        return None
    token = AccessToken.objects.select_related("user").filter(digest=_digest(text), revoked_at=None).first()
    return token if token and token.user.is_active else None


def note_use(token: AccessToken) -> None:
    """Remember, to the hour, that the token is in use."""
    now = timezone.now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - timedelta(hours=1))
    if token.last_used_at is None or token.last_used_at < now - timedelta(hours=1):
        AccessToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
