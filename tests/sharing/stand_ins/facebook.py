"""Facebook's Graph API for Pages, from https://developers.facebook.com/docs/pages-api/posts, /docs/graph-api/reference
(page/photos, page/feed), /docs/facebook-login/guides/advanced/manual-flow and /docs/graph-api/guides/error-handling.
"""

import hashlib
import hmac
import json
import secrets
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.sharing.stand_ins.server import Asked, Said, StandIn

KEYS = ("1234567890", "app-secret-of-the-tests")
PAGES = [("546349135390552", "Kiln and Clay"), ("546349135390553", "Darkroom")]


class FacebookServer(StandIn):
    """`posts` are what stands there; `photos` what was uploaded, shown by itself or not."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: dict[str, str] = {}
        self.short: set[str] = set()
        self.long: set[str] = set()
        self.pages = {number: f"page-{secrets.token_hex(16)}" for number, _ in PAGES}
        self.photos: dict[str, dict[str, Any]] = {}
        self.posts: list[dict[str, Any]] = []

    def agree(self, address: str) -> str:
        parts = urlsplit(address)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert parts.path.endswith("/dialog/oauth")
        assert query["client_id"] == KEYS[0]
        assert "pages_manage_posts" in query["scope"]
        code = secrets.token_urlsafe(8)
        self.codes[code] = query["redirect_uri"]
        return urlencode({"code": code, "state": query["state"]})

    def answer(self, asked: Asked) -> Said:
        path = asked.path.split("/", 2)[2]
        if path == "oauth/access_token":
            return self._token(asked.query)
        sent = asked.query if asked.method == "GET" else asked.form
        proof = hmac.new(KEYS[1].encode(), sent["access_token"].encode(), hashlib.sha256).hexdigest()
        if sent.get("appsecret_proof") != proof:
            return failed(400, 100, "Invalid appsecret_proof provided in the API argument")
        if path == "me/accounts":
            if sent["access_token"] not in self.long:
                return failed(401, 190, f"Malformed access token {sent['access_token']}")
            page = {"tasks": ["CREATE_CONTENT", "MANAGE"]}
            rows = [{**page, "id": id_, "name": name, "access_token": self.pages[id_]} for id_, name in PAGES]
            return Said(200, {"data": rows})
        page_id, edge = path.split("/")
        if sent["access_token"] != self.pages[page_id]:
            return failed(401, 190, f"Error validating access token {sent['access_token']}")
        return self._photo(asked, sent) if edge == "photos" else self._post(page_id, sent)

    def _token(self, sent: dict[str, str]) -> Said:
        fits = (sent["client_id"], sent["client_secret"]) == KEYS
        if sent.get("grant_type") == "fb_exchange_token":
            if not fits or sent["fb_exchange_token"] not in self.short:
                return failed(400, 190, "Invalid OAuth access token.")
            return self._issue(self.long)
        if not fits or self.codes.pop(sent.get("code", ""), None) != sent["redirect_uri"]:
            return failed(400, 100, "Invalid verification code format.")
        return self._issue(self.short)

    def _issue(self, tokens: set[str]) -> Said:
        token = secrets.token_urlsafe(16)
        tokens.add(token)
        return Said(200, {"access_token": token, "token_type": "bearer", "expires_in": 5183944})

    def _photo(self, asked: Asked, sent: dict[str, str]) -> Said:
        number = str(900 + len(self.photos))
        data = next(part.data for part in asked.parts if part.name == "source")
        assert sent["published"] == "false"
        self.photos[number] = {"alt": sent.get("alt_text_custom"), "data": data}
        return Said(200, {"id": number})

    def _post(self, page_id: str, sent: dict[str, str]) -> Said:
        attached = [
            json.loads(value)["media_fbid"] for name, value in sent.items() if name.startswith("attached_media")
        ]
        if any(post["message"] == sent["message"] for post in self.posts):
            return failed(400, 506, "Duplicate status message")
        photos = [self.photos[each] for each in attached]
        self.posts.append({"page": page_id, "message": sent["message"], "link": sent.get("link"), "photos": photos})
        return Said(200, {"id": f"{page_id}_{1000 + len(self.posts)}"})


def failed(status: int, code: int, message: str) -> Said:
    error = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "EJplcsCHuLu"}
    return Said(status, {"error": error})
