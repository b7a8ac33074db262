"""An OpenID Connect provider of the tests on the loopback: it signs real tokens with a key of its own."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

KEY = rsa.generate_private_key(65537, 2048)
OTHER_KEY = rsa.generate_private_key(65537, 2048)


class Provider(ThreadingHTTPServer):
    """`person` logs in there; `claims` replace what its tokens say, `key` signs them, `told` is its userinfo.

    `found` replaces parts of its discovery document, `raw` the whole answer at a path: its status and body.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.person: dict[str, Any] = {}
        self.claims: dict[str, Any] = {}
        self.told: dict[str, Any] = {}
        self.key, self.algorithm = KEY, "RS256"
        self.found: dict[str, Any] = {}
        self.raw: dict[str, tuple[int, bytes]] = {}
        self.asked: dict[str, dict[str, str]] = {}

    def stop(self) -> None:
        """From now on nobody listens."""
        self.shutdown()
        self.server_close()

    def log_in(self, address: str) -> str:
        """What a browser does at the provider: the query with which it comes back."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = secrets.token_urlsafe(8)
        self.asked[code] = query
        return f"code={code}&state={query['state']}"

    def tokens(self, sent: dict[str, str]) -> dict[str, Any] | None:
        """None for a code that is unknown, used, or not asked for by the same client."""
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        asked = self.asked.pop(sent.get("code", ""), {})
        if asked.get("code_challenge") != challenge or sent.get("client_secret") != "shared":
            return None
        now = int(time.time())
        ours = {"iss": self.address, "aud": "photos", "iat": now, "exp": now + 60, "nonce": asked.get("nonce")}
        claims = {**ours, **self.person, **self.claims}
        key = self.key if self.algorithm == "RS256" else ""
        signed = jwt.encode(claims, key, self.algorithm, headers={"kid": "one"})
        return {"access_token": "access", "token_type": "Bearer", "id_token": signed}

    def documents(self) -> dict[str, Any]:
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        ends = {name: f"{self.address}/{path}" for name, path in {**names, "userinfo_endpoint": "me"}.items()}
        methods = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
        public = {**json.loads(RSAAlgorithm.to_jwk(KEY.public_key())), "kid": "one", "alg": "RS256", "use": "sig"}
        return {
            "/.well-known/openid-configuration": {"issuer": self.address, **ends, **methods, **self.found},
            "/keys": {"keys": [public]},
            "/me": {**self.person, **self.told},
        }


class _Talk(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(cast(Provider, self.server).documents().get(self.path))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        sent = {name: values[0] for name, values in parse_qs(body).items()}
        self._answer(cast(Provider, self.server).tokens(sent))

    def _answer(self, document: dict[str, Any] | None) -> None:
        body = json.dumps(document or {"error": "invalid_grant"}).encode()
        status, body = cast(Provider, self.server).raw.get(self.path, (200 if document else 400, body))
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Says nothing."""


@contextmanager
def openid_provider() -> Iterator[Provider]:
    with Provider() as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.stop()
