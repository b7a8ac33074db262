from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from accounts.frozen import Frozen, is_refused
from accounts.models import User
from accounts.services.tokens import LiveToken, find_token, note_use
from accounts.web.middleware import note_seen


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`; a token that is not good is 401 even where none is needed."""

    def authenticate(self, request: Request) -> tuple[User, LiveToken] | None:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        is_reading = request.method in SAFE_METHODS
        token = find_token(text.strip(), to_read=is_reading) if scheme.lower() == "bearer" else None
        if token is None:
            raise AuthenticationFailed("This token is not valid, or no longer.", code="token_invalid")
        note_use(token)
        note_seen(token.user)
        refuse_frozen(request, token.user)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="rest"'


def refuse_frozen(request: Request, user: User) -> None:
    """Frozen for a call that a frozen person may not make."""
    if is_refused(user, request.method, request._request.resolver_match):
        raise Frozen


class BrowserSessionAuthentication(SessionAuthentication):
    """The session of the pages, for calls that our own scripts make; unsafe calls need the CSRF token."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        found = super().authenticate(request)
        if found is not None:
            refuse_frozen(request, found[0])
        return found

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="rest"'
