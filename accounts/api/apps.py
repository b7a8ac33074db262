"""POST /apps: an app registers itself, or somebody theirs."""

from collections.abc import Mapping
from typing import Any, cast

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.answers import RegisteredApp
from accounts.models import AccessToken, App, User
from accounts.models.apps import NAME_LENGTH
from accounts.services.apps import MOST_ADDRESSES, MOST_SIGNS, register_app
from core import rate_limits
from core.api.calls import IDEMPOTENCY_KEY, Call
from core.api.fields import NOT_BLANK, Some, Text
from core.api.idempotency import answer_sealed_once
from core.api.views import ApiView
from core.times import iso_utc
from core.web.client_address import client_address


class Words(Some):
    """A list of words, or one text with spaces between them, as OAuth writes lists."""

    def __init__(self, *, words: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(words={"type": ["array", "string"], **(words or {})}, **options)

    def to_internal_value(self, data: Any) -> list[Any]:
        found: list[Any] = super().to_internal_value(data.split() if isinstance(data, str) else data)
        return found


class AppInput(serializers.Serializer):  # type: ignore[type-arg]
    name = Text(max_length=NAME_LENGTH)
    redirect_uris = Words(
        child=Text(max_length=MOST_SIGNS),
        max_length=MOST_ADDRESSES,
        words={"minItems": 1, "minLength": 1, "pattern": NOT_BLANK},
    )
    scopes = Words(
        child=serializers.ChoiceField(AccessToken.Scope.values),
        required=False,
        default=list,
        words={"pattern": rf"^(({'|'.join(AccessToken.Scope.values)})( |$))*$"},
    )
    website = Text(max_length=200, required=False, allow_blank=True, allow_null=True, default="")

    example = {
        "name": "Darkroom",
        "redirect_uris": ["org.example.darkroom:/done"],
        "scopes": ["read", "write"],
        "website": "https://darkroom.example.org",
    }


class AppsView(ApiView):
    """Whoever calls with a token that may write, or in a browser, owns the app; without, nobody does."""

    permission_classes = ()
    calls = {
        "post": Call(
            name="registerApp",
            summary="Register an app",
            takes=AppInput,
            answer=RegisteredApp,
            status=201,
            parameters=(IDEMPOTENCY_KEY,),
            problems=(409,),
            token_optional=True,
        )
    }

    def post(self, request: Request) -> Response:
        rate_limits.allow("app", client_address(request._request), closed_when_away=True)
        sent = AppInput(data=request.data)
        sent.is_valid(raise_exception=True)
        fields = {**sent.validated_data, "website": sent.validated_data["website"] or ""}
        owner = _owner(request)

        def make() -> Response:
            app, secret = register_app(owner=owner, **fields)
            return Response({**represent_app(app), "client_secret": secret}, status=201)

        response = answer_sealed_once(request, [request.data, owner and owner.pk], make)
        response.headers["Cache-Control"] = "no-store"
        return response


def _owner(request: Request) -> User | None:
    token: Any = request.auth
    may_own = request.user.is_authenticated and (token is None or AccessToken.Scope.WRITE in token.scopes)
    return cast(User, request.user) if may_own else None


def represent_app(app: App) -> dict[str, Any]:
    return {
        "id": str(app.pk),
        "name": app.name,
        "client_id": app.client_id,
        "redirect_uris": app.redirect_uris.split(),
        "scopes": app.scopes,
        "website": app.website or None,
        "created_at": iso_utc(app.created),
    }
