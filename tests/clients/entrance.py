"""How an app in Python lets somebody log in: OAuth 2 with PKCE, the answer on a port of its own machine (RFC 8252)."""

import base64
import hashlib
import json
import secrets
import sys
import urllib.request
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

PATIENCE = 60  # seconds for the person to answer
REDIRECT_PATH = "/done"


@dataclass(frozen=True)
class App:
    """An app that is registered at the site at `origin`, and can keep a secret."""

    origin: str
    client_id: str
    client_secret: str
    scopes: tuple[str, ...]

    def endpoint(self, name: str) -> str:
        address = f"{self.origin}/.well-known/oauth-authorization-server"
        with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310  the site's own
            return str(json.load(answer)[f"{name}_endpoint"])

    def post(self, endpoint: str, **fields: str) -> Any:
        """What one of the three addresses answers, None for no body."""
        secret = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        request = urllib.request.Request(  # noqa: S310  the site's own
            self.endpoint(endpoint), urlencode(fields).encode(), {"Authorization": f"Basic {secret}"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            body = answer.read()
        return json.loads(body) if body else None


def log_in(app: App, person: str) -> dict[str, Any]:
    """The tokens of the person, whom somebody has to lead to the address that is printed."""
    state, verifier = secrets.token_urlsafe(16), secrets.token_urlsafe(64)
    digest = hashlib.sha256(verifier.encode()).digest()
    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        server.timeout = PATIENCE
        redirect_uri = f"http://127.0.0.1:{server.server_port}{REDIRECT_PATH}"
        question = {
            "response_type": "code",
            "client_id": app.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(app.scopes),
            "state": state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        say(open=f"{app.endpoint('authorization')}?{urlencode(question)}", person=person)
        answer = wait_for_answer(server)
    assert (answer["state"], answer["iss"]) == (state, app.origin)
    grant = {"grant_type": "authorization_code", "code": answer["code"], "redirect_uri": redirect_uri}
    tokens: dict[str, Any] = app.post("token", **grant, code_verifier=verifier)
    return tokens


def refresh(app: App, tokens: dict[str, Any]) -> dict[str, Any]:
    renewed: dict[str, Any] = app.post("token", grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    return renewed


def say(**words: Any) -> None:
    """One line of JSON for whoever started this program."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


class Answer(BaseHTTPRequestHandler):
    """Takes what the browser brings back from the site."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        is_it = parts.path == REDIRECT_PATH
        if is_it:
            self.server.brought = {name: values[0] for name, values in parse_qs(parts.query).items()}  # type: ignore[attr-defined]  # ours
        self.send_response(200 if is_it else 404)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(b"You are logged in.")

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the terminal is for `say`."""


def wait_for_answer(server: HTTPServer) -> dict[str, str]:
    """A browser may ask for an icon first."""
    for _ in range(10):
        server.handle_request()
        brought: dict[str, str] | None = getattr(server, "brought", None)
        if brought is not None:
            return brought
    raise TimeoutError("Nobody came back from the site.")
