"""The exchange with an OpenID Connect provider: allauth's, and in addition everything that comes is verified."""

import secrets
from typing import Any
from urllib.parse import urlsplit

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from requests import RequestException

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
NEEDED = ["iss", "aud", "sub", "exp", "iat", "nonce"]
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
WORDS = ("sub", "email", "preferred_username")  # what is taken from the claims, besides `email_verified`
LONGEST = 191  # of a word, in characters: so much of `sub` is kept
BROKEN = (AttributeError, KeyError, TypeError, ValueError, RequestException, jwt.PyJWTError, OAuth2Error)


class OpenId(OpenIDConnectOAuth2Adapter):
    """`nonce` is what the browser was sent away with; the token has to bring it back."""

    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider says of itself. OAuth2Error when it is another, or would be asked without TLS."""
        if not hasattr(self, "_openid_config"):
            provider = self.get_provider()
            self._openid_config = _checked(self._fetch(provider.server_url), provider.server_url)
        return self._openid_config

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return settings.ORIGIN + reverse("accounts:provider-callback")

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Who the provider says it is. OAuth2Error when that is not signed by it, not for us, too old or broken."""
        try:
            claims = self._verified(kwargs["response"]["id_token"], app)
            if "userinfo_endpoint" in self.openid_config:
                told = self._fetch_user_info(token.token)
                if told["sub"] != claims["sub"]:
                    raise OAuth2Error("The claims are of two people.")
                claims |= told
            login = self.get_provider().sociallogin_from_response(request, {"userinfo": _words(claims)})
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
        if not self.nonce or not secrets.compare_digest(claims["nonce"], self.nonce):
            raise OAuth2Error("The token was made for another log-in.")
        return claims

    def _fetch(self, address: str) -> dict[str, Any]:
        with get_adapter().get_requests_session() as session:
            answer = session.get(address)
            answer.raise_for_status()
            found = answer.json()
        if not isinstance(found, dict):
            raise OAuth2Error("The provider's answer is no object.")
        return found


class Return(OAuth2CallbackView):
    """Back from the provider, with the nonce that was kept for this `state`."""

    adapter: OpenId

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[dict[str, Any] | None, Any]:
        state, response = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce", "")
        return state, response


def _checked(config: dict[str, Any], found_at: str) -> dict[str, Any]:
    """The document, if it is one of the issuer whose address we have; by OpenID Connect Discovery 1.0, section 4.3."""
    issuer = found_at.partition("/.well-known/")[0]
    if config["issuer"].rstrip("/") != issuer.rstrip("/"):
        raise OAuth2Error("The document is of another issuer.")
    ends = [config[name] for name in ENDPOINTS]
    ends += [config["userinfo_endpoint"]] if "userinfo_endpoint" in config else []
    schemes = ("https",) if settings.SECURE or issuer.startswith("https://") else ("https", "http")
    if any(urlsplit(end).scheme not in schemes for end in ends):
        raise OAuth2Error("The provider would be asked without TLS.")
    return config


def _words(claims: dict[str, Any]) -> dict[str, Any]:
    """What is taken of the claims; a word that cannot be kept is as one that was not said. KeyError without `sub`."""
    said = {name: claims[name] for name in WORDS if isinstance(claims.get(name), str)}
    words = {name: word for name, word in said.items() if 0 < len(word) <= LONGEST and word.isprintable()}
    return {"sub": words["sub"], **words, "email_verified": claims.get("email_verified")}
