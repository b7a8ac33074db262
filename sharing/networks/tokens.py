"""What OAuth 2 has in common wherever it is spoken: RFC 6749 with the proof of RFC 7636."""

import base64
import hashlib
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from sharing.networks.asking import Reply, ask, form, pause_of
from sharing.networks.base import Refused, TokenRefused, TryLater

EARLY = 120  # seconds before its end in which a token is no longer used


def new_verifier() -> str:
    return secrets.token_urlsafe(48)


def challenge_of(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def authorize_address(url: str, parameters: Mapping[str, str]) -> str:
    return f"{url}?{urlencode({'response_type': 'code', **parameters})}"


def basic(identity: str, secret: str) -> dict[str, str]:
    pair = base64.b64encode(f"{identity}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


def code_in(query: Mapping[str, str]) -> str:
    """What the network has sent along with the person; Refused where they said no."""
    code = query.get("code", "")
    if not code or "error" in query:
        raise Refused("denied", "The network says that you did not agree.")
    return code


def fetch_tokens(url: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What the token endpoint answers. TokenRefused where it gives none; a code or refresh token is used up then."""
    reply = ask("POST", url, form(list(fields.items())), headers)
    return granted(reply)


def granted(reply: Reply) -> dict[str, Any]:
    answer = reply.data
    if reply.is_good and answer.get("access_token"):
        return answer
    if 400 <= reply.status < 500 and reply.status != 429:
        raise TokenRefused
    raise TryLater("network_down", "The network is down at the moment.", seconds=pause_of(reply.headers))


def secrets_of(answer: Mapping[str, Any], before: Mapping[str, str] | None = None) -> dict[str, str]:
    """The part of such an answer that is kept; a refresh token that is not replaced stays."""
    kept = {"access_token": str(answer["access_token"])}
    refresh = answer.get("refresh_token") or (before or {}).get("refresh_token")
    if refresh:
        kept["refresh_token"] = str(refresh)
    if isinstance(answer.get("expires_in"), int | float):
        kept["expires_at"] = str(int(time.time() + float(answer["expires_in"])))
    return kept


def is_over(secrets_kept: Mapping[str, str]) -> bool:
    """Whether the access token has come to its end, or nearly."""
    until = secrets_kept.get("expires_at", "")
    return until.isdigit() and int(until) - EARLY < time.time()
