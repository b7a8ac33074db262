from typing import Any

from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request


class ScopePermission(BasePermission):
    """Who may call: everybody where the view says `public`, else signed-in people; a token needs the scope of the call.

    A view names the scope of its writes in `write_scope` ("write" unless it says otherwise); reading needs "read".
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        public = getattr(view, "public", False) and request.method in SAFE_METHODS
        if not request.user.is_authenticated and not public:
            raise NotAuthenticated
        scope = "read" if request.method in SAFE_METHODS else getattr(view, "write_scope", "write")
        token: Any = request.auth
        if token is not None and scope not in token.scopes:
            raise PermissionDenied(f"This token lacks the scope {scope!r}.", code="scope_missing")
        return True
