"""The server's side of OAuth 2 as networks speak it: codes for one use, proofs, clients, tokens that end."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.sharing.stand_ins.server import Asked, Said


@dataclass
class Code:
    client_id: str
    redirect_uri: str
    challenge: str
    scope: str


class OAuth2:
    """`clients` are ids with their secrets and addresses; `tokens` those that are valid, `refresh` what renews them."""

    def __init__(self, *, expires_in: int = 0, needs_proof: bool = True) -> None:
        self.clients: dict[str, tuple[str, str]] = {}
        self.codes: dict[str, Code] = {}
        self.tokens: set[str] = set()
        self.refresh: set[str] = set()
        self.expires_in, self.needs_proof = expires_in, needs_proof

    def agree(self, address: str) -> str:
        """What a browser does whose person says yes: the query with which it comes back."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert query["response_type"] == "code", query
        assert self.clients[query["client_id"]][1] == query["redirect_uri"], query
        assert len(query["state"]) >= 20
        if self.needs_proof:
            assert query["code_challenge_method"] == "S256"
            assert len(query["code_challenge"]) == 43
        code = secrets.token_urlsafe(16)
        self.codes[code] = Code(
            query["client_id"], query["redirect_uri"], query.get("code_challenge", ""), query.get("scope", "")
        )
        return urlencode({"code": code, "state": query["state"]})

    def is_client(self, asked: Asked) -> bool:
        """By the form, or by the header where that is what the network wants."""
        sent = asked.form
        pair = sent.get("client_id", ""), sent.get("client_secret", "")
        if asked.headers.get("authorization", "").startswith("Basic "):
            decoded = base64.b64decode(asked.headers["authorization"].removeprefix("Basic ")).decode()
            pair = (decoded.partition(":")[0], decoded.partition(":")[2])
        return bool(pair[0]) and self.clients.get(pair[0], ("", ""))[0] == pair[1]

    def token(self, asked: Asked) -> Said:
        sent = asked.form
        if not self.is_client(asked):
            return Said(401, {"error": "invalid_client", "error_description": "Client authentication failed."})
        if sent["grant_type"] == "client_credentials":
            return Said(200, {"access_token": secrets.token_urlsafe(8), "token_type": "Bearer"})
        if sent["grant_type"] == "refresh_token":
            if sent.get("refresh_token") not in self.refresh:
                return Said(400, {"error": "invalid_grant", "error_description": "The refresh token is invalid."})
            self.refresh.discard(sent["refresh_token"])
            return Said(200, self.issue(""))
        code = self.codes.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        fits = code and code.redirect_uri == sent["redirect_uri"] and (not self.needs_proof or code.challenge == proof)
        if code is None or not fits:
            return Said(400, {"error": "invalid_grant", "error_description": "The code is invalid."})
        return Said(200, self.issue(code.scope))

    def issue(self, scope: str) -> dict[str, object]:
        access = secrets.token_urlsafe(24)
        self.tokens.add(access)
        answer: dict[str, object] = {"access_token": access, "token_type": "Bearer", "scope": scope}
        if self.expires_in:
            renewal = secrets.token_urlsafe(24)
            self.refresh.add(renewal)
            answer |= {"refresh_token": renewal, "expires_in": self.expires_in}
        return answer
