"""A Mastodon server, from https://docs.joinmastodon.org/methods/ (apps, oauth, media, statuses) and its entities."""

import re
import secrets
from typing import Any

from tests.sharing.stand_ins.oauth2 import OAuth2
from tests.sharing.stand_ins.server import Asked, Said, StandIn

TOKEN_INVALID = {"error": "The access token is invalid"}


class MastodonServer(StandIn):
    """`statuses` are what stands there, `media` what was uploaded; `slow_films` answers 202 and then 206 once."""

    def __init__(self) -> None:
        super().__init__()
        self.oauth = OAuth2()
        self.scopes: dict[str, str] = {}
        self.statuses: list[dict[str, Any]] = []
        self.keys: dict[str, dict[str, Any]] = {}
        self.media: dict[str, dict[str, Any]] = {}
        self.unfinished: set[str] = set()
        self.limits = {"max_characters": 500, "max_media_attachments": 4, "characters_reserved_per_url": 23}
        self.media_limits = {"image_size_limit": 10485760, "image_matrix_limit": 16777216, "video_size_limit": 41943040}

    def answer(self, asked: Asked) -> Said:  # noqa: PLR0911  one for each call
        call = f"{asked.method} {asked.path}"
        if call == "POST /api/v1/apps":
            return self._register(asked)
        if call == "POST /oauth/token":
            return self.oauth.token(asked)
        if call == "POST /oauth/revoke":
            return self._revoke(asked)
        if call == "GET /api/v2/instance":
            limits = {"statuses": self.limits, "media_attachments": self.media_limits}
            return Said(200, {"domain": self.host, "configuration": limits})
        if asked.token not in self.oauth.tokens:
            return Said(401, TOKEN_INVALID)
        if call == "GET /api/v1/accounts/verify_credentials":
            return Said(200, {"id": "14715", "username": "alma", "acct": "alma", "url": f"{self.origin}/@alma"})
        if call == "POST /api/v2/media":
            return self._take_media(asked)
        if asked.method == "GET" and asked.path.startswith("/api/v1/media/"):
            return self._look_at_media(asked.path.rpartition("/")[2])
        if call == "POST /api/v1/statuses":
            return self._post(asked)
        return Said(404, {"error": "Record not found"})

    def _register(self, asked: Asked) -> Said:
        sent = asked.form
        if not sent.get("redirect_uris", "").startswith("http"):
            return Said(422, {"error": "Validation failed: Redirect URI must be an absolute URI."})
        identity, secret = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        self.oauth.clients[identity] = (secret, sent["redirect_uris"])
        self.scopes[identity] = sent["scopes"]
        return Said(200, {"id": "1", "name": sent["client_name"], "client_id": identity, "client_secret": secret})

    def _revoke(self, asked: Asked) -> Said:
        if not self.oauth.is_client(asked):
            return Said(403, {"error": "unauthorized_client", "error_description": "You are not authorized to revoke"})
        self.oauth.tokens.discard(asked.form["token"])
        return Said(200, {})

    def _take_media(self, asked: Asked) -> Said:
        part = next(each for each in asked.parts if each.name == "file")
        if part.kind not in ("image/jpeg", "video/mp4") or not part.filename:
            return Said(422, {"error": "Validation failed: File content type is invalid, File is invalid"})
        limit = self.media_limits["image_size_limit" if part.kind == "image/jpeg" else "video_size_limit"]
        if len(part.data) > limit:
            return Said(422, {"error": "Validation failed: File must be less than the limit"})
        media_id = str(1000 + len(self.media))
        self.media[media_id] = {"kind": part.kind, "data": part.data, "description": asked.form.get("description")}
        if part.kind == "video/mp4":
            self.unfinished.add(media_id)
            return Said(202, {"id": media_id, "type": "video", "url": None})
        return Said(200, {"id": media_id, "type": "image", "url": f"{self.origin}/media/{media_id}"})

    def _look_at_media(self, media_id: str) -> Said:
        if media_id in self.unfinished:
            self.unfinished.discard(media_id)
            return Said(206, {"id": media_id, "url": None})
        return Said(200, {"id": media_id, "url": f"{self.origin}/media/{media_id}"})

    def _post(self, asked: Asked) -> Said:
        key, sent = asked.headers.get("idempotency-key", ""), asked.form
        if key in self.keys:
            return Said(200, self.keys[key])
        media = [value for name, value in asked.pairs if name == "media_ids[]"]
        text = sent.get("status", "")
        length = len(re.sub(r"https?://\S+", "x" * self.limits["characters_reserved_per_url"], text))
        if not text and not media:
            return Said(422, {"error": "Validation failed: Text can't be blank"})
        if length > self.limits["max_characters"]:
            return Said(
                422, {"error": f"Validation failed: Text character limit of {self.limits['max_characters']} exceeded"}
            )
        if len(media) > self.limits["max_media_attachments"] or self._is_mixed(media):
            return Said(422, {"error": "Validation failed: Cannot attach more than 4 files"})
        if self.unfinished & set(media):
            return Said(422, {"error": "Cannot attach files that have not finished processing. Try again in a moment!"})
        status = {
            **sent,
            "id": str(103254962155278888 + len(self.statuses)),
            "media": [self.media[each] for each in media],
        }
        status["url"] = f"{self.origin}/@alma/{status['id']}"
        self.statuses.append(status)
        shown = {name: status[name] for name in ("id", "url")}
        if key:
            self.keys[key] = shown
        return Said(200, shown)

    def _is_mixed(self, media: list[str]) -> bool:
        kinds = [self.media[each]["kind"] for each in media]
        return "video/mp4" in kinds and len(kinds) > 1
