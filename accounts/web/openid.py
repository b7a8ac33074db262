"""The exchange with an OpenID Connect provider: allauth's, and in addition every signature is verified."""

from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from requests import RequestException

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
NEEDED = ["iss", "aud", "sub", "exp", "iat"]
BROKEN = (KeyError, TypeError, ValueError, RequestException, jwt.PyJWTError)


class OpenId(OpenIDConnectOAuth2Adapter):
    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return settings.ORIGIN + reverse("accounts:provider-callback")

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Who the provider says it is. OAuth2Error when that is not signed by it, not for us, too old or broken."""
        try:
            claims = self._verified(kwargs["response"]["id_token"], app)
            told = self._fetch_user_info(token.token) if "userinfo_endpoint" in self.openid_config else {}
            if told and told["sub"] != claims["sub"]:
                raise OAuth2Error("The claims are of two people.")
            login = self.get_provider().sociallogin_from_response(request, {"userinfo": {**claims, **told}})
        except BROKEN as error:
            raise OAuth2Error("The provider's answer cannot be believed.") from error
        login.account.extra_data = {}
        return login

    def _verified(self, id_token: str, app: SocialApp) -> dict[str, Any]:
        keys = jwt.PyJWKSet.from_dict(self._fetch(self.openid_config["jwks_uri"]))
        wanted = jwt.get_unverified_header(id_token).get("kid")
        fitting = [key for key in keys.keys if wanted in (None, key.key_id)]
        if len(fitting) != 1:
            raise OAuth2Error("The key of the signature is not known.")
        issuer = self.openid_config["issuer"]
        claims: dict[str, Any] = jwt.decode(
            id_token, fitting[0], ALGORITHMS, {"require": NEEDED}, audience=app.client_id, issuer=issuer, leeway=60
        )
        if claims.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("The token was made for somebody else.")
        return claims

    def _fetch(self, address: str) -> dict[str, Any]:
        with get_adapter().get_requests_session() as session:
            answer = session.get(address)
            answer.raise_for_status()
            found: dict[str, Any] = answer.json()
        return found
