"""The OAuth 2 server: django-oauth-toolkit's, with nothing at rest that could be used if it were read.

Codes are kept as SHA-256, as the toolkit keeps tokens. Access tokens are found by `accounts.services.tokens`.
"""

import secrets
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from oauth2_provider.models import (
    AbstractGrant,
    AbstractRefreshToken,
    get_access_token_model,
    get_grant_model,
    get_refresh_token_model,
    revoke_access_token,
)
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes

from accounts.models import AccessToken, App
from accounts.services.tokens import APP_TOKEN, digest_of

REFRESH_TOKEN = "csr_"  # noqa: S105  how tokens begin that fetch new access tokens


def new_access_token(request: Any) -> str:
    return APP_TOKEN + secrets.token_urlsafe(32)


def new_refresh_token(request: Any) -> str:
    return REFRESH_TOKEN + secrets.token_urlsafe(32)


class Scopes(BaseScopes):
    """An app may ask for the scopes with which it was registered; who asks for none in particular gets `read`."""

    def get_all_scopes(self) -> dict[str, str]:
        return dict(AccessToken.Scope.choices)

    def get_available_scopes(
        self, application: App | None = None, request: Any = None, *_: Any, **__: Any
    ) -> list[str]:
        return list(application.scopes) if application else []

    def get_default_scopes(self, application: App | None = None, request: Any = None, *_: Any, **__: Any) -> list[str]:
        return [scope for scope in self.get_available_scopes(application) if scope == AccessToken.Scope.READ]


class Validator(OAuth2Validator):
    """Codes by their digests; and a client that lost the answer to a refresh may ask again for a minute.

    What comes with a code or a token to be refreshed is answered in one transaction, in which whoever brings the same
    waits for whoever came first. Tokens made with a code bear its name in their family, so that a code that comes
    again ends them (RFC 6749, 4.1.2).
    """

    def _create_authorization_code(self, request: Any, code: dict[str, str], expires: Any = None) -> AbstractGrant:
        grant: AbstractGrant = super()._create_authorization_code(
            request, {**code, "code": digest_of(code["code"])}, expires
        )
        return grant

    def validate_code(self, client_id: str, code: str, client: App, request: Any, *args: Any, **kwargs: Any) -> bool:
        digest = digest_of(code)
        if get_grant_model().objects.select_for_update().filter(code=digest, application=client).first() is None:
            _end_family(client, _family(code))
            return False
        valid = super().validate_code(client_id, digest, client, request, *args, **kwargs)
        return bool(valid and request.user.is_active)

    def validate_refresh_token(self, refresh_token: str, client: App, request: Any, *args: Any, **kwargs: Any) -> bool:
        rows = get_refresh_token_model().objects.filter(token_checksum=digest_of(refresh_token), application=client)
        if not rows.select_for_update().first():
            return False
        valid = super().validate_refresh_token(refresh_token, client, request, *args, **kwargs)
        return bool(valid and request.user.is_active)

    def confirm_redirect_uri(
        self, client_id: str, code: str, redirect_uri: str, client: App, *args: Any, **kwargs: Any
    ) -> bool:
        return bool(super().confirm_redirect_uri(client_id, digest_of(code), redirect_uri, client, *args, **kwargs))

    def invalidate_authorization_code(self, client_id: str, code: str, request: Any, *args: Any, **kwargs: Any) -> None:
        super().invalidate_authorization_code(client_id, digest_of(code), request, *args, **kwargs)

    def get_code_challenge(self, code: str, request: Any) -> str | None:
        challenge: str | None = super().get_code_challenge(digest_of(code), request)
        return challenge

    def get_code_challenge_method(self, code: str, request: Any) -> str | None:
        method: str | None = super().get_code_challenge_method(digest_of(code), request)
        return method

    def get_authorization_code_scopes(
        self, client_id: str, code: str, redirect_uri: str, request: Any
    ) -> Sequence[str]:
        scopes: Sequence[str] = super().get_authorization_code_scopes(client_id, digest_of(code), redirect_uri, request)
        return scopes

    def _save_bearer_token(self, token: dict[str, Any], request: Any, *args: Any, **kwargs: Any) -> None:
        """Who refreshes a second time has not got the first answer: what was made for it ends, as it cannot be read."""
        used = getattr(request, "refresh_token_instance", None)
        if used is not None:
            for unread in get_access_token_model().objects.filter(source_refresh_token=used):
                revoke_access_token(unread)
        super()._save_bearer_token(token, request, *args, **kwargs)

    def _create_refresh_token(self, request: Any, *args: Any, **kwargs: Any) -> AbstractRefreshToken:
        made: AbstractRefreshToken = super()._create_refresh_token(request, *args, **kwargs)
        if request.grant_type == "authorization_code":
            made.token_family = _family(request.code)
            made.save(update_fields=["token_family"])
        return made


def _end_family(client: App, family: uuid.UUID) -> None:
    """Every token that came of one code ends."""
    with transaction.atomic():
        which = {"application": client, "token_family": family}
        get_access_token_model().objects.filter(
            application=client, refresh_token__in=get_refresh_token_model().objects.filter(**which)
        ).delete()
        get_refresh_token_model().objects.filter(**which).delete()


def _family(code: str) -> uuid.UUID:
    return uuid.UUID(hex=digest_of(code)[:32])
