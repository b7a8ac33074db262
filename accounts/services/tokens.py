"""Access tokens: a few letters and 43 random characters, kept as a SHA-256.

Personal ones begin with `cst_`, are made here and shown once; those of apps, `csa_`, in `accounts.oauth`.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from accounts.access import get_token_for
from accounts.models import AccessToken, AppPermission, SecurityEvent, User
from accounts.services.security_log import note_event
from accounts.snapshots import (
    DUE_SECONDS,
    TokenSnapshot,
    ViewerSnapshot,
    find_by_token,
    is_due,
    load_token,
    load_user,
    renew_token,
    token_key,
    user_of,
)
from core.exceptions import InvalidInput
from core.models import new_id
from core.ready import forget
from core.valkey import when_away

PREFIX = "cst_"
APP_TOKEN = "csa_"  # noqa: S105  how those of apps begin
MOST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class LiveToken:
    """A token that lets in: whose it is, what it may do, and by what it is known."""

    user: User
    digest: str
    known: TokenSnapshot

    @property
    def scopes(self) -> list[str]:
        return self.known.scopes

    @property
    def app_id(self) -> int:
        """Of the app that has it; 0 for a personal access token."""
        return self.known.app_id


def create_token(
    user: User, *, scopes: Sequence[str], name: str = "", days: int | None = None, request: HttpRequest | None = None
) -> tuple[AccessToken, str]:
    """A new token of `user` and its text, which cannot be read again; it ends after `days`, if those are given.

    InvalidInput for an unknown scope, a name that is too long, or too many days.
    """
    wanted = list(dict.fromkeys(scopes)) or [AccessToken.Scope.READ.value]
    if problem := scope_problem(wanted):
        raise InvalidInput.field("scope", problem, code="scope_unknown")
    if len(name) > 100:
        raise InvalidInput.field("name", "A token's name has 100 signs at most.", code="too_long")
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise InvalidInput.field("days", f"A token can end after 1 to {MOST_DAYS} days.", code="out_of_range")
    text = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = AccessToken.objects.create(
            id=new_id(user.pk),
            user=user,
            name=name or "personal access token",
            digest=digest_of(text),
            scopes=wanted,
            expires_at=timezone.now() + timedelta(days=days) if days else None,
        )
        note_event(user, SecurityEvent.Kind.TOKEN_MADE, request=request, detail=token.name)
    return token, text


def scope_problem(scopes: Sequence[str]) -> str:
    """Which scope there is none of, in words; "" when all are known."""
    unknown = [scope for scope in scopes if scope not in AccessToken.Scope.values]
    return f"Unknown scope {unknown[0]!r}; there are: {', '.join(AccessToken.Scope.values)}." if unknown else ""


def revoke_token(actor: User, token_id: int, *, request: HttpRequest | None = None) -> AccessToken:
    """The token of `actor` counts no more, from the next call on. NotFound for one of somebody else."""
    with transaction.atomic():
        token = get_token_for(actor, token_id)
        _revoke([token], actor, request)
    return token


def revoke_all_tokens(actor: User, *, request: HttpRequest | None = None) -> int:
    """No token of `actor` counts any more; returns how many did."""
    with transaction.atomic():
        live = list(AccessToken.objects.live().filter(user=actor).select_for_update())
        _revoke(live, actor, request)
    return len(live)


def find_token(text: str, *, to_read: bool = False) -> LiveToken | None:
    """The live token with this text; None when unknown, revoked or of a closed account.

    One query if the token is not kept, and one for its person. With `to_read` a person who is kept costs none, and is
    good for reading alone (`snapshots.user_of`).
    """
    if not is_token(text):
        return None
    digest = digest_of(text)
    nothing: tuple[TokenSnapshot | None, ViewerSnapshot | None] = (None, None)
    known, viewer = when_away(lambda: find_by_token(digest), nothing)
    known = known or load_token(digest, of_app=text.startswith(APP_TOKEN))
    if known is None:
        return None
    user = user_of(viewer) if viewer is not None and to_read else load_user(known.user_id)
    return LiveToken(user, digest, known) if user else None


def is_token(text: str) -> bool:
    """Whether this can be the text of a token at all."""
    return text.startswith((PREFIX, APP_TOKEN)) and text.isascii()


def digest_of(text: str) -> str:
    """By what a token is known, here and in Valkey."""
    return hashlib.sha256(text.encode()).hexdigest()


def note_use(token: LiveToken) -> None:
    """Remember, to the hour, that the token is in use; of an app, that the app is."""
    now = timezone.now()
    if not is_due(now.timestamp(), token.known.used):
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - timedelta(seconds=DUE_SECONDS))
    if token.app_id:
        AppPermission.objects.filter(stale, user=token.user, app=token.app_id).update(last_used_at=now)
    else:
        AccessToken.objects.filter(stale, pk=token.known.token_id).update(last_used_at=now)
    renew_token(token.known, token.digest)


def _revoke(tokens: Sequence[AccessToken], actor: User, request: HttpRequest | None) -> None:
    """Call inside a transaction; those revoked before are left as they are."""
    now = timezone.now()
    for token in tokens:
        if AccessToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
            note_event(actor, SecurityEvent.Kind.TOKEN_REVOKED, request=request, detail=token.name)
    forget(*(token_key(token.digest) for token in tokens))
