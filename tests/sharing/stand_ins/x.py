"""X's API, from https://docs.x.com (posts, media, OAuth 2.0, response codes)."""

import secrets
from typing import Any

from tests.sharing.stand_ins.oauth2 import OAuth2
from tests.sharing.stand_ins.server import Asked, Said, StandIn

UNAUTHORIZED = {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"}


class XServer(StandIn):
    """`posts` are what stands there; `media` what was uploaded, with what is said of it."""

    def __init__(self) -> None:
        super().__init__()
        self.oauth = OAuth2(expires_in=7200)
        self.posts: list[dict[str, Any]] = []
        self.media: dict[str, dict[str, Any]] = {}

    def answer(self, asked: Asked) -> Said:
        call, path = f"{asked.method} {asked.path}", asked.path
        if call == "POST /2/oauth2/token":
            assert asked.headers["authorization"].startswith("Basic ")
            return self.oauth.token(asked)
        if call == "POST /2/oauth2/revoke":
            assert self.oauth.is_client(asked)
            self.oauth.refresh.discard(asked.form["token"])
            return Said(200, {"revoked": True})
        if asked.token not in self.oauth.tokens:
            return Said(401, UNAUTHORIZED)
        if call == "GET /2/users/me":
            return Said(200, {"data": {"id": "2244994945", "name": "Alma", "username": "alma"}})
        return self._post(asked) if call == "POST /2/tweets" else self._media(asked, path.removeprefix("/2/media/"))

    def _media(self, asked: Asked, path: str) -> Said:
        if path == "metadata":
            self.media[asked.json["id"]]["alt"] = asked.json["metadata"]["alt_text"]["text"]
            return Said(200, {"data": {"id": asked.json["id"]}})
        if path == "upload" and asked.method == "GET":
            assert asked.query["command"] == "STATUS"
            return Said(200, {"data": {"id": asked.query["media_id"], "processing_info": {"state": "succeeded"}}})
        if path == "upload":
            part = next(each for each in asked.parts if each.name == "media")
            assert asked.form["media_category"] == "tweet_image"
            assert len(part.data) <= 5_000_000
            return self._new({"data": part.data})
        if path == "upload/initialize":
            assert asked.json["media_category"] == "tweet_video"
            return self._new({"data": b"", "segments": 0, "total": asked.json["total_bytes"]})
        media = self.media[path.split("/")[1]]
        if path.endswith("append"):
            assert int(asked.form["segment_index"]) == media["segments"]
            media["data"] += asked.parts[-1].data
            media["segments"] += 1
            return Said(200, {"data": {"expires_at": 1}})
        assert len(media["data"]) == media["total"]
        return Said(200, {"data": {"id": media["id"], "processing_info": {"state": "pending", "check_after_secs": 0}}})

    def _new(self, media: dict[str, Any]) -> Said:
        media_id = str(1880028106020515840 + len(self.media))
        self.media[media_id] = {**media, "id": media_id, "alt": None}
        return Said(200, {"data": {"id": media_id, "media_key": f"3_{media_id}", "expires_after_secs": 86400}})

    def _post(self, asked: Asked) -> Said:
        sent = asked.json
        media = [self.media[each] for each in sent.get("media", {}).get("media_ids", [])]
        if any(post["text"] == sent["text"] for post in self.posts):
            detail = "You are not allowed to create a Tweet with duplicate content."
            return Said(403, {"title": "Forbidden", "status": 403, "type": "about:blank", "detail": detail})
        self.posts.append({"text": sent["text"], "media": media})
        return Said(201, {"data": {"id": str(1445880548472328192 + len(self.posts)), "text": sent["text"]}})


KEYS = ("x-client", secrets.token_urlsafe(16))
