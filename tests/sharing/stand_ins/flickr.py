"""Flickr's OAuth 1.0a and upload services, from https://www.flickr.com/services/api/auth.oauth.html and RFC 5849; the
base string is made here by hand, so that no code is shared with what is tested.
"""

import base64
import hashlib
import hmac
import re
import secrets
import time
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from tests.sharing.stand_ins.server import Asked, Said, StandIn

KEYS = ("653e7a6ecc1d528c516cc8f92cf98611", "c8f92cf98611653e")
NSID = "21207597@N07"


class FlickrServer(StandIn):
    """`photos` are what stands there. A signature that is not right is answered as Flickr does."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: dict[str, tuple[str, str]] = {}
        self.verifiers: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        self.photos: list[dict[str, Any]] = []
        self.nonces: set[str] = set()

    def agree(self, address: str) -> str:
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert query["perms"] == "write"
        token = query["oauth_token"]
        self.verifiers[token] = secrets.token_hex(8)
        state = parse_qs(urlsplit(self.requests[token][1]).query)["state"][0]
        return urlencode({"state": state, "oauth_token": token, "oauth_verifier": self.verifiers[token]})

    def answer(self, asked: Asked) -> Said:
        name = asked.path.rstrip("/").rpartition("/")[2]
        fields = dict(asked.pairs) if name == "upload" else {}
        given = oauth_fields(asked)
        secret = self._secret_of(name, given)
        if secret is None or given.get("oauth_consumer_key") != KEYS[0]:
            return self._refused(name, 98, "Invalid auth token", "token_rejected")
        expected = signature_of(asked.method, f"{self.origin}{asked.path}", {**given, **fields}, secret)
        fresh = given["oauth_nonce"] not in self.nonces and abs(time.time() - int(given["oauth_timestamp"])) < 300
        if given.get("oauth_signature") != expected or not fresh:
            return self._refused(name, 96, "Invalid signature", "signature_invalid")
        self.nonces.add(given["oauth_nonce"])
        if name == "request_token":
            token, token_secret = f"72157{secrets.token_hex(6)}", secrets.token_hex(8)
            self.requests[token] = (token_secret, given["oauth_callback"])
            pairs = {"oauth_callback_confirmed": "true", "oauth_token": token, "oauth_token_secret": token_secret}
            return Said(200, urlencode(pairs).encode())
        return self._access(given) if name == "access_token" else self._take(asked, fields)

    def _secret_of(self, name: str, given: dict[str, str]) -> str | None:
        token = given.get("oauth_token", "")
        if name == "request_token":
            return ""
        return self.requests[token][0] if name == "access_token" and token in self.requests else self.tokens.get(token)

    def _access(self, given: dict[str, str]) -> Said:
        if self.verifiers.get(given["oauth_token"]) != given.get("oauth_verifier"):
            return self._refused("access_token", 98, "Invalid verifier", "verifier_invalid")
        return Said(
            200, urlencode({**self.issue(), "fullname": "Alma", "user_nsid": NSID, "username": "alma"}).encode()
        )

    def issue(self) -> dict[str, str]:
        token, secret = f"72157{secrets.token_hex(6)}", secrets.token_hex(8)
        self.tokens[token] = secret
        return {"oauth_token": token, "oauth_token_secret": secret}

    def _take(self, asked: Asked, fields: dict[str, str]) -> Said:
        file = next(part for part in asked.parts if part.name == "photo")
        if not file.data:
            return xml('<rsp stat="fail"><err code="5" msg="Filetype was not recognised" /></rsp>')
        self.photos.append({**fields, "kind": file.kind, "data": file.data})
        return xml(f'<rsp stat="ok"><photoid>{5000 + len(self.photos)}</photoid></rsp>')

    def _refused(self, name: str, code: int, words: str, problem: str) -> Said:
        if name == "upload":
            return xml(f'<rsp stat="fail"><err code="{code}" msg="{words}" /></rsp>')
        return Said(401, f"oauth_problem={problem}".encode())


def xml(text: str) -> Said:
    return Said(200, f'<?xml version="1.0" encoding="utf-8" ?>\n{text}'.encode(), {"Content-Type": "text/xml"})


def oauth_fields(asked: Asked) -> dict[str, str]:
    header = asked.headers.get("authorization", "").removeprefix("OAuth ")
    return {name: unquote(value) for name, value in re.findall(r'(oauth_\w+)="([^"]*)"', header)}


def signature_of(method: str, url: str, fields: dict[str, str], token_secret: str) -> str:
    """RFC 5849, 3.4: method, address and sorted fields, each percent-encoded, and HMAC-SHA1 over all."""
    signed = {name: value for name, value in fields.items() if name != "oauth_signature"}
    pairs = sorted((quote(name, safe="~"), quote(value, safe="~")) for name, value in signed.items())
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join(quote(part, safe="~") for part in (method, url, joined))
    key = f"{quote(KEYS[1], safe='~')}&{quote(token_secret, safe='~')}"
    return base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()).decode()
